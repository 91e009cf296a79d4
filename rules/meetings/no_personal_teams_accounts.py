"""Personal Teams and Skype accounts cannot reach staff.

Why it matters
    Anybody can make a personal account with any name in a minute. Calls and chats that pretend to be the help desk come from there.

How to fix it
    Microsoft 365: Teams admin center, Users, External access: people with accounts not managed by an organization: Off; or at least
    not allowed to start a conversation. Messaging policies: Chat with anyone by invitation: Off.

Does not cover
    Accounts of organizations (MEET-6).
"""

from __future__ import annotations

from connectors.microsoft365.sources.teams import ExternalAccessPolicy, MessagingPolicy, TenantFederation
from connectors.source import MICROSOFT_365
from rules.control import Control
from rules.meetings.federation import nobody_may
from rules.meetings.policies import absent, outside
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.tables import Table

CONTROL = Control("MEET-8", Severity.HIGH, cites=["164.312(a)(1)", "164.530(c)(1)", "164.308(a)(5)(ii)(B)"])
NONE = absent("teams.tenant_federation")


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.TEAMS.2.2v2"],
    cis=["CIS M365 v7.0.0 8.2.3", "CIS M365 v6.0.0 8.2.3"],
    prowler=["teams_external_users_cannot_start_conversations"],
    none=NONE,
)
def they_do_not_start(federation: TenantFederation, policies: Table[ExternalAccessPolicy]) -> Result:
    """Personal accounts cannot start a conversation with staff."""
    if not federation.allow_teams_consumer:
        return passed("personal accounts cannot reach anybody")
    if not federation.allow_teams_consumer_inbound:
        return passed("personal accounts cannot start a conversation")
    if nobody_may(policies, "enable_teams_consumer_access") or nobody_may(policies, "enable_teams_consumer_inbound"):
        return passed("the tenant lets personal accounts in, but no policy lets them reach anybody")
    return failed("anybody with a personal account may write to and call staff")


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.TEAMS.2.3v2"],
    cis=["CIS M365 v7.0.0 8.2.2", "CIS M365 v6.0.0 8.2.2"],
    prowler=["teams_unmanaged_communication_disabled"],
    none=NONE,
)
def staff_do_not_write_to_them(federation: TenantFederation, policies: Table[ExternalAccessPolicy]) -> Result:
    """Staff cannot write to personal accounts either."""
    if not federation.allow_teams_consumer:
        return passed("staff cannot write to personal accounts")
    if nobody_may(policies, "enable_teams_consumer_access"):
        return passed("the tenant allows personal accounts, but no policy lets anybody write to them")
    return review("staff may write to personal accounts; is that meant, and for whom?")


@CONTROL.check(MICROSOFT_365, none=NONE)
def skype_is_closed(federation: TenantFederation) -> Result:
    """Skype accounts cannot reach staff, where the switch still exists."""
    match federation.allow_public_users:
        case None:
            return not_applicable("Microsoft no longer has a switch for Skype here")
        case True:
            return failed("anybody with a Skype account may reach staff")
        case _:
            return passed("Skype accounts cannot reach anybody")


@CONTROL.check(MICROSOFT_365, none=absent("teams.messaging_policies"))
def nobody_is_invited_by_address(policy: MessagingPolicy) -> Result:
    """No policy turns a chat with a private address into a guest account."""
    if (other := outside(policy)) is not None:
        return other
    if not policy.use_b2_b_invites_to_add_external_users:
        return passed("invites nobody by a private address")
    if policy.is_global:
        return failed("lets people start a chat with any address, which becomes a guest of the clinic")
    return review("lets whoever has it start a chat with any address, which becomes a guest of the clinic")
