"""Clinic words are on the banned-password list.

Why it matters
    "Rosedale2026" passes every rule about length and characters, and is the first thing that somebody tries who knows the clinic.

How to fix it
    Microsoft 365: Entra, Authentication methods, Password protection: Enforce custom list: Yes; the clinic's name, street, town,
    doctors and software.

Does not cover
    Whether the list holds the right words: it is not read. Microsoft's own list of common passwords always counts.
"""

from __future__ import annotations

from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, passed
from rules.view import Tenant
from rules.views.access_rules import AccessRules
from rules.views.password_rules import PasswordSettings

CONTROL = Control("AUTH-19", Severity.LOW, cites=["164.308(a)(5)(ii)(D)", "164.312(d)"], level=Level.SHOULD)


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 5.2.3.2", "CIS M365 v6.0.0 5.2.3.2"],
    prowler=["entra_password_protection_custom_banned_list_enforced"],
)
def own_list_is_enforced(tenant: Tenant, rules: AccessRules, settings: PasswordSettings) -> Result:
    """A list of the clinic's own words is enforced."""
    if unlicensed := rules.unlicensed:
        return unlicensed
    passwords = settings.passwords
    if passwords is None:
        return failed("only Microsoft's list counts: nobody has made one of the clinic's own words")
    if not passwords.on("EnableBannedPasswordCheck"):
        return failed("the list of the clinic's own words is not enforced")
    if not passwords.text("BannedPasswordList").strip():
        return failed("the list of the clinic's own words is empty")
    return passed("a list of the clinic's own words is enforced")
