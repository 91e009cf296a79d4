"""Reports API: what happened (activities) and daily counters (usage)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from connectors.simulator.google.call import Call, serves
from connectors.simulator.google.errors import ApiError, invalid, not_found

RETENTION = timedelta(days=180)
USAGE_HISTORY = timedelta(days=450)
PACIFIC = timedelta(hours=-8)


def _moment(call: Call, name: str) -> datetime | None:
    text = call.query.get(name)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise invalid(f"Invalid value '{text}' for {name}", location=name) from error
    if moment.tzinfo is None:
        raise invalid(f"Invalid value '{text}' for {name}", location=name)
    return moment


@serves("reports.activities.list", privilege="REPORTS_ACCESS")
def activities(call: Call) -> Any:
    workspace = call.workspace
    person, application = call.path
    _check_customer(call)
    start, end = _moment(call, "startTime"), _moment(call, "endTime")
    if start is not None and end is not None and start >= end:
        raise invalid("Start time must be before end time.", location="startTime")
    if application == "gmail" and (start is None or end is None or end - start > timedelta(days=30)):
        raise invalid("The gmail application needs startTime and endTime at most 30 days apart.")
    if application in workspace.state.get("unavailableLogs", ()):
        raise ApiError(403, "forbidden", "Caller does not have access to the customers reporting data.")
    found = workspace.state.get("activities", {}).get(application, [])
    oldest = workspace.now() - RETENTION
    found = [
        item
        for item in found
        if (when := datetime.fromisoformat(item["id"]["time"])) >= oldest
        and (start is None or when >= start)
        and (end is None or when <= end)
    ]
    if person != "all":
        known = workspace.user(person)
        if known is None:
            raise not_found("Resource Not Found: userKey")
        found = [item for item in found if item["actor"].get("email") == known["primaryEmail"]]
    event = call.query.get("eventName")
    if event is not None:
        found = [item for item in found if any(entry["name"] == event for entry in item["events"])]
        found = [item for item in found if _satisfies(item, event, call.query.get("filters", ""))]
    elif "filters" in call.query:
        raise invalid("filters needs eventName", location="filters")
    return {"kind": "admin#reports#activities", "etag": '"simulated"'} | call.page(
        found, "items", default=1000, maximum=1000
    )


def _satisfies(item: dict[str, Any], event: str, filters: str) -> bool:
    for clause in filter(None, filters.split(",")):
        for mark, wanted in (("==", True), ("<>", False)):
            name, found, value = clause.partition(mark)
            if found:
                values = {
                    str(parameter.get("value", parameter.get("boolValue", parameter.get("intValue"))))
                    for entry in item["events"]
                    if entry["name"] == event
                    for parameter in entry.get("parameters", ())
                    if parameter["name"] == name
                }
                if (value.strip('"') in values) is not wanted:
                    return False
                break
        else:
            raise invalid(f"Invalid filter {clause}", location="filters")
    return True


def _check_customer(call: Call) -> None:
    customer = call.query.get("customerId")
    if customer is not None and not call.sees_customer(customer):
        raise not_found("Resource Not Found: customerId")


def _report_day(call: Call, text: str) -> str:
    """The day asked for, if its data exists. Raises the 400 whose text names the newest usable day."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise invalid(f"Invalid date {text}; the format is yyyy-mm-dd", location="date") from error
    today = (call.workspace.now() + PACIFIC).date()
    newest = today - timedelta(days=call.workspace.state.get("usage", {}).get("lagDays", 2))
    if day > newest:
        raise invalid(
            f"Data for dates later than {newest.isoformat()} is not yet available. Please check back later",
            location="date",
        )
    if day < today - USAGE_HISTORY:
        raise invalid(f"Data for {text} is no longer available", location="date")
    return text


def _chosen(call: Call, parameters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    asked = call.query.get("parameters")
    if not asked:
        return parameters
    names = [name.strip() for name in asked.split(",")]
    for name in names:
        if ":" not in name:
            raise invalid(f"Invalid parameter name: {name}", location="parameters")
    wanted = set(names)
    return [parameter for parameter in parameters if parameter["name"] in wanted]


@serves("reports.customerUsageReports.get", privilege="REPORTS_ACCESS")
def customer_usage(call: Call) -> Any:
    _check_customer(call)
    report = {
        "kind": "admin#reports#usageReport",
        "date": _report_day(call, call.path[0]),
        "entity": {"type": "CUSTOMER", "customerId": call.workspace.customer_id},
        "parameters": _chosen(call, call.workspace.state.get("usage", {}).get("customer", [])),
    }
    return {"kind": "admin#reports#usageReports", "usageReports": [report]}


@serves("reports.userUsageReport.get", privilege="REPORTS_ACCESS")
def user_usage(call: Call) -> Any:
    _check_customer(call)
    workspace = call.workspace
    day = _report_day(call, call.path[1])
    people = [user for user in workspace.users if not user.get("deletionTime")]
    if call.path[0] != "all":
        known = workspace.user(call.path[0])
        if known is None:
            raise not_found("Resource Not Found: userKey")
        people = [known]
    answer = call.page(people, "usageReports", default=1000, maximum=1000)
    counters = workspace.state.get("usage", {}).get("users", {})
    if "usageReports" in answer:
        answer["usageReports"] = [
            {
                "kind": "admin#reports#usageReport",
                "date": day,
                "entity": {
                    "type": "USER",
                    "customerId": workspace.customer_id,
                    "userEmail": user["primaryEmail"],
                    "profileId": user["id"],
                },
                "parameters": _chosen(call, counters.get(user["primaryEmail"], [])),
            }
            for user in answer["usageReports"]
        ]
    return {"kind": "admin#reports#usageReports"} | answer
