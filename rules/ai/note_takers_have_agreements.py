"""AI note-takers and chatbots are not connected without a BAA.

Why it matters
    A note-taker that one therapist connected listens to every session in the calendar and keeps what it heard on a server of its own.

How to fix it
    Microsoft 365: Entra admin center, Enterprise apps, the app: revoke it, or sign an agreement and state it (vendor_baas).
    Google Workspace: Admin console, Security, API controls, Manage app access: block the app, then remove it from the person's account;
    or sign an agreement and state it (vendor_baas).

Does not cover
    Products that are used in a browser without being connected, and products that the table of names does not know.
"""

from __future__ import annotations

from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.data import ai_apps
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.views.agreements import Agreements
from rules.views.connected_apps import ConnectedApp

CONTROL = Control("AI-3", Severity.HIGH, cites=["164.308(b)(1)", "164.502(e)(1)", "164.502(b)"])


@CONTROL.check(MICROSOFT_365, GOOGLE_WORKSPACE, none=passed("no app of another company was let in"))
def assistant_has_an_agreement(app: ConnectedApp, agreements: Agreements) -> Result:
    """With the maker of every connected app that looks like an AI product, an agreement is on file."""
    product = ai_apps.find(app.label)
    if product is None:
        return not_applicable("looks like no AI product that we know")
    opens = app.opens
    about = {"client": app.id, "product": product.name}
    found = agreements.stated(app.label, product.name, app.id)
    fault = "no agreement with its maker is on file" if found is None else found.fault(agreements.now)
    if fault is None:
        return passed(f"looks like {product.name}; an agreement with its maker is on file", **app.facts())
    if not opens:
        return review(f"looks like {product.name} and only learns who signs in; {fault}", about=about, **app.facts())
    return failed(f"looks like {product.name}, can open {', '.join(opens)}, and {fault}", about=about, **app.facts())
