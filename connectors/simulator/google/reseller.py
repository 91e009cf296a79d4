"""Reseller API: the subscriptions of the customers that this tenant's owner sells to."""

from __future__ import annotations

from typing import Any

from connectors.simulator.google.call import SUPER_ADMIN, Call, serves
from connectors.simulator.google.errors import forbidden


@serves("reseller.subscriptions.list", privilege=SUPER_ADMIN)
def subscriptions(call: Call) -> Any:
    found = call.workspace.state.get("subscriptions")
    if found is None:
        raise forbidden("Authenticated user is not authorized to perform this action.")
    prefix = call.query.get("customerNamePrefix", "")
    listed = [one for one in found if one["customerDomain"].startswith(prefix)]
    return {"kind": "reseller#subscriptions"} | call.page(listed, "subscriptions", default=20, maximum=100)
