"""Early-access and experimental Google products are off.

Why it matters
    Products before their release come with terms of their own, and are normally outside the agreement.

How to fix it
    Google Workspace: Admin console, Apps, Additional Google services: Early Access Apps and Experimental Apps: off for everyone.

Does not cover
    Preview features inside released products (AI-2).
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import ServiceStatus
from connectors.source import GOOGLE_WORKSPACE
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.views.google_policy import PolicyCell

CONTROL = Control(
    "BAA-6",
    Severity.MEDIUM,
    cites=["164.308(b)(1)", "164.502(e)(1)", "164.504(e)(1)", "164.308(a)(4)(i)"],
    level=Level.SHOULD,
)
PRODUCTS = {"early_access_apps": "early-access apps", "experimental_apps": "experimental apps"}


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.COMMONCONTROLS.16.2v1"],
    none=not_applicable("no active person works in any unit"),
)
def unreleased_products_are_off(cell: PolicyCell) -> list[Result]:
    """Neither early-access nor experimental products are on for anybody."""
    results = []
    for service, words in PRODUCTS.items():
        name = f"{service}.service_status"
        on = cell.service_on(service)
        origin = str(cell.origin(ServiceStatus, "service_state", name))
        if on:
            results.append(failed(f"{words} are on", about={"product": service}, people=cell.names, setting=origin))
        else:
            results.append(passed(f"{words} are off", setting=origin))
    return results
