"""AI preview features and chat sharing are off.

Why it matters
    Features before their release come with terms of their own. A conversation with Gemini that somebody shares is a public page about
    whatever was asked.

How to fix it
    Google Workspace: Admin console, Generative AI, Gemini app and Gemini in Workspace: alpha and beta features off; conversation history
    on, kept for 18 months or more; sharing of conversations off. Then put a statement of the kind gemini_settings into the evidence
    folder, with covers = ["history", "retention", "sharing"].

Does not cover
    Assistants of other companies (AI-3).
"""

from __future__ import annotations

from connectors.source import GOOGLE_WORKSPACE
from rules.control import Control
from rules.result import Result, Severity, failed, not_assessed, passed
from rules.view import Tenant
from rules.views.attestations import Attestations
from rules.views.setting_changes import SettingChanges

CONTROL = Control("AI-2", Severity.MEDIUM, cites=["164.308(b)(1)", "164.502(e)(1)", "164.502(b)"])
PREVIEWS = ("GenAiAlphaSettingsProto alpha_enabled", "Beta Gemini Features Beta Features enabled")
"""Two names of one switch: Google renamed it."""
SHARING = "BardSharingDasherProto sharing_modality"
WANTED = ("history", "retention", "sharing")


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.GEMINI.2.1v1"])
def previews_are_off(tenant: Tenant, changes: SettingChanges) -> Result:
    """Alpha and beta features of Gemini are off everywhere."""
    on = sorted(str(place) for place, change in changes.last(*PREVIEWS).items() if change.value == "true")
    if on:
        return failed(
            f"alpha and beta features of Gemini are on for {', '.join(on[:5])}", about={"places": ", ".join(on)}
        )
    whole = changes.of_everybody(*PREVIEWS)
    if whole is None or whole.value != "false":
        return not_assessed(
            "the log of 180 days does not tell whether alpha and beta features of Gemini are off",
            source="reports.activity.admin",
            remedy="look at Generative AI, Gemini for Workspace, Alpha and beta features in the Admin console",
        )
    return passed("alpha and beta features of Gemini are off")


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.GEMINI.3.1v1", "GWS.GEMINI.3.2v1", "GWS.GEMINI.4.1v1"])
def conversations_are_kept_and_not_shared(
    tenant: Tenant, changes: SettingChanges, attestations: Attestations
) -> Result:
    """Conversations with Gemini are kept and cannot be shared."""
    shared = sorted(str(place) for place, change in changes.last(SHARING).items() if change.value == "CONSUMER_SHARING")
    if shared:
        return failed(
            f"conversations with Gemini may be shared with anybody by {', '.join(shared[:5])}",
            about={"places": ", ".join(shared)},
        )
    statement = attestations.newest("gemini_settings")
    if (fault := attestations.fault(statement)) is not None:
        return fault
    if missing := attestations.missing(statement, WANTED):
        return failed(f"the statement does not speak of {', '.join(missing)}", about={"statement": statement.id})
    return passed("the clinic states that conversations are kept and cannot be shared", statement=statement.id)
