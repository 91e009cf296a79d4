"""Effective Google policy: against a slow, obvious version, and by example."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.google_workspace.sources.settings import (
    GmailAutoForwarding,
    GmailDelegation,
    GoogleServices,
    ServiceStatus,
    TwoStepEnforcement,
)
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE
from rules.views.google_policy import GooglePolicy
from rules.views.people import People
from rules.views.policy_query import Opaque, parse
from tests.rules.identity import clauses, google, google_user, of, resolver, setting, unit

FORWARDING, DELEGATION = "gmail.auto_forwarding", "gmail.mail_delegation"
FIELDS = [(GmailAutoForwarding, "enable_auto_forwarding", "enableAutoForwarding"), (GmailDelegation, "enable_mail_delegation", "enableMailDelegation"), (GmailDelegation, "enable_mailbox_group_delegation", "enableMailboxGroupDelegation")]  # fmt: skip
UNITS, GROUPS, SKUS = 7, ["g0", "g1"], ["1010020027", "1010020025"]


def view(snapshot: Any) -> tuple[GooglePolicy, People]:
    given_ = resolver(snapshot)
    return given_.view(GooglePolicy, GOOGLE_WORKSPACE), given_.view(People, GOOGLE_WORKSPACE)


def read(cell: Any, cls: Any, name: str) -> Any:
    try:
        return getattr(cell.setting(cls), name)
    except Unreadable:
        return "unreadable"


@st.composite
def policies(draw: st.DrawFn) -> list[dict[str, Any]]:
    made = []
    for order in draw(st.lists(st.integers(100, 120), max_size=8)):
        name = draw(st.sampled_from([FORWARDING, DELEGATION]))
        keys = [key for cls, _, key in FIELDS if cls.setting == name]
        made.append(
            {
                "name": name,
                "order": float(order),
                "unit": draw(st.sampled_from(["", "root", "gone", *(f"u{n}" for n in range(UNITS))])),
                "group": draw(st.sampled_from(["", "", *GROUPS, "deleted", "WORKSPACE_ALL_ADMIN_GROUP"])),
                "skus": draw(st.sampled_from([[], [], [SKUS[0]], SKUS])),
                "without": draw(st.sampled_from([[], [], [SKUS[1]]])),
                "value": draw(st.dictionaries(st.sampled_from(keys), st.booleans(), max_size=len(keys))),
            }
        )
    return made


clinics = st.fixed_dictionaries(
    {
        "parents": st.lists(st.integers(-1, UNITS - 2), min_size=UNITS, max_size=UNITS),
        "homes": st.lists(st.integers(-1, UNITS - 1), min_size=1, max_size=5),
        "groups": st.dictionaries(st.sampled_from(GROUPS), st.sets(st.integers(0, 4))),
        "admins": st.sets(st.integers(0, 4)),
        "licences": st.none() | st.lists(st.sampled_from([None, *SKUS]), min_size=5, max_size=5),
        "root": st.booleans(),
        "policies": policies(),
    }
)


def build(clinic: dict[str, Any]) -> tuple[Any, dict[str, list[str]]]:
    """(the snapshot, the chain of unit ids of each unit by path, the nearest first)."""
    paths, chains, units = {-1: ""}, {"/": ["root"]}, []
    for number, parent in enumerate(clinic["parents"]):
        above = parent if parent < number else -1
        paths[number] = f"{paths[above]}/u{number}"
        parent_id = "root" if above == -1 else f"u{above}"
        units.append(unit(f"u{number}", paths[number], parent_id, paths[above] or "/"))
        chains[paths[number]] = [f"u{number}", *chains[paths[above] or "/"]]
    if clinic["root"]:
        units.append(unit("root", "/"))
    people = [
        google_user(f"p{n}", paths[home] or "/", isDelegatedAdmin=n in clinic["admins"])
        for n, home in enumerate(clinic["homes"])
    ]
    held = clinic["licences"]
    rows = [
        setting(
            p["name"], p["value"], p["order"], unit_id=p["unit"], group=p["group"], skus=p["skus"], without=p["without"]
        )
        for p in clinic["policies"]
    ]
    for number, row in enumerate(rows):
        row["name"] = f"policies/{number}"
    snapshot = google(
        people,
        {
            "directory.orgunits": units,
            "directory.groups": [
                {"id": g, "email": f"{g}@brightwater.example", "adminCreated": True, "directMembersCount": "1"}
                for g in GROUPS
            ],
            "directory.group_members": [
                line
                for g in GROUPS
                for line in of(
                    g,
                    *(
                        {"id": f"p{m}", "email": f"p{m}@x.example", "role": "MEMBER", "type": "USER"}
                        for m in clinic["groups"].get(g, ())
                    ),
                )
            ],
            "licensing.assignments": None
            if held is None
            else [
                *(
                    {"userId": f"P{n}@brightwater.example", "productId": "Google-Apps", "skuId": s, "skuName": s}
                    for n, s in enumerate(held)
                    if s
                ),
                {"userId": "other@brightwater.example", "productId": "Google-Apps", "skuId": "x", "skuName": "x"},
            ],
            "policy.policies": rows,
        },
    )
    return snapshot, chains


def slow(
    clinic: dict[str, Any],
    chains: dict[str, list[str]],
    path: str,
    number: int,
    name: str,
    key: str,
    defaults: dict[str, Any],
) -> set[Any]:
    """Every value the field may have, over everything the person's licence may be."""
    held = clinic["licences"]
    possible = [None, *SKUS] if held is None else [held[number]]
    outcomes = set()
    for licence in possible:
        matching = [
            p
            for p in clinic["policies"]
            if p["name"] == name
            and (not p["unit"] or p["unit"] in chains[path])
            and (
                not p["group"]
                or (p["group"] == "WORKSPACE_ALL_ADMIN_GROUP" and number in clinic["admins"])
                or number in clinic["groups"].get(p["group"], ())
            )
            and (not p["skus"] or licence in p["skus"])
            and (not p["without"] or licence not in p["without"])
        ]
        outcomes.add(one(sorted(matching, key=lambda p: -p["order"]), key, defaults))
    return outcomes


