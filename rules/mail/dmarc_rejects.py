"""DMARC tells receivers to reject fakes.

Why it matters
    A record that only watches stops nothing: a fake invoice or appointment in the clinic's name still arrives.

How to fix it
    Microsoft 365: Read the reports for some weeks, then raise p= from none to quarantine and then to reject, at the domain's
    DNS host.
    Google Workspace: Read the reports for some weeks, then raise p= from none to quarantine and then to reject, at the domain's
    DNS host.

Does not cover
    Fakes that use a domain that only looks like yours.
"""

from __future__ import annotations

from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed, review
from rules.views.mail_domains import MailDomain, parse_dmarc

CONTROL = Control("MAIL-4", Severity.HIGH, cites=["164.312(e)(1)", "164.312(e)(2)(i)"])
STRENGTH = {"none": 0, "quarantine": 1, "reject": 2}


@CONTROL.check(
    MICROSOFT_365,
    GOOGLE_WORKSPACE,
    scuba=["MS.EXO.4.2v1", "GWS.GMAIL.4.2v1"],
    cis=["CIS M365 v7.0.0 2.1.10", "CIS M365 v6.0.0 2.1.10"],
)
def fakes_are_rejected(domain: MailDomain) -> Result:
    """Every mail domain tells receivers to reject mail that fails its checks."""
    if domain.is_service:
        return not_applicable("is the provider's own domain")
    dmarc = domain.dmarc
    texts = [text for text in dmarc.texts if parse_dmarc(text).valid]
    if len(texts) != 1:
        return failed("has no DMARC record that receivers would follow")
    policy = parse_dmarc(texts[0])
    inherited = dmarc.found_at is not None and dmarc.found_at.casefold() != domain.id.casefold()
    asked = policy.get("sp") if inherited and policy.get("sp") is not None else policy.get("p")
    if asked is None:
        return failed("has a DMARC record without a policy", record=texts[0])
    if asked not in STRENGTH:
        return not_assessed(
            f"has a DMARC record with a policy that is not documented ({asked[:20]})", source="dns.dmarc:texts"
        )
    percent = policy.get("pct")
    if percent is not None and percent != "100":
        return failed(f"applies its DMARC policy to {percent[:5]} percent of fakes only", record=texts[0])
    if asked == "none":
        return failed("only watches fakes (p=none)", record=texts[0])
    if asked == "quarantine":
        return review("sends fakes to the spam folder (p=quarantine) instead of rejecting them", record=texts[0])
    below = policy.get("sp")
    if not inherited and below is not None and STRENGTH.get(below, -1) < STRENGTH[asked]:
        return review(f"rejects fakes, but is weaker for its subdomains (sp={below[:20]})", record=texts[0])
    if policy.get("t") == "y":
        return review("rejects fakes, but marks the record as a test (t=y)", record=texts[0])
    return passed("tells receivers to reject fakes", record=texts[0])
