"""Conditional Access coverage: against a slow, obvious version, and by example."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.record import Unreadable
from connectors.source import MICROSOFT_365
from rules.profile import Profile
from rules.views.baseline import Baseline
from rules.views.conditional_access import ConditionalAccess, Demand, Limit, is_multi_factor
from rules.views.people import People
from tests.rules.identity import CORE, GLOBAL, SYNC, grant, guest, microsoft, of, policy, resolver, role, sku, user

PEOPLE = ["p0", "p1", "p2", "p3"]
GROUPS = ["g0", "g1"]
GUESTS = ["none", "internalGuest", "b2bCollaborationGuest", "b2bCollaborationMember", "serviceProvider"]
KINDS = ["member", "internalGuest", "b2bCollaborationGuest", "b2bCollaborationMember"]


def account(id: str, kind: str) -> dict[str, Any]:
    return {
        "member": user(id),
        "internalGuest": user(id, userType="Guest"),
        "b2bCollaborationGuest": guest(id),
        "b2bCollaborationMember": guest(id, userType="Member"),
    }[kind]


def spoken(prefix: str) -> st.SearchStrategy[dict[str, Any]]:
    """One side (include or exclude) of a policy's users."""
    return st.fixed_dictionaries(
        {
            f"{prefix}Users": st.lists(
                st.sampled_from([*PEOPLE, "All", "None", "GuestsOrExternalUsers", "deleted"]), max_size=2
            ),
            f"{prefix}Groups": st.lists(st.sampled_from([*GROUPS, "gone"]), max_size=1),
            f"{prefix}Roles": st.lists(st.sampled_from([GLOBAL, CORE[1]]), max_size=1),
            f"{prefix}GuestsOrExternalUsers": st.none()
            | st.lists(st.sampled_from(GUESTS), min_size=1, max_size=3).map(
                lambda kinds: {
                    "guestOrExternalUserTypes": ",".join(kinds),
                    "externalTenants": {"membershipKind": "all"},
                }
            ),
        }
    )


worlds = st.fixed_dictionaries(
    {
        "kinds": st.lists(st.sampled_from(KINDS), min_size=4, max_size=4),
        "groups": st.fixed_dictionaries({g: st.none() | st.sets(st.sampled_from(PEOPLE)) for g in GROUPS}),
        "roles": st.lists(
            st.tuples(
                st.sampled_from([*PEOPLE, *GROUPS]),
                st.sampled_from([GLOBAL, CORE[1]]),
                st.sampled_from(["/", "/administrativeUnits/a"]),
            ),
            max_size=3,
        ),
        "include": spoken("include"),
        "exclude": spoken("exclude"),
    }
)


def slow(world: dict[str, Any], number: int) -> str:
    """covered, excluded, not included; "unknown" where a group's members were not read."""
    me, kind = PEOPLE[number], world["kinds"][number]

    def in_group(group: str) -> bool | None:
        if group == "gone":
            return False
        members = world["groups"][group]
        return None if members is None else me in members

    def has_role(wanted: str) -> bool | None:
        seen: list[bool | None] = [False]
        for holder, template, scope in world["roles"]:
            if template == wanted and scope == "/":
                seen.append(True if holder == me else False if holder in PEOPLE else in_group(holder))
            elif holder in GROUPS and in_group(holder) is None:
                # A role of a group that was not read may matter; which one it is does not, for the listing is then not whole.
                seen.append(None)
        return True if True in seen else None if None in seen else False

    def side(prefix: str) -> bool | None:
        spoken_ = world[prefix]
        votes: list[bool | None] = []
        for name in spoken_[f"{prefix}Users"]:
            votes.append(name in {"All", me} or (name == "GuestsOrExternalUsers" and kind != "member"))
        votes += [in_group(g) for g in spoken_[f"{prefix}Groups"]]
        votes += [has_role(r) for r in spoken_[f"{prefix}Roles"]]
        guests = spoken_[f"{prefix}GuestsOrExternalUsers"]
        if guests is not None:
            votes.append(kind in guests["guestOrExternalUserTypes"].split(","))
        return True if True in votes else None if None in votes else False

    included, excluded = side("include"), side("exclude")
    if included is False:
        return "not included"
    if excluded is True:
        return "excluded" if included is True else "not included"
    if included is None or excluded is None:
        return "unknown"
    return "covered"


