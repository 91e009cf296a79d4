"""SPF says who may send as the clinic.

Why it matters
    Without it anybody can send mail that looks like the clinic's, to patients and to staff. With a broken record, real mail is
    lost.

How to fix it
    Microsoft 365: At the domain's DNS host publish one text record: v=spf1 include:spf.protection.outlook.com -all, with the
    other servers that send for you.
    Google Workspace: At the domain's DNS host publish one text record: v=spf1 include:_spf.google.com -all, with the other
    servers that send for you.

Does not cover
    Whether mail is signed (MAIL-2) and what receivers do with fakes (MAIL-4).
"""

from __future__ import annotations

from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365, Provider
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.views.mail_domains import MailDomain

CONTROL = Control("MAIL-1", Severity.HIGH, cites=["164.312(e)(1)", "164.312(e)(2)(i)"])
SENDERS = {MICROSOFT_365: "spf.protection.outlook.com", GOOGLE_WORKSPACE: "_spf.google.com"}
LIMIT = 10


def _judge(domain: MailDomain, provider: Provider) -> Result:
    if domain.is_service:
        return not_applicable("is the provider's own domain")
    spf = domain.spf
    texts = spf.texts
    if spf.status == "nxdomain":
        return failed("does not exist in public DNS")
    if not texts:
        return failed("has no SPF record: anybody may send as this domain")
    if len(texts) > 1:
        return failed(f"has {len(texts)} SPF records; receivers then ignore them all")
    if spf.error is not None:
        return failed(f"has an SPF record that receivers cannot follow: {spf.error}", record=texts[0])
    if spf.lookups is not None and spf.lookups > LIMIT:
        return failed(
            f"has an SPF record that takes {spf.lookups} look-ups; receivers stop at {LIMIT}", record=texts[0]
        )
    ending = spf.ending
    if ending not in {"-all", "~all"}:
        return failed("has an SPF record that forbids nobody", record=texts[0])
    if not domain.has_mail:
        if " ".join(texts[0].casefold().split()) == "v=spf1 -all":
            return passed("sends no mail, and says so")
        return review("takes no mail; if it sends none either, publish v=spf1 -all", record=texts[0])
    if not any(name.casefold().rstrip(".") == SENDERS[provider] for name in spf.includes):
        return failed(
            f"has an SPF record that does not name the clinic's mail service ({SENDERS[provider]})", record=texts[0]
        )
    if ending == "~all" and provider is GOOGLE_WORKSPACE:
        return review(
            "asks receivers only to mark fakes (~all); CISA's baseline for Google wants -all", record=texts[0]
        )
    return passed("says who may send as the clinic", record=texts[0])


@CONTROL.check(MICROSOFT_365, scuba=["MS.EXO.2.2v3"], cis=["CIS M365 v7.0.0 2.1.8", "CIS M365 v6.0.0 2.1.8"])
def domain_names_its_senders(domain: MailDomain) -> Result:
    """Every mail domain publishes one SPF record that works and forbids others."""
    return _judge(domain, MICROSOFT_365)


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.GMAIL.3.1v1"], cis=["CIS GWS v1.3 3.1.3.2.2"])
def google_domain_names_its_senders(domain: MailDomain) -> Result:
    """Every mail domain publishes one SPF record that works and forbids others."""
    return _judge(domain, GOOGLE_WORKSPACE)
