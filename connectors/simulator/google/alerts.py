"""Alert Center API. Only a service account with delegation may call it; bodies may quote message subjects."""

from __future__ import annotations

from typing import Any

from connectors.simulator.google.call import Call, serves
from connectors.simulator.google.errors import ApiError


def _check_customer(call: Call) -> None:
    if call.grant.interactive:
        raise ApiError(403, "forbidden", "The caller does not have permission")
    # This one API writes the customer id without its leading C.
    given = call.query.get("customerId")
    if given is not None and given != call.workspace.customer_id.removeprefix("C"):
        raise ApiError(403, "forbidden", "The caller does not have permission")


@serves("alertcenter.alerts.list", privilege="ALERT_CENTER_VIEW")
def alerts(call: Call) -> Any:
    _check_customer(call)
    found = call.workspace.state.get("alerts", [])
    return call.page(found, "alerts", size="pageSize", default=100, maximum=1000)


@serves("alertcenter.getSettings", privilege="ALERT_CENTER_VIEW")
def settings(call: Call) -> Any:
    _check_customer(call)
    return call.workspace.state.get("alertSettings", {})
