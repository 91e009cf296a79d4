"""Which Admin console setting really applies to whom: Google policies resolved per unit, group and person.

    policy: GooglePolicy
    for cell in policy: ...                                 one cell for each part of the clinic that settings tell apart
    policy.of(person) -> PolicyCell
    cell.setting(GmailAutoForwarding).enable_auto_forwarding
    cell.setting(ServiceStatus, "gmail.service_status").service_state
    cell.service_on("gmail")
    cell.origin(GmailAutoForwarding, "enable_auto_forwarding") -> Origin

How Google resolves a setting (Cloud Identity page "policy API concepts"): of the policies that match a person, the one with the
highest sort order gives the value, field by field: a field it does not carry comes from the next one that does.
Only a complete listing without any policy for a setting means Google's documented default; a field that the matching policies
leave out, a match that is not known (a license or a group that could not be read, an unknown clause) with differing outcomes,
and a setting without a documented default are `Unreadable`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from connectors.gap import Gap, Reason
from connectors.google_workspace.sources.people import User
from connectors.google_workspace.sources.policies import Policy
from connectors.google_workspace.sources.settings import DEFAULTS, ServiceStatus, Setting
from connectors.record import Remembered, Unreadable, derived
from rules.tables import Keyed, Table
from rules.view import View
from rules.views.licences import Licences
from rules.views.membership import Membership
from rules.views.org_units import OrgUnits
from rules.views.people import People, Person
from rules.views.policy_query import ADMINS, All, Formula, HasLicence, InGroup, InUnit, Traits, parse

S = TypeVar("S", bound=Setting)

VALUE = "policy.policies:setting.value."
KEYED_LISTS = {
    "api_controls.google_services": ("services", "scopesGroup"),
    "gmail.email_address_lists": ("emailAddressList", "id"),
    "gmail.rule_states": ("ruleStates", "ruleId"),
    "gmail.spam_override_lists": ("spamOverride", "ruleId"),
}
"""Lists that Google combines item by item instead of taking the highest policy's list: (field, the item's key)."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the value of one field comes from."""

    policy: str  # the policy's name; empty for a default
    by: str  # "administrator", "Google" or "default"
    unit: str = ""  # the unit it is set for, empty for the whole clinic
    group: str = ""

    def __str__(self) -> str:
        if self.by == "default":
            return "Google's documented default"
        who = "set by an administrator" if self.by == "administrator" else "set by Google"
        where = f"for group {self.group}" if self.group else f"for {self.unit or 'the whole clinic'}"
        return f"{who} {where}"


@dataclass(frozen=True)
class Rule:
    """One policy, read."""

    name: str
    setting: str
    admin: bool
    unit: str
    group: str
    formula: Formula
    order: float
    value: Mapping[str, Any] | None  # None: the policy holds no value that could be read
    gap: Gap | None = None


class _Values(Mapping[str, Any]):
    """A resolved setting's raw value, in which a field that could not be decided says so when it is read."""

    def __init__(self, values: Mapping[str, Any], undecided: Mapping[str, Gap]) -> None:
        self._values, self._undecided = dict(values), dict(undecided)

    def __getitem__(self, key: str) -> Any:
        if key in self._undecided:
            raise Unreadable(self._undecided[key])
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter([*self._values, *self._undecided])

    def __len__(self) -> int:
        return len(self._values) + len(self._undecided)


@dataclass
class _Resolved:
    values: dict[str, Any] = field(default_factory=dict)
    undecided: dict[str, Gap] = field(default_factory=dict)
    origins: dict[str, Origin] = field(default_factory=dict)


