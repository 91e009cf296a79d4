"""Whose old per-person switch for a second factor is read."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.gap import Gap, Reason, SourceGap
from connectors.microsoft365.connector import FEW, _per_user_for
from tests.rules.identity import CORE, grant, policy, role, sku

ADMIN = role("ann", CORE[0])


class Read:
    """What was read so far, as `Fetch.records` gives it."""

    def __init__(self, **sources: Any) -> None:
        self._sources = {"security_defaults": [{"isEnabled": False}], "subscribed_skus": [sku()]} | sources

    def records(self, source: str) -> Any:
        found = self._sources.get(source.removeprefix("graph."))
        if found is None:
            raise SourceGap(Gap(source, Reason.PERMISSION, "refused", "grant it"))
        return found


def chosen(*policies: Any, **sources: Any) -> set[str] | None:
    read = Read(conditional_access_policies=list(policies), role_assignments=[ADMIN], **sources)
    return _per_user_for(read)[0]  # type: ignore[arg-type]


def test_where_the_switch_cannot_decide_it_is_not_read() -> None:
    assert chosen(security_defaults=[{"isEnabled": True}]) == set()
    assert chosen(policy("all")) == {"ann"}
    assert chosen(policy("all", users={"excludeUsers": ["cat"]})) == {"ann", "cat"}
    assert chosen(policy("all", grant(operator="AND", strength=["fido2"]))) == {"ann"}


def test_in_a_small_clinic_everybody_is_read_whatever_the_rules_say() -> None:
    assert chosen(policy("all"), users=[{}] * FEW) is None
    assert chosen(policy("all"), users=[{}] * (FEW + 1)) == {"ann"}
    assert chosen(security_defaults=[{"isEnabled": True}], users=[{}] * FEW) is None


@pytest.mark.parametrize(
    "given",
    [
        policy("off", state="disabled"),
        policy("trial", state="enabledForReportingButNotEnforced"),
        policy("or", grant("mfa", "compliantDevice")),
        policy("few", users={"includeUsers": ["bob"]}),
        policy("groups", users={"excludeGroups": ["g"]}),
        policy("roles", users={"excludeRoles": ["r"]}),
        policy("one app", applications={"includeApplications": ["Office365"]}),
        policy("but one app", applications={"excludeApplications": ["x"]}),
        policy("place", locations={"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]}),
        policy("risk", signInRiskLevels=["high"]),
        policy("browser", clientAppTypes=["browser"]),
        policy("block", grant("block")),
    ],
)
def test_a_rule_that_does_not_bind_everybody_leaves_the_switch_to_be_read_for_all(given: Any) -> None:
    assert chosen(given) is None


def test_without_licence_or_knowledge_everybody_is_read() -> None:
    assert chosen(policy("all"), subscribed_skus=[sku(p1=False)]) is None
    assert chosen(policy("all"), subscribed_skus=None) is None
    assert chosen(policy("all"), security_defaults=None) is None
    assert _per_user_for(Read(conditional_access_policies=None))[0] is None  # type: ignore[arg-type]
