"""Shared or home computers do not stay signed in.

Why it matters
    On the family computer or in the hotel, "Stay signed in?" keeps the mailbox open for whoever sits down next.

How to fix it
    Microsoft 365: Conditional Access, a rule for everybody and every application, Filter for devices: exclude
    device.isCompliant -eq True -or device.trustType -eq "ServerAD"; Session: Persistent browser session: Never, Sign-in frequency.
    Entra, Users, User settings: Show keep user signed in: No; then say so: [tenant.clinic] stay_signed_in_offered = false.

Does not cover
    Google, where sessions end for all devices alike (AUTH-12). The question "Stay signed in?" itself shows in no API, so that only the
    clinic can say.
"""

from __future__ import annotations

from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.profile import Profile
from rules.result import Result, Severity, failed, needs_input, passed
from rules.view import Tenant
from rules.views.access_rules import AccessRules, judged
from rules.views.conditional_access import AccessPolicy, Limit
from rules.views.device_rule import speaks_of_other_devices

CONTROL = Control("AUTH-14", Severity.MEDIUM, cites=["164.312(a)(2)(iii)", "164.310(b)"], level=Level.SHOULD)
OFFICE = "Office365"


@CONTROL.check(
    MICROSOFT_365,
    prowler=["entra_conditional_access_policy_corporate_device_sign_in_frequency_enforced"],
)
def a_rule_forgets(tenant: Tenant, rules: AccessRules) -> Result:
    """A rule ends the session of a browser that is not the clinic's own when it is closed, and asks again."""
    return rules.unlicensed or judged(
        rules.find(_forgets, any_client=False, every_application=False, spare={Limit.DEVICES}),
        met="a rule makes other computers forget",
        missing="other people's computers stay signed in",
    )


def _forgets(policy: AccessPolicy) -> list[str] | None:
    session = policy.record.session_controls
    browser = None if session is None else session.persistent_browser
    if session is None or browser is None or not browser.is_enabled or browser.mode != "never":
        return None
    objections = []
    frequency = session.sign_in_frequency
    if frequency is None or not frequency.is_enabled:
        objections.append("it does not ask again")
    applications = policy.record.conditions.applications
    if not policy.covers_application(OFFICE) or applications.exclude_applications:
        objections.append("it does not cover Microsoft 365's applications")
    if not {"all", "browser"} & policy.client_app_types:
        objections.append("it does not speak of browsers")
    devices = policy.record.conditions.devices
    if devices is not None and devices.device_filter is not None and not speaks_of_other_devices(devices.device_filter):
        objections.append("it does not speak of all devices that are not the clinic's own")
    return objections


@CONTROL.check(MICROSOFT_365, cis=["CIS M365 v7.0.0 5.1.2.5", "CIS M365 v6.0.0 5.1.2.5"])
def nobody_is_offered_to_stay(tenant: Tenant, profile: Profile) -> Result:
    """The sign-in page does not offer to stay signed in."""
    if profile.stay_signed_in_offered is None:
        return needs_input(
            'whether the sign-in page asks "Stay signed in?" is in no API',
            remedy="look at Entra, Users, User settings, and set stay_signed_in_offered in the configuration",
        )
    if profile.stay_signed_in_offered:
        return failed("the clinic says that the sign-in page offers to stay signed in")
    return passed("the clinic says that the sign-in page does not offer to stay signed in")
