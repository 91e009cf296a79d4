"""Look-alike domains are caught.

Why it matters
    rosedaIe for rosedale, with a capital i: an address that differs by one letter gets invoices paid and records sent.

How to fix it
    Microsoft 365: Defender portal, Policies, Anti-phishing, Impersonation: protect the domains you own, add the domains of labs,
    billing and the health record, and quarantine what imitates them. Name those partners in the configuration.
    Google Workspace: Admin console, Apps, Gmail, Safety, Spoofing and authentication: protect against domain spoofing based on
    similar domain names, and move it to spam or quarantine.

Does not cover
    Names of people (MAIL-10). Fakes of the clinic's real domain (MAIL-9).
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import GmailSpoofing
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.data.service_plans import Capability
from rules.mail.gmail_safety import NOBODY, caught
from rules.mail.names_protected import NOTHING, UNLICENSED
from rules.profile import Profile
from rules.result import Result, Severity, review
from rules.views.exchange_policies import AntiPhishCover
from rules.views.google_policy import PolicyCell
from rules.views.licences import Licences

CONTROL = Control("MAIL-11", Severity.MEDIUM, level=Level.SHOULD, cites=["164.308(a)(5)(ii)(B)"])


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.SECURITYSUITE.2.2v1"],
    cis=["CIS M365 v7.0.0 2.1.7", "CIS M365 v6.0.0 2.1.7"],
)
def own_domains_are_watched(cover: AntiPhishCover, licences: Licences) -> Result:
    """Every mailbox has a policy that catches imitations of the clinic's own domains."""
    if not licences.has(Capability.DEFENDER_P1):
        return UNLICENSED
    policy = cover.settings
    faults = []
    if policy.impersonation_protection_state == "Off" or not policy.enable_organization_domains_protection:
        faults.append("imitations of the clinic's own domains are not looked for")
    elif policy.targeted_domain_protection_action in NOTHING:
        faults.append("imitations of the clinic's own domains stay in the inbox")
    return cover.judged(faults, "imitations of the clinic's own domains are caught")


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.SECURITYSUITE.2.3v1"],
    cis=["CIS M365 v7.0.0 2.1.7", "CIS M365 v6.0.0 2.1.7"],
)
def partners_are_watched(cover: AntiPhishCover, licences: Licences, profile: Profile) -> Result:
    """Every mailbox has a policy that catches imitations of the partners' domains."""
    if not licences.has(Capability.DEFENDER_P1):
        return UNLICENSED
    policy = cover.settings
    if policy.impersonation_protection_state == "Off" or not policy.enable_targeted_domains_protection:
        return cover.judged(["imitations of partners' domains are not looked for"], "")
    held = {domain.casefold() for domain in policy.targeted_domains_to_protect}
    # A partner may also be named by an address or by its tenant id (ADMIN-19); neither is a domain that could be imitated.
    domains = [name for name in profile.partners if "." in name and "@" not in name]
    missing = sorted(domain for domain in domains if domain.casefold() not in held)
    faults = [f"domains of partners are not protected ({len(missing)}): {', '.join(missing[:5])}"] if missing else []
    if policy.targeted_domain_protection_action in NOTHING:
        faults.append("imitations of partners' domains stay in the inbox")
    if not faults and not domains:
        return review(
            "protects some domains, but the clinic names no partners (partners): compare the list",
            protected=sorted(held),
        )
    return cover.judged(faults, "imitations of partners' domains are caught", missing=missing)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.GMAIL.7.1v1"],
    cis=["CIS GWS v1.3 3.1.3.4.3.1"],
    prowler=["gmail_domain_spoofing_protection_enabled"],
    none=NOBODY,
)
def similar_domains_are_watched(cell: PolicyCell) -> Result:
    """Mail from domains that only look like a known one is taken out of the inbox."""
    return caught(
        cell,
        GmailSpoofing,
        "detect_domain_name_spoofing",
        "domain_name_spoofing_consequence",
        "mail from look-alike domains",
    )
