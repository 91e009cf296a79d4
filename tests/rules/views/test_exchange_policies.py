"""Which policy of Exchange decides over which mailbox, against a slow and obvious version."""

from __future__ import annotations

from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.views.exchange_policies import (
    AntiSpam,
    Candidate,
    MailRecipients,
    Scope,
    Who,
    all3,
    any3,
    holds,
    winners,
    within,
)
from tests.rules.identity import Row, microsoft, resolver, user
from tests.rules.protection import content, mailbox, preset_rule, protected, rule

PEOPLE = ["ann", "bob", "cyd"]
DOMAINS = ["brightwater.example", "lab.brightwater.example"]
GROUPS = ["desk", "doctors", "lost"]
"""Nobody knows who is in `lost`."""


class Known:
    """Names as the tests make them up."""

    def __init__(self, members: dict[str, set[str]]) -> None:
        self.members = members

    def is_named(self, who: Who, name: str) -> bool | None:
        return None if "@" not in name else name in who.addresses

    def is_member(self, who: Who, group: str) -> bool | None:
        return None if group == "lost" else who.id in self.members[group]


def who(name: str, domain: str) -> Who:
    address = f"{name}@{domain}"
    return Who(name, address, frozenset({address}))


names = st.lists(st.sampled_from([f"{p}@{d}" for p, d in product(PEOPLE, DOMAINS)] + ["A Name"]), max_size=2)
scopes = st.builds(
    Scope,
    *[kind.map(tuple) for _ in range(2) for kind in (
        names, st.lists(st.sampled_from(GROUPS), max_size=2), st.lists(st.sampled_from(DOMAINS), max_size=1),
    )],
)  # fmt: skip
memberships = st.fixed_dictionaries({group: st.sets(st.sampled_from(PEOPLE)) for group in GROUPS})


def worlds(scope: Scope, one: Who, members: dict[str, set[str]]) -> set[bool]:
    """Whether the scope covers somebody, in every world that what is not known allows: all combinations, tried out."""
    unknown = sorted(
        {n for n in (*scope.sent_to, *scope.except_sent_to) if "@" not in n}
        | ({"lost"} & {*scope.groups, *scope.except_groups})
    )
    found = set()
    for answers in product([False, True], repeat=len(unknown)):
        said = dict(zip(unknown, answers, strict=True))

        def named(name: str, said: dict[str, bool] = said) -> bool:
            return said.get(name, name in one.addresses)

        def member(group: str, said: dict[str, bool] = said) -> bool:
            return said[group] if group in said else one.id in members[group]

        def lies(domain: str) -> bool:
            return one.domain == domain or one.domain.endswith("." + domain)

        covered = True
        for values, test in ((scope.sent_to, named), (scope.groups, member), (scope.domains, lies)):
            if values:
                covered = covered and any(test(value) for value in values)
        spared = (
            any(named(n) for n in scope.except_sent_to)
            or any(member(g) for g in scope.except_groups)
            or any(lies(d) for d in scope.except_domains)
        )
        found.add(covered and not spared)
    return found


@given(scopes, st.sampled_from(PEOPLE), st.sampled_from(DOMAINS), memberships)
def test_a_scope_is_sure_only_where_every_world_agrees(
    scope: Scope, name: str, domain: str, members: dict[str, set[str]]
) -> None:
    one = who(name, domain)
    answer = holds(scope, one, Known(members))
    possible = worlds(scope, one, members)
    if answer is not None:
        assert possible == {answer}
    if len(possible) == 2:
        assert answer is None


@settings(max_examples=200)
@given(st.lists(scopes, max_size=4), st.sampled_from(PEOPLE), st.sampled_from(DOMAINS), memberships)
def test_the_first_policy_that_covers_somebody_decides(
    given_scopes: list[Scope], name: str, domain: str, members: dict[str, set[str]]
) -> None:
    one, known = who(name, domain), Known(members)
    order = [Candidate(f"rule {n}", f"policy {n}", scope) for n, scope in enumerate(given_scopes)]
    order.append(Candidate("the default policy", "default", Scope()))
    chosen = winners(order, one, known)
    firsts = set()
    for world in product(*[sorted(worlds(c.scope or Scope(), one, members)) for c in order]):
        firsts.add(next(c.origin for c, covered in zip(order, world, strict=True) if covered))
    assert firsts <= {c.origin for c in chosen}
    if len(chosen) == 1:
        assert firsts == {chosen[0].origin}


