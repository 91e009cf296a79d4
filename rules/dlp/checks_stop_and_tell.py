"""The checks stop the message and tell the sender why.

Why it matters
    A check that only counts tells the clinic afterwards what went out. One that stops the message, and says why, teaches at the moment
    of the mistake.

How to fix it
    Microsoft 365: Purview, Data loss prevention, the policy's rules: Restrict access: block everyone; User notifications: on.
    Google Workspace: Admin console, Security, Data protection, each rule's action: block.

Does not cover
    Whether people may override the block with a reason.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import DlpRule as GoogleRule
from connectors.microsoft365.sources.compliance import DlpRule
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed, review
from rules.views.content_checks import ContentChecks, identifiers
from rules.views.google_policy import PolicyCell

CONTROL = Control("DATA-3", Severity.MEDIUM, cites=["164.312(e)(1)", "164.502(b)", "164.530(c)(1)"], level=Level.SHOULD)
NONE = not_applicable("no rule checks content (DATA-1)")


def _idle(rule: DlpRule, checks: ContentChecks) -> Result | None:
    if not identifiers(rule):
        return not_applicable("does not look for patient identifiers")
    return None if checks.working(rule) else not_applicable("is off, or in a policy that is off or only tried out")


@CONTROL.check(MICROSOFT_365, scuba=["MS.SECURITYSUITE.3.3v1"], none=NONE)
def rule_stops(rule: DlpRule, checks: ContentChecks) -> Result:
    """Every rule that finds a patient identifier stops what holds it, for everybody."""
    if (idle := _idle(rule, checks)) is not None:
        return idle
    if not rule.block_access:
        return failed("lets what it finds go out")
    match rule.block_access_scope:
        case "All":
            return passed("stops what it finds, for everybody")
        case None:
            return not_assessed(
                "stops something, but for whom is not told", source="purview.dlp_rules:BlockAccessScope"
            )
        case scope:
            return review("stops what it finds for people outside only", scope=scope)


@CONTROL.check(MICROSOFT_365, scuba=["MS.SECURITYSUITE.3.4v1"], none=NONE)
def rule_tells(rule: DlpRule, checks: ContentChecks) -> Result:
    """Every rule that finds a patient identifier tells the sender."""
    if (idle := _idle(rule, checks)) is not None:
        return idle
    return passed("tells the sender") if rule.notify_user else failed("tells nobody")


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.COMMONCONTROLS.18.2v1"],
    none=not_applicable("no active person works in any unit"),
)
def unit_rules_stop(cell: PolicyCell) -> list[Result]:
    """Every active rule of a unit or group stops what it finds."""
    results = [_act(rule) for rule in cell.every(GoogleRule) if rule.state == "ACTIVE"]
    return results or [not_applicable("no rule checks content (DATA-1)")]


def _act(rule: GoogleRule) -> Result:
    about = {"rule": rule.display_name}
    action = rule.action
    blocks, weak, given = 0, False, 0
    for one in (action.drive_action, action.gmail_action, action.chat_action, action.calendar_action):
        if one is None:
            continue
        given += 1
        blocked = any(getattr(one, name, None) is not None for name in ("block_access", "block_content", "block_event"))
        lets = any(getattr(one, name, None) is not None for name in ("warn_user", "audit_only"))
        blocks += blocked
        weak = weak or (lets and not blocked)
    if given and blocks == given:
        return passed(f"the rule {rule.display_name} stops what it finds")
    if weak:
        return review(f"the rule {rule.display_name} warns or counts, and lets it go out", about=about)
    return not_assessed(
        f"what the rule {rule.display_name} does is not told in a form that is known",
        source="policy.policies:setting.value.action",
        remedy="look at the rule in the Admin console",
    )
