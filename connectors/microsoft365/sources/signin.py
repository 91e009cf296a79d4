"""How people sign in: other providers, a local directory, joining devices, passwords, time limits, and what the log shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from connectors.microsoft365.calls import Cmdlet, Graph
from connectors.record import Record
from connectors.source import MICROSOFT_365, source


def _federated(domain: Mapping[str, Any]) -> bool:
    return domain.get("authenticationType") == "Federated"


@source(
    "graph.domain_federation", MICROSOFT_365,
    Graph(
        lambda g, domain: g.domains.by_domain_id(domain).federation_configuration,
        select=False, per="id", only=_federated,
    ),
    permission="Domain.Read.All", lane="graph-identity", tier="graph-only", fan_out=True, after=("graph.domains",),
)  # fmt: skip
class DomainFederation(Record):
    """Which identity provider a federated domain hands its sign-in to, and whose second factor counts."""

    id: str
    display_name: str | None
    issuer_uri: str
    passive_sign_in_uri: str | None
    # Null: an older switch decides, which Graph does not show.
    federated_idp_mfa_behavior: (
        Literal["acceptIfMfaDoneByFederatedIdp", "enforceMfaByFederatedIdp", "rejectMfaByFederatedIdp"] | None
    )


_WORDS = frozenset({"BannedPasswordList", "CustomBlockedWordsList"})


class SettingValue(Record, key="name"):
    """One value of a directory setting, always as text. Of lists of words only whether there are any is kept."""

    name: str
    value: str | None

    @classmethod
    def project(cls, raw: Mapping[str, Any], secret: bytes) -> dict[str, Any]:
        """The declared fields; the words of a list are nobody's business."""
        kept = super().project(raw, secret)
        if str(kept.get("name")) in _WORDS and isinstance(kept.get("value"), str):
            kept["value"] = "some" if kept["value"].strip() else ""
        return kept


@source(
    "graph.group_settings", MICROSOFT_365, Graph(lambda g: g.group_settings, select=False),
    permission="Directory.Read.All", lane="graph", tier="graph-only",
)  # fmt: skip
class DirectorySetting(Record):
    """Settings of the directory that somebody changed: forbidden passwords, lockout, groups. Others keep their defaults."""

    kind = "setting"

    id: str
    display_name: str | None
    template_id: str
    values: list[SettingValue]

    @property
    def label(self) -> str:
        return str(self.display_name or self.id)

    def value(self, name: str) -> str | None:
        """One value; None if the setting does not carry it."""
        return next((one.value for one in self.values if one.name.casefold() == name.casefold()), None)


class SynchronizationFeatures(Record):
    """What the synchronization from a local directory may do."""

    password_sync_enabled: bool
    block_soft_match_enabled: bool
    block_cloud_object_takeover_through_hard_match_enabled: bool
    allow_on_prem_update_of_on_premises_object_identifier_enabled: bool


@source(
    "graph.on_premises_synchronization", MICROSOFT_365, Graph(lambda g: g.directory.on_premises_synchronization),
    permission="OnPremDirectorySynchronization.Read.All", lane="graph", tier="graph-only",
)  # fmt: skip
class OnPremisesSynchronization(Record):
    """What a server in the clinic may change in the cloud directory."""

    id: str
    features: SynchronizationFeatures


@source(
    "graph.activity_timeout_policies", MICROSOFT_365, Graph(lambda g: g.policies.activity_based_timeout_policies),
    permission="Policy.Read.All", lane="graph", tier="graph-only",
)  # fmt: skip
class ActivityTimeoutPolicy(Record):
    """After how long a browser session that nobody uses is signed out."""

    kind = "policy"

    id: str
    display_name: str | None
    definition: list[str]  # each a JSON text

    @property
    def label(self) -> str:
        return str(self.display_name or self.id)


LOG_DAYS = 30
"""How far back sign-ins are kept with Entra ID P1 (Entra page on data retention)."""

OLD_CLIENTS = (
    "Authenticated SMTP",
    "AutoDiscover",
    "Exchange ActiveSync",
    "Exchange Online PowerShell",
    "Exchange Web Services",
    "IMAP",
    "IMAP4",
    "MAPI",
    "MAPI Over HTTP",
    "Offline Address Book",
    "Other clients",
    "Outlook Anywhere (RPC over HTTP)",
    "POP",
    "POP3",
    "Reporting Web Services",
    "SMTP",
)
"""Programs that Entra counts as legacy authentication, under the names of the log and of its documents (Entra page "block legacy
authentication"; Graph, signIn resource)."""

_OLD = " or ".join(f"clientAppUsed eq '{name}'" for name in OLD_CLIENTS)


class SignInStatus(Record, key="error_code"):
    """Whether a sign-in succeeded: 0 is success."""

    error_code: int


@source(
    "graph.sign_ins", MICROSOFT_365,
    Graph(
        lambda g: g.audit_logs.sign_ins,
        {"filter": f"createdDateTime ge {{since}} and status/errorCode eq 0 and ({_OLD})"},
        select=False, days=LOG_DAYS, most=5, batch=False,  # the page "list signIns" names no $select
    ),
    permission="AuditLog.Read.All", licence="p1", lane="graph-reports", page_size=1000, tier="graph-only",
)  # fmt: skip
class OldSignIn(Record):
    """Sign-ins of the last 30 days that got in with an old program; of very many, the newest 5,000."""

    kind = "sign-in"

    id: str
    created_date_time: datetime
    user_id: str
    user_principal_name: str | None
    client_app_used: str
    status: SignInStatus

    @property
    def label(self) -> str:
        return f"{self.user_principal_name or self.user_id} with {self.client_app_used}"


@source(
    "graph.risky_users", MICROSOFT_365, Graph(lambda g: g.identity_protection.risky_users, batch=False),
    permission="IdentityRiskyUser.Read.All", licence="p2", lane="graph-ca", page_size=500, tier="graph-only",
)  # fmt: skip
class RiskyUser(Record):
    """Accounts that Microsoft believes to be in somebody else's hands."""

    kind = "person"

    id: str
    user_principal_name: str | None
    risk_level: Literal["low", "medium", "high", "hidden", "none"]
    risk_state: Literal["none", "confirmedSafe", "remediated", "dismissed", "atRisk", "confirmedCompromised"]
    risk_last_updated_date_time: datetime | None

    @property
    def label(self) -> str:
        return str(self.user_principal_name or self.id)


@source(
    "exchange.users", MICROSOFT_365, Cmdlet("Get-User", {"ResultSize": "Unlimited"}),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange",
)  # fmt: skip
class ExchangeUser(Record, case="pascal", key="external_directory_object_id"):
    """Whether somebody may open Exchange by remote PowerShell."""

    kind = "person"

    external_directory_object_id: str
    user_principal_name: str
    remote_power_shell_enabled: bool

    @property
    def label(self) -> str:
        return str(self.user_principal_name)
