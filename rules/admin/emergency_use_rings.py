"""Use of an emergency account raises an alarm.

Why it matters
    Nobody uses an emergency account for everyday work. Whoever does has found the safe open, or broken in.

How to fix it
    Microsoft 365: Set up an alert for sign-ins of these accounts (Defender activity policy, or the IT company's monitoring).
    Google Workspace: Set up an activity rule for sign-ins of these accounts. At both, say in a statement of the kind alert_recipients
    who gets it, with covers = ["emergency accounts"], and write planned uses as break_glass_uses into the configuration.

Does not cover
    Sign-ins before the last one: the providers tell only the last one for certain.
"""

from __future__ import annotations

from datetime import timedelta

from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.attested.paper import Paper
from rules.control import Control, Level
from rules.profile import Profile
from rules.result import Result, Severity, failed, needs_input, not_applicable, passed
from rules.view import Now, Tenant, age
from rules.views.attestations import YEAR, Attestations
from rules.views.people import Person

CONTROL = Control("ADMIN-6", Severity.MEDIUM, level=Level.SHOULD, cites=["164.308(a)(5)(ii)(C)", "164.312(b)"])
QUIET = timedelta(days=90)
PAPER = Paper("alert_recipients", "the list of alarms", ("emergency accounts",), within=YEAR)


@CONTROL.check(MICROSOFT_365, GOOGLE_WORKSPACE, none=not_applicable("there is no emergency account"))
def account_was_not_used(person: Person, profile: Profile, now: Now) -> list[Result]:
    """No emergency account was used in the last 90 days, but as planned."""
    if not profile.break_glass or not person.is_break_glass:
        return []
    last = person.last_sign_in
    if last is None:
        return [passed("has never been used")]
    day = last.date()
    if age(now, last) > QUIET:
        return [passed(f"was last used on {day.isoformat()}")]
    if {day, day - timedelta(days=1)} & profile.break_glass_uses:  # the day at the clinic may be the one before
        return [passed(f"was used on {day.isoformat()}, as planned")]
    return [failed(f"was used on {day.isoformat()}, and nobody planned it", about={"used": day.isoformat()})]


@CONTROL.check(GOOGLE_WORKSPACE)
@CONTROL.check(MICROSOFT_365, cis=["CIS M365 v7.0.0 2.2.1", "CIS M365 v6.0.0 2.2.1"])
def somebody_is_told(tenant: Tenant, attestations: Attestations, profile: Profile) -> Result:
    """Somebody is told when an emergency account is used."""
    if not profile.break_glass:
        return needs_input(
            "the clinic has named no emergency account",
            "name the emergency accounts as break_glass in the configuration",
        )
    return PAPER.judge(attestations, "somebody is told when an emergency account is used")
