"""Staff cannot let outside apps into clinic data.

Why it matters
    One click on "Accept" lets an app read a whole mailbox, from anywhere, without a password and without a second factor. A
    stolen consent outlives every password change.

How to fix it
    Microsoft 365: Entra admin center, Enterprise applications, Consent and permissions, User consent settings: do not allow user
    consent. Switch on the admin consent workflow, so that staff can ask.
    Google Workspace: Admin console, Security, API controls, Settings, Unconfigured third-party apps: don't allow users to access
    any third-party apps.

Does not cover
    Apps that were let in before (APP-8), and apps that an administrator lets in.
"""

from __future__ import annotations

from connectors.gap import Reason
from connectors.google_workspace.sources.settings import UnconfiguredApps
from connectors.microsoft365.sources.access import AuthorizationPolicy, PermissionClassification
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed, review
from rules.tables import One, Table
from rules.view import Tenant
from rules.views.google_policy import PolicyCell

CONTROL = Control("APP-1", Severity.CRITICAL, cites=["164.308(a)(4)(ii)(B)", "164.312(a)(1)", "164.308(b)(1)"])
SELF = "managepermissiongrantsforself."
LOW = "microsoft-user-default-low"
WIDE = {"microsoft-user-default-legacy", "microsoft-user-default-recommended"}
HARMLESS = {"openid", "profile", "email", "offline_access", "user.read"}
BLOCKED = {"BLOCK_ALL", "BLOCK_ALL_SCOPES"}
SIGN_IN_ONLY = {"ALLOW_SIGN_IN_ONLY", "ALLOW_SIGN_IN_SCOPES_ONLY"}  # two spellings of one choice


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.AAD.5.2v1"],
    cis=["CIS M365 v7.0.0 5.1.5.1", "CIS M365 v6.0.0 5.1.5.1"],
    prowler=["entra_policy_restricts_user_consent_for_apps"],
)
def staff_cannot_consent(
    tenant: Tenant, policy: One[AuthorizationPolicy], classified: Table[PermissionClassification]
) -> Result:
    """Staff cannot give apps access to what they themselves can open."""
    assigned = policy.value.consent_rules
    own = {name.casefold().removeprefix(SELF) for name in assigned if name.casefold().startswith(SELF)}
    if not own:
        return passed("only administrators can let apps in")
    if own & WIDE:
        return failed("everybody on staff can let outside apps into their own mail and files")
    if own != {LOW}:
        return review(
            "a consent rule of the clinic's own says which apps staff may let in: look at what it allows",
            policies=sorted(own),
        )
    low = {one.permission_name for one in classified if one.classification == "low"}
    risky = sorted(name for name in low if name.casefold() not in HARMLESS)
    if risky:
        return failed(
            f"staff can let outside apps in with permissions that reach clinic data: {', '.join(risky[:5])}",
            permissions=risky,
        )
    return review("staff can let apps in that only learn who they are; only administrators is safer")


@CONTROL.check(MICROSOFT_365)
def risky_apps_are_refused(tenant: Tenant, policy: One[AuthorizationPolicy]) -> Result:
    """Staff cannot consent to apps that Microsoft calls risky."""
    if policy.value.allow_user_consent_for_risky_apps:
        return failed("staff can let apps in that Microsoft itself calls risky")
    return passed("apps that Microsoft calls risky need an administrator")


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.COMMONCONTROLS.10.4v1"],
    cis=["CIS GWS v1.3 4.2.1.1"],
    prowler=["security_app_access_restricted"],
    none=not_applicable("no active person works in any unit"),
)
def unjudged_apps_are_blocked(cell: PolicyCell) -> Result:
    """Apps that no administrator has judged get no access to anybody's account."""
    level = cell.setting(UnconfiguredApps).access_level
    origin = str(cell.origin(UnconfiguredApps, "access_level"))
    if level in BLOCKED:
        return passed("apps that nobody has judged are blocked", setting=origin)
    if level in SIGN_IN_ONLY:
        return review("apps that nobody has judged may be signed in to, but get no data", setting=origin)
    if level == "UNSPECIFIED_UBER_BLOCK":
        return failed(
            "apps that nobody has judged are let in, as CISA's tool reads this setting (Google does not document it)",
            setting=origin,
            people=cell.names,
        )
    return not_assessed(
        f"Google documents no meaning for the value {level}",
        reason=Reason.UNREADABLE,
        source="policy.policies:api_controls.unconfigured_third_party_apps",
        remedy="look at Security, API controls, Settings in the Admin console",
    )
