"""AI assistants work only under the clinic's agreement.

Why it matters
    Whatever staff type or paste into an assistant leaves the chart. Only assistants that the agreement with the provider covers
    may see patient data.

How to fix it
    Microsoft 365: Microsoft 365 admin center, Copilot, Settings: switch web search off; give Copilot only to people on a plan that
    the agreement covers.
    Google Workspace: Admin console, Generative AI, Gemini app: off, or on only for people on a plan whose amendment lists it.

Does not cover
    Assistants of other companies that staff open in a browser, and Gemini in Chrome.
"""

from __future__ import annotations

from connectors.gap import Gap, Reason
from connectors.google_workspace.sources.activity import AdminActivity
from connectors.microsoft365.sources.people import User
from connectors.microsoft365.sources.tenant import SubscribedSku
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.ai import copilot
from rules.control import Control
from rules.data import baa_services
from rules.data.baa_plans import PlanBasis
from rules.result import Result, Severity, failed, needs_input, not_applicable, passed, review
from rules.tables import Table
from rules.view import Tenant
from rules.views.covered_plans import Coverage, CoveredPlans
from rules.views.google_policy import GooglePolicy, PolicyCell
from rules.views.people import People

CONTROL = Control("AI-1", Severity.HIGH, cites=["164.308(b)(1)", "164.502(e)(1)", "164.502(b)"])
SWITCH = "BardNonDuetEnablementProto enable_bard_non_duet_access"


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.GEMINI.1.1v1"], none=not_applicable("no active person works in any unit"))
def gemini_is_off_or_covered(
    cell: PolicyCell, policy: GooglePolicy, log: Table[AdminActivity], plans: CoveredPlans
) -> Result:
    """The Gemini app is off, or on only for people whose plan the agreement covers."""
    if not _gemini_on(cell, policy, log):
        return passed("the Gemini app is off here")
    outside = [
        person.address for person in cell.people if plans.of(person).basis not in {PlanBasis.COVERED, PlanBasis.CONFIRM}
    ]
    if outside:
        return failed("the Gemini app is on for people whose plan no agreement covers", people=sorted(outside))
    as_of = baa_services.source().as_of.isoformat()
    return review(
        f"the Gemini app is on; see in your Admin console that the amendment names it (others noted so on {as_of})",
        people=cell.names,
    )


def _gemini_on(cell: PolicyCell, policy: GooglePolicy, log: Table[AdminActivity]) -> bool:
    """From the setting where Google gives it, else from the last change in the audit log; no trace is no answer."""
    if policy.rules("gemini_app.service_status"):
        return cell.service_on("gemini_app")
    last: tuple[float, str] | None = None
    for activity in log:
        for event in activity.events:
            setting = event.detail("SETTING_NAME")
            if setting is not None and setting.value == SWITCH:
                when = activity.id.time.timestamp()
                if last is None or when > last[0]:
                    last = when, event.text("NEW_VALUE")
    if last is None or last[1] not in {"true", "false"}:
        raise Unreadable(
            Gap(
                "policy.policies:gemini_app.service_status",
                Reason.UNREADABLE,
                "neither a setting nor the audit log tells whether the Gemini app is on",
                "look at Generative AI, Gemini app in the Admin console",
            )
        )
    return last[1] == "true"


@CONTROL.check(MICROSOFT_365)
def copilot_web_search_is_settled(tenant: Tenant) -> Result:
    """Somebody has decided whether Copilot may send searches to the web."""
    return needs_input(
        "Microsoft shows the Copilot settings only to a signed-in administrator, not to a scan",
        "look at Copilot, Settings, Data access, Web search in the Microsoft 365 admin center",
        "graph.copilot_policy_settings",
    )


@CONTROL.check(MICROSOFT_365, none=not_applicable("nobody has an account"))
def copilot_only_on_covered_plans(
    tenant: Tenant, skus: Table[SubscribedSku], users: Table[User], people: People, plans: CoveredPlans
) -> list[Result]:
    """Everybody who has Microsoft 365 Copilot is on a plan that the agreement covers."""
    owned = copilot.licences(skus)
    if not owned:
        return [not_applicable("the clinic owns no Copilot license")]
    results: list[Result] = []
    holders = 0
    for user in users:
        if not user.account_enabled or not any(held.sku_id in owned for held in user.assigned_licenses):
            continue
        person = people.by_id(user.id)
        if person is None:
            continue
        holders += 1
        found: Coverage = plans.of(person)
        if found.basis is not PlanBasis.COVERED:
            results.append(
                failed(
                    f"{person.label} has Copilot, but no plan that the agreement covers", about={"person": person.id}
                )
            )
    return results or [passed("everybody with Copilot is on a covered plan", people=holders)]
