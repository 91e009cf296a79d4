"""Public booking pages are off or reviewed.

Why it matters
    A booking page asks strangers why they come. What they type is patient data, and the page is open to the whole internet.

How to fix it
    Microsoft 365: admin center, Settings, Org settings, Bookings: off, or unpublish each page.
    Google Workspace: Admin console, Apps, Calendar, Advanced settings: no payments on appointment pages.
    Evidence folder: a statement of the kind booking_pages whose covers names each page that was looked at (for Google
    "appointment pages").

Does not cover
    What people ask on a page after it was looked at.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import CalendarAppointments
from connectors.microsoft365.sources.mailflow import OrganizationConfig
from connectors.microsoft365.sources.publishing import BookingBusiness
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.tables import One, Table
from rules.view import Tenant
from rules.views.attestations import Attestations
from rules.views.google_policy import PolicyCell

CONTROL = Control(
    "SHARE-26", Severity.MEDIUM, cites=["164.502(b)", "164.308(b)(1)", "164.530(c)(1)"], level=Level.SHOULD
)
TOPIC = "booking_pages"


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 1.3.9", "CIS M365 v6.0.0 1.3.9"],
    prowler=["admincenter_shared_bookings_disabled"],
)
def pages_are_off_or_reviewed(
    tenant: Tenant, organization: One[OrganizationConfig], pages: Table[BookingBusiness], attestations: Attestations
) -> list[Result]:
    """Bookings is off, or every published page was looked at."""
    if not organization.value.bookings_enabled:
        return [passed("Bookings is off")]
    published = [page for page in pages if page.is_published]
    if not published:
        return [passed("no booking page is published")]
    statement = attestations.newest(TOPIC)
    if fault := attestations.fault(statement):
        return [fault]
    said = {text.casefold() for text in statement.covers}
    return [
        passed(f"the page {page.label} was looked at", page=page.public_url)
        if {page.id.casefold(), page.label.casefold(), (page.public_url or page.id).casefold()} & said
        else failed(
            f"the page {page.label} is published and nobody is stated to have looked at it",
            about={"page": page.id},
            page=page.public_url,
        )
        for page in published
    ]


@CONTROL.check(
    GOOGLE_WORKSPACE, scuba=["GWS.CALENDAR.4.1v1"], none=not_applicable("no active person works in any unit")
)
def pages_take_no_payments(cell: PolicyCell) -> Result:
    """Appointment pages in every unit and group take no payments."""
    if not cell.service_on("calendar"):
        return not_applicable("Calendar is off here")
    taken = cell.setting(CalendarAppointments).enable_payments
    origin = str(cell.origin(CalendarAppointments, "enable_payments"))
    if taken:
        return failed(
            "appointment pages may take payments through a firm outside the agreement",
            people=cell.names,
            setting=origin,
        )
    return passed("appointment pages take no payments", setting=origin)


@CONTROL.check(GOOGLE_WORKSPACE)
def pages_were_looked_at(tenant: Tenant, attestations: Attestations) -> Result:
    """Somebody looked at what appointment pages ask."""
    # No interface lists appointment pages or what they ask.
    statement = attestations.newest(TOPIC)
    if fault := attestations.fault(statement):
        return fault
    return passed(
        "appointment pages are stated to have been looked at", signed_on=statement.signed_on.date().isoformat()
    )
