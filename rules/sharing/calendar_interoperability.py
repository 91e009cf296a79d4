"""Calendar interoperability with other systems is off or uses modern sign-in.

Why it matters
    The exchange of free and busy times with an Exchange server signs in there with an account of its own. With an old sign-in,
    that account's password is all an attacker needs.

How to fix it
    Google Workspace: Admin console, Apps, Calendar, Calendar Interop management: off; if it is needed, without event details and
    through the Graph API.
    Evidence folder: a statement of the kind calendar_interop that says how the other side is signed in to
    (covers = ["graph api"]).

Does not cover
    What the other system does with the times it gets.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import CalendarInteroperability
from connectors.source import GOOGLE_WORKSPACE
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.views.attestations import Attestations
from rules.views.google_policy import PolicyCell

CONTROL = Control("SHARE-25", Severity.LOW, cites=["164.312(a)(1)", "164.312(d)"], level=Level.SHOULD)
MODERN = ("graph api",)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.CALENDAR.3.1v1"],
    none=not_applicable("no active person works in any unit"),
)
def other_systems_see_times_at_most(cell: PolicyCell) -> Result:
    """Other calendar systems see free and busy times at most."""
    if not cell.service_on("calendar"):
        return not_applicable("Calendar is off here")
    setting = cell.setting(CalendarInteroperability)
    origin = str(cell.origin(CalendarInteroperability, "enable_interoperability"))
    if not setting.enable_interoperability:
        return passed("no times are exchanged with other systems", setting=origin)
    if setting.enable_full_event_details:
        return failed("other systems see all details of appointments", people=cell.names, setting=origin)
    return passed("other systems see free and busy times at most", setting=origin)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.CALENDAR.3.2v1"],
    none=not_applicable("no active person works in any unit"),
)
def other_systems_are_asked_the_modern_way(cell: PolicyCell, attestations: Attestations) -> Result:
    """The connection to another calendar system does not use an old kind of sign-in."""
    if not cell.service_on("calendar"):
        return not_applicable("Calendar is off here")
    if not cell.setting(CalendarInteroperability).enable_interoperability:
        return not_applicable("no times are exchanged with other systems")
    # No interface shows how Google signs in at the other side.
    statement = attestations.newest("calendar_interop")
    if fault := attestations.fault(statement):
        return fault
    if attestations.missing(statement, MODERN):
        return failed("the connection is not stated to use the Graph API", about={"statement": statement.id})
    return passed("the connection is stated to use the Graph API")
