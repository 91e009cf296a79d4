"""CISA's ScubaGear: its provider settings export as a snapshot of a Microsoft 365 tenant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.gap import Gap, Reason
from connectors.imports.reading import SCAN, Builder, Export, ImportRefused, dns, lowered, objects, read, texts, time_of
from connectors.microsoft365 import sources as _declared  # noqa: F401 - declares the sources
from connectors.microsoft365.odata import plain
from connectors.snapshot import Snapshot
from connectors.source import MICROSOFT_365

GRAPH = {
    "conditional_access_policies": "graph.conditional_access_policies",
    "authorization_policies": "graph.authorization_policy",
    "directory_settings": "graph.group_settings",
    "domain_settings": "graph.domains",
    "default_app_management_policy": "graph.default_app_management_policy",
    "app_management_policies": "graph.app_management_policies",
}
PLAIN = {
    "remote_domains": "exchange.remote_domains",
    "accepted_domains": "exchange.accepted_domains",
    "dkim_config": "exchange.dkim_configs",
    "transport_config": "exchange.transport_config",
    "transport_rule": "exchange.transport_rules",
    "sharing_policy": "exchange.sharing_policies",
    "org_config": "exchange.organization_config",
    "outbound_connectors": "exchange.outbound_connectors",
    "inbound_connectors": "exchange.inbound_connectors",
    "conn_filter": "exchange.connection_filter_policies",
    "protection_policy_rules": "exchange.eop_protection_rules",
    "atp_policy_rules": "exchange.atp_protection_rules",
    "built_in_protection_rules": "exchange.atp_builtin_rule",
    "anti_phish_policies": "exchange.anti_phish_policies",
    "anti_phish_rules": "exchange.anti_phish_rules",
    "anti_malware_policies": "exchange.malware_filter_policies",
    "anti_malware_rules": "exchange.malware_filter_rules",
    "hosted_content_filter_policies": "exchange.content_filter_policies",
    "hosted_content_filter_rules": "exchange.content_filter_rules",
    "safe_attachment_policies": "exchange.safe_attachment_policies",
    "safe_attachment_rules": "exchange.safe_attachment_rules",
    "safe_links_policies": "exchange.safe_links_policies",
    "safe_links_rules": "exchange.safe_links_rules",
    "atp_policy_for_o365": "exchange.atp_policy_o365",
    "admin_audit_log_config": "exchange.admin_audit_log_config",
    "dlp_compliance_policies": "purview.dlp_policies",
    "dlp_compliance_rules": "purview.dlp_rules",
    "protection_alerts": "purview.protection_alerts",
    "unified_audit_log_retention_policies": "purview.audit_retention_policies",
    "SPO_tenant": "sharepoint.tenant",
    "meeting_policies": "teams.meeting_policies",
    "federation_configuration": "teams.tenant_federation",
    "client_configuration": "teams.client_configuration",
    "app_policies": "teams.app_permission_policies",
    "broadcast_policies": "teams.broadcast_policies",
    "tenant_app_settings": "teams.tenant_app_settings",
    "environment_creation": "powerplatform.tenant_settings",
    "tenant_isolation": "powerplatform.tenant_isolation",
}
"""Keys of the export whose objects keep the provider's own names, by our source."""
CMDLETS = {
    "Get-RemoteDomain": "exchange.remote_domains", "Get-AcceptedDomain": "exchange.accepted_domains", "Get-DkimSigningConfig": "exchange.dkim_configs",
    "Get-TransportConfig": "exchange.transport_config", "Get-TransportRule": "exchange.transport_rules", "Get-SharingPolicy": "exchange.sharing_policies",
    "Get-OrganizationConfig": "exchange.organization_config", "Get-OutboundConnector": "exchange.outbound_connectors",
    "Get-InboundConnector": "exchange.inbound_connectors", "Get-HostedConnectionFilterPolicy": "exchange.connection_filter_policies",
    "Get-EOPProtectionPolicyRule": "exchange.eop_protection_rules", "Get-ATPProtectionPolicyRule": "exchange.atp_protection_rules",
    "Get-ATPBuiltInProtectionRule": "exchange.atp_builtin_rule", "Get-AntiPhishPolicy": "exchange.anti_phish_policies",
    "Get-AntiPhishRule": "exchange.anti_phish_rules", "Get-MalwareFilterPolicy": "exchange.malware_filter_policies",
    "Get-MalwareFilterRule": "exchange.malware_filter_rules", "Get-HostedContentFilterPolicy": "exchange.content_filter_policies",
    "Get-HostedContentFilterRule": "exchange.content_filter_rules", "Get-SafeAttachmentPolicy": "exchange.safe_attachment_policies",
    "Get-SafeAttachmentRule": "exchange.safe_attachment_rules", "Get-SafeLinksPolicy": "exchange.safe_links_policies",
    "Get-SafeLinksRule": "exchange.safe_links_rules", "Get-AtpPolicyForO365": "exchange.atp_policy_o365",
    "Get-AdminAuditLogConfig": "exchange.admin_audit_log_config", "Get-DlpCompliancePolicy": "purview.dlp_policies",
    "Get-DlpComplianceRule": "purview.dlp_rules", "Get-ProtectionAlert": "purview.protection_alerts",
    "Get-UnifiedAuditLogRetentionPolicy": "purview.audit_retention_policies", "Get-SPOTenant": "sharepoint.tenant",
    "Get-CsTeamsMeetingPolicy": "teams.meeting_policies", "Get-CsTenantFederationConfiguration": "teams.tenant_federation",
    "Get-CsTeamsClientConfiguration": "teams.client_configuration", "Get-CsTeamsAppPermissionPolicy": "teams.app_permission_policies",
    "Get-CsTeamsMeetingBroadcastPolicy": "teams.broadcast_policies", "Get-M365UnifiedTenantSettings": "teams.tenant_app_settings",
}  # fmt: skip
DEFENDER = (
    "exchange.atp_protection_rules",
    "exchange.atp_builtin_rule",
    "exchange.safe_attachment_policies",
    "exchange.safe_attachment_rules",
    "exchange.safe_links_policies",
    "exchange.safe_links_rules",
    "exchange.atp_policy_o365",
)
"""Sources that Exchange answers only where Defender for Office 365 is licensed."""
MARKS = {
    "conditional_access_policies",
    "accepted_domains",
    "SPO_tenant",
    "scuba_config",
    "tenant_details",
    "remote_domains",
    "authorization_policies",
    "spf_records",
}


