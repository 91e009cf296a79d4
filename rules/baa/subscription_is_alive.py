"""The subscription behind the BAA is alive.

Why it matters
    When a subscription lapses, mail stops first and is deleted later, and with it the agreement that protected it.

How to fix it
    Microsoft 365: Microsoft 365 admin center, Billing, Your products: renew what is named, and buy the seats that are missing. Exchange
    Online: Set-OrganizationConfig -DelayedDelicensingEnabled $true, so that a lost license does not close a mailbox at once.
    Google Workspace: Admin console, Billing, Subscriptions: see that the plan is active and renews itself.

Does not cover
    Whether the card on file works.
"""

from __future__ import annotations

from datetime import timedelta

from connectors.microsoft365.sources.mailflow import OrganizationConfig
from connectors.microsoft365.sources.tenant import SubscribedSku, Subscription
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.data.service_plans import Capability, plans_for
from rules.result import Result, Severity, failed, needs_input, not_applicable, not_assessed, passed, review
from rules.tables import One
from rules.view import Now, Tenant

CONTROL = Control(
    "BAA-3",
    Severity.HIGH,
    cites=["164.308(b)(1)", "164.502(e)(1)", "164.504(e)(1)", "164.308(a)(7)(i)"],
)
SOON = timedelta(days=30)
DEAD = {"Suspended": "is suspended", "LockedOut": "is locked", "Deleted": "was deleted"}


@CONTROL.check(MICROSOFT_365, none=not_applicable("the clinic owns no license"))
def licence_works(sku: SubscribedSku) -> Result:
    """Every license with a mailbox in it works."""
    if not any(plan.service_plan_id.casefold() in plans_for(Capability.MAIL) for plan in sku.service_plans):
        return not_applicable("holds no mailbox")
    status = sku.capability_status
    if status == "Enabled":
        return passed("works")
    if status == "Warning":
        return review("has run out and works for a last few weeks: renew it")
    if status in DEAD:
        return failed(f"{DEAD[status]}: mail on it stops, and is deleted later")
    return not_assessed(f"is in a state that Microsoft does not document: {status}", source="graph.subscribed_skus")


@CONTROL.check(MICROSOFT_365, none=not_applicable("the clinic owns no license"))
def seats_suffice(sku: SubscribedSku) -> Result:
    """No more seats are given to people than were bought."""
    if not any(plan.service_plan_id.casefold() in plans_for(Capability.MAIL) for plan in sku.service_plans):
        return not_applicable("holds no mailbox")
    used, bought = sku.consumed_units, sku.prepaid_units.enabled
    if used > bought:
        return failed("is given to more people than seats were bought", used=used, bought=bought)
    return passed("has seats for everybody", used=used, bought=bought)


@CONTROL.check(MICROSOFT_365, none=not_applicable("Microsoft lists no purchase: the licenses come through a partner"))
def purchase_goes_on(subscription: Subscription, now: Now) -> Result:
    """No purchase ends within a month."""
    ends = subscription.next_lifecycle_date_time
    if subscription.status in DEAD:
        return review(f"{DEAD[subscription.status]}; see that another purchase took its place")
    if subscription.status not in {"Enabled", "Warning"}:
        return not_assessed(
            f"is in a state that Microsoft does not document: {subscription.status}", source="graph.subscriptions"
        )
    if ends is None:
        return passed("has no end")
    day = ends.date().isoformat()
    if ends - now <= SOON:
        return review(f"ends or renews on {day}; whether it renews itself no program can see", ends=day)
    return passed("goes on for more than a month", ends=day)


@CONTROL.check(MICROSOFT_365, prowler=["exchange_organization_delicensing_resiliency_enabled"])
def lost_licences_wait(tenant: Tenant, config: One[OrganizationConfig]) -> Result:
    """A mailbox that loses its license stays open for a while."""
    if config.value.delayed_delicensing_enabled:
        return passed("a mailbox that loses its license stays open for 30 days")
    return review("a mailbox that loses its license is closed at once")


@CONTROL.check(GOOGLE_WORKSPACE)
def google_plan_is_paid(tenant: Tenant) -> Result:
    """Somebody has seen that the Google plan is active and paid."""
    return needs_input(
        "Google shows to no program whether a plan is paid",
        "look at Billing, Subscriptions in the Admin console",
        "directory.customer",
    )