@given(st.lists(st.sampled_from([True, False, None])))
def test_three_answers(answers: list[bool | None]) -> None:
    worlds_ = [[a] if a is not None else [True, False] for a in answers]
    assert {any(w) for w in product(*worlds_)} == ({any3(answers)} - {None} or {True, False})
    assert {all(w) for w in product(*worlds_)} == ({all3(answers)} - {None} or {True, False})


def test_a_domain_takes_in_its_subdomains_and_no_others() -> None:
    assert within("lab.brightwater.example", "Brightwater.example")
    assert not within("notbrightwater.example", "brightwater.example")


# --- the view on records ------------------------------------------------------------------------------------------------


def covers(snapshot: Any) -> dict[str, tuple[list[str], list[str]]]:
    view = resolver(snapshot).view(AntiSpam, "microsoft365")
    return {one.id: (sorted(one.mailboxes), sorted(one.perhaps)) for one in view}


def clinic(sources: dict[str, list[Row] | None], *, gaps: tuple[str, ...] = ()) -> Any:
    people = [user("ann"), user("bob")]
    base: dict[str, Any] = protected([mailbox("ann"), mailbox("bob")])
    return microsoft(people, base | sources, gaps=gaps)


ANN, BOB = "ann@brightwater.example", "bob@brightwater.example"
POLICIES = [content("Default", IsDefault=True), content("Strict1"), content("Standard1"), content("Mine")]


def test_strict_comes_before_standard_and_before_rules_of_the_clinic() -> None:
    found = covers(clinic({
        "exchange.content_filter_policies": POLICIES,
        "exchange.content_filter_rules": [rule("r", "HostedContentFilterPolicy", "Mine", SentTo=[ANN, BOB])],
        "exchange.eop_protection_rules": [
            preset_rule("Standard Preset Security Policy", "Standard1", Priority=0, SentTo=[ANN, BOB]),
            preset_rule("Strict Preset Security Policy", "Strict1", Priority=1, SentTo=[ANN]),
        ],
    }))  # fmt: skip
    assert found == {"Strict1": ([ANN], []), "Standard1": ([BOB], [])}


def test_a_disabled_rule_covers_nobody_and_lower_numbers_come_first() -> None:
    rules = [
        rule("late", "HostedContentFilterPolicy", "Standard1", Priority=2, SentTo=[ANN]),
        rule("early", "HostedContentFilterPolicy", "Mine", Priority=1, SentTo=[ANN]),
        rule("off", "HostedContentFilterPolicy", "Strict1", Priority=0, State="Disabled", SentTo=[ANN, BOB]),
    ]
    sources = {"exchange.content_filter_policies": POLICIES, "exchange.content_filter_rules": rules}
    assert covers(clinic(sources)) == {"Mine": ([ANN], []), "Default": ([BOB], [])}


def test_a_group_that_could_not_be_read_leaves_both_policies_open() -> None:
    rules = [rule("r", "HostedContentFilterPolicy", "Mine", SentToMemberOf=["desk@brightwater.example"])]
    sources = {"exchange.content_filter_policies": POLICIES, "exchange.content_filter_rules": rules}
    assert covers(clinic(sources)) == {"Mine": ([], [ANN, BOB]), "Default": ([], [ANN, BOB])}


def test_rules_that_were_not_read_leave_the_default_open() -> None:
    found = covers(clinic({"exchange.content_filter_rules": None}))
    assert found["Default"] == ([], [ANN, BOB])
    assert len(found) == 2


def test_without_mailboxes_the_default_decides_where_no_rule_is() -> None:
    view = resolver(clinic({"exchange.mailboxes": None})).view(AntiSpam, "microsoft365")
    [only] = list(view)
    assert only.id == "Default"
    assert only.decides


def test_a_mailbox_of_exchange_itself_is_nobody() -> None:
    people = clinic({"exchange.mailboxes": [mailbox("ann"), mailbox("disc", RecipientTypeDetails="DiscoveryMailbox")]})
    assert [one.address for one in resolver(people).view(MailRecipients, "microsoft365")] == [ANN]
