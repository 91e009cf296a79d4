"""What the clinic puts on the internet besides mail and files: forms and booking pages."""

from __future__ import annotations

from connectors.microsoft365.calls import Graph
from connectors.record import Record
from connectors.source import MICROSOFT_365, source


class FormsSettings(Record, key="is_external_send_form_enabled"):
    """What people may do with Microsoft Forms."""

    is_external_send_form_enabled: bool
    is_external_share_collaboration_enabled: bool
    is_in_org_forms_phishing_scan_enabled: bool


@source(
    "graph.admin_forms", MICROSOFT_365,
    Graph(
        lambda g: g.admin, select=False, single=True, suffix="/forms",
        beta="the settings of Microsoft Forms are in no v1.0 resource (Graph, adminForms)",
    ),
    permission="OrgSettings-Forms.Read.All", lane="graph", tier="graph-only",
)  # fmt: skip
class AdminForms(Record, key="settings"):
    """Whether forms may go outside, and whether they are searched for questions that fish for passwords."""

    settings: FormsSettings


@source(
    "graph.booking_list", MICROSOFT_365, Graph(lambda g: g.solutions.booking_businesses),
    permission="Bookings.Read.All", licence="exchange", lane="graph", tier="graph-only",
)  # fmt: skip
class ListedBooking(Record):
    """Every booking calendar. The listing holds no more than its name (Graph, list bookingBusinesses)."""

    id: str


@source(
    "graph.booking_businesses", MICROSOFT_365,
    Graph(lambda g, business: g.solutions.booking_businesses.by_booking_business_id(business), single=True, per="id"),
    permission="Bookings.Read.All", licence="exchange", lane="graph", tier="graph-only", fan_out=True,
    after=("graph.booking_list",),
)  # fmt: skip
class BookingBusiness(Record):
    """A booking calendar, and whether its page is on the internet."""

    kind = "booking page"

    id: str
    display_name: str | None
    is_published: bool | None  # null: never published (Graph, bookingBusiness)
    public_url: str | None

    @property
    def label(self) -> str:
        return str(self.display_name or self.id)
