"""Autonomous agents are blocked when risky and not open to all.

Why it matters
    An agent works day and night with the permissions it was given. One that was taken over, or that anybody can talk to without signing
    in, hands out what it can read.

How to fix it
    Microsoft 365: Entra admin center, Conditional Access: a policy for all agent identities and all resources: agent risk high: block.
    Copilot Studio, each agent, Settings, Security: authentication required, not shared with the whole organization, no connections of its
    maker.

Does not cover
    Agents of other companies (AI-3).
"""

from __future__ import annotations

from connectors.microsoft365.sources.agents import AgentAccessPolicy
from connectors.microsoft365.sources.tenant import SubscribedSku
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.data.service_plans import Capability
from rules.result import Result, Severity, failed, needs_input, not_applicable, passed
from rules.tables import Table
from rules.view import Tenant
from rules.views.licences import Licences

CONTROL = Control("AI-6", Severity.LOW, cites=["164.312(a)(1)", "164.312(d)"], level=Level.SHOULD)
STUDIO = ("CCIBOTS", "VIRTUAL_AGENT", "COPILOT_STUDIO")


@CONTROL.check(MICROSOFT_365, scuba=["MS.AAD.9.1v1"])
def risky_agents_are_blocked(tenant: Tenant, licences: Licences, policies: Table[AgentAccessPolicy]) -> Result:
    """One policy blocks every agent that Microsoft calls highly risky."""
    if not licences.has(Capability.ENTRA_P2):
        return not_applicable("no plan of the clinic tells which agents are risky (Entra ID P2)")
    for policy in policies:
        if _blocks(policy):
            return passed("risky agents are blocked", policy=policy.display_name)
    return failed("no policy blocks agents that Microsoft calls highly risky")


def _blocks(policy: AgentAccessPolicy) -> bool:
    conditions = policy.conditions
    levels = {level.strip() for level in (conditions.agent_id_risk_levels or "").split(",")}
    apps, agents = conditions.applications, conditions.client_applications
    return (
        policy.state == "enabled"
        and "high" in levels
        and "All" in apps.include_applications
        and not apps.exclude_applications
        and agents is not None
        and "All" in (agents.include_agent_id_service_principals or [])
        and not agents.exclude_agent_id_service_principals
        and policy.grant_controls is not None
        and "block" in policy.grant_controls.built_in_controls
    )


@CONTROL.check(MICROSOFT_365)
def agents_ask_who_is_there(tenant: Tenant, skus: Table[SubscribedSku]) -> Result:
    """Agents made in Copilot Studio ask for a sign-in and are not open to everybody."""
    if not any(name in plan.service_plan_name.upper() for sku in skus for plan in sku.service_plans for name in STUDIO):
        return not_applicable("no plan of the clinic holds Copilot Studio")
    return needs_input(
        "Microsoft shows the agents of Copilot Studio to no program of this kind",
        "look at each agent in Copilot Studio: Settings, Security",
        "powerplatform.agents",
    )