def load(export: Export, *, tenant_key: str | None = None) -> Snapshot:
    """The snapshot in an export: a path (JSON, also gzipped) or the decoded object. `ImportRefused` if it is none."""
    found = _checked(read(export))
    builder = Builder(found, "scubagear", MICROSOFT_365)
    details = objects(found.get("tenant_details"))
    organization = [lowered(o) for d in details for o in objects(d.get("AADAdditionalData"))]
    if organization:
        builder.add("graph.organization", organization)
    for key, name in GRAPH.items():
        if key in found:
            builder.add(name, [lowered(o) for o in objects(found[key])])
    _methods(builder, found)
    _licences(builder, found)
    _roles(builder, found)
    for key, name in PLAIN.items():
        if key in found:
            builder.add(name, [plain(record) for record in objects(found[key])])
    _power(builder, found)
    _defaults(builder)
    if found.get("defender_dlp_license") is False:
        for name in ("purview.dlp_policies", "purview.dlp_rules"):
            builder.lack(
                name,
                Reason.LICENCE,
                "ScubaGear found no licence for data loss prevention",
                "it needs Business Premium or E3",
            )
    if found.get("defender_license") is False:
        for name in DEFENDER:
            builder.lack(
                name,
                Reason.LICENCE,
                "ScubaGear found no licence for Defender for Office 365",
                "it is in Business Premium",
            )
    for key, value in found.items():
        if key.endswith("_unsuccessful_commands"):
            for command in texts(value):
                if command in CMDLETS:
                    builder.lack(CMDLETS[command], Reason.PROVIDER_ERROR, f"ScubaGear could not run {command}")
    dns(builder, found, selectors=("selector1", "selector2"))
    first = details[0] if details else {}
    name = str(
        first.get("DisplayName") or (organization[0].get("displayName") if organization else None) or "Imported tenant"
    )
    tenant_id = str(
        first.get("TenantId") or found.get("tenant_id") or (organization[0].get("id") if organization else None) or ""
    )
    return builder.build(tenant_key or "imported-microsoft", name, tenant_id, time_of(found.get("timestamp_zulu")))


