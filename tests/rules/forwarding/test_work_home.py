"""FWD-17: mail to private addresses of one's own, with hand-made records, and what is kept of a message trace."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.microsoft365.sources.traces import MessageTrace, alike
from tests.rules.identity import Row, google, guest, microsoft, user, verdict, verdicts
from tests.rules.protection import mailbox, protected


def sent(recipient: str, sender: str = "ann@brightwater.example", number: int = 0) -> Row:
    return {"id": f"{sender}{recipient}{number}", "senderAddress": sender, "recipientAddress": recipient}


def clinic(traces: list[Row] | None, *, gaps: tuple[str, ...] = ()) -> Any:
    people = [user("ann"), guest("gus")]
    return microsoft(people, protected([mailbox("ann")]) | {"graph.message_traces": traces}, gaps=gaps)


@pytest.mark.parametrize(
    ("traces", "expected"),
    [
        ([], "pass"),
        ([sent("~@gmail.com", number=n) for n in range(3)], "fail"),
        ([sent("~@gmail.com", "ANN@brightwater.example", n) for n in range(3)], "fail"),
        ([sent("~@gmail.com")], "review"),
        ([sent("@gmail.com", number=n) for n in range(9)], "pass"),
        ([sent("~@brightwater.example", number=n) for n in range(9)], "pass"),
        ([sent("~@gmail.com", "stranger@else.example", n) for n in range(9)], "pass"),
        ([{"id": "1", "senderAddress": "ann@brightwater.example"}], "not_assessed"),
        (None, "not_assessed"),
    ],
)
def test_mail_to_oneself(traces: list[Row] | None, expected: str) -> None:
    found = verdicts(clinic(traces), "FWD-17", "nobody_mails_themselves")
    assert found == {"ann": expected, "gus": "not_applicable"}


def test_what_was_read_of_a_broken_list_still_counts() -> None:
    rows = [sent("~@gmail.com", number=n) for n in range(3)]
    broken = [*rows, {"id": "x", "senderAddress": "ann@brightwater.example"}]
    assert verdicts(clinic(broken), "FWD-17", "nobody_mails_themselves")["ann"] == "fail"


def test_google_shows_no_messages() -> None:
    assert verdict(google([]), "FWD-17") == "not_assessed"


@pytest.mark.parametrize(
    ("sender", "recipient", "kept"),
    [
        ("maya.okafor@brightwater.example", "mayaokafor.home@GMAIL.com", "~@gmail.com"),
        ("maya.okafor@brightwater.example", "roe.okaf@gmail.com", "@gmail.com"),
        ("maya.okafor@brightwater.example", "jane.roe@gmail.com", "@gmail.com"),
        ("maya.okafor@brightwater.example", "~@gmail.com", "~@gmail.com"),
        ("maya.okafor@brightwater.example", "@gmail.com", "@gmail.com"),
    ],
)
def test_of_a_recipient_only_the_domain_is_kept(sender: str, recipient: str, kept: str) -> None:
    raw = {"id": "1", "senderAddress": sender, "recipientAddress": recipient, "subject": "Mrs. Roe's chart", "size": 9}
    assert MessageTrace.project(raw, b"") == {"id": "1", "senderAddress": sender, "recipientAddress": kept}


def test_five_letters_in_a_row() -> None:
    assert alike("m.okafor", "okafor77")
    assert not alike("m.okaf", "okaf.t")
    assert not alike("ann", "annabel")