class PolicyCell:
    """A part of the clinic in which every setting has one value: a unit, with or without a group and a kind of licence."""

    kind = "unit"

    def __init__(
        self,
        view: GooglePolicy,
        *,
        id: str,  # noqa: A002
        unit: str,
        groups: tuple[str, ...],
        licences: tuple[str, ...],
        traits: Traits,
        gap: Gap | None,
    ) -> None:
        self.id, self.unit, self.groups, self.licences = id, unit, groups, licences
        self.traits, self.gap = traits, gap
        self.known: list[Person] = []  # those who are known to work here
        self.unknown: Gap | None = None  # why it is not known who works here
        self._view = view
        self._resolved: Remembered[str, _Resolved] = Remembered()

    @property
    def where(self) -> str:
        """The place in words: "Owners", "group front@clinic.example in /Staff"."""
        unit = self.unit if self.unit not in {"", "/"} else ""
        if self.groups:
            names = " and ".join(f"group {group}" for group in self.groups)
            place = f"{names} in {unit or 'the whole clinic'}"
        else:
            place = unit.removeprefix("/") or self._view.units.root_name
        return f"{place} with {' and '.join(self.licences)}" if self.licences else place

    @property
    def people(self) -> list[Person]:
        """The active people here; `Unreadable` if they are not known."""
        if self.unknown is not None:
            raise Unreadable(self.unknown)
        return self.known

    @property
    def label(self) -> str:
        """The place and how many people work there."""
        if self.unknown is not None:
            return f"{self.where} (who works there is not known)"
        count = len(self.known)
        return f"{self.where} ({count} {'person' if count == 1 else 'people'})"

    @derived
    def names(self) -> list[str]:
        """The active people who are known, by address."""
        return sorted(person.address for person in self.known)

    def _get(self, cls: type[Setting], name: str) -> _Resolved:
        view = self._view
        return self._resolved.get(
            name,
            lambda: resolve(cls, name, view.rules(name), self.traits, gap=self.gap, unit_name=view.units.name),
        )

    def setting(self, cls: type[S], name: str = "") -> S:
        """The value of a setting here. `name` is needed for the settings that exist once per service.

        `Unreadable` if the policies were not read completely; a field that could not be decided raises when it is read.
        """
        found = self._get(cls, name or cls.setting)
        return cls(_Values(found.values, found.undecided), VALUE)

    def origin(self, cls: type[Setting], name: str, setting: str = "") -> Origin:
        """Where the value of a field (our name of it) comes from; `Unreadable` if it has none."""
        key = cls.fields()[name].key
        found = self._get(cls, setting or cls.setting)
        if key in found.origins:
            return found.origins[key]
        raise Unreadable(found.undecided.get(key) or _no_value(setting or cls.setting))

    def given(self, cls: type[Setting], name: str = "") -> bool:
        """Whether any policy may give the setting a value here; if not, only a documented default is left."""
        rules = self._view.rules(name or cls.setting)
        return any(rule.formula.holds(self.traits) is not False for rule in rules)

    def settings(self, ending: str) -> list[str]:
        """The settings of a kind that exists once per service ("user_takeout") to which a policy may give a value here."""
        return [
            name
            for name in self._view.names(ending)
            if any(rule.formula.holds(self.traits) is not False for rule in self._view.rules(name))
        ]

    def service_on(self, service: str) -> bool:
        """Whether a Google service ("gmail") is on here."""
        state: str = self.setting(ServiceStatus, f"{service}.service_status").service_state
        return state == "ENABLED"

    def every(self, cls: type[S], name: str = "") -> list[S]:
        """All values that apply here at once, for settings of which Google keeps every policy (`rule.dlp`)."""
        values = []
        for rule in self._view.rules(name or cls.setting):
            match rule.formula.holds(self.traits):
                case None:
                    raise Unreadable(self.gap or _undecided(name or cls.setting))
                case True if rule.value is None:
                    raise Unreadable(rule.gap or _no_value(name or cls.setting))
                case True:
                    values.append(cls(rule.value or {}, VALUE))
        return values


def _no_value(setting: str) -> Gap:
    return Gap(
        VALUE + setting,
        Reason.UNREADABLE,
        f"no policy gives {setting} a value here, and Google documents no default for it",
        "look at the setting in the Admin console",
    )


def _undecided(setting: str) -> Gap:
    return Gap(
        VALUE + setting,
        Reason.UNREADABLE,
        f"which policy decides {setting} here depends on something that could not be read",
        "look at the setting in the Admin console",
    )


_UNKNOWN = object()


def resolve(
    cls: type[Setting],
    name: str,
    rules: Iterable[Rule],
    traits: Traits,
    *,
    gap: Gap | None = None,
    unit_name: Callable[[str], str] = str,
) -> _Resolved:
    """The value of every field of a setting for somebody with these traits. `rules` are sorted, the highest first."""
    found = _Resolved()
    keys = [f.key for f in cls.fields().values()]
    matching = [(rule, held) for rule in rules if (held := rule.formula.holds(traits)) is not False]
    keyed = KEYED_LISTS.get(name)
    for key in keys:
        if keyed and key == keyed[0]:
            _combine(found, name, key, keyed[1], matching=matching, gap=gap, unit_name=unit_name)
            continue
        outcomes: list[tuple[Any, Rule | None]] = []
        decided: float | None = None  # the sort order of the first policy that surely gives the field
        for rule, held in matching:
            if decided is not None and rule.order < decided:
                break
            if rule.value is None or not any(k in rule.value for k in keys):
                outcomes.append((_UNKNOWN, rule))
            elif key in rule.value:
                outcomes.append((rule.value[key], rule))
            else:
                continue
            if held:
                decided = rule.order  # Google keeps orders apart; two policies of one order must agree
        if decided is None:
            # Nobody who surely matches gives the field: only where nobody surely gives the setting at all is it the default.
            default = DEFAULTS.get(name, {})
            if not any(held for _, held in matching) and key in default:
                outcomes.append((default[key], None))
            elif matching:
                outcomes.append((_UNKNOWN, None))
        if not outcomes:
            continue  # no policy and no documented default: the field is absent, and says so when it is read
        value, rule_ = outcomes[0]
        if value is _UNKNOWN or any(other is _UNKNOWN or other != value for other, _ in outcomes[1:]):
            broken = next((r.gap for v, r in outcomes if v is _UNKNOWN and r is not None and r.gap), None)
            found.undecided[key] = broken or gap or _undecided(name)
            continue
        found.values[key] = value
        found.origins[key] = _origin(rule_, unit_name)
    return found


