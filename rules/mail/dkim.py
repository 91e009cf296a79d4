"""DKIM signs mail for every clinic domain.

Why it matters
    A signature proves that a message comes from the clinic and was not changed on its way. Without it, receivers cannot tell it
    from a fake.

How to fix it
    Microsoft 365: Defender portal, Email authentication settings, DKIM: choose the domain, publish the two names it shows, then
    switch it on.
    Google Workspace: Admin console, Apps, Gmail, Authenticate email: make a 2048-bit key, publish it, then start
    authentication.

Does not cover
    Google shows by no interface whether signing is on; only the published key is seen. Keys under names nobody told us are not
    found.
"""

from __future__ import annotations

from connectors.microsoft365.sources.mailflow import DkimConfig
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed, review
from rules.tables import Keyed
from rules.views.mail_domains import MailDomain

CONTROL = Control(
    "MAIL-2", Severity.HIGH, level=Level.SHOULD, cites=["164.312(e)(1)", "164.312(e)(2)(i)", "164.312(c)(2)"]
)
STRONG, WEAK = 2048, 1024


def _key(domain: MailDomain) -> Result | None:
    """What is wrong with the published keys; None if one of them is in order."""
    found = [key for key in domain.dkim if key.text is not None]
    if not found:
        return failed("has no signing key in public DNS")
    if all(not _value(key.text or "") for key in found):
        return failed("has only withdrawn signing keys in public DNS")
    bits = [key.bits for key in found if key.bits is not None]
    if not bits:
        return not_assessed("the published key is of a kind whose length cannot be told", source="dns.dkim")
    if min(bits) < WEAK:
        return failed(f"has a signing key of {min(bits)} bits, which can be broken", bits=min(bits))
    if min(bits) < STRONG:
        return review(f"has a signing key of {min(bits)} bits; 2048 is the usual length today", bits=min(bits))
    return None


def _value(text: str) -> str:
    tags = {
        name.strip().casefold(): value.strip() for name, _, value in (part.partition("=") for part in text.split(";"))
    }
    return tags.get("p", "")


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.EXO.3.1v1"],
    cis=["CIS M365 v7.0.0 2.1.9", "CIS M365 v6.0.0 2.1.9"],
    prowler=["defender_domain_dkim_enabled"],
)
def exchange_signs(domain: MailDomain, configs: Keyed[DkimConfig]) -> Result:
    """Exchange signs the mail of every domain, with a key that is published."""
    if domain.is_service:
        return not_applicable("is the provider's own domain")
    config = configs.get(domain.id)
    if config is None or not config.enabled:
        return failed("is not signed by Exchange")
    if config.status != "Valid":
        return failed(f"is set to be signed, but Exchange reports {config.status}")
    return _key(domain) or passed("is signed")


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.GMAIL.2.1v1"], cis=["CIS GWS v1.3 3.1.3.2.1"])
def google_key_is_published(domain: MailDomain) -> Result:
    """Every domain has a signing key in public DNS."""
    if domain.is_service:
        return not_applicable("is the provider's own domain")
    if not any(key.text for key in domain.dkim):
        return not_assessed(
            "no signing key was found under the usual name; it may lie under another",
            source="dns.dkim",
            remedy="name the selector in dkim_selectors, or set up signing in the Admin console",
        )
    return _key(domain) or passed("has a signing key in public DNS")
