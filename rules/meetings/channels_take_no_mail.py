"""Team channels do not accept email.

Why it matters
    Each channel has an address of its own, without the clinic's filters and its name. Whoever learns it writes into the team, and
    mail with patient data that is sent there lies in files of which nobody thinks.

How to fix it
    Microsoft 365: Teams admin center, Teams, Teams settings, Email integration: Users can send emails to a channel email address: Off.

Does not cover
    Government tenants, which do not have the setting.
"""

from __future__ import annotations

from connectors.microsoft365.sources.teams import ClientConfiguration
from connectors.source import MICROSOFT_365
from rules.control import Control
from rules.meetings.policies import absent
from rules.result import Result, Severity, failed, passed

CONTROL = Control("MEET-9", Severity.MEDIUM, cites=["164.308(a)(4)(ii)(B)", "164.312(a)(1)", "164.308(b)(1)"])


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.TEAMS.4.1v1"],
    cis=["CIS M365 v7.0.0 8.1.2", "CIS M365 v6.0.0 8.1.2"],
    prowler=["teams_email_sending_to_channel_disabled"],
    none=absent("teams.client_configuration"),
)
def channels_are_closed_to_mail(configuration: ClientConfiguration) -> Result:
    """Nobody can write to a channel by mail."""
    if configuration.allow_email_into_channel:
        return failed("channels take mail at addresses of their own")
    return passed("channels take no mail")
