"""No legacy sign-in succeeded in the last 30 days.

Why it matters
    A setting says that old programs are kept out; the log says whether one got in. Whoever got in this way was never asked for a
    second factor.

How to fix it
    Microsoft 365: Find the device or program in the sign-in log, move it to modern sign-in, then block the old way (AUTH-1, AUTH-3).

Does not cover
    Sign-ins older than 30 days, and old programs under a name that Microsoft has not documented. Exchange ActiveSync may be the
    modern kind: a person must look at the device.
"""

from __future__ import annotations

from collections import Counter

from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, passed, review
from rules.views.old_sign_ins import OldSignIns
from rules.views.people import Person

CONTROL = Control("AUTH-2", Severity.HIGH, cites=["164.312(d)", "164.308(a)(1)(ii)(D)"], level=Level.SHOULD)
EITHER = "Exchange ActiveSync"


@CONTROL.check(MICROSOFT_365, none=passed("nobody got in with an old program in the last 30 days"))
def nobody_got_in_with_an_old_program(person: Person, log: OldSignIns) -> list[Result]:
    """Nobody got in with a program that knows no second factor."""
    programs = Counter(log.of(person.id))
    if not programs:
        return []
    old = sorted(set(programs) - {EITHER})
    if old:
        return [failed(f"got in with {' and '.join(old)}", sign_ins=dict(programs))]
    return [
        review(
            "got in with Exchange ActiveSync: look whether the device signs in the modern way", sign_ins=dict(programs)
        )
    ]
