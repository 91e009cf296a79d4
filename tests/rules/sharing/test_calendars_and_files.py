"""Calendars and files that are open to others (SHARE-6, 23, 24), with hand-made records."""

from __future__ import annotations

from typing import Any

import pytest

from rules.profile import Profile
from tests.rules.identity import Row, google, google_user, microsoft, of, results, user, verdict, verdicts
from tests.rules.mailboxes import mailbox


def folder(*, published: bool = True, detail: str = "AvailabilityOnly", search: bool = False) -> Row:
    return {"PublishEnabled": published, "DetailLevel": detail, "SearchableUrlEnabled": search}


def right(who: str, *rights: str) -> Row:
    return {"User": who, "AccessRights": list(rights)}


def outlook(folders: list[Row] | None, rights: list[Row] | None, kind: str = "UserMailbox") -> Any:
    sources: dict[str, Any] = {"exchange.mailboxes": [mailbox("ann", kind)]}
    sources["exchange.mailbox_calendar_folder"] = None if folders is None else of("ann", *folders)
    sources["exchange.mailbox_folder_permissions"] = None if rights is None else of("ann", *rights)
    return microsoft([user("ann")], sources)


CLOSED = [right("Default", "AvailabilityOnly"), right("Anonymous", "None"), right("somebody", "Editor")]


@pytest.mark.parametrize(
    ("folders", "expected"),
    [
        ([folder(published=False, detail="FullDetails", search=True)], "pass"),
        ([folder()], "review"),
        ([folder(detail="LimitedDetails")], "fail"),
        ([folder(detail="FullDetails")], "fail"),
        ([folder(search=True)], "fail"),
        ([folder(detail="Everything")], "not_assessed"),
        ([], "not_assessed"),
        (None, "not_assessed"),
    ],
)
def test_calendars_on_the_internet(folders: list[Row] | None, expected: str) -> None:
    assert verdicts(outlook(folders, CLOSED), "SHARE-23", "calendar_is_not_published") == {"ann": expected}


@pytest.mark.parametrize(
    ("rights", "expected"),
    [
        (CLOSED, "pass"),
        ([right("Anonymous", "AvailabilityOnly")], "fail"),
        ([right("Anonymous", "Reviewer")], "fail"),
        ([right("Default", "None")], "not_assessed"),
        (None, "not_assessed"),
    ],
)
def test_what_strangers_may_do(rights: list[Row] | None, expected: str) -> None:
    assert verdicts(outlook([folder(published=False)], rights), "SHARE-23", "strangers_have_no_right") == {
        "ann": expected
    }


def test_a_mailbox_without_a_calendar_is_no_question() -> None:
    held = outlook([], [], "DiscoveryMailbox")
    assert verdict(held, "SHARE-23") == "not_applicable"
    assert verdict(held, "SHARE-24") == "not_applicable"


@pytest.mark.parametrize(
    ("rights", "anybody", "therapist"),
    [
        ([right("Default", "None")], "pass", "pass"),
        ([right("Default", "LimitedDetails")], "pass", "pass"),
        ([right("Default", "Reviewer")], "review", "fail"),
        ([right("Default", "Editor", "FolderVisible")], "review", "fail"),
        ([right("Anonymous", "None")], "not_assessed", "not_assessed"),
    ],
)
def test_what_colleagues_see(rights: list[Row], anybody: str, therapist: str) -> None:
    held = outlook([folder(published=False)], rights)
    assert verdict(held, "SHARE-24") == anybody
    assert verdict(held, "SHARE-24", Profile(therapists=frozenset({"ANN@brightwater.example"}))) == therapist


def acl(kind: str, role: str, value: str | None = None) -> Row:
    scope = {"type": kind} | ({"value": value} if value else {})
    return {"id": f"{kind}:{value}", "role": role, "scope": scope}


OWN = acl("user", "owner", "ann@brightwater.example")
DOMAINS = [{"domainName": "brightwater.example", "isPrimary": True, "verified": True}]


def calendars(*rules: Row, read: bool = True) -> Any:
    own = {"id": "ann@brightwater.example", "primary": True}
    sources: dict[str, Any] = {
        "calendar.list": of("ann", own),
        "directory.domains": DOMAINS,
        "directory.domain_aliases": [],
    }
    if read:
        sources["calendar.acl"] = of("ann@brightwater.example", *rules)
    return google([google_user("ann")], sources)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([OWN], "pass"),
        ([OWN, acl("default", "none")], "pass"),
        ([OWN, acl("default", "freeBusyReader")], "review"),
        ([OWN, acl("default", "reader")], "fail"),
        ([OWN, acl("default", "writer")], "fail"),
        ([OWN, acl("everyone", "reader")], "not_assessed"),
    ],
)
def test_calendars_that_are_open_to_everybody(rules: list[Row], expected: str) -> None:
    assert verdict(calendars(*rules), "SHARE-23") == expected


