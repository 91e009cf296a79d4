"""SPF followed to its end, and the lengths of DKIM keys."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from connectors.dns.connector import key_bits
from connectors.dns.resolver import Found, NoAnswer, Resolver
from connectors.dns.spf import LIMIT, Followed, follow, is_spf
from connectors.simulator.dkim import public_key


@dataclass(frozen=True)
class Zone(Resolver):
    """A resolver with a made-up world behind it; a name that is not there does not exist."""

    records: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def texts(self, name: str) -> Found:
        found = dict(self.records).get(name)
        if found is not None and "broken" in found:
            raise NoAnswer(f"no answer for {name}")
        return Found("nxdomain") if found is None else Found("ok", found)

    def exists(self, name: str, kind: str) -> bool:
        return name in dict(self.records)


def followed(text: str, **records: str | tuple[str, ...]) -> Followed:
    world = {name.replace("_", "."): (texts,) if isinstance(texts, str) else texts for name, texts in records.items()}
    return follow(text, "clinic.example", Zone(records=tuple(world.items())))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("v=spf1 -all", True),
        ("V=SPF1 -all", True),
        ("v=spf1", True),
        ("v=spf10 -all", False),
        ("v=spf2.0/pra", False),
        (" v=spf1 -all", False),
        ("google-site-verification=x", False),
    ],
)
def test_what_is_an_spf_record(text: str, expected: bool) -> None:
    assert is_spf(text) is expected


@pytest.mark.parametrize("ending", ["-all", "~all", "?all", "+all"])
def test_the_ending(ending: str) -> None:
    assert followed(f"v=spf1 ip4:192.0.2.1 {ending}") == Followed(ending=ending)
    assert followed("v=spf1 all").ending == "+all"
    assert followed("v=spf1 -ALL").ending == "-all"
    assert followed("v=spf1 ip4:192.0.2.1").ending is None


def test_what_stands_behind_all_does_not_count() -> None:
    assert followed("v=spf1 -all include:nowhere.example").lookups == 0
    assert followed("v=spf1 ip4:192.0.2.1 -all redirect=nowhere.example").error is None


def test_includes_are_followed_and_counted() -> None:
    found = followed(
        "v=spf1 include:one.example include:two.example -all",
        one_example="v=spf1 a:three.example ~all",
        two_example="v=spf1 include:one.example",
        three_example="text",
    )
    assert found == Followed(lookups=5, includes=["one.example", "two.example", "one.example"], ending="-all")


def test_an_ending_inside_an_include_is_not_the_records_own() -> None:
    assert followed("v=spf1 include:one.example", one_example="v=spf1 -all").ending is None


def test_a_redirect_gives_the_ending() -> None:
    found = followed("v=spf1 redirect=one.example", one_example="v=spf1 ip4:192.0.2.1 ~all")
    assert (found.lookups, found.ending, found.error) == (1, "~all", None)


@pytest.mark.parametrize(
    ("text", "records"),
    [
        ("v=spf1 include:gone.example -all", {}),
        ("v=spf1 include:two.example -all", {"two_example": ("v=spf1 -all", "v=spf1 ~all")}),
        ("v=spf1 include:none.example -all", {"none_example": "no such record"}),
        ("v=spf1 redirect=gone.example", {}),
        ("v=spf1 ipv4:192.0.2.1 -all", {}),
        ("v=spf1 include:loop.example -all", {"loop_example": "v=spf1 include:loop.example -all"}),
        ("v=spf1 redirect=loop.example", {"loop_example": "v=spf1 redirect=loop.example"}),
        ("v=spf1 " + "exists:x.example " * (LIMIT + 1) + "-all", {}),
    ],
)
def test_records_that_receivers_cannot_follow(text: str, records: dict[str, str | tuple[str, ...]]) -> None:
    assert followed(text, **records).error


def test_ten_look_ups_are_allowed_and_macros_are_left_alone() -> None:
    assert followed("v=spf1 " + "exists:x.example " * LIMIT + "-all").error is None
    assert followed("v=spf1 include:%{i}.example exists:%{i}.x.example -all").error is None


def test_no_answer_is_no_verdict() -> None:
    with pytest.raises(NoAnswer):
        followed("v=spf1 include:slow.example -all", slow_example="broken")


def test_key_lengths() -> None:
    assert key_bits(f"v=DKIM1; k=rsa; p={public_key(2048)}") == 2048
    assert key_bits(f"p={public_key(1024)}") == 1024
    assert key_bits("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=") is None
    for broken in (None, "", "v=DKIM1; p=", "v=DKIM1; k=rsa; p=%%%", "v=DKIM1; k=rsa; p=AAAA"):
        assert key_bits(broken) is None