def one(matching: list[dict[str, Any]], key: str, defaults: dict[str, Any]) -> Any:
    if not matching:
        return defaults.get(key, "unreadable")
    for order in sorted({p["order"] for p in matching}, reverse=True):
        level = [p["value"] for p in matching if p["order"] == order]
        values = {value.get(key, "unreadable") for value in level if key in value or not value}
        if values:
            return values.pop() if len(values) == 1 else "unreadable"
    return "unreadable"


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(clinics)
def test_it_equals_the_slow_version(clinic: dict[str, Any]) -> None:
    snapshot, chains = build(clinic)
    policy, people = view(snapshot)
    known_root = clinic["root"] or any(
        parent >= number or parent == -1 for number, parent in enumerate(clinic["parents"])
    )
    assert known_root
    cells = list(policy)
    assert sorted(p.id for cell in cells for p in cell.people) == sorted(p.id for p in people)
    for cell in cells:
        for person in cell.people:
            assert policy.of(person) is cell
            number = int(person.id[1:])
            for cls, name, key in FIELDS:
                defaults = {"enableAutoForwarding": True} if cls is GmailAutoForwarding else {}
                outcomes = slow(clinic, chains, person.unit, number, cls.setting, key, defaults)
                found = read(cell, cls, name)
                if clinic["licences"] is not None or found != "unreadable":
                    assert {found} == outcomes


@settings(max_examples=100, deadline=None)
@given(clinics, st.integers(0, 7))
def test_losing_the_members_of_a_group_changes_no_value_into_another(clinic: dict[str, Any], lost: int) -> None:
    snapshot, _ = build(clinic)
    from tests.promises import changed

    for source in (
        "directory.group_members",
        "directory.orgunits",
        "licensing.assignments",
        "directory.role_assignments",
    ):
        before, people = view(snapshot)
        after, _ = view(changed(snapshot, states={source: None}))
        for person in people:
            for cls, name, _ in FIELDS:
                now = read(after.of(person), cls, name)
                assert now in {"unreadable", read(before.of(person), cls, name)}


