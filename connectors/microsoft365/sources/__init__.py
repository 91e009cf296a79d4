"""What is read of Microsoft 365: one declaration a source, beside the record it yields.

Facts about fields and values are from `microsoft365.md` sections 3 and 4 (the providers' schema and documents); a default on a
field repeats what the document says of its absence.
"""

from connectors.microsoft365.sources import (
    access,
    apps,
    calendars,
    compliance,
    devices,
    external,
    governance,
    groups,
    incidents,
    intune,
    mailboxes,
    mailflow,
    people,
    powers,
    protection,
    publishing,
    registrations,
    roles,
    sharing,
    signin,
    teams,
    tenant,
    traces,
)

__all__ = [
    "access",
    "apps",
    "calendars",
    "compliance",
    "devices",
    "external",
    "governance",
    "groups",
    "incidents",
    "intune",
    "mailboxes",
    "mailflow",
    "people",
    "powers",
    "protection",
    "publishing",
    "registrations",
    "roles",
    "sharing",
    "signin",
    "teams",
    "tenant",
    "traces",
]
