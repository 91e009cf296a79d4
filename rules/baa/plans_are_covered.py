"""Every person with mail or files is on a plan the BAA covers.

Why it matters
    A business associate agreement (BAA) is the provider's promise to protect patient data. It reaches paid business plans; mail
    on a trial or a free plan lies outside it.

How to fix it
    Microsoft 365: Microsoft 365 admin center, Users, Active users, the person, Licenses: assign a business plan, or remove the
    account.
    Google Workspace: Admin console, Directory, Users, the person, Licenses: assign a paid Workspace plan; Billing, Subscriptions
    to buy one.

Does not cover
    Whether the agreement has been accepted: no plan shows that (BAA-1).
"""

from __future__ import annotations

from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.data import baa_plans
from rules.data.baa_plans import PlanBasis
from rules.data.service_plans import Capability
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.views.covered_plans import CoveredPlans
from rules.views.licences import Licences
from rules.views.people import Person

CONTROL = Control("BAA-2", Severity.CRITICAL, cites=["164.308(b)(1)", "164.502(e)(1)", "164.504(e)(1)"])
WORDS = {
    PlanBasis.FREE: "only has a free plan",
    PlanBasis.TRIAL: "only has a trial",
    PlanBasis.NOT_COVERED: "has no plan that the agreement covers",
    PlanBasis.ADD_ON: "only has an add-on, no plan of its own",
    PlanBasis.ARCHIVED: "only has a license for people who left",
}


@CONTROL.check(MICROSOFT_365, none=not_applicable("nobody has an account"))
def microsoft_plan_is_covered(person: Person, plans: CoveredPlans, licences: Licences) -> Result:
    """Everybody with a mailbox or OneDrive at Microsoft is on a paid plan that the agreement covers."""
    if person.is_guest:
        return not_applicable("is a guest")
    if not person.can_sign_in:
        return not_applicable("cannot sign in")
    if not person.has_mailbox and not licences.gives(person.id, Capability.SHAREPOINT):
        return not_applicable("has neither mail nor files here")
    return _judge(person, plans)


@CONTROL.check(GOOGLE_WORKSPACE, none=not_applicable("nobody has an account"))
def google_plan_is_covered(person: Person, plans: CoveredPlans) -> Result:
    """Everybody with a Gmail mailbox is on a paid Workspace plan that the agreement covers."""
    if not person.can_sign_in:
        return not_applicable("cannot sign in")
    if not person.has_mailbox:
        return not_applicable("has no mailbox here")
    return _judge(person, plans)


def _judge(person: Person, plans: CoveredPlans) -> Result:
    found = plans.of(person)
    shown = list(found.names)
    as_of = baa_plans.source().as_of.isoformat()
    if found.basis is PlanBasis.COVERED:
        return passed("is on a plan that the agreement covers", plans=shown, table=as_of)
    if found.basis is PlanBasis.CONFIRM:
        return review(
            "is on a plan of which sources disagree: confirm that the amendment shows in your Admin console",
            plans=shown,
            table=as_of,
        )
    return failed(
        WORDS.get(found.basis, "has no plan that the agreement covers"),
        about={"plans": ", ".join(shown)},
        plans=shown,
        table=as_of,
    )