# --- by example -----------------------------------------------------------------------------------------------------------

UNIT_TREE = [unit("root", "/"), unit("staff", "/Staff", "root"), unit("own", "/Owners", "root")]
GROUP = {"id": "front", "email": "front@brightwater.example", "adminCreated": True, "directMembersCount": "1"}
MEMBER = {"id": "bob", "email": "bob@brightwater.example", "role": "MEMBER", "type": "USER"}


def test_cells_are_named_after_unit_and_group_and_hold_active_people() -> None:
    people = [
        google_user("ann", "/Staff"),
        google_user("bob", "/Staff"),
        google_user("olga", "/Owners"),
        google_user("off", suspended=True),
    ]
    rules = [
        setting(FORWARDING, {"enableAutoForwarding": False}),
        setting(FORWARDING, {"enableAutoForwarding": True}, 202.1, group="front"),
    ]
    snapshot = google(
        people,
        {
            "directory.orgunits": UNIT_TREE,
            "directory.groups": [GROUP],
            "directory.group_members": of("front", MEMBER),
            "policy.policies": rules,
        },
    )
    policy, _ = view(snapshot)
    assert [(cell.id, cell.label, cell.names) for cell in policy] == [
        ("staff", "Staff (1 person)", ["ann@brightwater.example"]),
        ("staff|front", "group front@brightwater.example in /Staff (1 person)", ["bob@brightwater.example"]),
        ("own", "Owners (1 person)", ["olga@brightwater.example"]),
    ]
    assert [read(cell, GmailAutoForwarding, "enable_auto_forwarding") for cell in policy] == [False, True, False]
    cell = next(cell for cell in policy if cell.groups)
    assert str(cell.origin(GmailAutoForwarding, "enable_auto_forwarding")) == "set by an administrator for group front"


def test_a_listing_that_is_not_whole_gives_no_default() -> None:
    policy, _ = view(google([google_user("ann")], {"policy.policies": None}))
    assert [read(cell, GmailAutoForwarding, "enable_auto_forwarding") for cell in policy] == ["unreadable"]
    policy, _ = view(google([google_user("ann")], {"policy.policies": []}))
    (cell,) = policy
    assert cell.setting(GmailAutoForwarding).enable_auto_forwarding is True
    assert str(cell.origin(GmailAutoForwarding, "enable_auto_forwarding")) == "Google's documented default"
    assert not cell.given(TwoStepEnforcement)
    assert read(cell, TwoStepEnforcement, "enforced_from") == "unreadable"


def test_a_policy_whose_setting_cannot_be_read_may_speak_of_any() -> None:
    broken = setting(DELEGATION, {"enableMailDelegation": False})
    del broken["setting"]["type"]
    policy, _ = view(google([google_user("ann")], {"policy.policies": [broken]}))
    assert [read(cell, GmailAutoForwarding, "enable_auto_forwarding") for cell in policy] == ["unreadable"]


def test_services_inherit_and_lists_are_combined_by_key() -> None:
    rules = [
        setting("gmail.service_status", {"serviceState": "ENABLED"}, 101.0, system=True),
        setting("gmail.service_status", {"serviceState": "DISABLED"}, 202.0, unit_id="own"),
        setting(
            "api_controls.google_services",
            {"services": [{"scopesGroup": "GMAIL", "isEnabled": False}]},
            202.0,
            unit_id="staff",
        ),
        setting(
            "api_controls.google_services",
            {"services": [{"scopesGroup": "GMAIL", "isEnabled": True}, {"scopesGroup": "DRIVE", "isEnabled": True}]},
            101.0,
        ),
    ]
    people = [google_user("ann", "/Staff"), google_user("olga", "/Owners")]
    policy, _ = view(google(people, {"directory.orgunits": UNIT_TREE, "policy.policies": rules}))
    staff, owners = policy
    assert (staff.service_on("gmail"), owners.service_on("gmail")) == (True, False)
    assert staff.setting(ServiceStatus, "gmail.service_status").service_state == "ENABLED"
    with pytest.raises(Unreadable):
        staff.service_on("drive_and_docs")
    assert {s.scopes_group: s.is_enabled for s in staff.setting(GoogleServices).services} == {
        "GMAIL": False,
        "DRIVE": True,
    }
    assert {s.scopes_group: s.is_enabled for s in owners.setting(GoogleServices).services} == {
        "GMAIL": True,
        "DRIVE": True,
    }