def profile_of(export: Export) -> dict[str, Any]:
    """The operator's exclusions, as fields of the clinic's profile (rule 11)."""
    config = read(export).get("scuba_config")
    stated: dict[str, set[str]] = {}

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                if key == "AllowedForwardingDomains" or key in {"PartnerDomains", "AgencyDomains"}:
                    stated.setdefault("approved_external_domains", set()).update(texts(inner))
                elif key == "SensitiveUsers":
                    people = {text.rpartition(";")[2].strip() for text in texts(inner)}  # "Name;address"
                    stated.setdefault("sensitive_users", set()).update(people - {""})
                elif key == "CapExclusions" and isinstance(inner, dict):
                    stated.setdefault("break_glass", set()).update(texts(inner.get("Users")))
                else:
                    walk(inner)
        elif isinstance(value, list):
            for item in value:
                walk(item)

    walk(config)
    return {name: frozenset(values) for name, values in stated.items()}


def _checked(found: Mapping[str, Any]) -> Mapping[str, Any]:
    if not MARKS & found.keys():
        raise ImportRefused(
            "this is no ScubaGear export: none of its keys are there", "name the file ProviderSettingsExport.json"
        )
    return found


def _power(builder: Builder, found: Mapping[str, Any]) -> None:
    """Environments under the names of the service, and data policies without the wrapping of the service's answer."""
    if "environment_list" in found:
        places = objects(found["environment_list"])
        rows = [{"name": o.get("EnvironmentName"), "properties": {"isDefault": o.get("IsDefault")}} for o in places]
        builder.add("powerplatform.environments", rows)
    if "dlp_policies" in found:
        replies = objects(found["dlp_policies"])
        builder.add("powerplatform.dlp_policies", [row for reply in replies for row in objects(reply.get("value"))])
    if "powerbi_tenant_settings" in found:
        listed = [lowered(one) for one in objects(found["powerbi_tenant_settings"])]
        rows = [row for one in listed for row in (objects(one["tenantSettings"]) if "tenantSettings" in one else [one])]
        builder.add("powerbi.tenant_settings", rows)


def _defaults(builder: Builder) -> None:
    """Security defaults, which the tool does not read: Microsoft switches them off before a rule can be on (Entra, security defaults)."""
    rules = builder.lines.get("graph.conditional_access_policies", [])
    if any(line.r is not None and line.r.get("state") == "enabled" for line in rules):
        builder.add("graph.security_defaults", [{"isEnabled": False}], note="off, as a rule of the clinic's own is on")


def _methods(builder: Builder, found: Mapping[str, Any]) -> None:
    """The methods policy, put together again from the two parts that the tool keeps."""
    for entry in objects(found.get("authentication_method"))[:1]:
        for policy in objects(entry.get("authentication_method_policy"))[:1]:
            whole = lowered(policy)
            if "authentication_method_feature_settings" in entry:
                whole["authenticationMethodConfigurations"] = [
                    lowered(o) for o in objects(entry["authentication_method_feature_settings"])
                ]
            builder.add("graph.authentication_methods_policy", [whole])
            builder.add("graph.authentication_methods_settings", [whole])  # the tool reads beta, which holds both


def _licences(builder: Builder, found: Mapping[str, Any]) -> None:
    """All service plans that work, as one licence: which licence holds which plan is not in the export."""
    if "service_plans" not in found:
        return
    plans = [lowered(plan) for plan in objects(found["service_plans"])]
    for plan in plans:
        plan.setdefault("provisioningStatus", "Success")  # the tool keeps only plans with this status
    whole = {"skuId": "imported", "skuPartNumber": "imported", "capabilityStatus": "Enabled", "servicePlans": plans}
    gap = Gap(
        "graph.subscribed_skus",
        Reason.PARTIAL,
        "the export tells which capabilities work, not which licence holds them",
        SCAN,
    )
    builder.add("graph.subscribed_skus", [whole], note="one licence that stands for all", gap=gap)


def _roles(builder: Builder, found: Mapping[str, Any]) -> None:
    """The eight roles that the tool calls highly privileged: who holds them now, and their settings."""
    if "privileged_roles" not in found:
        return
    held: list[dict[str, Any]] = []
    settings: list[dict[str, Any]] = []
    for role in map(lowered, objects(found["privileged_roles"])):
        template = role.get("roleTemplateId")
        if "assignments" in role:
            held += objects(role["assignments"])
        if "rules" in role and template:
            rules = [rule for rule in objects(role["rules"]) if rule.get("ruleSourceType") == "Directory Role"]
            settings.append({"id": template, "roleDefinitionId": template, "policy": {"id": template, "rules": rules}})
    for name, records in (
        ("graph.role_assignment_schedule_instances", held),
        ("graph.role_management_policies", settings),
    ):
        builder.add(name, records, gap=Gap(name, Reason.PARTIAL, "the export knows eight roles only", SCAN))
