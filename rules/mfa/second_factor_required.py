"""A second factor is required of every user.

Why it matters
    A stolen password alone must not open a mailbox that holds patient data. Of all single measures this one stops the most
    break-ins, and it costs nothing at either provider.

How to fix it
    Microsoft 365: If the plan does not hold Entra ID P1 (Business Basic and Standard do not): Entra admin center, Properties,
    Manage security defaults: Enabled. If it does (Business Premium): Conditional Access, template "Require multifactor
    authentication for all users", switched on and not in report-only mode; leave out nobody but one or two sealed emergency
    accounts.
    Google Workspace: Admin console, Security, 2-step verification: allow it and set Enforcement to On for every unit and group.

Does not cover
    Whether each person has registered a factor (MFA-2), who is exempted (MFA-3), and how strong the factors are (MFA-7, MFA-8).
    People who sign in at another identity provider: that provider holds the factor, so they are not assessed here.
    Security defaults make everybody register and always ask administrators; others are asked when Microsoft sees a reason.
"""

from __future__ import annotations

from datetime import UTC, datetime

from connectors.google_workspace.sources.settings import TwoStepEnforcement, TwoStepEnrollment
from connectors.microsoft365.sources.access import SecurityDefaults
from connectors.microsoft365.sources.people import PerUserMfa
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.tables import Grouped, One
from rules.view import Now, Tenant
from rules.views.baseline import Baseline, asked, everybody_is_elsewhere
from rules.views.factors import SECURITY_DEFAULTS, Factors
from rules.views.google_policy import GooglePolicy, PolicyCell
from rules.views.people import People, Person
from rules.views.signin import SignIn, held_elsewhere

CONTROL = Control("MFA-1", Severity.CRITICAL, cites=["164.312(d)", "164.308(a)(5)(ii)(D)"])
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ASK_PROVIDER = "show that the other provider asks everybody for a second factor"


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.AAD.3.2v2"],
    cis=["CIS M365 v7.0.0 5.2.2.2", "CIS M365 v6.0.0 5.2.2.2"],
    prowler=[
        "entra_users_mfa_enabled",
        "entra_conditional_access_policy_all_apps_all_users",
        "entra_all_apps_conditional_access_coverage",
    ],
)
def one_rule_asks_everybody(
    tenant: Tenant,
    defaults: One[SecurityDefaults],
    baseline: Baseline,
    people: People,
    states: Grouped[PerUserMfa],
    sign_in: SignIn,
) -> Result:
    """One rule asks everybody for a second factor, in every application."""
    unread: Unreadable | None = None
    try:
        if defaults.value.is_enabled:
            return passed(
                "security defaults are on: everybody must register, administrators are always asked, and others when "
                "Microsoft sees a reason",
                enforced_by=[SECURITY_DEFAULTS],
            )
    except Unreadable as err:
        unread = err
    standing = baseline.everybody
    if standing.policies:
        return passed("a rule asks everybody for a second factor", enforced_by=standing.policies)
    try:
        switched = _everybody_is_switched(people, states)
        if switched:
            return passed("the per-person switch is enforced for everybody", enforced_by=["the per-person switch"])
        if standing.met:  # raises where a policy that could not be read might be the rule
            return passed("a rule asks everybody for a second factor", enforced_by=standing.policies)
        if standing.external:
            return held_elsewhere(
                "everybody is sent to another provider's second factor, which cannot be seen from here",
                remedy=ASK_PROVIDER,
                policies=standing.external,
            )
        if unread is None and everybody_is_elsewhere(people, sign_in):
            return held_elsewhere("everybody signs in at another provider, which holds the factor", remedy=ASK_PROVIDER)
    except Unreadable as err:
        unread = unread or err
    if unread is not None:
        raise unread
    return failed("no rule asks everybody for a second factor", near_misses=standing.objections)


def _everybody_is_switched(people: People, states: Grouped[PerUserMfa]) -> bool:
    """Whether the old per-person switch is enforced for each working, licensed account of staff."""
    count = 0
    unread: Unreadable | None = None
    for person in people:
        try:
            if person.is_guest or not person.is_licensed or not asked(person):
                continue
            if not any(state.per_user_mfa_state == "enforced" for state in states.of(person.id)):
                return False
            count += 1
        except Unreadable as err:
            unread = unread or err
    if unread is not None:
        raise unread
    return count > 0


@CONTROL.check(MICROSOFT_365)
def is_asked(person: Person, factors: Factors) -> Result:
    """Each working account is asked for a second factor."""
    if not person.can_sign_in:
        return not_applicable("cannot sign in")
    truth = factors.of(person)
    enforcement = truth.enforcement
    if enforcement.enforced_by:
        return passed("is asked for a second factor", **truth.facts)
    if not asked(person):
        return not_applicable("is a sealed emergency account or the synchronization account", **truth.facts)
    if not enforcement.enforced and enforcement.elsewhere:
        return held_elsewhere(
            f"signs in through {enforcement.elsewhere}, which holds the factor", remedy=ASK_PROVIDER, **truth.facts
        )
    if enforcement.partly:
        return failed("is asked for a second factor only in some cases", partly=list(enforcement.partly), **truth.facts)
    return failed("is never asked for a second factor", **truth.facts)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.COMMONCONTROLS.1.2v1"],
    cis=["CIS GWS v1.3 4.1.1.3"],
    prowler=["security_2sv_enforced"],
    none=not_applicable("no active person works in any unit"),
)
def unit_is_enforced(
    cell: PolicyCell, policy: GooglePolicy, factors: Factors, sign_in: SignIn, now: Now
) -> list[Result]:
    """2-step verification is allowed and enforced in every unit and group with active people."""
    here, away = sign_in.split(cell.people)
    results = []
    if away:
        results.append(
            held_elsewhere(
                "people here sign in through another provider, which holds the factor",
                remedy=ASK_PROVIDER,
                people=sorted(person.address for person in away),
            )
        )
    if here:
        results.append(_judge(cell, here, factors, now))
    return results


def _judge(cell: PolicyCell, here: list[Person], factors: Factors, now: Now) -> Result:
    names = sorted(person.address for person in here)
    allowed = cell.setting(TwoStepEnrollment).allow_enrollment
    if not allowed:
        return failed("people here may not register a second factor at all", people=names)
    if not cell.given(TwoStepEnforcement):
        # Google documents no default: what it says of each person decides.
        open_ = [person.address for person in here if not factors.of(person).enforcement.enforced]
        if open_:
            return failed("no setting enforces 2-step verification here", people=sorted(open_))
        return passed("Google enforces 2-step verification for everybody here", people=len(names))
    since = cell.setting(TwoStepEnforcement).enforced_from
    origin = str(cell.origin(TwoStepEnforcement, "enforced_from"))
    if since <= EPOCH:
        return failed("2-step verification is not enforced here", people=names, setting=origin)
    if since > now:
        return review(
            f"2-step verification will be enforced here only from {since.date().isoformat()}",
            people=names,
            setting=origin,
            enforced_from=since.isoformat(),
        )
    return passed("2-step verification is enforced here", people=len(names), setting=origin)
