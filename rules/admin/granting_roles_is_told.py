"""Granting or using a privileged role sends an email.

Why it matters
    A thief with an administrator's account makes another one first. A message at that moment is the last chance to notice.

How to fix it
    Microsoft 365: Entra admin center, Privileged Identity Management, Microsoft Entra roles, Settings, the role, Notifications: add a
    mailbox that somebody reads. Without Entra ID P2, keep Purview's alert "Elevation of Exchange admin privilege" on.

Does not cover
    Whether somebody reads it.
"""

from __future__ import annotations

from connectors.microsoft365.sources.compliance import ProtectionAlert
from connectors.microsoft365.sources.roles import RolePolicy
from connectors.record import Unreadable
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.data.service_plans import Capability
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_assessed, passed, review
from rules.tables import Keyed, Table
from rules.view import Tenant, View
from rules.views.addresses import parse
from rules.views.licences import Licences
from rules.views.owned_domains import OwnedDomains
from rules.views.privileged import NO_P2
from rules.views.roles import CORE_ROLES, GLOBAL_ADMINISTRATOR, PRIVILEGED

CONTROL = Control("ADMIN-9", Severity.MEDIUM, level=Level.SHOULD, cites=["164.308(a)(5)(ii)(C)", "164.312(b)"])
ALERT = "Elevation of Exchange admin privilege"
GIVEN = ("Notification_Admin_Admin_Assignment", "Notification_Admin_Admin_Eligibility")
USED = "Notification_Admin_EndUser_Assignment"


class RoleMail(View[None]):
    """Who gets a message about a role."""

    def __init__(self, policies: Keyed[RolePolicy], domains: OwnedDomains, profile: Profile) -> None:
        self.policies, self.domains, self.profile = policies, domains, profile

    def fault(self, role: str, rule: str) -> str | None:
        """What is wrong with whom a rule tells; None if somebody of the clinic or its IT company is told."""
        found = self.policies.get(role)
        settings = found.policy.rule(rule) if found is not None else None
        if settings is None:
            source = "graph.role_management_policies:policy.rules"
            gap = not_assessed(f"the settings of {PRIVILEGED[role]} hold no rule {rule}", source=source).gap
            assert gap is not None
            raise Unreadable(gap)
        recipients = list(settings.notification_recipients)
        if not recipients:
            return "nobody"
        strangers = [address for address in recipients if not self._ours(address)]
        return f"strangers ({', '.join(sorted(strangers))})" if strangers else None

    def _ours(self, address: str) -> bool:
        domain = parse(address).domain
        return bool(domain) and (
            self.profile.holds(frozenset(self.profile.partners), domain) or self.domains.owns(domain)
        )

    def judge(self, roles: tuple[str, ...], rules: tuple[str, ...], good: str, bad: str) -> Result:
        """The result over some roles and rules; a fault that is found counts, whatever else could not be read."""
        faults: list[str] = []
        unread: Unreadable | None = None
        for role in roles:
            for rule in rules:
                try:
                    if (fault := self.fault(role, rule)) is not None:
                        faults.append(f"{PRIVILEGED[role]}: {fault}")
                except Unreadable as err:
                    unread = unread or err
        if faults:
            return failed(f"{bad}: {'; '.join(list(dict.fromkeys(faults))[:4])}", roles=sorted(set(faults)))
        if unread is not None:
            raise unread
        return passed(good)


@CONTROL.check(MICROSOFT_365, scuba=["MS.AAD.7.7v1"])
def granting_is_told(tenant: Tenant, mail: RoleMail, licences: Licences, alerts: Table[ProtectionAlert]) -> Result:
    """Whenever a privileged role is given to somebody, somebody else gets a message."""
    if licences.has(Capability.ENTRA_P2):
        return mail.judge(
            CORE_ROLES, GIVEN, "giving a privileged role sends a message", "who is told when a role is given"
        )
    if any(alert.name == ALERT and not alert.disabled for alert in alerts):
        return review("without Entra ID P2 only a new Exchange administrator rings an alarm")
    return failed("nobody is told when somebody gets an administrator role")


@CONTROL.check(MICROSOFT_365, scuba=["MS.AAD.7.8v1"])
def using_the_highest_is_told(tenant: Tenant, mail: RoleMail, licences: Licences) -> Result:
    """Whenever somebody turns on Global Administrator, somebody else gets a message."""
    if not licences.has(Capability.ENTRA_P2):
        return NO_P2
    return mail.judge(
        (GLOBAL_ADMINISTRATOR,), (USED,), "turning it on sends a message", "who is told when it is turned on"
    )


@CONTROL.check(MICROSOFT_365, scuba=["MS.AAD.7.9v1"])
def using_others_is_told(tenant: Tenant, mail: RoleMail, licences: Licences) -> Result:
    """Whenever somebody turns on another privileged role, somebody else should get a message."""
    if not licences.has(Capability.ENTRA_P2):
        return NO_P2
    others = tuple(role for role in CORE_ROLES if role != GLOBAL_ADMINISTRATOR)
    return mail.judge(others, (USED,), "turning one on sends a message", "who is told when one is turned on")
