"""Enterprise License Manager API: who holds which product."""

from __future__ import annotations

from typing import Any

from connectors.simulator.google.call import Call, serves
from connectors.simulator.google.errors import ApiError, forbidden


@serves("licensing.licenseAssignments.listForProduct", privilege="LICENSING")
def for_product(call: Call) -> Any:
    return _assignments(call, None)


@serves("licensing.licenseAssignments.listForProductAndSku", privilege="LICENSING")
def for_sku(call: Call) -> Any:
    return _assignments(call, call.path[1])


def _assignments(call: Call, sku: str | None) -> dict[str, Any]:
    workspace = call.workspace
    customer = call.query["customerId"]
    # `my_customer` means nothing here: the C-id, or the primary domain.
    if customer not in (workspace.customer_id, workspace.primary_domain):
        raise ApiError(400, "invalid", "Invalid customerId.")
    product = call.path[0]
    if product in workspace.state.get("unreadableProducts", ()):
        raise forbidden("Forbidden")
    found = [
        entry
        for entry in workspace.state.get("licenses", ())
        if entry["productId"] == product and (sku is None or entry["skuId"] == sku)
    ]
    return {"kind": "licensing#licenseAssignmentList", "etag": '""'} | call.page(
        found, "items", default=100, maximum=1000
    )
