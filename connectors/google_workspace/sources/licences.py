"""Licenses: which plan each person holds."""

from __future__ import annotations

from connectors.google_workspace.calls import CUSTOMER, Call
from connectors.record import Record
from connectors.source import GOOGLE_WORKSPACE, source

PRODUCTS = (
    "Google-Apps",  # Google Workspace itself, current and legacy plans
    "101034",  # archived accounts
    "101001",  # Cloud Identity Free
    "101005",  # Cloud Identity Premium
    "101006",  # Essentials
    "101031",  # Education Standard and Plus
    "101033",  # Voice
    "101037",  # Teaching and Learning
    "101047",  # Gemini and other AI plans
    "Google-Vault",
)
"""Products that say something about the agreement, archived accounts, Voice, Gemini or retention.

Source: the product and SKU page of the Enterprise License Manager API."""


@source(
    "licensing.assignments",
    GOOGLE_WORKSPACE,
    Call(
        "licensing",
        "v1",
        lambda s: s.licenseAssignments().listForProduct,
        "licensing",
        {"customerId": CUSTOMER},
        items="items",
        filled=True,
        each=("productId", PRODUCTS),
    ),
    permission="apps.licensing",
    lane="licensing",
    page_size=1000,
)
class LicenceAssignment(Record):
    """A license that a person holds. `user_id` is the address, not the immutable id."""

    kind = "licence"

    user_id: str
    product_id: str
    sku_id: str
    sku_name: str

    @property
    def key(self) -> str:
        """Address and SKU: a person may hold several licences."""
        return f"{self.user_id} {self.sku_id}"

    @property
    def label(self) -> str:
        """The plan and its holder."""
        return f"{self.sku_name} of {self.user_id}"
