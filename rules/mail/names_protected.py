"""Mail that uses a clinician's or owner's name is caught.

Why it matters
    "It's Dr. Reyes, I am in a meeting, please send me the patient list": staff obey a known name, whatever address stands behind it.

How to fix it
    Microsoft 365: Defender portal, Policies, Anti-phishing, Impersonation: add the owner, the clinicians and billing as protected
    users, quarantine what imitates them, and switch on mailbox intelligence. Name the same people as sensitive_users in the
    configuration.
    Google Workspace: Admin console, Apps, Gmail, Safety, Spoofing and authentication: protect against spoofing of employee names,
    and move it to spam or quarantine.

Does not cover
    Names of people who are not on the list.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import GmailSpoofing
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.data.service_plans import Capability
from rules.mail.gmail_safety import NOBODY, caught
from rules.profile import Profile
from rules.result import Result, Severity, not_applicable, review
from rules.views.exchange_policies import AntiPhishCover
from rules.views.google_policy import PolicyCell
from rules.views.licences import Licences

CONTROL = Control("MAIL-10", Severity.HIGH, level=Level.SHOULD, cites=["164.308(a)(5)(ii)(B)"])
UNLICENSED = not_applicable("needs Defender for Office 365 Plan 1 (in Business Premium), which the clinic does not own")
NOTHING = frozenset({"NoAction", "BccMessage"})
"""What leaves an imitation in the inbox."""


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.SECURITYSUITE.2.1v1"],
    cis=["CIS M365 v7.0.0 2.1.7", "CIS M365 v6.0.0 2.1.7"],
)
def names_are_watched(cover: AntiPhishCover, licences: Licences, profile: Profile) -> Result:
    """Every mailbox has a policy that catches imitations of the people whom the clinic names."""
    if not licences.has(Capability.DEFENDER_P1):
        return UNLICENSED
    policy = cover.settings
    faults = []
    missing: list[str] = []
    if policy.impersonation_protection_state == "Off":
        faults.append("imitations of people are not looked for")
    elif not policy.enable_targeted_user_protection:
        faults.append("nobody's name is protected")
    else:
        protected = policy.protected_addresses
        missing = sorted(name for name in profile.sensitive_users or () if name.casefold() not in protected)
        if missing:
            faults.append(f"names of people whom the clinic counts as sensitive are not protected ({len(missing)})")
        elif not protected:
            faults.append("nobody's name is protected")
        if policy.targeted_user_protection_action in NOTHING:
            faults.append("imitations of protected people stay in the inbox")
    if not policy.enable_mailbox_intelligence or not policy.enable_mailbox_intelligence_protection:
        faults.append("what Microsoft learns of people's usual correspondents is not used against imitations")
    if not faults and profile.sensitive_users is None:
        return review(
            "protects names, but the clinic has not said whose (sensitive_users): compare the list",
            protected=sorted(policy.protected_addresses),
        )
    return cover.judged(faults, "imitations of protected people are caught", missing=missing)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.GMAIL.7.2v1"],
    cis=["CIS GWS v1.3 3.1.3.4.3.2"],
    prowler=["gmail_employee_name_spoofing_protection_enabled"],
    none=NOBODY,
)
def employee_names_are_watched(cell: PolicyCell) -> Result:
    """Mail that uses a colleague's name from an outside address is taken out of the inbox."""
    return caught(
        cell,
        GmailSpoofing,
        "detect_employee_name_spoofing",
        "employee_name_spoofing_consequence",
        "mail that uses a colleague's name",
    )
