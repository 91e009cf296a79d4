"""People: accounts, when they last signed in, and which second factors they hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from connectors.explicit import Explicit
from connectors.microsoft365.calls import Graph
from connectors.record import MailDomain, Record, named
from connectors.source import MICROSOFT_365, source


class AssignedLicense(Record):
    """A license a person holds, without the plans that were switched off for them."""

    sku_id: str
    disabled_plans: list[str]


class AssignedUserPlan(Record):
    """A service plan a person holds."""

    service_plan_id: str
    service: str
    capability_status: str  # Enabled, Warning, Suspended, Deleted, LockedOut


@source(
    "graph.users", MICROSOFT_365, Graph(lambda g: g.users),
    permission="User.Read.All", lane="graph", page_size=999, tier="graph-only",
)  # fmt: skip
class User(Record):
    """A person's, guest's or shared mailbox's account: whether it works, and which licenses it holds."""

    kind = "person"

    id: str
    user_principal_name: str
    display_name: str | None
    mail: str | None
    proxy_addresses: list[str]
    account_enabled: bool
    user_type: Literal["Member", "Guest"] | None  # null on very old or synchronized accounts: a member
    external_user_state: str | None  # PendingAcceptance, Accepted; null for people of the tenant
    created_date_time: datetime | None
    on_premises_sync_enabled: bool | None
    preferred_data_location: str | None  # null: nobody chose a region
    creation_type: str | None  # Invitation, LocalAccount, EmailVerified, SelfServiceSignUp; null for work accounts
    on_premises_immutable_id: str | None  # null: never came from a local directory
    # People's own addresses, for recovery: only whose service they are at.
    other_mails: Annotated[list[str], MailDomain]
    assigned_licenses: list[AssignedLicense]
    assigned_plans: list[AssignedUserPlan]

    @property
    def label(self) -> str:
        return f"{self.display_name or ''} <{self.user_principal_name}>".strip()


class SignInActivity(Explicit):
    """When an account last signed in."""

    # Each is left out or null when there was no such sign-in (Graph, signInActivity resource).
    _unset: ClassVar[Mapping[str, Any]] = {
        "lastSignInDateTime": None,
        "lastNonInteractiveSignInDateTime": None,
        "lastSuccessfulSignInDateTime": None,
    }

    last_sign_in_date_time: datetime | None
    last_non_interactive_sign_in_date_time: datetime | None
    last_successful_sign_in_date_time: datetime | None


@source(
    "graph.user_sign_in_activity", MICROSOFT_365, Graph(lambda g: g.users, batch=False),
    permission="AuditLog.Read.All", licence="p1", lane="graph", page_size=500, tier="graph-only",  # Graph, "List users": the most with signInActivity
)  # fmt: skip
class UserSignInActivity(Explicit):
    """When each account last signed in; Microsoft answers only tenants with Entra ID P1."""

    kind = "person"

    _unset: ClassVar[Mapping[str, Any]] = {"signInActivity": None}

    id: str
    # Left out for accounts that never signed in (Graph, user resource, signInActivity).
    sign_in_activity: SignInActivity | None


@source(
    "graph.user_registration_details", MICROSOFT_365,
    Graph(lambda g: g.reports.authentication_methods.user_registration_details, batch=False),
    permission="AuditLog.Read.All", licence="p1", lane="graph-reports", page_size=999, tier="graph-only",
)  # fmt: skip
class UserRegistrationDetails(Record):
    """Which second factors each person has registered, from Microsoft's report; it leaves out disabled accounts."""

    kind = "person"

    id: str
    user_principal_name: str
    user_type: str
    is_admin: bool
    is_mfa_capable: bool
    is_mfa_registered: bool
    is_sspr_enabled: bool
    methods_registered: list[str]
    user_preferred_method_for_secondary_authentication: str | None
    last_updated_date_time: datetime | None


def _works(user: Mapping[str, Any]) -> bool:
    return user.get("accountEnabled") is not False and user.get("userType") != "Guest"


@source(
    "graph.user_auth_methods", MICROSOFT_365,
    Graph(lambda g, user: g.users.by_user_id(user).authentication.methods, select=False, per="id", only=_works),
    permission="UserAuthenticationMethod.Read.All", lane="graph-identity", tier="graph-only", fan_out=True,
    after=("graph.users", "graph.user_registration_details", "graph.role_assignments"),
)  # fmt: skip
class AuthenticationMethod(Record):
    """The second factors of one person, read one by one where the report is missing, and for administrators."""

    id: str
    type: str = named("@odata.type")
    phone_type: Literal["mobile", "alternateMobile", "office"] | None = None  # phone methods only
    email_address: Annotated[str, MailDomain] | None = None  # email methods only


@source(
    "graph.per_user_mfa", MICROSOFT_365,
    Graph(
        lambda g, user: g.users.by_user_id(user).authentication,
        select=False, single=True, per="id", only=_works,
        suffix="/requirements",
        beta="the per-user state is in no v1.0 resource (Graph, strongAuthenticationRequirements)",
    ),
    permission="Policy.Read.All", lane="graph-identity", tier="graph-only", fan_out=True,
    after=(
        "graph.users", "graph.subscribed_skus", "graph.security_defaults", "graph.conditional_access_policies",
        "graph.role_assignments",
    ),
)  # fmt: skip
class PerUserMfa(Record, key="per_user_mfa_state"):
    """Whether the old per-person switch asks somebody for a second factor."""

    per_user_mfa_state: Literal["disabled", "enabled", "enforced"]
