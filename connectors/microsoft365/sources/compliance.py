"""Purview: data loss prevention, alerts and labels."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from connectors.microsoft365.calls import Cmdlet
from connectors.record import Presence, Record
from connectors.source import MICROSOFT_365, source


@source(
    "purview.dlp_policies", MICROSOFT_365, Cmdlet("Get-DlpCompliancePolicy", area="compliance"),
    permission="Exchange.ManageAsApp", licence="dlp", lane="compliance",
)  # fmt: skip
class DlpPolicy(Record, case="pascal", key="guid"):
    """A rule set that looks for patient identifiers in outgoing mail and files."""

    kind = "policy"

    guid: str
    name: str
    mode: Literal["Enable", "Disable", "TestWithNotifications", "TestWithoutNotifications", "PendingDeletion"]
    enabled: bool
    workload: str
    # Names, or objects with a Name (the shape over JSON is not documented); null or empty: this place is not covered.
    exchange_location: list[Any] | None
    share_point_location: list[Any] | None
    one_drive_location: list[Any] | None
    teams_location: list[Any] | None
    endpoint_dlp_location: list[Any] | None
    enforcement_planes: list[str] | None  # CopilotExperiences, Entra ...; null or empty: none of these

    @property
    def label(self) -> str:
        return str(self.name)


@source(
    "purview.dlp_rules", MICROSOFT_365, Cmdlet("Get-DlpComplianceRule", area="compliance"),
    permission="Exchange.ManageAsApp", licence="dlp", lane="compliance",
)  # fmt: skip
class DlpRule(Record, case="pascal", key="guid"):
    """One condition of a data loss prevention policy."""

    kind = "rule"

    guid: str
    name: str
    parent_policy_name: str
    disabled: bool
    is_advanced_rule: bool
    sensitive_types: list[str]
    """The names of the sensitive information types the rule looks for; the rule's other conditions are not kept."""
    block_access: bool | None  # null: nothing is blocked (Set-DlpComplianceRule)
    block_access_scope: Literal["All", "PerUser", "PerAnonymousUser"] | None  # null: nothing is blocked
    notify_user: Annotated[bool, Presence]  # whether anybody is told; who is told is not kept

    @classmethod
    def project(cls, raw: Any, secret: bytes) -> dict[str, Any]:
        """Keep the names of sensitive information types and none of the words, senders or templates a rule may hold."""
        kept = super().project(raw, secret)
        if "SensitiveTypes" not in raw and {"ContentContainsSensitiveInformation", "AdvancedRule"} & raw.keys():
            found: set[str] = set()
            _type_names(raw.get("ContentContainsSensitiveInformation"), found)
            _type_names(_parsed(raw.get("AdvancedRule")), found)
            kept["SensitiveTypes"] = sorted(found)
        return kept

    @property
    def label(self) -> str:
        return str(self.name)


def _parsed(text: Any) -> Any:
    import json  # noqa: PLC0415

    if not isinstance(text, str):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return None


def _type_names(value: Any, found: set[str]) -> None:
    """Collect the names in a rule's sensitive information conditions, however they are nested."""
    if isinstance(value, list):
        for item in value:
            _type_names(item, found)
    elif isinstance(value, dict):
        if "_key" in value and "_value" in value:
            if str(value["_key"]).casefold() == "name" and isinstance(value["_value"], str):
                found.add(value["_value"])
            _type_names(value["_value"], found)
            return
        for key, inner in value.items():
            is_type = {"minCount", "mincount", "confidenceLevel", "confidencelevel", "id", "Id", "minconfidence"} & set(
                value
            )
            if key.casefold() == "name" and isinstance(inner, str) and is_type:
                found.add(inner)
            _type_names(inner, found)


@source(
    "purview.protection_alerts", MICROSOFT_365, Cmdlet("Get-ProtectionAlert", area="compliance"),
    permission="Exchange.ManageAsApp", lane="compliance",
)  # fmt: skip
class ProtectionAlert(Record, case="pascal", key="name"):
    """An alarm, and who gets it."""

    kind = "alert"

    name: str
    disabled: bool
    notification_enabled: bool | None = None  # left out on system alerts of tenants without the plan
    notify_user: list[str] | None
    severity: str | None
    is_system_rule: bool | None = None  # custom alerts of older tenants leave it out

    @property
    def label(self) -> str:
        return str(self.name)


