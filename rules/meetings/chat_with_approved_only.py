"""Chat with outside organizations is limited to approved ones.

Why it matters
    Chats leave the clinic as easily as mail, and are looked at less. Outside organizations that the clinic never heard of can also
    write to staff and pretend to be the help desk.

How to fix it
    Microsoft 365: Teams admin center, Users, External access: Allow only specific external domains, and list them; trial tenants:
    blocked.
    Google Workspace: Admin console, Apps, Google Chat, External Chat settings: off, or only with trusted domains.

Does not cover
    Guests inside teams, and personal accounts (MEET-8).
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import ChatExternal
from connectors.microsoft365.sources.teams import ExternalAccessPolicy, TenantFederation
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.meetings.federation import domains, nobody_may
from rules.meetings.policies import absent
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.tables import Table
from rules.views.google_policy import PolicyCell

CONTROL = Control("MEET-6", Severity.MEDIUM, cites=["164.312(a)(1)", "164.530(c)(1)", "164.312(e)(1)"])
NONE = absent("teams.tenant_federation")


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.TEAMS.2.1v2"],
    cis=["CIS M365 v7.0.0 8.2.1", "CIS M365 v6.0.0 8.2.1"],
    prowler=["teams_external_domains_restricted"],
    none=NONE,
)
def organizations_are_listed(federation: TenantFederation, policies: Table[ExternalAccessPolicy]) -> Result:
    """People chat with listed organizations only, or with none."""
    if not federation.allow_federated_users:
        return passed("people cannot chat with other organizations")
    allowed = domains(federation)
    if allowed is not None:
        return passed("people chat with listed organizations only", domains=allowed)
    if nobody_may(policies, "enable_federation_access"):
        return passed("the tenant allows all organizations, but no policy lets anybody chat with them")
    return failed("people may chat with every organization that uses Teams")


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 8.2.4", "CIS M365 v6.0.0 8.2.4"],
    prowler=["teams_external_access_trial_tenants_blocked"],
    none=NONE,
)
def trials_are_blocked(federation: TenantFederation) -> Result:
    """Organizations that are only a trial cannot write to staff."""
    if not federation.allow_federated_users:
        return passed("people cannot chat with other organizations")
    if federation.external_access_with_trial_tenants == "Blocked":
        return passed("trial tenants are blocked")
    return failed("anybody with a trial of Teams may write to staff")


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.CHAT.4.1v1"],
    cis=["CIS GWS v1.3 3.1.4.2.1"],
    prowler=["chat_external_messaging_restricted"],
    none=not_applicable("no active person works in any unit"),
)
def unit_chats_with_trusted_domains(cell: PolicyCell) -> Result:
    """People in every unit and group chat with trusted domains only, or with nobody outside."""
    if not cell.service_on("chat"):
        return not_applicable("Chat is off here")
    value = cell.setting(ChatExternal)
    origin = str(cell.origin(ChatExternal, "allow_external_chat"))
    if not value.allow_external_chat:
        return passed("people here cannot chat outside", people=len(cell.names), setting=origin)
    if value.external_chat_restriction == "TRUSTED_DOMAINS":
        return passed("people here chat with trusted domains only", people=len(cell.names), setting=origin)
    return failed("people here may chat with anybody outside", people=cell.names, setting=origin)
