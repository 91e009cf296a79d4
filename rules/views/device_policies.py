"""Which phones read clinic mail, and what Intune demands of devices, for whom.

    for platform in policies: ...                             iOS, Android: the kinds of phones in use
    policies.compliance("iOS", meets) -> Coverage             what compliance policies that meet a demand cover
    policies.protected_apps("iOS", meets) -> Coverage         the same for app protection
    policies.left_out([policy.assignments, ...]) -> [names]   the staff that none of these assignments reaches

Facts: Graph resources deviceCompliancePolicy, targetedManagedAppProtection and deviceAndAppManagementAssignmentTarget.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from connectors.gap import Gap, Reason
from connectors.microsoft365.sources.devices import ManagedDevice, MobileDevice
from connectors.microsoft365.sources.intune import (
    AndroidAppProtection,
    AppProtection,
    Assignment,
    CompliancePolicy,
    IosAppProtection,
)
from connectors.record import Unreadable, derived
from rules.tables import Table
from rules.view import View
from rules.views.membership import Membership
from rules.views.people import People, Person

P = TypeVar("P")

IOS, ANDROID, WINDOWS, MAC, OTHER = "iOS", "Android", "Windows", "macOS", "other"
LABELS = {IOS: "iPhones and iPads", ANDROID: "Android phones", WINDOWS: "Windows computers", MAC: "Macs"}
KINDS = {
    IOS: frozenset({"iosCompliancePolicy"}),
    ANDROID: frozenset({"androidCompliancePolicy", "androidWorkProfileCompliancePolicy"}),
    WINDOWS: frozenset({"windows10CompliancePolicy"}),
    MAC: frozenset({"macOSCompliancePolicy"}),
}
"""Kinds of compliance policies by platform."""

_PREFIX = "#microsoft.graph."
_ALL = frozenset({"allLicensedUsersAssignmentTarget", "allDevicesAssignmentTarget"})
_GROUP, _NOT_GROUP = "groupAssignmentTarget", "exclusionGroupAssignmentTarget"
_NOBODY = frozenset({"configurationManagerCollectionAssignmentTarget"})


def platform_of(system: str | None) -> str:
    """The platform in the name that Exchange or Intune gives an operating system."""
    name = (system or "").casefold()
    if name.startswith(("ios", "ipados", "iphone", "ipad")):
        return IOS
    if name.startswith("android"):
        return ANDROID
    if name.startswith("windows") and "phone" not in name:
        return WINDOWS
    if name.startswith(("macos", "mac os", "macmdm")):
        return MAC
    return OTHER


def kind(odata_type: str) -> str:
    """Graph's name of a kind without its namespace."""
    return odata_type.removeprefix(_PREFIX)


class Platform:
    """A kind of device that people work with."""

    kind = "platform"

    def __init__(self, id: str) -> None:  # noqa: A002
        self.id = id
        self.label = LABELS.get(id, "other phones")


@dataclass(frozen=True)
class Coverage:
    """What the policies that meet a demand reach."""

    policies: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether a policy meets the demand, and reaches everybody."""
        return bool(self.policies) and not self.left_out


class DevicePolicies(View[Platform]):
    """Phones in use, and the policies for them."""

    def __init__(
        self,
        phones: Table[MobileDevice],
        managed: Table[ManagedDevice],
        compliance: Table[CompliancePolicy],
        ios: Table[IosAppProtection],
        android: Table[AndroidAppProtection],
        people: People,
        membership: Membership,
    ) -> None:
        self.phones, self.managed, self._compliance = phones, managed, compliance
        self._ios, self._android = ios, android
        self._people, self._membership = people, membership

    def __iter__(self) -> Iterator[Platform]:
        """The platforms of the phones that Exchange lets in."""
        seen: set[str] = set()
        for phone in self.phones:
            if phone.device_access_state in {"Blocked", "Quarantined"}:
                continue
            platform = platform_of(phone.device_o_s)
            if platform not in seen:
                seen.add(platform)
                yield Platform(platform)

    def unmanaged(self, platform: str) -> int:
        """How many phones of a platform Exchange lets in that nobody manages."""
        return sum(
            1
            for phone in self.phones
            if phone.device_access_state not in {"Blocked", "Quarantined"}
            and platform_of(phone.device_o_s) == platform
            and not phone.is_managed
        )

    # --- for whom ---------------------------------------------------------------------------------------------------

    @derived
    def staff(self) -> list[Person]:
        """The working accounts with a licence."""
        return [one for one in self._people if one.can_sign_in and not one.is_guest and one.is_licensed]

    def left_out(self, given: Sequence[list[Assignment]]) -> tuple[str, ...]:
        """The staff that none of these lists of assignments reaches."""
        read = [self._targets(assignments) for assignments in given]
        if any(everybody and not excluded for everybody, _, excluded in read):
            return ()
        return tuple(
            sorted(person.label for person in self.staff if not any(self._reaches(one, person) for one in read))
        )

    def _reaches(self, read: tuple[bool, list[str], list[str]], person: Person) -> bool:
        everybody, included, excluded = read
        inside = everybody or any(self._membership.contains(group, person.id) for group in included)
        return inside and not any(self._membership.contains(group, person.id) for group in excluded)

    def _targets(self, assignments: list[Assignment]) -> tuple[bool, list[str], list[str]]:
        """(whether all people or devices are meant, groups that are meant, groups that are left out)."""
        everybody, included, excluded = False, list[str](), list[str]()
        for assignment in assignments:
            target = assignment.target
            name = kind(target.odata_type)
            if name in _ALL:
                everybody = True
            elif name == _GROUP and target.group_id:
                included.append(target.group_id)
            elif name == _NOT_GROUP and target.group_id:
                excluded.append(target.group_id)
            elif name not in _NOBODY:
                path = "graph.device_compliance_policies:assignments.target"
                raise Unreadable(
                    Gap(path, Reason.UNREADABLE, f"a policy is assigned in a way that is not documented: {name}")
                )
        return everybody, included, excluded

    # --- policies ---------------------------------------------------------------------------------------------------

    def coverage(self, policies: Iterable[P], meets: Callable[[P], bool]) -> Coverage:
        """Whom the policies that meet a demand reach together; `Unreadable` if what could not be read might reach the rest."""
        found: list[Any] = []
        unread: Unreadable | None = None
        try:
            for policy in policies:
                try:
                    if meets(policy) and policy.assignments:  # type: ignore[attr-defined]
                        found.append(policy)
                except Unreadable as err:
                    unread = unread or err
        except Unreadable as err:
            unread = unread or err
        names = tuple(sorted(policy.label for policy in found))
        left = self.left_out([policy.assignments for policy in found]) if found else ()
        if unread is not None and (left or not found):
            raise Unreadable(unread.gap)
        return Coverage(names, left)

    def compliance(self, platform: str, meets: Callable[[CompliancePolicy], bool]) -> Coverage:
        """What compliance policies of a platform that meet a demand cover."""
        kinds = KINDS.get(platform, frozenset())
        return self.coverage(self._compliance, lambda policy: kind(policy.odata_type) in kinds and meets(policy))

    def protected_apps(
        self,
        platform: str,
        meets: Callable[[AppProtection], bool],
    ) -> Coverage:
        """What app protection policies of a phone platform that meet a demand cover; empty for other platforms."""
        if platform == IOS:
            return self.coverage(self._ios, meets)
        if platform == ANDROID:
            return self.coverage(self._android, meets)
        return Coverage()
