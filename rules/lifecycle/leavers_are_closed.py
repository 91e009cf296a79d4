"""People who left have no working account.

Why it matters
    A working account of somebody who left is an open door with nobody behind it to notice. Patient mail keeps arriving, and can be
    read on a phone that the clinic no longer sees.

How to fix it
    Microsoft 365: Block the sign-in, revoke all sessions, turn the mailbox into a shared one, take the license away, remove phones.
    Google Workspace: Suspend or archive the account, and remove its tokens and app passwords (in GAM: deprovision).

Does not cover
    People who are not on the roster: without a roster nothing is assessed here, and LIFE-2 names accounts that nobody uses.
    Microsoft names a phone's owner, but no account: a phone is matched by that name, so it is for a person to judge.
"""

from __future__ import annotations

from connectors.google_workspace.sources.apps import AppPassword, UserToken
from connectors.microsoft365.sources.devices import MobileDevice
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed, review
from rules.tables import Grouped, Table
from rules.view import Now
from rules.views.leavers import Leaver, earliest_day
from rules.views.people import PERSONAL_KINDS, SHARED_KINDS, GooglePerson, MicrosoftPerson

CONTROL = Control(
    "LIFE-1", Severity.CRITICAL, cites=["164.308(a)(3)(ii)(C)", "164.308(a)(4)(ii)(C)", "164.312(a)(2)(i)"]
)
NOBODY = not_applicable("nobody on the roster has left")
NO_ACCOUNT = "has no account any more"


@CONTROL.check(MICROSOFT_365, GOOGLE_WORKSPACE, none=NOBODY)
def account_is_closed(leaver: Leaver) -> Result:
    """The account of everybody who left is blocked, suspended or gone."""
    left = leaver.left.isoformat()
    if leaver.person is None:
        return passed(NO_ACCOUNT, left=left)
    if leaver.person.can_sign_in:
        return failed(f"left on {left}, and the account still works", left=left)
    return passed("has left, and the account is closed", left=left)


@CONTROL.check(MICROSOFT_365, none=NOBODY)
def nobody_signed_in_since(leaver: Leaver) -> Result:
    """Nobody signed in to the account of somebody who left after the last day."""
    if leaver.person is None:
        return passed(NO_ACCOUNT)
    last = leaver.person.last_sign_in
    if last is None:
        return not_applicable("Microsoft records no sign-in to this account at all")
    if last.date() > leaver.left >= earliest_day(last):
        return review(
            f"somebody signed in in the night after the last day, at {last.isoformat()} universal time",
            last=last.isoformat(),
        )
    if last.date() > leaver.left:
        return failed(f"somebody signed in on {last.date().isoformat()}, after the last day", last=last.isoformat())
    return passed("nobody signed in after the last day")


@CONTROL.check(MICROSOFT_365, none=NOBODY)
def license_is_returned(leaver: Leaver, profile: Profile, now: Now) -> Result:
    """Nobody who left holds a license longer than the clinic allows."""
    if leaver.person is None:
        return passed(NO_ACCOUNT)
    if not leaver.person.is_licensed:
        return passed("holds no license")
    days = leaver.days(now.date())
    if days > profile.licence_grace_days:
        return failed(f"left {days} days ago and still holds a license", days=days)
    return passed(f"left {days} days ago; the license may stay for {profile.licence_grace_days}", days=days)


@CONTROL.check(MICROSOFT_365, none=NOBODY)
def mailbox_is_shared_or_gone(leaver: Leaver) -> Result:
    """The mailbox of everybody who left is a shared one, or removed."""
    person = leaver.person
    if not isinstance(person, MicrosoftPerson):
        return passed(NO_ACCOUNT)
    if not person.mailbox_kind:
        return passed("has no mailbox any more")
    if person.mailbox_kind in SHARED_KINDS:
        return passed("the mailbox is a shared one")
    if person.mailbox_kind not in PERSONAL_KINDS:
        return not_assessed(
            f"the mailbox is of a kind that does not tell whose it is: {person.mailbox_kind}",
            source="exchange.mailboxes:RecipientTypeDetails",
            remedy="look at the mailbox in the Exchange admin center",
        )
    return failed("the mailbox is still a personal one", mailbox=person.mailbox_kind)


@CONTROL.check(MICROSOFT_365, none=NOBODY)
def phones_are_removed(leaver: Leaver, devices: Table[MobileDevice]) -> Result:
    """No phone of somebody who left is still connected."""
    names = {name.casefold() for name in (leaver.staff.name, leaver.person.name if leaver.person else "") if name}
    found = sorted(
        device.label
        for device in devices
        if device.device_access_state != "Blocked"
        and (device.user_display_name or "").rpartition("/")[2].casefold() in names
    )
    if found:
        return review("a phone under this name is still connected", phones=found)
    return passed("no phone under this name is connected")


@CONTROL.check(GOOGLE_WORKSPACE, none=NOBODY)
def access_is_revoked(leaver: Leaver, tokens: Grouped[UserToken], passwords: Grouped[AppPassword]) -> Result:
    """No app and no app password still opens the account of somebody who left."""
    if leaver.person is None:
        return passed(NO_ACCOUNT)
    apps = sorted(token.label for token in tokens.of(leaver.person.id))
    count = len(passwords.of(leaver.person.id))
    if apps or count:
        return failed("apps or app passwords still open the account", apps=apps, app_passwords=count)
    return passed("no app and no app password is left")


@CONTROL.check(GOOGLE_WORKSPACE, none=NOBODY)
def mailbox_is_archived(leaver: Leaver, profile: Profile, now: Now) -> Result:
    """The mailbox of somebody who left is kept only in an archived account."""
    person = leaver.person
    if not isinstance(person, GooglePerson):
        return passed(NO_ACCOUNT)
    if not person.has_mailbox:
        return passed("has no mailbox any more")
    if person.record.archived:
        return passed("the account is archived with its mailbox")
    if leaver.days(now.date()) <= profile.licence_grace_days:
        return passed(f"left less than {profile.licence_grace_days} days ago; the mailbox may stay")
    return review("the mailbox is kept although the account is not archived: archive it, or hand the mail over")
