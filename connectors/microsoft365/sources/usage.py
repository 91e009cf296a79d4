"""Who uses what, as Microsoft's usage reports tell; they are about two days old.

Graph v1.0 answers these reports with a redirect to a CSV file at another host, to which our token must not go; beta answers with JSON.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from connectors.microsoft365.calls import Graph
from connectors.record import Record
from connectors.source import MICROSOFT_365, source

PERIOD = 180
"""Days that the report of active accounts covers."""
_PAGE = 999


def _report(path: Callable[[Any], Any]) -> Graph:
    return Graph(
        path,
        select=False,
        batch=False,
        extra=f"$format=application/json&$top={_PAGE}",
        beta="v1.0 answers with a redirect to a CSV file at another host",
    )


@source(
    "graph.active_users", MICROSOFT_365,
    _report(lambda g: g.reports.get_office365_active_user_detail_with_period(f"D{PERIOD}")),
    permission="Reports.Read.All", lane="graph-reports", page_size=_PAGE,
)  # fmt: skip
class ActiveUser(Record, key="user_principal_name"):
    """When each account last used mail, files or Teams; without Entra ID P1 nothing else tells."""

    user_principal_name: str  # a hash where the tenant hides names in reports
    report_refresh_date: datetime
    is_deleted: bool
    # Null: no use in the period, or no license for the service (Graph, office365ActiveUserDetail).
    exchange_last_activity_date: datetime | None
    one_drive_last_activity_date: datetime | None
    share_point_last_activity_date: datetime | None
    skype_for_business_last_activity_date: datetime | None
    teams_last_activity_date: datetime | None
    yammer_last_activity_date: datetime | None


@source(
    "graph.email_app_usage", MICROSOFT_365,
    _report(lambda g: g.reports.get_email_app_usage_user_detail_with_period("D30")),
    permission="Reports.Read.All", lane="graph-reports", page_size=_PAGE,
)  # fmt: skip
class EmailAppUser(Record, key="user_principal_name"):
    """By which programs each account read its mail in the last 30 days."""

    user_principal_name: str  # a hash where the tenant hides names in reports
    is_deleted: bool
    # Versions of the programs that were used; empty: none (Graph, reportRoot: getEmailAppUsageUserDetail).
    pop3_app: list[str]
    imap4_app: list[str]