def build(world: dict[str, Any], rule: dict[str, Any]) -> Any:
    return microsoft(
        [account(id, kind) for id, kind in zip(PEOPLE, world["kinds"], strict=True)],
        conditional_access_policies=[rule],
        groups=[{"id": g, "displayName": g} for g in GROUPS],
        group_members=[
            line
            for g, members in world["groups"].items()
            if members is not None
            for line in of(g, *({"id": m, "@odata.type": "#microsoft.graph.user"} for m in sorted(members)))
        ],
        role_assignments=[
            role(holder, template, "group" if holder in GROUPS else "user", scope) | {"id": f"{n}"}
            for n, (holder, template, scope) in enumerate(world["roles"])
        ],
    )


@settings(max_examples=300, deadline=None)
@given(worlds)
def test_it_equals_the_slow_version(world: dict[str, Any]) -> None:
    rule = policy("rule", users={**world["include"], **world["exclude"]})
    given_ = resolver(build(world, rule))
    (read,) = given_.view(ConditionalAccess, MICROSOFT_365)
    people = given_.view(People, MICROSOFT_365)
    for number, id in enumerate(PEOPLE):
        try:
            found = str(read.applies(people.by_id(id)).why)
        except Unreadable:
            found = "unknown"
        assert found == slow(world, number)


@settings(max_examples=200, deadline=None)
@given(worlds)
def test_a_rule_for_everybody_leaves_nobody_out(world: dict[str, Any]) -> None:
    rule = policy("rule", users={**world["include"], **world["exclude"]})
    given_ = resolver(build(world, rule))
    standing = given_.view(Baseline, MICROSOFT_365).everybody
    if standing.policies:
        assert "All" in world["include"]["includeUsers"]
        assert {slow(world, number) for number in range(4)} == {"covered"}


# --- the whole rule: applications, conditions, state, demand, nested groups, sealed accounts -------------------------------

SEALED = "p3"

whole_rules = st.fixed_dictionaries(
    {
        "state": st.sampled_from(["enabled", "enabled", "enabled", "disabled", "enabledForReportingButNotEnforced"]),
        "include": st.just({"includeUsers": ["All"]}) | spoken("include"),
        "exclude": st.just({}) | spoken("exclude"),
        "apps": st.sampled_from([["All"], ["All"], ["All"], ["Office365"], ["None"], ["All", "Office365"]]),
        "left_out_apps": st.sampled_from([[], [], [], ["x"]]),
        "clients": st.sampled_from(
            [["all"], ["all"], ["browser"], ["browser", "mobileAppsAndDesktopClients", "exchangeActiveSync", "other"]]
        ),
        "conditions": st.dictionaries(
            st.sampled_from(["platforms", "locations", "devices", "flows", "risk", "insider"]),
            st.booleans(),
            max_size=1,
        ),
        "grant": st.sampled_from(["mfa", "mfa", "strong", "weak", "mfa or device", "mfa and device", "block", "none"]),
    }
)

whole_worlds = st.fixed_dictionaries(
    {
        "kinds": st.lists(st.sampled_from(KINDS), min_size=4, max_size=4),
        "working": st.lists(st.booleans(), min_size=4, max_size=4),
        "groups": st.fixed_dictionaries({g: st.sets(st.sampled_from(PEOPLE), max_size=2) for g in GROUPS}),
        "nested": st.booleans(),  # the second group lies in the first
        "rules": st.lists(whole_rules, min_size=1, max_size=2),
        "p1": st.sampled_from([True, True, True, False]),
    }
)