def test_people_who_cannot_be_listed_work_in_one_of_the_units() -> None:
    policy, _ = view(google([google_user("ann"), google_user("bob") | {"suspended": None}], {}))
    known, unknown = list(policy)
    assert known.names == ["ann@brightwater.example"]
    assert unknown.label == "Brightwater Clinic (who works there is not known)"
    assert unknown.names == []
    with pytest.raises(Unreadable):
        unknown.people  # noqa: B018
    assert unknown.setting(TwoStepEnforcement).enforced_from is not None


def test_people_who_cannot_be_listed_are_a_gap_where_units_may_be_missing() -> None:
    policy, _ = view(
        google([google_user("ann"), google_user("bob") | {"suspended": None}], {"directory.orgunits": None})
    )
    cells = iter(policy)
    next(cells)
    with pytest.raises(Unreadable):
        list(cells)


def test_what_groups_and_licences_would_change_is_left_open_for_people_nobody_knows() -> None:
    policies = [
        setting("gmail.auto_forwarding", {"enableAutoForwarding": False}),
        setting("gmail.auto_forwarding", {"enableAutoForwarding": True}, 300.0, group="front"),
    ]
    policy, _ = view(google(sources={"directory.users": None, "policy.policies": policies}))
    (cell,) = policy
    with pytest.raises(Unreadable):
        cell.setting(GmailAutoForwarding).enable_auto_forwarding  # noqa: B018


# --- queries --------------------------------------------------------------------------------------------------------------


def test_queries_read_back() -> None:
    assert parse("").holds(traits()) is True
    assert parse(clauses("staff")).holds(traits(units={"staff"})) is True
    assert parse(clauses("staff")).holds(traits()) is False
    assert parse(clauses("staff")).holds(traits(whole=False)) is None
    assert parse(f"!({clauses('staff')} || {clauses('', 'front')})").holds(traits(groups={"front": False})) is True
    assert parse(f"{clauses('staff')} && entity.mood == 'a && b'").holds(traits()) is False
    assert parse(f"{clauses('staff')} && entity.mood == 'a && b'").holds(traits(units={"staff"})) is None
    assert isinstance(parse("(" + clauses("staff")), Opaque)
    assert parse(clauses(skus=["1"])).holds(traits(skus=None)) is None


@settings(max_examples=200)
@given(st.text(alphabet="ab&|!()' ", max_size=30))
def test_any_text_is_read_without_deciding_anything(text: str) -> None:
    assert parse(text).holds(traits()) in ({True} if not text.strip() else {None})


def traits(units: Any = (), *, whole: bool = True, groups: Any = None, skus: Any = frozenset()) -> Any:
    from rules.views.policy_query import Traits

    return Traits(frozenset(units), whole, groups or {}, skus)


def test_every_truth_table_is_kleenes() -> None:
    for left, right in product([True, False, None], repeat=2):
        both = parse(f"{clauses('', 'a')} && {clauses('', 'b')}").holds(traits(groups={"a": left, "b": right}))
        either = parse(f"{clauses('', 'a')} || {clauses('', 'b')}").holds(traits(groups={"a": left, "b": right}))
        assert both == (False if False in {left, right} else None if None in {left, right} else True)
        assert either == (True if True in {left, right} else None if None in {left, right} else False)
