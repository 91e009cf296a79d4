"""Ordinary staff cannot open the admin portals.

Why it matters
    The portals show who administers, which groups there are and who is in them: a map for whoever has stolen any password at all.

How to fix it
    Microsoft 365: Entra admin center, Users, User settings, Restrict access to Microsoft Entra admin center: Yes. Better: a Conditional
    Access policy that blocks "Microsoft Admin Portals" for everybody but administrator roles.

Does not cover
    The same information through programs.
"""

from __future__ import annotations

from connectors.microsoft365.sources.governance import EntraUxSetting
from connectors.record import Unreadable
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, passed
from rules.tables import One
from rules.view import Tenant
from rules.views.access_rules import AccessRules
from rules.views.conditional_access import AccessPolicy
from rules.views.people import People

CONTROL = Control("ADMIN-15", Severity.LOW, level=Level.SHOULD, cites=["164.308(a)(4)(ii)(B)"])
PORTALS = "MicrosoftAdminPortals"


def _blocks_portals(policy: AccessPolicy, people: People) -> bool:
    """Whether a policy keeps everybody but administrators and emergency accounts out of the portals."""
    applications = policy.record.conditions.applications
    if not policy.blocks or PORTALS not in applications.include_applications:
        return False
    if PORTALS in applications.exclude_applications or not policy.includes_all:
        return False
    if policy.narrowings or not policy.all_clients:
        return False
    return all(
        policy.applies(person).covered or person.is_break_glass or person.is_admin
        for person in people
        if person.can_sign_in
    )


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 5.1.2.4", "CIS M365 v6.0.0 5.1.2.4"],
    prowler=["entra_admin_portals_access_restriction"],
)
def portals_are_closed(tenant: Tenant, setting: One[EntraUxSetting], rules: AccessRules, people: People) -> Result:
    """The admin portals are closed to everybody without an administrator role."""
    unread: Unreadable | None = None
    try:
        if setting.value.restrict_non_admin_access == "true":
            return passed("the Entra admin center is closed to everybody without a role")
    except Unreadable as err:
        unread = err
    try:
        if rules.licensed:
            for policy in rules.access:
                if _blocks_portals(policy, people):
                    return passed("a rule closes the admin portals", enforced_by=policy.label)
    except Unreadable as err:
        unread = unread or err
    if unread is not None:
        raise unread
    return failed("everybody may open the admin portals")