NARROW: dict[str, dict[str, Any]] = {
    "platforms": {"platforms": {"includePlatforms": ["iOS"], "excludePlatforms": []}},
    "locations": {"locations": {"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]}},
    "devices": {"devices": {"deviceFilter": {"mode": "include", "rule": "x"}}},
    "flows": {"authenticationFlows": {"transferMethods": "deviceCodeFlow"}},
    "risk": {"signInRiskLevels": ["high"]},
    "insider": {"insiderRiskLevels": "elevated"},
}
WIDE: dict[str, dict[str, Any]] = {
    "platforms": {"platforms": {"includePlatforms": ["all"], "excludePlatforms": []}},
    "locations": {"locations": {"includeLocations": ["All"], "excludeLocations": []}},
    "devices": {"devices": {"deviceFilter": None}},
    "flows": {"authenticationFlows": {"transferMethods": "none"}},
    "risk": {"signInRiskLevels": []},
    "insider": {"insiderRiskLevels": None},
}
GRANTS: dict[str, Any] = {
    "mfa": grant("mfa"),
    "strong": grant(strength=["fido2"]),
    "weak": grant(strength=["fido2", "password"]),
    "mfa or device": grant("mfa", "compliantDevice", operator="OR"),
    "mfa and device": grant("mfa", "compliantDevice", operator="AND"),
    "block": grant("block"),
    "none": None,
}


def members(world: dict[str, Any], group: str) -> set[str]:
    """A group's members, those of the group inside it among them."""
    inner = world["groups"]["g1"] if world["nested"] and group == "g0" else set()
    return set(world["groups"].get(group, set()) | inner)


def written(number: int, rule: dict[str, Any]) -> dict[str, Any]:
    more: dict[str, Any] = {}
    for name, narrow in rule["conditions"].items():
        more |= (NARROW if narrow else WIDE)[name]
    made = policy(
        f"rule {number}",
        state=rule["state"],
        users=rule["include"] | rule["exclude"],
        applications={"includeApplications": rule["apps"], "excludeApplications": rule["left_out_apps"]},
        clientAppTypes=rule["clients"],
        **more,
    )
    return made | {"grantControls": GRANTS[rule["grant"]]}


def qualifies(world: dict[str, Any], rule: dict[str, Any]) -> bool:
    """Whether a rule asks everybody for a second factor everywhere: as the catalogue says it, word for word."""
    if not world["p1"] or rule["state"] != "enabled" or rule["grant"] not in {"mfa", "strong", "mfa and device"}:
        return False
    if "All" not in rule["apps"] or rule["left_out_apps"] or any(rule["conditions"].values()):
        return False
    if rule["clients"] == ["browser"] or "All" not in rule["include"].get("includeUsers", []):
        return False
    out = rule["exclude"]
    if out.get("excludeRoles") or out.get("excludeGuestsOrExternalUsers"):
        return False
    if "GuestsOrExternalUsers" in out.get("excludeUsers", []):
        return False
    for number, me in enumerate(PEOPLE):
        named = me in out.get("excludeUsers", []) or "All" in out.get("excludeUsers", [])
        grouped = any(me in members(world, group) for group in out.get("excludeGroups", []))
        if (named or grouped) and me != SEALED and world["working"][number]:
            return False
    return True


def grouped(world: dict[str, Any]) -> dict[str, Any]:
    """The groups of a world and who is in them, as they are read."""
    return {
        "graph.groups": [{"id": g, "displayName": g} for g in GROUPS],
        "graph.group_members": [
            line
            for g in GROUPS
            for line in of(
                g,
                *({"id": m, "@odata.type": "#microsoft.graph.user"} for m in sorted(members(world, g))),
                *([{"id": "g1", "@odata.type": "#microsoft.graph.group"}] if world["nested"] and g == "g0" else []),
            )
        ],
    }


@settings(max_examples=300, deadline=None)
@given(whole_worlds)
def test_the_rule_for_everybody_equals_the_slow_version(world: dict[str, Any]) -> None:
    people = [
        account(id, kind) | {"accountEnabled": works}
        for id, kind, works in zip(PEOPLE, world["kinds"], world["working"], strict=True)
    ]
    given_ = microsoft(
        people,
        subscribed_skus=[sku(p1=world["p1"])],
        conditional_access_policies=[written(number, rule) for number, rule in enumerate(world["rules"])],
        sources=grouped(world),
    )
    standing = resolver(given_, Profile(break_glass=frozenset({SEALED}))).view(Baseline, MICROSOFT_365).everybody
    wanted = [f"rule {number}" for number, rule in enumerate(world["rules"]) if qualifies(world, rule)]
    assert standing.policies == wanted
    assert standing.gap is None


@settings(max_examples=100, deadline=None)
@given(whole_worlds, st.sampled_from(["graph.users", "graph.group_members", "graph.subscribed_skus", "graph.groups"]))
def test_what_is_not_read_makes_no_rule(world: dict[str, Any], lost: str) -> None:
    rules = [written(number, rule) for number, rule in enumerate(world["rules"])]
    people = [account(id, kind) for id, kind in zip(PEOPLE, world["kinds"], strict=True)]
    sources = {"graph.per_user_mfa": [], **grouped(world), lost: None}
    standing = resolver(microsoft(people, sources, conditional_access_policies=rules)).view(Baseline, MICROSOFT_365)
    for number, rule in enumerate(world["rules"]):
        if f"rule {number}" in standing.everybody.policies:
            assert qualifies(world | {"p1": True, "working": [True] * 4}, rule)


# --- what it asks for -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("controls", "expected"),
    [
        (grant("mfa"), Demand.SECOND_FACTOR),
        (grant("mfa", operator=None), Demand.SECOND_FACTOR),
        (grant("mfa", "compliantDevice", operator="AND"), Demand.SECOND_FACTOR),
        (grant("mfa", "compliantDevice", operator="OR"), Demand.ALTERNATIVE),
        (grant("compliantDevice"), Demand.NOTHING),
        (grant(strength=["fido2"]), Demand.SECOND_FACTOR),
        (grant("compliantDevice", strength=["fido2"], operator="AND"), Demand.SECOND_FACTOR),
        (grant("compliantDevice", strength=["fido2"], operator="OR"), Demand.ALTERNATIVE),
        (grant(strength=["fido2", "password"]), Demand.NOTHING),
        (grant(strength=[]), Demand.NOTHING),
        (grant(custom=["Duo"]), Demand.EXTERNAL),
        (grant("mfa", custom=["Duo"], operator="OR"), Demand.EXTERNAL),
        (grant("compliantDevice", custom=["Duo"], operator="OR"), Demand.ALTERNATIVE),
        (None, Demand.NOTHING),
    ],
)
def test_what_a_policy_asks_for(controls: dict[str, Any] | None, expected: Demand) -> None:
    rule = policy("rule") | {"grantControls": controls}
    (read,) = resolver(microsoft(conditional_access_policies=[rule])).view(ConditionalAccess, MICROSOFT_365)
    assert read.demand is expected


def test_demands_that_cannot_be_read_are_none_of_these() -> None:
    for controls in (
        grant("mfa", "compliantDevice", operator=None),
        grant("telepathy"),
        grant(strength=["fido2", "brainWave"]),
    ):
        rule = policy("rule") | {"grantControls": controls}
        (read,) = resolver(microsoft(conditional_access_policies=[rule])).view(ConditionalAccess, MICROSOFT_365)
        with pytest.raises(Unreadable):
            read.demand  # noqa: B018 - reading it raises


@pytest.mark.parametrize(
    ("combination", "multi"),
    [
        ("password", False),
        ("sms", False),
        ("qrCodePin", False),
        ("x509CertificateSingleFactor", False),
        ("fido2", True),
        ("windowsHelloForBusiness", True),
        ("x509CertificateMultiFactor", True),
        ("temporaryAccessPassOneTime", True),
        ("password,sms", True),
        ("password, microsoftAuthenticatorPush", True),
        ("federatedSingleFactor,voice", True),
    ],
)
def test_combinations(combination: str, multi: bool) -> None:
    assert is_multi_factor(combination) is multi


@pytest.mark.parametrize("combination", ["", "brainWave", "password,password2", "password,sms,voice", "fido2,sms"])
def test_combinations_that_nobody_has_documented(combination: str) -> None:
    with pytest.raises(Unreadable):
        is_multi_factor(combination)


# --- people ---------------------------------------------------------------------------------------------------------------


def test_guests_of_named_organizations_are_not_known_to_be_covered() -> None:
    some = {
        "guestOrExternalUserTypes": "b2bCollaborationGuest",
        "externalTenants": {"membershipKind": "enumerated", "members": ["t"]},
    }
    rule = policy("rule", users={"includeUsers": [], "includeGuestsOrExternalUsers": some})
    given_ = resolver(microsoft([guest("gil"), user("ann")], conditional_access_policies=[rule]))
    (read,) = given_.view(ConditionalAccess, MICROSOFT_365)
    people = given_.view(People, MICROSOFT_365)
    assert not read.applies(people.by_id("ann")).covered
    with pytest.raises(Unreadable):
        read.applies(people.by_id("gil"))


def test_reports_only_and_switched_off_policies_are_none() -> None:
    rules = [policy("a", state="disabled"), policy("b", state="enabledForReportingButNotEnforced"), policy("c")]
    access = resolver(microsoft(conditional_access_policies=rules)).view(ConditionalAccess, MICROSOFT_365)
    assert [one.label for one in access] == ["c"]


def test_a_state_that_nobody_has_documented_hides_no_other_policy() -> None:
    rules = [policy("a", state="dormant"), policy("b")]
    access = iter(resolver(microsoft(conditional_access_policies=rules)).view(ConditionalAccess, MICROSOFT_365))
    assert next(access).label == "b"
    with pytest.raises(Unreadable):
        next(access)


def test_limits_that_a_control_names_itself_are_spared() -> None:
    rules = [
        policy("Flows", grant("block"), authenticationFlows={"transferMethods": "deviceCodeFlow"}),
        policy("Both", platforms={"includePlatforms": ["iOS"], "excludePlatforms": []}, signInRiskLevels=["high"]),
    ]
    given_ = resolver(microsoft([user("ann")], conditional_access_policies=rules))
    access = given_.view(ConditionalAccess, MICROSOFT_365)
    people = given_.view(People, MICROSOFT_365)
    flows, both = access
    assert access.objections(flows, people, spare={Limit.FLOWS}) == ([], [])
    assert access.objections(flows, people, spare={Limit.RISK})[0] == ["only for some ways of signing in"]
    assert access.objections(both, people, spare={Limit.RISK})[0] == ["only on some kinds of devices"]


@pytest.mark.parametrize(
    ("controls", "one", "all_"),
    [
        (grant("mfa"), True, False),
        (grant("mfa", "passwordChange", operator="AND"), True, True),
        (grant("mfa", "passwordChange", operator="OR"), False, False),
        (grant("mfa", "compliantDevice", operator="OR"), True, False),
        (grant("compliantDevice", strength=["fido2"], operator="OR"), True, False),
        (grant("compliantDevice", strength=["password"], operator="OR"), False, False),
        (grant("compliantDevice", custom=["Duo"], operator="OR"), False, False),
        (grant("compliantDevice", custom=["Duo"], operator="AND"), True, False),
        (grant("block"), False, False),
        (None, False, False),
    ],
)
def test_what_nobody_gets_in_without(controls: dict[str, Any] | None, one: bool, all_: bool) -> None:
    rule = policy("rule") | {"grantControls": controls}
    (read,) = resolver(microsoft(conditional_access_policies=[rule])).view(ConditionalAccess, MICROSOFT_365)
    assert read.asks_one_of("mfa", "compliantDevice") is one
    assert read.asks("mfa", "passwordChange") is all_


def test_near_misses_say_what_is_wrong() -> None:
    rules = [
        policy("Office only", applications={"includeApplications": ["Office365"]}),
        policy("Or a device", grant("mfa", "compliantDevice", operator="OR")),
        policy("But Ann", users={"excludeUsers": ["ann", "glass", "sync"]}),
        policy("No admins", users={"excludeRoles": [GLOBAL]}),
    ]
    snapshot = microsoft(
        [user("ann"), user("glass"), user("sync")],
        conditional_access_policies=rules,
        role_assignments=[role("sync", SYNC)],
    )
    standing = resolver(snapshot, Profile(break_glass=frozenset({"glass"}))).view(Baseline, MICROSOFT_365).everybody
    assert standing.objections == [
        "Office only: it does not cover every application",
        "Or a device: something else will do instead of a second factor",
        "But Ann: it leaves out Ann <ann@brightwater.example>",
        "No admins: it leaves out administrator roles",
    ]
