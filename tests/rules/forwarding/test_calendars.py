"""FWD-18: calendars whose details outsiders see, with hand-made records."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.microsoft365.sources.calendars import CalendarPermission
from tests.rules.identity import Row, of, verdict, verdicts
from tests.rules.mailboxes import gmail, mailbox, outlook, without


def right(who: str, *rights: str) -> Row:
    """A permission as Exchange lists it, reduced as a scan reduces it."""
    return CalendarPermission.project({"User": who, "AccessRights": list(rights)}, b"")


DEFAULTS = [right("Default", "AvailabilityOnly"), right("Anonymous", "None")]
PRIVATE = "ExchangePublishedUser.beth.marlow@gmail.com"


def exchange(rights: list[Row] | None, **fields: Any) -> Any:
    held = {
        "exchange.mailboxes": [mailbox("ann", **fields)],
        "exchange.mailbox_folder_permissions": None if rights is None else of("ann", *rights),
    }
    return outlook(held)


@pytest.mark.parametrize(
    ("rights", "expected"),
    [
        ([], "pass"),
        ([right("Bob", "Editor")], "pass"),
        ([right("bob@brightwater.example", "Editor")], "pass"),
        ([right("ExchangePublishedUser.bob@brightwater.example", "Reviewer")], "pass"),
        ([right(PRIVATE, "AvailabilityOnly")], "pass"),
        ([right(PRIVATE, "None")], "pass"),
        ([right(PRIVATE, "LimitedDetails")], "fail"),
        ([right(PRIVATE, "Reviewer")], "fail"),
        ([right("Away", "Reviewer")], "fail"),  # a contact that leads to a private mailbox
        ([right("ExchangePublishedUser.desk@labs.example", "Reviewer")], "review"),
        ([right("ExchangePublishedUser.desk@labs.example", "Reviewer"), right(PRIVATE, "Editor")], "fail"),
        ([right("NT User:S-1-5-21-1-2-3-4", "Editor")], "pass"),
        ([right("Nobody Knows", "Reviewer")], "not_assessed"),
        ([right("Nobody Knows", "Reviewer"), right(PRIVATE, "Editor")], "fail"),
        ([without(right(PRIVATE, "Editor"), "AccessRights")], "not_assessed"),
        (None, "not_assessed"),
    ],
)
def test_calendars_of_mailboxes(rights: list[Row] | None, expected: str) -> None:
    found = exchange(None if rights is None else [*DEFAULTS, *rights])
    assert verdicts(found, "FWD-18", "mailbox_calendar_stays") == {"ann": expected}


def test_a_mailbox_without_a_calendar_and_no_directory() -> None:
    assert verdict(exchange([], RecipientTypeDetails="DiscoveryMailbox"), "FWD-18") == "not_applicable"
    held = {
        "exchange.mailboxes": [mailbox("ann")],
        "exchange.mailbox_folder_permissions": of("ann", right(PRIVATE, "Editor")),
    }
    assert verdict(outlook(held, gaps=["exchange.recipients", "graph.domains"]), "FWD-18") == "fail"
    held["exchange.mailbox_folder_permissions"] = of("ann", right("ExchangePublishedUser.desk@labs.example", "Editor"))
    assert verdict(outlook(held, gaps=["exchange.accepted_domains", "graph.domains"]), "FWD-18") == "not_assessed"


def test_how_exchange_names_people() -> None:
    told = {"User": {"DisplayName": "Beth Marlow", "UserType": "External"}, "AccessRights": ["Reviewer"]}
    assert CalendarPermission.project(told, b"")["User"] == "ExchangePublishedUser.Beth Marlow"
    told["User"] = {"DisplayName": "Default", "UserType": "Default", "ADRecipient": {"Notes": "private"}}
    assert CalendarPermission.project(told, b"")["User"] == "Default"
    assert CalendarPermission(right(PRIVATE)).single == "beth.marlow@gmail.com"
    assert CalendarPermission(right("Anonymous")).single == ""


def acl(kind: str, role: str, value: str | None = None) -> Row:
    return {"id": f"{kind}:{value}", "role": role, "scope": {"type": kind} | ({"value": value} if value else {})}


MINE = "ann@brightwater.example"
MORE = "c_1@group.calendar.google.com"


def calendars(*rules: Row, calendar: str = MINE, read: bool = True, **sources: Any) -> Any:
    held: dict[str, Any] = {"calendar.list": [*of("ann", {"id": calendar}), *of("bob")]} | sources
    if read:
        held["calendar.acl"] = of(calendar, acl("user", "owner", MINE), *rules)
    return gmail(sources=held)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([], "pass"),
        ([acl("user", "writer", "bob@brightwater.example")], "pass"),
        ([acl("default", "reader")], "pass"),  # SHARE-23 speaks of it
        ([acl("user", "freeBusyReader", "beth.marlow@gmail.com")], "pass"),
        ([acl("user", "none", "beth.marlow@gmail.com")], "pass"),
        ([acl("user", "reader", "beth.marlow@gmail.com")], "fail"),
        ([acl("user", "writerWithoutPrivateAccess", "beth.marlow@gmail.com")], "fail"),
        ([acl("user", "reader", "desk@labs.example")], "review"),
        ([acl("group", "reader", "all@labs.example")], "review"),
        ([acl("group", "reader", "list@googlegroups.com")], "fail"),
        ([acl("user", "seer", "beth.marlow@gmail.com")], "not_assessed"),
        ([acl("user", "reader")], "not_assessed"),
    ],
)
def test_calendars_of_google(rules: list[Row], expected: str) -> None:
    assert verdicts(calendars(*rules), "FWD-18", "calendar_stays") == {MINE: expected}


def test_a_further_calendar_stands_in_its_own_list() -> None:
    assert verdict(calendars(acl("user", "owner", MORE), calendar=MORE), "FWD-18") == "pass"


def test_calendars_that_were_not_read() -> None:
    assert verdict(calendars(read=False), "FWD-18") == "not_assessed"
    assert verdict(gmail(), "FWD-18") == "not_assessed"
    unknown = {"directory.domains": None}
    assert verdict(calendars(acl("user", "reader", "desk@labs.example"), **unknown), "FWD-18") == "not_assessed"
