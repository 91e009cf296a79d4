"""No existing group or team is public.

Why it matters
    Everybody in the clinic, and at Google anybody at all, can read what is in a public group: messages, files, members.

How to fix it
    Microsoft 365: Microsoft 365 admin center, Teams and groups, the group, Settings: Privacy: Private.
    Google Workspace: Google Groups, the group, Group settings: who can view conversations: group members; who can join: invited
    people only.

Does not cover
    The switch for all groups (SHARE-29) and outside members (FWD-9).
"""

from __future__ import annotations

from connectors.google_workspace.sources.groups import Group as GoogleGroup
from connectors.google_workspace.sources.groups import GroupSettings
from connectors.microsoft365.sources.groups import Group
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed
from rules.tables import Grouped

CONTROL = Control(
    "SHARE-33", Severity.HIGH, cites=["164.312(a)(1)", "164.502(a)", "164.308(a)(4)(i)", "164.502(b)", "164.514(d)(2)"]
)


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 1.2.1", "CIS M365 v6.0.0 1.2.1"],
    prowler=["admincenter_groups_not_public_visibility"],
    none=passed("there are no groups"),
)
def team_is_private(group: Group, profile: Profile) -> Result:
    """No Microsoft 365 group or team can be opened by everybody in the clinic."""
    if "Unified" not in group.group_types:
        return not_applicable("is no Microsoft 365 group")
    if group.visibility in {"Private", "HiddenMembership"}:
        return passed("only members can open it")
    if group.visibility != "Public":
        return not_assessed("Microsoft does not tell who may open it", source="graph.groups:visibility")
    if profile.holds(profile.approved_public_groups, group.id, group.display_name, group.mail):
        return passed("is public, as the clinic has approved")
    return failed("everybody in the clinic can open it, with its files and messages")


@CONTROL.check(GOOGLE_WORKSPACE, none=passed("there are no groups"))
def group_is_closed(group: GoogleGroup, settings: Grouped[GroupSettings], profile: Profile) -> list[Result]:
    """No Google group can be read, joined or filled with outsiders by just anybody."""
    held = settings.of(group.id)
    if not held:
        return [not_assessed("its settings could not be read", source="groups.settings")]
    found = held[0]
    if found.archive_only:
        return [not_applicable("is closed: nobody can write to it")]
    approved = profile.holds(profile.approved_public_groups, group.id, group.email)
    results = []
    if found.who_can_view_group == "ANYONE_CAN_VIEW" and not approved:
        results.append(
            failed(
                "anybody on the internet may read its messages, as far as the clinic's general switch allows",
                about={"setting": "view"},
            )
        )
    elif found.who_can_view_group == "ALL_IN_DOMAIN_CAN_VIEW" and profile.holds(profile.front_desk, group.email):
        results.append(failed("everybody in the clinic may read the front desk's messages", about={"setting": "view"}))
    if found.who_can_join == "ANYONE_CAN_JOIN" and not approved:
        results.append(failed("anybody may join it", about={"setting": "join"}))
    if found.allow_external_members and not approved:
        results.append(failed("people from outside may be members", about={"setting": "external members"}))
    return results or [
        passed("can be read and joined only by people the clinic chooses", posting_on_the_web=found.allow_web_posting)
    ]
