"""No app passwords are alive.

Why it matters
    An app password opens a mailbox by itself and is never asked for a second factor. It outlives the person's password, and nobody
    remembers on which device it was typed in.

How to fix it
    Microsoft 365: Leave the old per-person switch (MFA-11): only people under it can have app passwords.
    Google Workspace: Admin console, Users, the person, Security, App passwords: revoke each.

Does not cover
    Microsoft shows app passwords in no API: they are judged by the switch that makes them possible.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from connectors.google_workspace.sources.apps import AppPassword
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed
from rules.tables import Grouped
from rules.view import Tenant
from rules.views.people import Person
from rules.views.switches import Switches

CONTROL = Control("AUTH-6", Severity.HIGH, cites=["164.308(a)(5)(ii)(D)", "164.312(d)"])
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@CONTROL.check(GOOGLE_WORKSPACE)
def has_no_app_password(person: Person, passwords: Grouped[AppPassword]) -> Result:
    """No working account has an app password."""
    if not person.can_sign_in:
        return not_applicable("is suspended or archived")
    known = passwords.known().get(person.id, [])
    if not known:
        known = passwords.of(person.id)
    if not known:
        if (gap := passwords.lacks(person.id)) is not None:
            raise Unreadable(gap)
        return passed("has no app password")
    used = [one.last_time_used for one in known]
    shown: dict[str, Any] = {
        "made": sorted(one.creation_time.date().isoformat() for one in known),
        "last_used": sorted("never" if when == EPOCH else when.date().isoformat() for when in used),
    }
    count = len(known)
    return failed(f"has {count} app password{'s' if count > 1 else ''}", about={"count": str(count)}, **shown)


@CONTROL.check(MICROSOFT_365)
def nobody_can_have_one(tenant: Tenant, switches: Switches) -> Result:
    """Nobody is under the old per-person switch, without which there are no app passwords."""
    if switches.known_on:
        return not_assessed(
            "people are under the old per-person switch and may have app passwords, which no API shows",
            source="graph.per_user_mfa",
            remedy="take people off the switch once a rule asks everybody (MFA-11)",
            people=[person.label for person in switches.known_on],
        )
    switches.whole  # noqa: B018 - reading it says so if somebody's switch was not read
    return passed("nobody is under the switch that makes app passwords possible")
