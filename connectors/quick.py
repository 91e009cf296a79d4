"""The quick scan: what a run leaves out that is to cost little, every day.

It reads every listing and every setting of the tenant, and nothing that is asked for person by person, mailbox by mailbox, or
site by site and drive by drive. What people set up themselves meanwhile still shows where the provider writes it into a log: Google's log of
sign-ins tells of each forward to an outside address.
"""

from __future__ import annotations

from connectors.gap import Gap, Reason
from connectors.source import Source

NOTE = (
    "This was a quick scan: nothing was asked person by person, mailbox by mailbox, or site by site. What that would show is "
    "not assessed."
)
MANY = frozenset(
    {"graph.users", "exchange.mailboxes", "sharepoint.site_list", "directory.users", "drive.shared_drives"}
)
"""Listings that grow with the clinic."""


def left_out(source: Source) -> bool:
    """Whether a quick scan does not read this source."""
    return source.fan_out and not MANY.isdisjoint(source.after)


def gap(source: Source) -> Gap:
    """What a quick scan says of a source that it does not read."""
    return Gap(
        source.name,
        Reason.NOT_COLLECTED,
        "not read in this quick scan, because it is asked for one by one",
        "scan without --quick",
    )