@pytest.mark.parametrize(
    ("rules", "anybody", "therapist"),
    [
        ([OWN], "pass", "pass"),
        ([acl("domain", "freeBusyReader", "brightwater.example")], "pass", "pass"),
        ([acl("domain", "reader", "brightwater.example")], "review", "fail"),
        ([acl("domain", "reader", "labs.example")], "pass", "pass"),
        ([acl("domain", "writer", "brightwater.example")], "fail", "fail"),
    ],
)
def test_what_everybody_at_the_clinic_sees(rules: list[Row], anybody: str, therapist: str) -> None:
    assert verdict(calendars(*rules), "SHARE-24") == anybody
    assert (
        verdict(calendars(*rules), "SHARE-24", Profile(therapists=frozenset({"ann@brightwater.example"}))) == therapist
    )


@pytest.mark.parametrize("control", ["SHARE-23", "SHARE-24", "SHARE-6"])
def test_what_was_not_read(control: str) -> None:
    assert verdict(calendars(read=False), control) == "not_assessed"
    assert verdict(google([google_user("ann")]), control) == "not_assessed"
    assert verdict(microsoft([user("ann")], {"exchange.mailboxes": None}), control) == "not_assessed"


def file(name: str, *kinds: str, **permission: Any) -> Row:
    rights = [{"id": kind, "type": kind, "role": "reader"} | permission for kind in kinds]
    return {"id": name, "mimeType": "application/pdf", "permissions": rights}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ([], "pass"),
        ([file("a", "user", "domain")], "pass"),
        ([file("a", "anyone")], "fail"),
        ([file("a", "anyone", allowFileDiscovery=True)], "fail"),
        ([{"id": "a", "mimeType": "x"}], "not_assessed"),
    ],
)
def test_files_that_anybody_can_open(files: list[Row], expected: str) -> None:
    held = google([google_user("ann")], {"drive.exposed_files": of("ann", *files), "drive.shared_drives": []})
    assert verdict(held, "SHARE-6") == expected


def test_files_of_suspended_people_are_not_known() -> None:
    people = [google_user("ann"), google_user("gone", suspended=True)]
    held = google(people, {"drive.exposed_files": of("ann"), "drive.shared_drives": []})
    assert verdicts(held, "SHARE-6", "files_are_closed") == {"ann": "pass", "gone": "not_assessed"}


def opened(file: str, visibility: str | None, *, who: str = "ann", day: int = 1, **more: str) -> Row:
    told = {"doc_id": file, "owner": f"{who}@brightwater.example", "visibility": visibility} | more
    parameters = [{"name": name, "value": value} for name, value in told.items() if value is not None]
    return {
        "id": {"time": f"2026-10-{day:02}T08:00:00.000Z", "uniqueQualifier": f"{file}{day}"},
        "actor": {"email": "x@brightwater.example", "profileId": "x"},
        "events": [{"type": "acl_change", "name": "change_document_visibility", "parameters": parameters}],
    }


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ([opened("a", "people_with_link")], "review"),
        ([opened("a", "public_on_the_web", who="ANN")], "review"),
        ([opened("a", "people_with_link", day=2), opened("a", "private", day=5)], "not_assessed"),
        ([opened("a", "private", day=2), opened("a", "people_with_link", day=5)], "review"),
        ([opened("a", "people_within_domain_with_link")], "not_assessed"),
        ([opened("a", None)], "not_assessed"),
        ([], "not_assessed"),
        (None, "not_assessed"),
    ],
)
def test_where_files_are_not_listed_the_log_tells_what_was_opened_and_never_that_nothing_is(
    log: list[Row] | None, expected: str
) -> None:
    sources: dict[str, Any] = {"drive.exposed_files": None, "drive.shared_drives": [], "reports.activity.drive": log}
    held = google([google_user("ann"), google_user("gone", suspended=True)], sources)
    assert verdicts(held, "SHARE-6", "files_are_closed") == {"ann": expected, "gone": "not_assessed"}


def test_files_that_were_listed_are_the_better_witness() -> None:
    log = {"reports.activity.drive": [opened("a", "people_with_link"), opened("b", "people_with_link", who="gone")]}
    people = [google_user("ann"), google_user("gone", suspended=True)]
    held = google(people, log | {"drive.exposed_files": of("ann"), "drive.shared_drives": []})
    assert verdicts(held, "SHARE-6", "files_are_closed") == {"ann": "pass", "gone": "review"}


def test_files_in_shared_drives() -> None:
    def drive(name: str, *, closed: bool) -> Row:
        return {"id": name, "createdTime": "2026-01-01T00:00:00Z", "restrictions": {"domainUsersOnly": closed}}

    rows = [drive("a", closed=True), drive("b", closed=False)]
    held = google([google_user("ann")], {"drive.exposed_files": of("ann"), "drive.shared_drives": rows})
    assert verdicts(held, "SHARE-6", "drives_keep_files_inside") == {"a": "pass", "b": "not_assessed"}


@pytest.mark.parametrize(
    ("level", "expected"),
    [("externalUserAndGuestSharing", "not_assessed"), ("disabled", "review"), ("externalUserSharingOnly", "review")],
)
def test_links_of_microsoft_are_never_taken_for_gone(level: str, expected: str) -> None:
    held = microsoft([user("ann")], {"graph.sharepoint_settings": [{"sharingCapability": level}]})
    assert [found for _, found, _ in results(held, "SHARE-6")] == [expected]