@source(
    "purview.audit_retention_policies", MICROSOFT_365, Cmdlet("Get-UnifiedAuditLogRetentionPolicy", area="compliance"),
    permission="Exchange.ManageAsApp", lane="compliance",
)  # fmt: skip
class AuditRetentionPolicy(Record, case="pascal", key="name"):
    """How long some entries of the audit log are kept."""

    kind = "policy"

    name: str
    retention_duration: str
    # Lists narrow a policy to some entries; null or empty: to none of this kind.
    record_types: list[str] | None
    operations: list[str] | None
    user_ids: list[str] | None
    enabled: bool | None = None  # answers of older tenants leave it out

    @property
    def label(self) -> str:
        return str(self.name)


@source(
    "purview.labels", MICROSOFT_365, Cmdlet("Get-Label", area="compliance"),
    permission="Exchange.ManageAsApp", lane="compliance",
)  # fmt: skip
class SensitivityLabel(Record, case="pascal", key="guid"):
    """A label people put on mail and files; some encrypt."""

    kind = "label"

    guid: str
    name: str
    disabled: bool | None = None  # labels that were never switched off leave it out
    encryption_enabled: bool | None = None  # labels without encryption leave it out

    @classmethod
    def project(cls, raw: Any, secret: bytes) -> dict[str, Any]:
        """The declared fields; whether a label encrypts stands in its actions, whose texts are not kept."""
        kept = super().project(raw, secret)
        if "EncryptionEnabled" not in raw and isinstance(raw.get("LabelActions"), list):
            kept["EncryptionEnabled"] = any(_encrypts(_parsed(action)) for action in raw["LabelActions"])
        return kept

    @property
    def label(self) -> str:
        return str(self.name)


def _encrypts(action: Any) -> bool:
    """Whether an action of a label encrypts: {"Type":"encrypt","Settings":[{"Key":"disabled","Value":"false"}]}."""
    if not isinstance(action, dict) or str(action.get("Type")).casefold() != "encrypt":
        return False
    settings = {
        str(one.get("Key")).casefold(): str(one.get("Value")).casefold()
        for one in action.get("Settings") or []
        if isinstance(one, dict)
    }
    return settings.get("disabled") != "true"


@source(
    "purview.label_policies", MICROSOFT_365, Cmdlet("Get-LabelPolicy", area="compliance"),
    permission="Exchange.ManageAsApp", lane="compliance",
)  # fmt: skip
class LabelPolicy(Record, case="pascal", key="guid"):
    """To whom labels are offered."""

    kind = "policy"

    guid: str
    name: str
    enabled: bool
    labels: list[str]  # names or ids
    exchange_location: list[Any] | None  # whose mail and files: All, or names; null or empty: nobody's

    @property
    def label(self) -> str:
        return str(self.name)


@source(
    "purview.retention_policies", MICROSOFT_365,
    # Without the details the locations come back empty even where the policy has some (microsoft365.md 3.13).
    Cmdlet("Get-RetentionCompliancePolicy", {"DistributionDetail": True}, area="compliance"),
    permission="Exchange.ManageAsApp", lane="compliance",
)  # fmt: skip
class RetentionPolicy(Record, case="pascal", key="guid"):
    """Where content is kept, or removed, on purpose."""

    kind = "policy"

    guid: str
    name: str
    enabled: bool
    mode: str  # Enforce; Test and others do nothing yet
    exchange_location: list[Any] | None  # null or empty: this place is not covered
    exchange_location_exception: list[Any] | None = None  # left out where nothing is excepted
    teams_chat_location: list[Any] | None = None  # policies for mail and files cannot hold it (Teams is apart)

    @property
    def works(self) -> bool:
        """Whether it is switched on, and not only tried out."""
        return bool(self.enabled) and self.mode == "Enforce"

    @property
    def label(self) -> str:
        return str(self.name)


@source(
    "purview.retention_rules", MICROSOFT_365, Cmdlet("Get-RetentionComplianceRule", area="compliance"),
    permission="Exchange.ManageAsApp", lane="compliance",
)  # fmt: skip
class RetentionRule(Record, case="pascal", key="name"):
    """How long a retention policy keeps content, and what happens then."""

    kind = "rule"

    name: str
    policy: str  # the policy's GUID
    retention_duration: str | None  # days, or Unlimited
    retention_compliance_action: Literal["Keep", "Delete", "KeepAndDelete"] | None

    @property
    def label(self) -> str:
        return str(self.name)