def _combine(
    found: _Resolved,
    name: str,
    key: str,
    item_key: str,
    *,
    matching: Sequence[tuple[Rule, bool | None]],
    gap: Gap | None,
    unit_name: Callable[[str], str],
) -> None:
    """A list that is combined item by item: for each item's key the highest policy wins."""
    items: dict[Any, Any] = {}
    given: Rule | None = None
    for rule, held in matching:
        listed = None if rule.value is None else rule.value.get(key)
        if held is None or not isinstance(listed, list):
            found.undecided[key] = rule.gap or gap or _undecided(name)
            return
        given = given or rule
        for item in listed:
            if not isinstance(item, Mapping) or item_key not in item:
                found.undecided[key] = _undecided(name)
                return
            items.setdefault(item[item_key], item)
    if given is not None:
        found.values[key] = list(items.values())
        found.origins[key] = _origin(given, unit_name)
    elif key in DEFAULTS.get(name, {}):
        found.values[key] = DEFAULTS[name][key]
        found.origins[key] = Origin("", "default")


def _origin(rule: Rule | None, unit_name: Callable[[str], str]) -> Origin:
    if rule is None:
        return Origin("", "default")
    return Origin(rule.name, "administrator" if rule.admin else "Google", unit_name(rule.unit), rule.group)


