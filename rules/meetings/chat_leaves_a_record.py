"""Chat leaves a record and can be reported.

Why it matters
    What was agreed about a patient in a chat must be found again, and a threat in a chat must reach somebody.

How to fix it
    Microsoft 365: Purview, Data lifecycle management: a retention policy for Teams chats; or Teams admin center, Messaging policies:
    people cannot delete sent messages. Look at guest access.
    Google Workspace: Admin console, Apps, Google Chat, History: on, and people cannot change it; spaces: always on; Content reporting:
    on.

Does not cover
    Whether the record is kept as long as the clinic's schedule says (DATA-6).
"""

from __future__ import annotations

from connectors.gap import Reason
from connectors.google_workspace.sources.settings import ChatHistory, ChatSpaceHistory
from connectors.microsoft365.sources.compliance import RetentionPolicy
from connectors.microsoft365.sources.teams import ClientConfiguration, MessagingPolicy
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.meetings.policies import absent, outside
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed, review
from rules.tables import Table
from rules.view import Tenant
from rules.views.google_policy import PolicyCell
from rules.views.locations import everywhere
from rules.views.setting_changes import SettingChanges

CONTROL = Control("MEET-12", Severity.LOW, cites=["164.312(b)", "164.316(b)(1)"], level=Level.SHOULD)


@CONTROL.check(MICROSOFT_365, none=absent("teams.messaging_policies"))
def sent_messages_stay(policy: MessagingPolicy, retention: Table[RetentionPolicy]) -> Result:
    """Sent messages cannot be deleted, or a copy is kept."""
    if (other := outside(policy)) is not None:
        return other
    if not policy.allow_user_delete_message:
        return passed("people cannot delete what they sent")
    keeping = [one.name for one in retention if one.works and everywhere(one.teams_chat_location)]
    if keeping:
        return passed("people may delete what they sent, and a copy is kept", policies=keeping)
    return review("people may delete what they sent, and no policy keeps a copy")


@CONTROL.check(MICROSOFT_365, none=absent("teams.client_configuration"))
def guests_are_meant(configuration: ClientConfiguration) -> Result:
    """Guests in Teams are meant."""
    if configuration.allow_guest_user:
        return review("guests may be in teams and their chats: look who they are (SHARE-38)")
    return passed("there are no guests in Teams")


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.CHAT.1.1v1", "GWS.CHAT.1.2v1"],
    none=not_applicable("no active person works in any unit"),
)
def history_is_on(cell: PolicyCell) -> Result:
    """Chats of every unit and group are kept, and people cannot switch that off."""
    if not cell.service_on("chat"):
        return not_applicable("Chat is off here")
    value = cell.setting(ChatHistory)
    if not value.history_on_by_default:
        return failed("chats of people here are not kept by default", people=cell.names)
    if value.allow_user_modification:
        return failed("people here may switch off that their chats are kept", people=cell.names)
    return passed("chats are kept", people=len(cell.names))


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.CHAT.3.1v1"], none=not_applicable("no active person works in any unit"))
def space_history_is_on(cell: PolicyCell) -> Result:
    """Conversations in spaces of every unit and group are always kept."""
    if not cell.service_on("chat"):
        return not_applicable("Chat is off here")
    state = cell.setting(ChatSpaceHistory).history_state
    if state == "HISTORY_ALWAYS_ON":
        return passed("conversations in spaces are always kept", people=len(cell.names))
    if state == "HISTORY_STATE_UNSPECIFIED":
        return not_assessed("Google does not say whether conversations in spaces are kept", source="policy.policies")
    return failed("conversations in spaces need not be kept", state=state, people=cell.names)


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.CHAT.5.1v1", "GWS.CHAT.5.2v1"])
def content_can_be_reported(tenant: Tenant, changes: SettingChanges) -> Result:
    """People can report a message, for every reason."""
    changed = changes.touched("ContentReportingProto")
    if changed is not None:
        return review(
            "somebody changed whether messages can be reported; look in the Admin console how it is set now",
            changed=changed.date().isoformat(),
        )
    return not_assessed(
        "no interface shows whether messages can be reported, and the log of the last six months does not say so",
        reason=Reason.NEEDS_INPUT,
        source="reports.activity.admin",
        remedy="look at Apps, Google Chat, Content reporting in the Admin console",
    )
