"""Calendar API: the caller's calendars and who may see them."""

from __future__ import annotations

from typing import Any

from connectors.simulator.google.call import Call, serves
from connectors.simulator.google.errors import ApiError, not_found

RANK = {"none": 0, "freeBusyReader": 1, "reader": 2, "writerWithoutPrivateAccess": 3, "writer": 3, "owner": 4}


def _calendars(call: Call) -> list[dict[str, Any]]:
    subject = call.grant.subject
    if subject is None or subject["primaryEmail"] not in call.workspace.state.get("calendars", {}):
        raise ApiError(403, "notACalendarUser", "The user must be signed up for Google Calendar.")
    found: list[dict[str, Any]] = call.workspace.state["calendars"][subject["primaryEmail"]]
    return found


@serves("calendar.calendarList.list")
def calendar_list(call: Call) -> Any:
    floor = RANK[call.query.get("minAccessRole", "none")]
    entries = [
        {key: value for key, value in entry.items() if key != "acl"}
        for entry in _calendars(call)
        if RANK[entry["accessRole"]] >= floor and (call.flag("showHidden") or not entry.get("hidden"))
    ]
    return {"kind": "calendar#calendarList"} | call.page(entries, "items", default=100, maximum=250)


@serves("calendar.acl.list")
def acl(call: Call) -> Any:
    wanted = call.path[0]
    for entry in _calendars(call):
        if wanted == entry["id"] or (wanted == "primary" and entry.get("primary")):
            if entry["accessRole"] != "owner":
                raise ApiError(403, "forbidden", "Forbidden")
            return {"kind": "calendar#acl"} | call.page(entry["acl"], "items", default=100, maximum=250)
    raise not_found("Not Found")
