"""What is read of DNS: one record a domain, raw texts kept; a server that does not answer is a gap of that domain alone."""

from __future__ import annotations

from typing import Literal

from connectors.record import Record
from connectors.source import DNS, source

DOMAIN_SOURCES = ("exchange.accepted_domains", "graph.domains", "directory.domains", "directory.domain_aliases")
"""Where the names of the mail domains come from, as far as a run reads them."""

Status = Literal["ok", "nxdomain", "nodata"]


class Answer(Record, key="domain", case="snake"):
    """What one look-up for one domain gave."""

    kind = "domain"

    domain: str
    status: Status

    @property
    def label(self) -> str:
        return str(self.domain)


class MxHost(Record, case="snake"):
    """One mail server of a domain."""

    preference: int
    host: str


@source("dns.mx", DNS, "mx", lane="dns", after=DOMAIN_SOURCES, fan_out=True)
class Mx(Answer):
    """Which servers take the domain's mail."""

    hosts: list[MxHost]


@source("dns.spf", DNS, "spf", lane="dns", after=DOMAIN_SOURCES, fan_out=True)
class Spf(Answer):
    """Who may send as the domain: every text that begins with v=spf1, and what it comes to when it is followed."""

    texts: list[str]
    # Of the one record, its includes and redirects followed; null when there is not exactly one record.
    lookups: int | None
    void_lookups: int | None
    includes: list[str]
    ending: str | None  # "-all", "~all", "?all", "+all"; null: none
    error: str | None  # what keeps the record from being followed; null: nothing


class DkimKey(Record, case="snake"):
    """One signing key's record."""

    selector: str
    status: Status
    target: str | None  # where the name points, if it is an alias
    text: str | None
    bits: int | None  # of an RSA key; null for others, and for a key that was withdrawn


@source("dns.dkim", DNS, "dkim", lane="dns", after=DOMAIN_SOURCES, fan_out=True)
class Dkim(Answer):
    """Under which names a key for signing mail is published; other names may exist, DNS does not list them."""

    keys_found: list[DkimKey]


class ReportTarget(Record, case="snake", key="domain"):
    """A domain that reports are sent to."""

    domain: str
    authorized: bool | None  # whether it says in DNS that it takes them (RFC 7489 section 7.1); null: nobody answered


@source("dns.dmarc", DNS, "dmarc", lane="dns", after=DOMAIN_SOURCES, fan_out=True)
class Dmarc(Answer):
    """What receivers are told to do with fakes: the texts at the domain, else at the organizational domain."""

    texts: list[str]
    found_at: str | None  # the domain whose record applies; null: none has one
    report_targets: list[ReportTarget]  # the domains in rua; those of the domain's own organization count as authorized


@source("dns.mta_sts", DNS, "mta_sts", lane="dns", after=DOMAIN_SOURCES, fan_out=True)
class MtaSts(Answer):
    """Whether other mail servers are told to use encryption: the text, and the published policy."""

    texts: list[str]
    policy_mode: Literal["enforce", "testing", "none"] | None  # null: there is no policy to read
    policy_hosts: list[str]
    policy_max_age: int | None  # seconds; null: the policy names none


@source("dns.tls_rpt", DNS, "tls_rpt", lane="dns", after=DOMAIN_SOURCES, fan_out=True)
class TlsRpt(Answer):
    """Where other mail servers report encryption that failed."""

    texts: list[str]
