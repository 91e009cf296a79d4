"""What Conditional Access asks of autonomous agents, which only Graph's beta tells."""

from __future__ import annotations

from typing import Literal

from connectors.microsoft365.calls import Graph
from connectors.record import Record
from connectors.source import MICROSOFT_365, source


class AgentApplications(Record):
    """Which resources a policy covers."""

    include_applications: list[str]
    exclude_applications: list[str]


class AgentClients(Record):
    """Which agents a policy covers."""

    # Null in policies that speak of other programs.
    include_agent_id_service_principals: list[str] | None
    exclude_agent_id_service_principals: list[str] | None


class AgentConditions(Record):
    """When a policy for agents applies."""

    applications: AgentApplications
    # Both are null in policies that do not speak of agents.
    client_applications: AgentClients | None
    agent_id_risk_levels: str | None  # comma-separated: low, medium, high


class AgentGrant(Record):
    """What a policy asks for; here, only whether it blocks."""

    built_in_controls: list[str]


@source(
    "graph.agent_access_policies", MICROSOFT_365,
    Graph(
        lambda g: g.identity.conditional_access.policies, select=False, batch=False,
        beta="v1.0 leaves out agentIdRiskLevels and the agents that a policy names",
    ),
    permission="Policy.Read.All", licence="p2", lane="graph-ca", tier="graph-only",
)  # fmt: skip
class AgentAccessPolicy(Record):
    """A Conditional Access policy, with what it says of autonomous agents."""

    kind = "policy"

    id: str
    display_name: str
    state: Literal["enabled", "disabled", "enabledForReportingButNotEnforced"]
    conditions: AgentConditions
    grant_controls: AgentGrant | None  # null for policies that only set session limits

    @property
    def label(self) -> str:
        return str(self.display_name)
