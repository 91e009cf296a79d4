"""No sender or domain is on an allow list that skips filtering.

Why it matters
    A thief only has to write in the name of a domain that is let through. The clinic's own domain on such a list is an open door.

How to fix it
    Microsoft 365: Defender portal, Policies: remove the allowed domains from Anti-spam, the trusted senders and domains from
    Anti-phishing, and domains from the Tenant Allow/Block List.
    Google Workspace: Admin console, Apps, Gmail, Spam, phishing and malware, Spam: remove the approved senders.

Does not cover
    Senders whom people trust in their own junk mail settings: reading them takes a request for every mailbox.
"""

from __future__ import annotations

from collections.abc import Iterable

from connectors.google_workspace.sources.settings import SpamOverride
from connectors.microsoft365.sources.protection import TenantAllowed
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.mail.gmail_safety import NOBODY
from rules.mail.spam_exceptions import exceptions, senders
from rules.result import Result, Severity, Verdict, failed, not_applicable, passed, review
from rules.views.exchange_policies import AntiPhishCover, AntiSpamCover
from rules.views.google_policy import PolicyCell
from rules.views.owned_domains import OwnedDomains

CONTROL = Control("MAIL-13", Severity.HIGH, cites=["164.308(a)(5)(ii)(B)"])


def _own(domains: Iterable[str], owned: OwnedDomains) -> list[str]:
    """Those of the domains that are the clinic's own, as far as its domains are known."""
    return sorted(domain for domain in domains if domain.casefold() in owned.known)


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.SECURITYSUITE.6.2v1"],
    cis=["CIS M365 v7.0.0 2.1.14", "CIS M365 v6.0.0 2.1.14"],
    prowler=["defender_antispam_policy_inbound_no_allowed_domains"],
)
def spam_policy_allows_no_domain(cover: AntiSpamCover, owned: OwnedDomains) -> Result:
    """No spam policy that decides over a mailbox lets a whole domain through."""
    domains = cover.settings.allowed_domains
    own = _own(domains, owned)
    faults = [f"lets whole domains through unfiltered ({len(domains)}): {', '.join(domains[:5])}"] if domains else []
    found = cover.judged(faults, "lets no domain through unfiltered", own_domains=own)
    return (
        Result(found.verdict, found.message, found.facts, found.about, Severity.CRITICAL) if own and faults else found
    )


@CONTROL.check(MICROSOFT_365)
def phishing_policy_trusts_nobody(cover: AntiPhishCover, owned: OwnedDomains) -> Result:
    """No policy against fakes that decides over a mailbox trusts a sender or a domain."""
    policy = cover.settings
    domains = policy.excluded_domains
    own = _own(domains, owned)
    faults = [f"does not look at fakes from {', '.join(domains[:5])}"] if domains else []
    if policy.excluded_senders:
        faults.append("does not look at fakes from some senders")
    found = cover.judged(faults, "trusts nobody", own_domains=own)
    return (
        Result(found.verdict, found.message, found.facts, found.about, Severity.CRITICAL) if own and faults else found
    )


@CONTROL.check(MICROSOFT_365, none=passed("nobody is let through for the whole clinic"))
def tenant_list_allows_no_domain(allowed: TenantAllowed, owned: OwnedDomains) -> Result:
    """No domain is let through for the whole clinic without an end."""
    value = allowed.value
    if value.startswith("@"):
        return passed("is a single address")
    until = allowed.expiration_date
    if owned.owns(value):
        return failed("is the clinic's own domain, which every thief writes in the name of", severity=Severity.CRITICAL)
    if until is None:
        return failed("is a whole domain that is let through for ever")
    return passed("is let through until a date", until=until.date().isoformat())


def _judge(cell: PolicyCell, owned: OwnedDomains, kind: str) -> list[Result]:
    if not cell.service_on("gmail"):
        return [not_applicable("Gmail is off here")]
    results: list[Result] = []
    try:
        for override in exceptions(cell):
            results += _exception(cell, override, owned, kind)
    except Unreadable as err:
        results.append(Result(Verdict.NOT_ASSESSED, err.gap.detail, gap=err.gap))
    return results or [passed("no sender is approved here", people=len(cell.names))]


def _exception(cell: PolicyCell, override: SpamOverride, owned: OwnedDomains, kind: str) -> list[Result]:
    if kind == "filter":
        lists = override.bypass_sender_allowlist if override.bypass_selected_senders else []
        what = "skip the spam filter"
    else:
        shown = override.hide_warning_banner_from_selected_senders
        lists = override.hide_warning_banner_sender_allowlist if shown else []
        what = "skip the spam filter and its warnings"
    if not lists:
        return []
    about = {"rule": override.rule_id}
    try:
        domains, single = senders(cell, lists)
    except Unreadable as err:
        return [Result(Verdict.NOT_ASSESSED, err.gap.detail, gap=err.gap)]
    if domains:
        own = _own(domains, owned)
        return [
            failed(
                f"lets whole domains ({len(domains)}) {what}: {', '.join(domains[:5])}",
                about=about,
                severity=Severity.CRITICAL if own else None,
                people=cell.names,
            )
        ]
    return [review(f"lets single addresses {what}; see that each is still needed", about=about)] if single else []


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.GMAIL.18.1v1"], none=NOBODY)
def approved_senders_hold_no_domain(cell: PolicyCell, owned: OwnedDomains) -> list[Result]:
    """No list of approved senders lets a whole domain skip the spam filter."""
    return _judge(cell, owned, "filter")


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.GMAIL.18.2v1"], none=NOBODY)
def no_domain_hides_warnings(cell: PolicyCell, owned: OwnedDomains) -> list[Result]:
    """No list of approved senders hides the warnings on mail of a whole domain."""
    return _judge(cell, owned, "warnings")
