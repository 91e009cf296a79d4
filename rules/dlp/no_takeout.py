"""Staff cannot download everything with one click.

Why it matters
    Google Takeout packs a whole mailbox and all files into one archive for whoever holds the account, on the last day of work or on
    the thief's first.

How to fix it
    Google Workspace: Admin console, Data, Data import and export, Google Takeout: off, in every unit and group, and for every
    additional service. Name administrators whose exports of all data are meant in approved_exporters.

Does not cover
    Downloading file by file, and mail programs (AUTH-4).
"""

from __future__ import annotations

from datetime import timedelta

from connectors.google_workspace.sources.activity import AdminActivity
from connectors.google_workspace.sources.settings import ServiceStatus, UserTakeout
from connectors.source import GOOGLE_WORKSPACE
from rules.control import Control
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.tables import Table
from rules.view import Now, Tenant, age
from rules.views.google_policy import PolicyCell

CONTROL = Control("DATA-7", Severity.HIGH, cites=["164.312(a)(1)", "164.502(a)"])
RECENT = timedelta(days=90)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.COMMONCONTROLS.12.1v1"],
    none=not_applicable("no active person works in any unit"),
)
def takeout_is_off(cell: PolicyCell) -> Result:
    """Takeout is off in every unit and group."""
    name = "takeout.service_status"
    origin = str(cell.origin(ServiceStatus, "service_state", name))
    if cell.service_on("takeout"):
        return failed("people here can download all their mail and files at once", people=cell.names, setting=origin)
    return passed("people here cannot download everything at once", people=len(cell.names), setting=origin)


@CONTROL.check(GOOGLE_WORKSPACE, none=not_applicable("no active person works in any unit"))
def other_services_give_nothing_out(cell: PolicyCell) -> Result:
    """Additional services let nobody in a unit or group download their data."""
    listed = cell.settings("user_takeout")
    opened = [name.partition(".")[0] for name in listed if cell.setting(UserTakeout, name).takeout_status == "ENABLED"]
    if opened:
        return failed("people here can download their data of additional services", services=opened, people=cell.names)
    if not listed:
        return not_applicable("Google lists no additional service with data to download")
    return passed("additional services give nothing out", people=len(cell.names))


@CONTROL.check(GOOGLE_WORKSPACE)
def nobody_exported_everything(tenant: Tenant, log: Table[AdminActivity], profile: Profile, now: Now) -> list[Result]:
    """Nobody exported the data of the whole clinic lately, but whom the clinic named."""
    results = []
    for activity in log:
        if age(now, activity.id.time) > RECENT:
            continue
        for event in activity.events:
            if not event.name.startswith("CUSTOMER_TAKEOUT_"):
                continue
            who, day = activity.actor.email, activity.id.time.date().isoformat()
            if profile.holds(profile.approved_exporters, who):
                results.append(passed(f"{who} exported the data of the whole clinic on {day}, as the clinic meant"))
            else:
                results.append(
                    review(
                        f"{who or 'somebody'} exported the data of the whole clinic on {day}: was that meant?",
                        about={"event": activity.key},
                    )
                )
    return results or [passed("nobody exported the data of the whole clinic in the last 90 days")]
