"""What the audit log and the usage reports tell that no setting tells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from connectors.gap import Gap, Reason
from connectors.google_workspace.calls import Call
from connectors.record import Record, Text, Unreadable
from connectors.source import GOOGLE_WORKSPACE, source

LOG_DAYS = 180
"""How far back the audit log reaches (Reports API, data retention)."""

LOGIN_DAYS = 90
"""How far back sign-ins are looked at for the factors that people use."""

DRIVE_PAGES = 10
"""Pages of 1,000 changes of who may open a file, newest first."""

LOGIN_PAGES = 10
"""Pages of 1,000 sign-ins of each kind, newest first: enough to see each person's habit, without reading every sign-in."""

ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
PLAIN = re.compile(
    r"true|false|on|off|-?\d{1,6}|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|ALL|ALLOWED|DISABLED|ENABLED|EVERYONE|NONE|OPEN|PRIVATE|PUBLIC"
)
"""Values of settings that name nobody: marks, small numbers, and words that Google's enumerations use."""

KEPT = frozenset(
    {
        "API_CLIENT_NAME",
        "API_SCOPES",
        "APPLICATION_NAME",
        "EMAIL_MONITOR_DEST_EMAIL",
        "GROUP_EMAIL",
        "ORG_UNIT_NAME",
        "ROLE_NAME",
        "SETTING_NAME",
        "USER_EMAIL",
        "app_name",
        "client_id",
        "client_type",
        "doc_id",
        "email_forwarding_destination_address",
        "is_second_factor",
        "is_suspicious",
        "login_challenge_method",
        "login_type",
        "owner",
        "scope",
        "visibility",
    }
)
"""Parameters that are kept as they are: names of settings, units, apps and addresses."""

REDUCED = frozenset({"NEW_VALUE", "OLD_VALUE"})
"""Parameters that may hold any text, such as the words a mail rule looks for."""


class Parameter(Record, key="name"):
    """One detail of an event. Free texts are reduced to the addresses in them, or to a plain value such as "true"."""

    name: str
    # An event carries whichever fits the parameter.
    value: str | None = None
    multi_value: list[str] = []
    bool_value: bool | None = None
    int_value: Annotated[int, Text] | None = None

    @classmethod
    def project(cls, raw: Mapping[str, Any], secret: bytes) -> dict[str, Any]:
        """Known parameters, and the harmless part of old and new values; anything else keeps its name only."""
        name = raw.get("name")
        if name in KEPT:
            return super().project(raw, secret)
        kept: dict[str, Any] = {"name": name}
        if name in REDUCED:
            text, several = raw.get("value"), raw.get("multiValue")
            if isinstance(text, str) and PLAIN.fullmatch(text):
                kept["value"] = text
            texts = [t for t in [text, *(several if isinstance(several, list) else [])] if isinstance(t, str)]
            if addresses := sorted({address for t in texts for address in ADDRESS.findall(t)}):
                kept["multiValue"] = addresses
        return kept


class Event(Record, key="name"):
    """What happened."""

    type: str
    name: str
    parameters: list[Parameter] = []  # left out of events without details

    def detail(self, name: str) -> Parameter | None:
        """The parameter of this name, None if the event has none."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)

    def text(self, name: str) -> str:
        """The text of a parameter; `Unreadable` if the event does not carry it."""
        parameter = self.detail(name)
        if parameter is None or parameter.value is None:
            path = f"{self._path}parameters.value"
            raise Unreadable(Gap(path, Reason.UNREADABLE, f"the event does not carry {name}"))
        return str(parameter.value)


class ActivityId(Record, key="unique_qualifier"):
    """When it happened, and the number that tells events of one moment apart."""

    time: datetime
    unique_qualifier: str


class Actor(Record, key="profile_id"):
    """Who did it; Google's own services have no address."""

    email: str | None = None
    profile_id: str | None = None


class Activity(Record):
    """One entry of the audit log."""

    kind = "event"

    id: ActivityId
    actor: Actor
    events: list[Event]

    @property
    def key(self) -> str:
        """Time and number."""
        return f"{self.id.time.isoformat()} {self.id.unique_qualifier}"

    @property
    def label(self) -> str:
        """The first event's name and the actor."""
        return f"{self.events[0].name} by {self.actor.email or 'Google'}"


def _log(application: str, *events: str, days: int = LOG_DAYS, most: int | None = None) -> Call:
    return Call(
        "admin",
        "reports_v1",
        lambda s: s.activities().list,
        "reports",
        {"userKey": "all", "applicationName": application},
        items="items",
        each=("eventName", events),
        days=days,
        most=most,
    )


