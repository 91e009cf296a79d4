"""DMARC reports go to someone who reads them.

Why it matters
    The reports name every server that sends as the clinic: the forgotten newsletter tool, and the thief.

How to fix it
    Microsoft 365: At the domain's DNS host add rua=mailto: with an address that somebody reads, or a report service's, to the DMARC
    record.
    Google Workspace: At the domain's DNS host add rua=mailto: with an address that somebody reads, or a report service's, to the
    DMARC record.

Does not cover
    Whether anybody reads them.
"""

from __future__ import annotations

from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.view import Across
from rules.views.mail_domains import MailDomain, parse_dmarc
from rules.views.owned_domains import OwnedDomains

CONTROL = Control("MAIL-5", Severity.LOW, level=Level.SHOULD, cites=["164.308(a)(1)(ii)(D)"])
SERVICES = (
    "agari.com",
    "cloudflare.net",
    "dmarc-report.com",
    "dmarcadvisor.com",
    "dmarcanalyzer.com",
    "dmarcian.com",
    "dmarcreport.com",
    "easydmarc.com",
    "easydmarc.us",
    "fraudmarc.com",
    "mailhardener.com",
    "ondmarc.com",
    "postmarkapp.com",
    "powerdmarc.com",
    "proofpoint.com",
    "redsift.cloud",
    "report-uri.com",
    "uriports.com",
    "vali.email",
    "valimail.com",
)
"""Domains of services that are known for taking such reports."""


def targets(rua: str) -> list[str]:
    """The domains that reports are mailed to (RFC 7489 section 6.2): addresses apart by commas, a size may follow a "!"."""
    found = []
    for part in rua.split(","):
        scheme, _, address = part.strip().partition(":")
        domain = address.partition("!")[0].rpartition("@")[2].strip().casefold().rstrip(".")
        if scheme.casefold() == "mailto" and domain:
            found.append(domain)
    return found


@CONTROL.check(MICROSOFT_365, GOOGLE_WORKSPACE, scuba=["MS.EXO.4.4v1", "GWS.GMAIL.4.4v1"])
def reports_reach_somebody(domain: MailDomain, owned: Across[OwnedDomains], profile: Profile) -> Result:
    """The reports of every mail domain reach the clinic, a partner or a report service."""
    if domain.is_service:
        return not_applicable("is the provider's own domain")
    dmarc = domain.dmarc
    texts = [text for text in dmarc.texts if parse_dmarc(text).valid]
    if len(texts) != 1:
        return failed("has no DMARC record that receivers would follow, and so no reports")
    found = targets(parse_dmarc(texts[0]).get("rua") or "")
    if not found:
        return failed("asks nobody to report on mail in its name", record=texts[0])
    outside = [target for target in dict.fromkeys(found) if not _owned(target, owned)]
    unknown = [
        target
        for target in outside
        if not profile.holds(frozenset(profile.partners), target)
        and not any(target == service or target.endswith(f".{service}") for service in SERVICES)
    ]
    refused = (
        [one.domain for one in dmarc.report_targets if one.domain in outside and one.authorized is False]
        if outside
        else []
    )
    if refused and len(refused) == len(found):
        return failed(f"reports go nowhere: {', '.join(refused)} does not say that it takes them", record=texts[0])
    if unknown:
        return review(f"reports go to {', '.join(unknown[:3])}; see who that is", record=texts[0])
    if refused:
        return review(f"some reports go nowhere: {', '.join(refused)} does not say that it takes them", record=texts[0])
    if any(one.authorized is None for one in dmarc.report_targets if one.domain in outside):
        return review("whether the receiver of the reports takes them could not be looked up", record=texts[0])
    return passed("reports reach somebody", targets=found)


def _owned(target: str, owned: Across[OwnedDomains]) -> bool:
    """Whether a domain is the clinic's at either provider; `Unreadable` if that cannot be told."""
    unread: Unreadable | None = None
    for domains in owned:
        try:
            if domains.owns(target):
                return True
        except Unreadable as err:
            unread = err
    if unread is not None:
        raise unread
    return False
