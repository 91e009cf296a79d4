"""People's calendars and files, read from the simulator by the real client, each in the owner's name."""

from __future__ import annotations

import json

from tests.promises import clean_snapshots


def test_calendars_and_files_come_by_owner_and_without_names() -> None:
    snapshot = clean_snapshots()["google-typical"]
    users = {line.r["primaryEmail"]: line.r["id"] for line in snapshot.lines("directory.users") if line.r is not None}
    calendars = [line for line in snapshot.lines("calendar.list") if line.r is not None]
    assert {line.of for line in calendars} <= set(users.values())
    rules = {line.of for line in snapshot.lines("calendar.acl") if line.r is not None}
    assert rules == {line.r["id"] for line in calendars if line.r is not None}
    for name in ("calendar.list", "calendar.acl", "drive.exposed_files"):
        assert snapshot.sources[name].gap is None, snapshot.sources[name]
        text = json.dumps([line.r for line in snapshot.lines(name)])
        assert "summary" not in text
        assert '"name"' not in text


def test_people_who_cannot_be_asked_for_are_counted() -> None:
    note = clean_snapshots()["google-typical"].sources["calendar.list"].note
    assert "suspended and archived people are not asked for: 1" in note
