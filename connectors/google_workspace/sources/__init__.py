"""The sources of Google Workspace: importing this package declares them all."""

from connectors.google_workspace.sources import (
    activity,
    alerts,
    apps,
    calendars,
    customer,
    devices,
    drives,
    groups,
    licences,
    mailboxes,
    people,
    policies,
    roles,
    signin,
)

__all__ = [
    "activity",
    "alerts",
    "apps",
    "calendars",
    "customer",
    "devices",
    "drives",
    "groups",
    "licences",
    "mailboxes",
    "people",
    "policies",
    "roles",
    "signin",
]
