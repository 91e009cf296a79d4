"""People of other organizations: which may be invited, and what the tenant trusts of them by default."""

from __future__ import annotations

from typing import Literal

from connectors.microsoft365.calls import Graph
from connectors.record import Record, named
from connectors.source import MICROSOFT_365, source


class CrossTenantTarget(Record, key="access_type"):
    """Whether people or applications of other organizations are let through."""

    access_type: Literal["allowed", "blocked"]


class CrossTenantSetting(Record):
    """One direction of one kind of working together."""

    users_and_groups: CrossTenantTarget
    applications: CrossTenantTarget


class InboundTrust(Record, key="is_mfa_accepted"):
    """What is believed of a guest's own organization."""

    is_mfa_accepted: bool | None  # null: not accepted (Graph, crossTenantAccessPolicyInboundTrust)
    is_compliant_device_accepted: bool | None
    is_hybrid_azure_ad_joined_device_accepted: bool | None = named("isHybridAzureADJoinedDeviceAccepted")


@source(
    "graph.cross_tenant_access_default", MICROSOFT_365,
    Graph(lambda g: g.policies.cross_tenant_access_policy.default, single=True),
    permission="Policy.Read.All", lane="graph", tier="graph-only",
)  # fmt: skip
class CrossTenantDefault(Record, key="inbound_trust"):
    """How the tenant meets every other organization that has no rule of its own."""

    inbound_trust: InboundTrust
    b2b_collaboration_outbound: CrossTenantSetting
    b2b_direct_connect_inbound: CrossTenantSetting
    b2b_direct_connect_outbound: CrossTenantSetting


@source(
    "graph.b2b_domain_policy", MICROSOFT_365,
    Graph(
        lambda g: g.policies, select=False, suffix="/b2bManagementPolicies",
        beta="the list of domains that guests may come from is in no v1.0 resource (microsoft365.md 3.4)",
    ),
    permission="Policy.Read.All", lane="graph", tier="graph-only",
)  # fmt: skip
class B2bPolicy(Record):
    """From which domains guests may be invited."""

    id: str
    definition: list[str]  # each a JSON text
