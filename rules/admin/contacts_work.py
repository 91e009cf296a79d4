"""Tenant contact addresses are clinic addresses that work.

Why it matters
    When the provider sees a break-in or a failing payment, it writes to these addresses. If nobody reads them, nobody knows.

How to fix it
    Microsoft 365: Azure portal, Microsoft Entra ID, Properties: Technical contact; Microsoft 365 admin center, Settings, Org settings,
    Organization profile: addresses that two people read.
    Google Workspace: Admin console, Account, Account settings, Contact information: a secondary address outside the clinic's own domain,
    best at the IT company (named under partners in the configuration).

Does not cover
    Whether somebody reads them.
"""

from __future__ import annotations

from connectors.google_workspace.sources.customer import Customer
from connectors.microsoft365.sources.tenant import Organization
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.data import consumer_domains
from rules.profile import Profile
from rules.result import Result, Severity, failed, passed, review
from rules.views.addresses import parse
from rules.views.owned_domains import OwnedDomains

CONTROL = Control("ADMIN-24", Severity.LOW, level=Level.SHOULD, cites=["164.308(a)(6)(ii)", "164.308(a)(2)"])


def _judge(addresses: list[str], what: str) -> Result:
    if not addresses:
        return failed(f"nobody is named for {what}")
    personal = sorted(a for a in addresses if consumer_domains.find(parse(a).domain) is not None)
    if personal:
        return failed(f"{what} go to personal accounts: {', '.join(personal)}", addresses=personal)
    return passed(f"{what} go to {', '.join(sorted(addresses))}")


@CONTROL.check(MICROSOFT_365)
def technical_contact_works(organization: Organization) -> Result:
    """Technical notices reach an address that is nobody's personal account."""
    return _judge(organization.technical_notification_mails, "technical notices")


@CONTROL.check(MICROSOFT_365)
def security_contact_works(organization: Organization) -> Result:
    """Security notices reach an address that is nobody's personal account."""
    return _judge(organization.security_compliance_notification_mails, "security notices")


@CONTROL.check(GOOGLE_WORKSPACE)
def secondary_contact_works(customer: Customer, domains: OwnedDomains, profile: Profile) -> Result:
    """Google can reach somebody when the clinic's own mail does not work."""
    address = customer.alternate_email
    domain = parse(address).domain
    if not domain:
        return failed("no address outside the clinic is named")
    if profile.holds(frozenset(profile.partners), domain):
        return passed(f"the secondary address {address} is at a partner")
    if consumer_domains.find(domain) is not None:
        return review(f"the secondary address {address} is somebody's personal account")
    if domains.owns(domain):
        return failed(f"the secondary address {address} fails together with the clinic's own mail")
    return passed(f"the secondary address {address} is outside the clinic's own domains")