class GooglePolicy(View[PolicyCell]):
    """The clinic as its settings divide it, with the people who work in each part."""

    def __init__(
        self,
        policies: Table[Policy],
        units: OrgUnits,
        people: People,
        users: Keyed[User],
        membership: Membership,
        licences: Licences,
    ) -> None:
        self.policies, self.units, self.people, self.users = policies, units, people, users
        self.membership, self.licences = membership, licences

    # --- policies ---------------------------------------------------------------------------------------------------

    @derived
    def _read(self) -> tuple[dict[str, list[Rule]], dict[str, Gap], Gap | None]:
        """(rules by setting, the highest first; settings with a policy that could not be read; why all are unreadable)."""
        by_setting: dict[str, list[Rule]] = {}
        broken: dict[str, Gap] = {}
        all_broken = self.policies.gap
        for policy in self.policies.known():
            try:
                name = policy.setting.name
            except Unreadable as err:
                all_broken = all_broken or err.gap  # it may speak of any setting
                continue
            try:
                by_setting.setdefault(name, []).append(_rule(policy, name))
            except Unreadable as err:
                broken[name] = err.gap
        for rules in by_setting.values():
            rules.sort(key=lambda rule: -rule.order)
        return by_setting, broken, all_broken

    def rules(self, name: str) -> list[Rule]:
        """The policies of a setting, the highest first; `Unreadable` if they are not all known."""
        by_setting, broken, all_broken = self._read
        if all_broken is not None:
            raise Unreadable(all_broken)
        if name in broken:
            raise Unreadable(broken[name])
        return by_setting.get(name, [])

    def names(self, ending: str) -> list[str]:
        """The settings of a kind that exists once per service, as far as any policy names them; `Unreadable` if some may lack."""
        by_setting, broken, all_broken = self._read
        if all_broken is not None:
            raise Unreadable(all_broken)
        return sorted(name for name in {*by_setting, *broken} if name.endswith(f".{ending}"))

    @derived
    def _groups(self) -> list[str]:
        """Ids of the groups that any policy names."""
        return sorted({atom.group for atom in self._atoms if isinstance(atom, InGroup)})

    @derived
    def _licence_clauses(self) -> list[frozenset[str]]:
        clauses = {atom.skus for atom in self._atoms if isinstance(atom, HasLicence)}
        return sorted(clauses, key=sorted)

    @derived
    def _atoms(self) -> set[Formula]:
        by_setting, _, _ = self._read
        return {atom for rules in by_setting.values() for rule in rules for atom in rule.formula.atoms()}

    # --- people -----------------------------------------------------------------------------------------------------

    def _traits(self, person: Person) -> tuple[str, str, Traits, Gap | None]:
        """(unit id, unit path, what policies ask of the person, why something of it is not known)."""
        gap = self.units.gap
        try:
            path = person.unit
            chain, whole = self.units.chain(path)
        except Unreadable as err:
            path, chain, whole, gap = "", [], False, err.gap
        groups: dict[str, bool | None] = {}
        for group in self._groups:
            try:
                groups[group] = person.is_admin if group == ADMINS else self.membership.contains(group, person.id)
            except Unreadable as err:
                groups[group], gap = None, gap or err.gap
        skus: frozenset[str] | None = None
        if self._licence_clauses:
            try:
                skus = frozenset(licence.id for licence in self.licences.of(person.id))
            except Unreadable as err:
                gap = gap or err.gap
        return chain[0] if chain else "", path, Traits(frozenset(chain), whole, groups, skus), gap

    def _cell(self, person: Person) -> tuple[str, PolicyCell]:
        unit, path, traits, gap = self._traits(person)
        named = sorted(group for group, member in traits.groups.items() if member)
        unknown = sorted(group for group, member in traits.groups.items() if member is None)
        clauses = [
            clause for clause in self._licence_clauses if traits.licences is not None and clause & traits.licences
        ]
        words = [unit or f"unknown unit {path}", *named, *(f"?{group}" for group in unknown)]
        words += ["+".join(sorted(clause)) for clause in clauses]
        if self._licence_clauses and traits.licences is None:
            words.append("?licence")
        reduced = frozenset().union(*(clause & (traits.licences or frozenset()) for clause in clauses))
        shown = [self._sku_name(sku) for sku in sorted(reduced)] if len(self._licence_clauses) else []
        labels = tuple("administrators" if g == ADMINS else self.membership.name(g) for g in named)
        key = "|".join(words)
        return key, PolicyCell(self, id=key, unit=path, groups=labels, licences=tuple(shown), traits=traits, gap=gap)

    def _sku_name(self, sku: str) -> str:
        try:
            return next((licence.label for licence in self.licences if licence.id == sku), sku)
        except Unreadable:
            return sku

    @derived
    def _cells(self) -> tuple[dict[str, PolicyCell], dict[str, str], Gap | None]:
        """(cells by id, cell ids by person, why some people may be missing)."""
        cells: dict[str, PolicyCell] = {}
        homes: dict[str, str] = {}
        gap: Gap | None = None
        try:
            for person in self.people:
                try:
                    if not person.can_sign_in or person.is_guest:
                        continue
                    person.address  # noqa: B018 - people are shown by it
                except Unreadable as err:
                    gap = gap or err.gap
                    continue
                key, cell = self._cell(person)
                homes[person.id] = cells.setdefault(key, cell).id
                cells[key].known.append(person)
        except Unreadable as err:
            gap = gap or err.gap
        if gap is not None:
            try:
                for cell in self._units_alone(gap):
                    cells[cell.id] = cell
                gap = None  # whoever is missing works in one of the units
            except Unreadable as err:
                gap = err.gap
        return cells, homes, gap

    def _units_alone(self, gap: Gap) -> Iterator[PolicyCell]:
        """Every unit for people nobody knows: what their groups and licenses would change is left open."""
        for path in self.units.paths:
            chain, whole = self.units.chain(path)
            traits = Traits(frozenset(chain), whole, dict.fromkeys(self._groups), None)
            cell = PolicyCell(
                self,
                id=f"{chain[0] if chain else path}|?people",
                unit=path,
                groups=(),
                licences=(),
                traits=traits,
                gap=gap,
            )
            cell.unknown = gap
            yield cell

    def __iter__(self) -> Iterator[PolicyCell]:
        """Every part of the clinic with at least one active person, then `Unreadable` if people may be missing."""
        cells, _, gap = self._cells
        yield from cells.values()
        if gap is not None:
            raise Unreadable(gap)

    def of(self, person: Person) -> PolicyCell:
        """The part of the clinic that a person is in; for somebody who cannot sign in, one of their own."""
        cells, homes, _ = self._cells
        if person.id in homes:
            return cells[homes[person.id]]
        return self._cell(person)[1]


def _rule(policy: Policy, name: str) -> Rule:
    query = policy.policy_query
    formula = parse(query.query)
    written = set(formula.atoms())
    extra: list[Formula] = []
    # The fields repeat what the query says; a field that the query lacks counts as well.
    if query.unit_id and InUnit(query.unit_id) not in written:
        extra.append(InUnit(query.unit_id))
    if query.group_id and InGroup(query.group_id) not in written:
        extra.append(InGroup(query.group_id))
    value: Mapping[str, Any] | None
    try:
        value, gap = policy.setting.value, None
    except Unreadable as err:
        value, gap = None, err.gap
    return Rule(
        policy.name,
        name,
        policy.type == "ADMIN",
        query.unit_id,
        query.group_id,
        All((formula, *extra)) if extra else formula,
        query.sort_order,
        value,
        gap,
    )