_REPORTS: dict[str, Any] = {
    "permission": "admin.reports.audit.readonly",
    "lane": "reports_filtered",
    "page_size": 1000,
    "tier": "tenant",
}


@source(
    "reports.activity.admin",
    GOOGLE_WORKSPACE,
    _log(
        "admin",
        "CHANGE_APPLICATION_SETTING",
        "CREATE_APPLICATION_SETTING",
        "DELETE_APPLICATION_SETTING",
        "CHANGE_EMAIL_SETTING",
        "CHANGE_GMAIL_SETTING",
        "CREATE_GMAIL_SETTING",
        "DELETE_GMAIL_SETTING",
        "MAIL_ROUTING_DESTINATION_ADDED",
        "CREATE_EMAIL_MONITOR",
        "AUTHORIZE_API_CLIENT_ACCESS",
        "REMOVE_API_CLIENT_ACCESS",
        "TOGGLE_CAA_ENABLEMENT",
        "CUSTOMER_TAKEOUT_CREATED",
        "CUSTOMER_TAKEOUT_SUCCEEDED",
    ),
    **_REPORTS,
)
class AdminActivity(Activity):
    """A change of settings in the last 180 days that no setting shows: routing, monitors, delegated apps, Gemini."""


@source(
    "reports.activity.login_forwarding", GOOGLE_WORKSPACE, _log("login", "email_forwarding_out_of_domain"), **_REPORTS
)
class ForwardingActivity(Activity):
    """That a person switched on forwarding to an outside address in the last 180 days, and to which."""


@source(
    "reports.activity.login",
    GOOGLE_WORKSPACE,
    _log("login", "login_verification", "login_challenge", "login_success", days=LOGIN_DAYS, most=LOGIN_PAGES),
    **_REPORTS,
)
class LoginActivity(Activity):
    """Which second step a person took at sign-in, in the last 90 days; for a large clinic the newest sign-ins only."""


@source("reports.activity.token", GOOGLE_WORKSPACE, _log("token", "authorize", "revoke"), **_REPORTS)
class TokenActivity(Activity):
    """That a person let an app in or threw it out, in the last 180 days. Older grants of silent apps do not show."""


@source(
    "reports.activity.drive",
    GOOGLE_WORKSPACE,
    _log("drive", "change_document_visibility", most=DRIVE_PAGES),
    **_REPORTS,
)
class DriveActivity(Activity):
    """That a file was opened to more people or to fewer, in the last 180 days; its title is not kept.

    Google keeps this log in Business and Enterprise plans only.
    """


USAGE_PARAMETERS = (
    "accounts:is_2sv_enrolled",
    "accounts:is_2sv_enforced",
    "accounts:is_2sv_protected",
    "accounts:num_security_keys",
    "accounts:num_passkeys_enrolled",
    "accounts:is_less_secure_apps_access_allowed",
    "accounts:num_authorized_apps",
    "accounts:timestamp_last_login",
    "accounts:timestamp_last_sso",
    "gmail:is_gmail_enabled",
    "gmail:timestamp_last_access",
    "gmail:timestamp_last_imap",
    "gmail:timestamp_last_pop",
)
"""Counters asked for, one person each. Source: Reports API, user usage parameters for accounts and Gmail."""


class UsageEntity(Record, key="profile_id"):
    """Whom a usage report is about."""

    user_email: str
    profile_id: str


class UsageParameter(Record, key="name"):
    """One counter of a usage report, in whichever form fits it."""

    name: str
    int_value: Annotated[int, Text] | None = None
    bool_value: bool | None = None
    datetime_value: datetime | None = None


@source(
    "reports.usage.users",
    GOOGLE_WORKSPACE,
    Call(
        "admin",
        "reports_v1",
        lambda s: s.userUsageReport().get,
        "reports",
        {"userKey": "all", "parameters": ",".join(USAGE_PARAMETERS)},
        items="usageReports",
        dated="date",
    ),
    permission="admin.reports.usage.readonly",
    lane="reports",
    page_size=1000,
    tier="tenant",
)
class UserUsage(Record):
    """Google's counters for one person: security keys, passkeys, last use of IMAP and POP. One to three days old."""

    kind = "person"

    date: str
    entity: UsageEntity
    parameters: list[UsageParameter] = []  # left out when there is no counter

    @property
    def key(self) -> str:
        """The person's immutable id."""
        return str(self.entity.profile_id)

    @property
    def label(self) -> str:
        """The person's address."""
        return str(self.entity.user_email)

    def counter(self, name: str) -> UsageParameter | None:
        """The counter of this name ("accounts:num_security_keys"), None if the report holds none."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)
