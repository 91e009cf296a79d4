"""Mail arriving at the clinic is encrypted in transit.

Why it matters
    Without a published policy, other servers fall back to sending in the clear when somebody on the way asks them to.

How to fix it
    Microsoft 365: Publish an MTA-STS policy in enforce mode for the domain, and a TLS reporting record; or switch on inbound DANE
    with DNSSEC for it.
    Google Workspace: Publish an MTA-STS policy in enforce mode for the domain, and a TLS reporting record (Admin console, Apps,
    Gmail, Compliance, MTA-STS shows them).

Does not cover
    Mail that the clinic sends (MAIL-7, MAIL-8).
"""

from __future__ import annotations

from fnmatch import fnmatchcase

from connectors.dns.sources import MtaSts, TlsRpt
from connectors.microsoft365.sources.mailflow import AcceptedDomain
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.tables import Grouped, Keyed
from rules.views.mail_domains import MailDomain

CONTROL = Control("MAIL-6", Severity.MEDIUM, level=Level.SHOULD, cites=["164.312(e)(1)", "164.312(e)(2)(ii)"])
WEEK = 604_800  # seconds
SIGNED = ".mx.microsoft"
"""Mail servers of Exchange whose names are signed by DNSSEC (Microsoft's page on inbound SMTP DANE)."""


def tags(text: str) -> dict[str, str]:
    """The fields of an MTA-STS or TLS reporting record (RFC 8461 section 3.1, RFC 8460 section 3)."""
    pairs = [part.partition("=") for part in text.split(";")]
    return {name.strip().casefold(): value.strip() for name, _, value in pairs if name.strip()}


def _aside(domain: MailDomain) -> Result | None:
    if domain.is_service:
        return not_applicable("is the provider's own domain")
    if not domain.has_mail:
        return not_applicable("takes no mail")
    return None


def _policy(domain: MailDomain, found: MtaSts) -> Result:
    texts = found.texts
    if len(texts) != 1:
        return failed(
            f"has {len(texts) or 'no'} MTA-STS {'records' if texts else 'record'}: mail to it may travel in the clear"
        )
    if not tags(texts[0]).get("id"):
        return failed("has an MTA-STS record without an id, which other servers do not follow", record=texts[0])
    mode = found.policy_mode
    if mode is None:
        return failed("has an MTA-STS record, but no policy that can be fetched")
    if mode == "none":
        return failed("has an MTA-STS policy that asks for nothing")
    hosts = [host.host.casefold().rstrip(".") for host in domain.mx.hosts]
    patterns = [pattern.casefold().rstrip(".") for pattern in found.policy_hosts]
    left = [host for host in hosts if not any(_matches(host, pattern) for pattern in patterns)]
    if left:
        return failed(f"has an MTA-STS policy that does not name its mail servers: {', '.join(left[:3])}")
    if mode == "testing":
        return review("has an MTA-STS policy that only watches (testing)")
    age = found.policy_max_age
    if age is None or age < WEEK:
        return failed("has an MTA-STS policy that other servers forget within a week", seconds=age)
    return passed("asks other servers to encrypt", servers=hosts)


def _matches(host: str, pattern: str) -> bool:
    """RFC 8461 section 4.1: a star stands for exactly one label, the first."""
    if pattern.startswith("*."):
        return host.partition(".")[2] == pattern[2:]
    return fnmatchcase(host, pattern) if "*" not in pattern else False


def _reports(found: TlsRpt) -> Result:
    texts = found.texts
    if len(texts) != 1:
        return failed("nobody hears when mail to it could not be encrypted: there is no TLS reporting record")
    if not tags(texts[0]).get("rua"):
        return failed("has a TLS reporting record without an address", record=texts[0])
    return passed("other servers report encryption that failed", record=texts[0])


@CONTROL.check(MICROSOFT_365)
def other_servers_must_encrypt(
    domain: MailDomain, policies: Grouped[MtaSts], accepted: Keyed[AcceptedDomain]
) -> Result:
    """Other servers are told to encrypt mail to every domain that takes mail."""
    if aside := _aside(domain):
        return aside
    judged = _policy(domain, *policies.of(domain.id)[:1])
    if judged.verdict == "pass":
        return judged
    hosts = [host.host.casefold().rstrip(".") for host in domain.mx.hosts]
    if hosts and all(host.endswith(SIGNED) for host in hosts):
        entry = accepted.get(domain.id)
        if entry is not None and entry.smtp_dane_status == "Enabled":
            return review(
                "has no MTA-STS policy in force, but Exchange says that DANE protects it; try it with a DANE checker"
            )
    return judged


@CONTROL.check(GOOGLE_WORKSPACE)
def other_servers_must_encrypt_to_google(domain: MailDomain, policies: Grouped[MtaSts]) -> Result:
    """Other servers are told to encrypt mail to every domain that takes mail."""
    return _aside(domain) or _policy(domain, *policies.of(domain.id)[:1])


@CONTROL.check(MICROSOFT_365, GOOGLE_WORKSPACE)
def failures_are_reported(domain: MailDomain, records: Grouped[TlsRpt]) -> Result:
    """Other servers are asked to report encryption that failed."""
    return _aside(domain) or _reports(*records.of(domain.id)[:1])
