"""Staff can report an MFA prompt they did not start.

Why it matters
    A prompt out of nowhere means that somebody else has the password. The person who sees it is the first who can know, and needs
    one button to say so.

How to fix it
    Microsoft 365: Entra, Authentication methods, Settings, Report suspicious activity: Enabled, all users.

Does not cover
    What happens then: with Entra ID P2, rules may block such an account by themselves (AUTH-9); otherwise somebody must look.
"""

from __future__ import annotations

from connectors.microsoft365.sources.access import AuthenticationMethodsSettings
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, passed
from rules.tables import One
from rules.view import Tenant

CONTROL = Control("MFA-15", Severity.MEDIUM, cites=["164.308(a)(6)(ii)", "164.308(a)(5)(ii)(C)"], level=Level.SHOULD)


@CONTROL.check(MICROSOFT_365)
def everybody_can_report(tenant: Tenant, settings: One[AuthenticationMethodsSettings]) -> Result:
    """Everybody can report a prompt that they did not start."""
    reporting = settings.value.report_suspicious_activity_settings
    if reporting.state != "enabled":
        return failed("the button that reports a strange prompt is not switched on", state=reporting.state)
    if not reporting.for_everybody:
        return failed("only some people can report a strange prompt", state=reporting.state)
    return passed("everybody can report a strange prompt", state=reporting.state)
