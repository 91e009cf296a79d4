"""How applications come into the tenant: who asks, who registers, which secrets they may have, and what the app stores offer."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from connectors.microsoft365.calls import Graph
from connectors.record import Record, named
from connectors.source import MICROSOFT_365, source


class Reviewer(Record, key="query"):
    """Who answers requests: a Graph address such as /users/{id}, /groups/{id}/transitiveMembers, or a query for a role's holders."""

    query: str


@source(
    "graph.admin_consent_request_policy", MICROSOFT_365, Graph(lambda g: g.policies.admin_consent_request_policy, single=True),
    permission="Policy.Read.All", lane="graph", tier="graph-only",
)  # fmt: skip
class ConsentRequests(Record, key="is_enabled"):
    """Whether staff can ask for an application, and who gets the request."""

    is_enabled: bool
    notify_reviewers: bool
    reminders_enabled: bool
    request_duration_in_days: int
    reviewers: list[Reviewer]


class SecretRestriction(Record, key="restriction_type"):
    """One limit on the passwords of applications."""

    restriction_type: Literal[
        "passwordAddition", "passwordLifetime", "symmetricKeyAddition", "symmetricKeyLifetime", "customPasswordAddition"
    ]
    state: Literal["enabled", "disabled"]
    max_lifetime: str | None = None  # ISO 8601 duration; only the lifetimes have one
    restrict_for_apps_created_after_date_time: datetime | None = None  # null: for all applications


class KeyRestriction(Record, key="restriction_type"):
    """One limit on the certificates of applications."""

    restriction_type: Literal["asymmetricKeyLifetime"]
    state: Literal["enabled", "disabled"]
    max_lifetime: str | None = None  # ISO 8601 duration
    restrict_for_apps_created_after_date_time: datetime | None = None  # null: for all applications


class Restrictions(Record):
    """The limits for applications, or for their entries in the tenant."""

    password_credentials: list[SecretRestriction]
    key_credentials: list[KeyRestriction]


@source(
    "graph.default_app_management_policy", MICROSOFT_365, Graph(lambda g: g.policies.default_app_management_policy, single=True),
    permission="Policy.Read.All", lane="graph", tier="graph-only",
)  # fmt: skip
class AppManagementDefault(Record, key="is_enabled"):
    """Which secrets applications may have, and for how long."""

    is_enabled: bool
    application_restrictions: Restrictions
    service_principal_restrictions: Restrictions


class OwnRestrictions(Record):
    """The limits of a policy for single applications; what it does not speak of is left to the default policy."""

    password_credentials: list[SecretRestriction] = []
    key_credentials: list[KeyRestriction] = []


@source(
    "graph.app_management_policies", MICROSOFT_365, Graph(lambda g: g.policies.app_management_policies),
    permission="Policy.Read.All", lane="graph", page_size=100, tier="graph-only",
)  # fmt: skip
class AppManagementPolicy(Record):
    """An exception for single applications from the limits on secrets."""

    kind = "policy"

    id: str
    display_name: str
    is_enabled: bool
    restrictions: OwnRestrictions

    @property
    def label(self) -> str:
        return str(self.display_name)


class Credential(Record, key="key_id"):
    """A secret or certificate of an application: when it ends. The secret itself is never answered."""

    key_id: str | None
    end_date_time: datetime | None


class Owner(Record):
    """Somebody who may change an application, and so act as it."""

    id: str
    type: str = named("@odata.type")


@source(
    "graph.applications", MICROSOFT_365, Graph(lambda g: g.applications, {"expand": ["owners"]}),
    permission="Application.Read.All", lane="graph", page_size=999, tier="graph-only",
)  # fmt: skip
class Application(Record):
    """An application that was registered in this tenant: its secrets and its owners."""

    kind = "application"

    id: str
    app_id: str
    display_name: str
    password_credentials: list[Credential]
    key_credentials: list[Credential]
    owners: list[Owner]

    @property
    def label(self) -> str:
        return str(self.display_name)


class StoreSettings(Record, key="is_office_store_enabled"):
    """What people may fetch by themselves."""

    is_office_store_enabled: bool
    is_app_and_services_trial_enabled: bool


@source(
    "graph.admin_apps_and_services", MICROSOFT_365,
    Graph(
        lambda g: g.admin, select=False, single=True, suffix="/appsAndServices",
        beta="the settings of the admin center stand in no v1.0 resource",
    ),
    permission="OrgSettings-AppsAndServices.Read.All", lane="graph", tier="graph-only",
)  # fmt: skip
class AppsAndServices(Record, key="settings"):
    """Whether people may use the Office Store and start trials in the clinic's name."""

    settings: StoreSettings


@source(
    "graph.report_settings", MICROSOFT_365, Graph(lambda g: g.admin.report_settings, single=True),
    permission="ReportSettings.Read.All", lane="graph", tier="graph-only",
)  # fmt: skip
class ReportSettings(Record, key="display_concealed_names"):
    """Whether usage reports hide who people are."""

    display_concealed_names: bool
