"""Chat bots and webhooks are off.

Why it matters
    A bot in a conversation reads what is written there; a webhook lets anybody who knows its address write into it.

How to fix it
    Google Workspace: Admin console, Apps, Google Workspace, Google Chat, Chat apps: do not allow users to install Chat apps; do not
    allow incoming webhooks.

Does not cover
    Bots that are in conversations already.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import ChatApps
from connectors.source import GOOGLE_WORKSPACE
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.views.google_policy import PolicyCell

CONTROL = Control("APP-15", Severity.LOW, cites=["164.308(a)(4)(ii)(B)", "164.312(a)(1)"], level=Level.SHOULD)
NOBODY = not_applicable("no active person works in any unit")


@CONTROL.check(
    GOOGLE_WORKSPACE,
    cis=["CIS GWS v1.3 3.1.4.4.1"],
    prowler=["chat_apps_installation_disabled"],
    none=NOBODY,
)
def bots_are_off(cell: PolicyCell) -> Result:
    """People in every unit cannot add apps to conversations."""
    if not cell.service_on("chat"):
        return not_applicable("Chat is off here")
    origin = str(cell.origin(ChatApps, "enable_apps"))
    if cell.setting(ChatApps).enable_apps:
        return failed("people here may add apps to conversations", people=cell.names, setting=origin)
    return passed("people here cannot add apps to conversations", setting=origin)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    cis=["CIS GWS v1.3 3.1.4.4.2"],
    prowler=["chat_incoming_webhooks_disabled"],
    none=NOBODY,
)
def webhooks_are_off(cell: PolicyCell) -> Result:
    """Nothing can write into conversations through a webhook."""
    if not cell.service_on("chat"):
        return not_applicable("Chat is off here")
    origin = str(cell.origin(ChatApps, "enable_webhooks"))
    if cell.setting(ChatApps).enable_webhooks:
        return failed("people here may open conversations to webhooks", people=cell.names, setting=origin)
    return passed("webhooks are off here", setting=origin)
