"""Conditional Access rules about devices: which one holds for all staff, and what keeps the others from it.

    access.rule(demands, ...) -> Standing(policies=[...], objections=[...])

A rule counts only where the clinic owns Entra ID P1.
"""

from __future__ import annotations

from collections.abc import Callable

from connectors.microsoft365.sources.access import ConditionalAccessPolicy
from connectors.record import Unreadable, derived
from rules.data.service_plans import Capability
from rules.view import View
from rules.views.access_rules import NO_P1, Standing
from rules.views.conditional_access import AccessPolicy, ConditionalAccess
from rules.views.licences import Licences
from rules.views.people import People
from rules.views.roles import DIRECTORY_SYNCHRONIZATION

EXCHANGE = "00000002-0000-0ff1-ce00-000000000000"
SHAREPOINT = "00000003-0000-0ff1-ce00-000000000000"
PHONES = frozenset({"ios", "android"})
_PLATFORMS = "only on some kinds of devices"


class DeviceAccess(View[None]):
    """What Conditional Access demands of devices."""

    def __init__(self, access: ConditionalAccess, people: People, licences: Licences) -> None:
        self.access, self.people, self.licences = access, people, licences

    @derived
    def licensed(self) -> bool:
        """Whether the clinic owns Entra ID P1, without which Microsoft applies no policy."""
        return self.licences.has(Capability.ENTRA_P1)

    def rule(
        self,
        demands: Callable[[ConditionalAccessPolicy], bool],
        *,
        applies: Callable[[ConditionalAccessPolicy], bool] | None = None,
        platforms: frozenset[str] = frozenset(),
    ) -> Standing:
        """The policies for everybody that demand something. `applies` says which applications it must speak of (all, if not
        given); `platforms` are the device platforms it must cover, where it may leave out others.
        """
        found = Standing()
        try:
            for policy in self.access:
                try:
                    if policy.blocks or not demands(policy.record):
                        continue
                    objections = self._objections(policy, applies, platforms)
                    if objections:
                        found.objections.append(f"{policy.label}: {'; '.join(objections)}")
                    else:
                        found.policies.append(policy.label)
                except Unreadable as err:
                    found.gap = found.gap or err.gap
        except Unreadable as err:
            found.gap = found.gap or err.gap
        if found.policies and not self.licensed:
            return Standing(objections=[NO_P1])
        return found

    def _objections(
        self,
        policy: AccessPolicy,
        applies: Callable[[ConditionalAccessPolicy], bool] | None,
        platforms: frozenset[str],
    ) -> list[str]:
        record = policy.record
        found = list(policy.narrowings)
        if platforms and _PLATFORMS in found and _covers(record, platforms):
            found.remove(_PLATFORMS)
        if not policy.includes_all:
            found.append("it does not name everybody")
        if not (policy.all_applications if applies is None else applies(record)):
            found.append("it does not cover the applications with clinic data")
        if not policy.all_clients and not _modern(record):
            found.append("it covers only some kinds of programs")
        if [role for role in policy.excluded_roles if role != DIRECTORY_SYNCHRONIZATION]:
            found.append("it leaves out administrator roles")
        if policy.excludes_guests:
            found.append("it leaves out guests")
        if found:
            return found
        exempt = [person.label for person, _ in self.access.exempted(policy, self.people)]
        return [f"it leaves out {', '.join(sorted(exempt))}"] if exempt else []


def _modern(record: ConditionalAccessPolicy) -> bool:
    """Whether a policy speaks of browsers and modern programs; the old ones are another control's (AUTH-1)."""
    return {"browser", "mobileAppsAndDesktopClients"} <= set(record.conditions.client_app_types)


def _covers(record: ConditionalAccessPolicy, platforms: frozenset[str]) -> bool:
    conditions = record.conditions.platforms
    if conditions is None:
        return True
    named = {platform.casefold() for platform in conditions.include_platforms}
    left = {platform.casefold() for platform in conditions.exclude_platforms}
    return ("all" in named or platforms <= named) and not platforms & left


def office(record: ConditionalAccessPolicy) -> bool:
    """Whether a policy speaks of mail and files: of everything, of Office 365, or of Exchange and SharePoint by name."""
    applications = record.conditions.applications
    named = set(applications.include_applications)
    if applications.application_filter is not None:
        return False
    if set(applications.exclude_applications) & {"Office365", EXCHANGE, SHAREPOINT}:
        return False
    return bool(named & {"All", "Office365"}) or {EXCHANGE, SHAREPOINT} <= named
