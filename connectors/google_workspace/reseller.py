"""A reseller's customers, from the subscriptions that Google's Reseller API lists.

The relation gives no access to a customer's data; each customer's super administrator delegates to the service account
(google-workspace.md 1.8). Partners of the Cloud Channel are not read: its API has no scope that only reads.
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.customer import Customer
from connectors.gap import Gap, Reason, SourceGap
from connectors.google_workspace.calls import Call
from connectors.google_workspace.connector import GoogleWorkspace
from connectors.google_workspace.errors import TokenRefused, problem_of
from connectors.google_workspace.listing import records_in
from connectors.google_workspace.scopes import url
from connectors.record import Record, Unreadable
from connectors.source import GOOGLE_WORKSPACE, Source
from connectors.transport import Request, Unreachable

SCOPE = "apps.order.readonly"


class Subscription(Record, key="subscription_id"):
    """One subscription that was sold to a customer."""

    subscription_id: str
    customer_id: str
    customer_domain: str
    sku_name: str
    status: str


SUBSCRIPTIONS = Source(
    "msp.subscriptions",
    GOOGLE_WORKSPACE,
    Subscription,
    Call("reseller", "v1", lambda s: s.subscriptions().list, "reseller", items="subscriptions"),
    permission=SCOPE,
    lane="identity",
    page_size=100,
    tier="partner",
)


def customers(connector: GoogleWorkspace) -> tuple[list[Customer], list[Gap]]:
    """Everybody with a subscription through this reseller, and what could not be read."""
    found: dict[str, Customer] = {}
    try:
        for subscription in _read(connector):
            name = subscription.customer_domain
            known = found.get(subscription.customer_id, Customer(subscription.customer_id, name, name))
            note = f"{subscription.sku_name}: {subscription.status.casefold()}"
            notes = tuple(dict.fromkeys([*known.notes, note]))
            found[known.id] = Customer(known.id, known.name, known.domain, notes)
    except (SourceGap, Unreadable) as err:
        return list(found.values()), [err.gap]
    return sorted(found.values(), key=lambda customer: (customer.domain, customer.id)), []


def _read(connector: GoogleWorkspace) -> Iterator[Subscription]:
    admin, source = connector.connection.admin, SUBSCRIPTIONS
    following: str | None = None
    while True:
        address = connector.address(source, **({"pageToken": following} if following else {}))
        request = Request("GET", address, source.name, source.lane, {"Accept": "application/json"})
        try:
            answer = connector.transport.send(request, lambda _fresh: connector.tokens.granted(admin, [url(SCOPE)]))
        except TokenRefused as err:
            raise SourceGap(connector.tokens.gap(source, err, admin, [SCOPE])) from None
        except Unreachable as err:
            raise SourceGap(Gap(source.name, Reason.PROVIDER_ERROR, str(err), "check the network path")) from err
        if not answer.ok:
            said = f"Google answers {answer.status} {problem_of(answer).reason}".strip()
            raise SourceGap(
                Gap(
                    source.name,
                    Reason.PERMISSION,
                    f"{said}: {admin} may not read the reseller's subscriptions",
                    "name an administrator of the reseller's own domain, and enable the Google Workspace Reseller API",
                )
            )
        records, following = records_in(source, answer)
        for raw in records:
            yield Subscription(Subscription.project(raw, b""), f"{source.name}:")
        if following is None:
            return
