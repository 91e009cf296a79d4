"""Whose mail servers a domain's mail goes to, told by the names in its MX records.

find("aspmx.l.google.com.").cls -> HostClass.GOOGLE
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from rules.data import Provenance, provenance, read


class HostClass(StrEnum):
    """What kind of mail server it is."""

    GOOGLE = "google"
    MICROSOFT = "microsoft"
    GATEWAY = "gateway"  # stands in front of the mailboxes and sees all mail: needs an agreement on file
    CONSUMER = "consumer"
    WEB_HOST = "web host"  # mailboxes or forwarding that come with a domain or a website


@dataclass(frozen=True)
class MailHost:
    """Who runs a mail server."""

    name: str
    cls: HostClass
    verified: bool = True


@cache
def _by_end() -> dict[str, MailHost]:
    return {
        end: MailHost(entry["name"], HostClass(entry["class"]), entry.get("verified", True))
        for entry in read("mail_hosts")["host"]
        for end in entry["ends"]
    }


def find(host: str) -> MailHost | None:
    """Who runs a mail host; the longest known end of its name decides. None if nobody we know."""
    labels = host.strip().casefold().rstrip(".").split(".")
    for start in range(len(labels)):
        if (entry := _by_end().get(".".join(labels[start:]))) is not None:
            return entry
    return None


def source() -> Provenance:
    """When the table was compiled, and from what."""
    return provenance("mail_hosts")
