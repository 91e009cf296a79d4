"""A DMARC record exists.

Why it matters
    It tells receivers what to do with mail that pretends to be from the clinic, and tells the clinic who tries.

How to fix it
    Microsoft 365: At the domain's DNS host publish a text record at _dmarc: v=DMARC1; p=none; rua=mailto:an address of yours.
    Then raise it (MAIL-4).
    Google Workspace: At the domain's DNS host publish a text record at _dmarc: v=DMARC1; p=none; rua=mailto:an address of
    yours. Then raise it (MAIL-4).

Does not cover
    How strict the record is (MAIL-4).
"""

from __future__ import annotations

from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, passed, review
from rules.views.mail_domains import MailDomain, parse_dmarc

CONTROL = Control("MAIL-3", Severity.HIGH, cites=["164.312(e)(1)", "164.312(e)(2)(i)"])


@CONTROL.check(
    MICROSOFT_365,
    GOOGLE_WORKSPACE,
    scuba=["MS.EXO.4.1v1", "GWS.GMAIL.4.1v1"],
    cis=["CIS M365 v7.0.0 2.1.10", "CIS M365 v6.0.0 2.1.10", "CIS GWS v1.3 3.1.3.2.3"],
)
def record_is_there(domain: MailDomain) -> Result:
    """Every mail domain has exactly one DMARC record."""
    texts = [text for text in domain.dmarc.texts if parse_dmarc(text).valid]
    if len(texts) == 1:
        return passed("has a DMARC record", record=texts[0])
    if len(texts) > 1:
        return failed(f"has {len(texts)} DMARC records; receivers then ignore them all")
    if domain.is_service:
        return review("has no DMARC record; it is the provider's own domain, so only mail sent from it is at stake")
    return failed("has no DMARC record")
