"""Two sealed emergency admin accounts exist and can get in.

Why it matters
    When a rule locks everybody out, or the second factor's service fails, the emergency account is the way back to the patients'
    records. If the same rule locks it out too, there is none.

How to fix it
    Microsoft 365: Create two accounts in the cloud only with the role Global Administrator, register a security key for each and put
    the keys into a safe, leave the accounts out of Conditional Access, try them once a year, and name them as break_glass in the configuration.
    Google Workspace: Create a super administrator without mailbox, with a security key in a safe, and name it as break_glass.

Does not cover
    Where the keys and passwords are kept.
"""

from __future__ import annotations

import contextlib
import re
from typing import Any

from connectors.gap import Gap, Reason
from connectors.google_workspace.sources.activity import UserUsage
from connectors.microsoft365.sources.people import AuthenticationMethod, UserRegistrationDetails
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed
from rules.tables import Grouped, Keyed
from rules.view import Tenant
from rules.views.conditional_access import AccessPolicy
from rules.views.people import GooglePerson, MicrosoftPerson, People, Person

CONTROL = Control("ADMIN-5", Severity.HIGH, level=Level.SHOULD, cites=["164.312(a)(2)(ii)"])
KEY = "#microsoft.graph.fido2AuthenticationMethod"
"""Security keys and passkeys bound to a device (Graph, authenticationMethod)."""
REPORTED = frozenset(
    {"fido2", "passKeyDeviceBound", "passKeyDeviceBoundAuthenticator", "passKeyDeviceBoundWindowsHello"}
)
"""The same in the words of Microsoft's report (Graph, userRegistrationDetails)."""
LOOKS_LIKE_ONE = re.compile(r"break.?glass|emergency|(?:^|[._-])bg(?:[._-]|\d|@|$)", re.IGNORECASE)
WANTED = 2


def named(people: People, profile: Profile) -> list[Person]:
    """The accounts that the clinic named; `Unreadable` (needs input, with candidates) if it named none."""
    if profile.break_glass:
        return [person for person in people if person.is_break_glass]
    candidates = sorted(
        person.address
        for person in people.known().values()
        if LOOKS_LIKE_ONE.search(f"{person.address} {person.name}") and person.can_sign_in
    )
    hint = f": {', '.join(candidates[:5])} may be one" if candidates else ""
    raise Unreadable(
        Gap(
            "config:break_glass",
            Reason.NEEDS_INPUT,
            f"the clinic has named no emergency account{hint}",
            "name the emergency accounts as break_glass in the configuration",
        )
    )


@CONTROL.check(MICROSOFT_365, cis=["CIS M365 v7.0.0 1.1.2", "CIS M365 v6.0.0 1.1.2"])
def two_accounts_exist(tenant: Tenant, people: People, profile: Profile) -> Result:
    """Two working emergency accounts, in the cloud only, are Global Administrators."""
    good, bad = list[str](), list[str]()
    for person in named(people, profile):
        assert isinstance(person, MicrosoftPerson)
        synchronized = person.is_synchronized or person.record.on_premises_immutable_id is not None
        ready = person.can_sign_in and person.is_highest_admin and not synchronized
        (good if ready else bad).append(person.label)
    if len(good) >= WANTED:
        return passed(f"{len(good)} emergency accounts are ready", accounts=sorted(good), not_ready=sorted(bad))
    unfit = f"; not ready: {', '.join(sorted(bad))}" if bad else ""
    return failed(f"{len(good)} of the emergency accounts that were named can do their work{unfit}")


@CONTROL.check(
    MICROSOFT_365,
    none=not_applicable("no Conditional Access policy is on"),
    prowler=["entra_emergency_access_exclusion"],
)
def no_policy_locks_them_out(policy: AccessPolicy, people: People, profile: Profile) -> Result:
    """No Conditional Access policy locks all emergency accounts out."""
    if not profile.break_glass:
        return not_applicable("the clinic has named no emergency account")
    accounts = named(people, profile)
    if policy.record.grant_controls is None:
        return not_applicable("only limits sessions")
    if not accounts:
        return not_assessed(
            "none of the accounts that the clinic named exists",
            reason=Reason.NEEDS_INPUT,
            source="config:break_glass",
            remedy="correct break_glass in the configuration",
        )
    spared = [person.label for person in accounts if not policy.applies(person).covered]
    if spared:
        return passed("leaves an emergency account out", spared=sorted(spared))
    return failed("binds every emergency account: a mistake in it locks everybody out")


@CONTROL.check(
    MICROSOFT_365,
    none=not_applicable("there is no emergency account"),
    prowler=["entra_break_glass_account_fido2_security_key_registered"],
)
def account_has_a_key(
    person: Person,
    methods: Grouped[AuthenticationMethod],
    report: Keyed[UserRegistrationDetails],
    profile: Profile,
) -> list[Result]:
    """Each emergency account has a security key."""
    if not profile.break_glass or not person.is_break_glass:
        return []
    facts: dict[str, Any] = {}
    with contextlib.suppress(Unreadable):  # shown beside the verdict, and decides nothing
        facts["last_sign_in"] = person.last_sign_in.date().isoformat() if person.last_sign_in else "never"
    if _holds_key(person, methods, report):
        return [passed("has a security key", **facts)]
    return [failed("is an emergency account without a security key", **facts)]


def _holds_key(person: Person, methods: Grouped[AuthenticationMethod], report: Keyed[UserRegistrationDetails]) -> bool:
    try:
        return any(method.type == KEY for method in methods.of(person.id))
    except Unreadable:
        # Methods are read one by one for administrators only; an account without a role stands in the report.
        row = report.get(person.id) if methods.complete else None
        if row is None:
            raise
        return bool(REPORTED & set(row.methods_registered))


@CONTROL.check(GOOGLE_WORKSPACE)
def super_admin_is_sealed(tenant: Tenant, people: People, usage: Keyed[UserUsage], profile: Profile) -> Result:
    """An emergency account is a super administrator with a security key and without mail."""
    good, faults = list[str](), list[str]()
    for person in named(people, profile):
        assert isinstance(person, GooglePerson)
        if not person.can_sign_in or not person.is_highest_admin:
            faults.append(f"{person.address} is no working super administrator")
        elif person.has_mailbox:
            faults.append(f"{person.address} has a mailbox")
        elif not _has_key(person, usage):
            faults.append(f"{person.address} has no security key")
        else:
            good.append(person.address)
    if good:
        return passed("an emergency account is ready", accounts=sorted(good), not_ready=sorted(faults))
    return failed("; ".join(sorted(faults)) or "none of the accounts that the clinic named exists")


def _has_key(person: Person, usage: Keyed[UserUsage]) -> bool:
    report = usage.get(person.id)
    if report is None:
        raise Unreadable(
            Gap("reports.usage.users", Reason.UNREADABLE, "Google counts no security keys for this account so far")
        )
    counters = [report.counter(f"accounts:num_{kind}") for kind in ("security_keys", "passkeys_enrolled")]
    if any(counter is not None and (counter.int_value or 0) > 0 for counter in counters):
        return True
    if any(counter is None or counter.int_value is None for counter in counters):
        raise Unreadable(Gap("reports.usage.users", Reason.UNREADABLE, "the count of security keys is not told"))
    return False
