"""Access policies are live, intact and hard to tamper with.

Why it matters
    A rule that was only tried out protects nobody. A rule that names people or groups who are gone covers fewer than it says. And
    whoever may add somebody to an ordinary group can take that person out of a rule.

How to fix it
    Microsoft 365: Conditional Access, Policies: switch tried rules on, or delete them; take out what is gone. Entra, Groups: make groups
    that rules name assignable to roles, or put them into a restricted administrative unit.

Does not cover
    Whether the rules are the right ones (MFA-1, AUTH-1, AUTH-25). Applications that are gone.
"""

from __future__ import annotations

from datetime import timedelta

from connectors.gap import Gap, Reason
from connectors.microsoft365.sources.access import ConditionalAccessPolicy
from connectors.microsoft365.sources.agents import AgentAccessPolicy
from connectors.microsoft365.sources.groups import Group
from connectors.record import Unreadable
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.data.service_plans import Capability
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.tables import Keyed
from rules.view import Now, age
from rules.views.access_rules import AccessRules
from rules.views.people import People

CONTROL = Control(
    "AUTH-27",
    Severity.MEDIUM,
    cites=["164.312(a)(1)", "164.308(a)(8)", "164.308(a)(4)(ii)(C)"],
    level=Level.SHOULD,
)
MONTH = timedelta(days=30)
NONE = not_applicable("there are no rules")
WORDS = frozenset({"All", "None", "GuestsOrExternalUsers"})


@CONTROL.check(MICROSOFT_365, none=NONE)
def tried_rules_are_switched_on(policy: ConditionalAccessPolicy, rules: AccessRules, now: Now) -> Result:
    """No rule has only been tried out for more than a month."""
    if unlicensed := rules.unlicensed:
        return unlicensed
    if policy.state != "enabledForReportingButNotEnforced":
        return not_applicable("is not being tried out")
    since = policy.modified_date_time or policy.created_date_time
    if since is None:
        gap = Gap(
            "graph.conditional_access_policies:createdDateTime",
            Reason.UNREADABLE,
            "since when a rule is tried is not told",
        )
        raise Unreadable(gap)
    days = age(now, since).days
    if age(now, since) > MONTH:
        return failed(f"has only been tried out for {days} days and protects nobody", days=days)
    return passed("is being tried out", days=days)


@CONTROL.check(
    MICROSOFT_365,
    prowler=["entra_conditional_access_policy_no_deleted_object_references"],
    none=NONE,
)
def nothing_named_is_gone(
    policy: ConditionalAccessPolicy,
    rules: AccessRules,
    people: People,
    groups: Keyed[Group],
    agents: Keyed[AgentAccessPolicy],
) -> Result:
    """A rule names only people and groups that exist, and speaks of somebody and something."""
    if unlicensed := rules.unlicensed:
        return unlicensed
    if policy.state == "disabled":
        return not_applicable("is switched off")
    users, applications = policy.conditions.users, policy.conditions.applications
    included = [*users.include_users, *users.include_groups, *users.include_roles]
    if not [name for name in included if name != "None"] and users.include_guests_or_external_users is None:
        if policy.conditions.client_applications or _names_agents(policy, rules, agents):
            return not_applicable("speaks of programs, not of people")
        return failed("covers nobody")
    spoken = [*applications.include_applications, *applications.include_user_actions]
    contexts = applications.include_authentication_context_class_references
    if not [name for name in spoken if name != "None"] and applications.application_filter is None and not contexts:
        return failed("covers no application and no action")
    gone = [
        name
        for name in (*users.include_users, *users.exclude_users)
        if name not in WORDS and people.by_id(name) is None
    ]
    gone += [name for name in (*users.include_groups, *users.exclude_groups) if groups.get(name) is None]
    if gone:
        return failed(
            "names people or groups that are gone", about={"gone": " ".join(sorted(set(gone)))}, gone=len(gone)
        )
    return passed("names only who exists")


def _names_agents(policy: ConditionalAccessPolicy, rules: AccessRules, agents: Keyed[AgentAccessPolicy]) -> bool:
    """Whether a policy is for autonomous agents, which only Graph's beta tells; they need Entra ID P2."""
    if not rules.licences.has(Capability.ENTRA_P2):
        return False
    found = agents.get(policy.id)
    clients = None if found is None else found.conditions.client_applications
    return clients is not None and bool(clients.include_agent_id_service_principals)


@CONTROL.check(
    MICROSOFT_365,
    prowler=["entra_conditional_access_policy_groups_management_restricted"],
    none=NONE,
)
def groups_are_guarded(policy: ConditionalAccessPolicy, rules: AccessRules, groups: Keyed[Group]) -> Result:
    """Groups that a rule names are changed only by the highest administrators."""
    if unlicensed := rules.unlicensed:
        return unlicensed
    if policy.state != "enabled":
        return not_applicable("is not switched on")
    users = policy.conditions.users
    named = sorted({*users.include_groups, *users.exclude_groups})
    if not named:
        return not_applicable("names no group")
    open_ = []
    for name in named:
        group = groups.get(name)
        # Null in both fields means no (Graph, group resource).
        if group is not None and not group.is_assignable_to_role and not group.is_management_restricted:
            open_.append(group.label)
    if open_:
        return failed("hangs on groups that many administrators may change", groups=sorted(open_))
    return passed("hangs on guarded groups only")
