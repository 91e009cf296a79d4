"""The IT provider has only the rights it needs.

Why it matters
    Whoever breaks into an IT company has the keys of all its customers. What it may do here is what the thief may do here.

How to fix it
    Microsoft 365: Microsoft 365 admin center, Settings, Partner relationships: remove companies you do not work with, and keep
    Global Administrator out of what the others may do.
    Google Workspace: Admin console, Account, Admin roles: take Super Admin from outsiders. At both, name the company under partners
    in the configuration (by domain or tenant id) and its agreement in a statement of the kind vendor_baas.

Does not cover
    Which roles a partner holds at Microsoft: only the partner, and the admin center, show that.
"""

from __future__ import annotations

from connectors.google_workspace.sources.roles import Role, RoleAssignment
from connectors.microsoft365.sources.governance import PartnerTenant
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed
from rules.tables import Keyed, Table
from rules.view import Tenant
from rules.views.addressing import MailGroups
from rules.views.agreements import Agreements
from rules.views.owned_domains import OwnedDomains
from rules.views.people import People

CONTROL = Control(
    "ADMIN-19",
    Severity.HIGH,
    level=Level.SHOULD,
    cites=["164.308(b)(1)", "164.308(a)(4)(ii)(B)", "164.314(a)(1)"],
)
NO_PROVIDER = not_applicable("Microsoft names no outside organization that administers this tenant")


def _known(key: str, profile: Profile, agreements: Agreements) -> str | None:
    """What is wrong with a company (by domain, address or tenant id): nobody named it, or no agreement is on file."""
    names = {name.casefold(): who for name, who in profile.partners.items()}
    who = names.get(key.casefold())
    if who is None:
        return "is not among the partners that the clinic has named"
    return None if agreements.covers(key, who) else f"belongs to {who}, with whom no agreement in order is on file"


@CONTROL.check(MICROSOFT_365, none=NO_PROVIDER)
def provider_is_known(partner: PartnerTenant, profile: Profile, agreements: Agreements) -> list[Result]:
    """Every organization that administers the tenant is known, and has an agreement."""
    if not partner.is_service_provider:
        return []
    if fault := _known(partner.tenant_id, profile, agreements):
        return [failed(f"administers this tenant from outside and {fault}")]
    return [passed("is a known partner with an agreement")]


@CONTROL.check(MICROSOFT_365, none=NO_PROVIDER)
def provider_holds_few_roles(partner: PartnerTenant) -> list[Result]:
    """No outside organization may act as Global Administrator."""
    if not partner.is_service_provider:
        return []
    return [
        not_assessed(
            "which roles it holds here shows only at the partner",
            source="graph.delegated_admin_relationships",
            remedy="look at Partner relationships in the Microsoft 365 admin center",
        )
    ]


@CONTROL.check(GOOGLE_WORKSPACE)
def outsiders_are_known(
    tenant: Tenant,
    people: People,
    groups: MailGroups,
    assignments: Table[RoleAssignment],
    roles: Keyed[Role],
    domains: OwnedDomains,
    profile: Profile,
    agreements: Agreements,
) -> list[Result]:
    """Every super administrator from outside is of a known partner with an agreement."""
    found: list[Result] = []
    outsiders: set[str] = set()
    unread: Unreadable | None = None
    try:
        for assignment in assignments:
            try:
                role = roles.get(assignment.role_id)
                if role is None or not role.is_super_admin_role or not assignment.to_group:
                    continue
                group = next((one for one in groups if one.id == assignment.assigned_to), None)
                for member in group.members() if group is not None else ():
                    if not domains.owns_address(member.address):
                        outsiders.add(member.address.casefold())
            except Unreadable as err:
                unread = unread or err
        for person in people:
            listed = profile.holds(frozenset(profile.partners), person.address)
            if person.can_sign_in and person.is_highest_admin and (listed or not domains.owns_address(person.address)):
                outsiders.add(person.address.casefold())
    except Unreadable as err:
        unread = unread or err
    for address in sorted(outsiders):
        key = address if profile.holds(frozenset(profile.partners), address) else address.rpartition("@")[2]
        try:
            fault = _known(key, profile, agreements)
        except Unreadable as err:
            unread = unread or err
            continue
        about = {"account": address}
        if fault:
            found.append(failed(f"{address} is super administrator and {fault}", about=about))
        else:
            found.append(passed(f"{address} is super administrator, of a partner with an agreement"))
    if unread is not None:
        found.append(_unread(unread))
    return found or [passed("no super administrator is from outside")]


def _unread(err: Unreadable) -> Result:
    return not_assessed(err.gap.detail, reason=err.gap.reason, source=err.gap.source, remedy=err.gap.remedy)
