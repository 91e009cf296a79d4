"""Sign-in from unexpected countries or device types is blocked.

Why it matters
    A clinic's staff works from a few places. A sign-in from the other side of the world, or from a kind of device nobody owns, is
    somebody else.

How to fix it
    Microsoft 365: Conditional Access, Named locations, Countries: where staff works; a rule for everybody: Locations: Any, except that
    one: Block. A second rule: Device platforms: Any, except those in use: Block.
    Google Workspace: Security, Context-Aware Access (Enterprise and Cloud Identity Premium).

Does not cover
    Thieves who go through a computer in the same country. Which levels Google's context-aware access holds, and to what they apply, is
    in no API.
"""

from __future__ import annotations

from connectors.google_workspace.sources.activity import Activity, AdminActivity
from connectors.microsoft365.sources.access import NamedLocation
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, needs_input, passed, review
from rules.tables import Table
from rules.view import Tenant
from rules.views.access_rules import AccessRules, judged
from rules.views.conditional_access import AccessPolicy, Limit
from rules.views.places import COUNTRIES, Places, is_whole_internet

CONTROL = Control("AUTH-15", Severity.MEDIUM, cites=["164.312(d)", "164.312(a)(1)"], level=Level.SHOULD)


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 5.2.2.14"],
    prowler=["entra_conditional_access_trusted_named_location_exists"],
)
def places_are_named(tenant: Tenant, rules: AccessRules, locations: Table[NamedLocation]) -> Result:
    """The clinic has named from where it works, and no trusted place is everywhere."""
    if unlicensed := rules.unlicensed:
        return unlicensed
    named = []
    unread: Unreadable | None = None
    try:
        for location in locations:
            if location.is_trusted and is_whole_internet(location):
                return failed("a trusted place is the whole internet", place=location.label)
            if location.type == COUNTRIES or location.is_trusted:
                named.append(location.label)
    except Unreadable as err:
        unread = err
    if unread is not None:
        raise unread
    if named:
        return passed("the clinic has named from where it works", places=sorted(named))
    return failed("the clinic has named no country and no trusted place")


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 5.2.2.15"],
    prowler=["entra_conditional_access_policy_untrusted_locations_blocked"],
)
def other_places_are_blocked(tenant: Tenant, rules: AccessRules, places: Places) -> Result:
    """A rule blocks sign-in from places where nobody works."""

    def wanted(policy: AccessPolicy) -> list[str] | None:
        where = policy.record.conditions.locations
        if not policy.blocks or where is None or Limit.PLACES not in policy.narrowed_by:
            return None
        if "All" in where.include_locations:
            gone = [place for place in where.exclude_locations if not places.exists(place)]
            return ["it leaves out places that do not exist any more"] if gone else []
        listed = [place for place in where.include_locations if places.is_country(place)]
        return [] if listed and not where.exclude_locations else ["it names no countries"]

    return rules.unlicensed or judged(
        rules.find(wanted, spare={Limit.PLACES}),
        met="a rule blocks other places",
        missing="people, and thieves, may sign in from anywhere in the world",
    )


@CONTROL.check(MICROSOFT_365, prowler=["entra_conditional_access_policy_block_unknown_device_platforms"])
def other_platforms_are_blocked(tenant: Tenant, rules: AccessRules) -> Result:
    """A rule blocks kinds of devices that nobody uses."""

    def wanted(policy: AccessPolicy) -> list[str] | None:
        platforms = policy.record.conditions.platforms
        if not policy.blocks or platforms is None or Limit.PLATFORMS not in policy.narrowed_by:
            return None
        return (
            [] if "all" in {name.casefold() for name in platforms.include_platforms} else ["it names only some kinds"]
        )

    return rules.unlicensed or judged(
        rules.find(wanted, spare={Limit.PLATFORMS}),
        met="a rule blocks unknown kinds of devices",
        missing="any kind of device may sign in",
    )


@CONTROL.check(GOOGLE_WORKSPACE, cis=["CIS GWS v1.3 4.2.2.1"])
def context_is_asked(tenant: Tenant, log: Table[AdminActivity]) -> Result:
    """Context-aware access is switched on."""
    last: Activity | None = None
    for entry in log:
        named = any(event.name == "TOGGLE_CAA_ENABLEMENT" for event in entry.events)
        if named and (last is None or entry.id.time > last.id.time):
            last = entry
    if last is None:
        return needs_input(
            "the log of the last 180 days does not say whether context-aware access is on",
            remedy="look at Security, Access and data control, Context-Aware Access",
            source="reports.activity.admin",
        )
    event = next(event for event in last.events if event.name == "TOGGLE_CAA_ENABLEMENT")
    state = event.text("NEW_VALUE")
    when = last.id.time.date().isoformat()
    if state == "ENABLED":
        return review(
            "context-aware access was switched on; look whether its levels keep strange places and devices out",
            since=when,
        )
    return failed("context-aware access was switched off", since=when, state=state)
