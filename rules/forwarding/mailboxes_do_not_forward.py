"""No mailbox is set to forward to an outside address.

Why it matters
    A forward set on the mailbox copies every message, patient mail included, to wherever it points, silently and for years.
    A personal mailbox is outside every agreement the clinic has signed.

How to fix it
    Microsoft 365: Exchange admin center, Recipients, Mailboxes, the mailbox, Mail flow settings, Email forwarding: off. Then
    ask why it was there.
    Google Workspace: In the mailbox, Settings, Forwarding and POP/IMAP: Disable forwarding; or Admin console, Apps, Gmail, End
    User Access.

Does not cover
    Inbox rules and filters (FWD-4), rules of administrators (FWD-6), and forwards in programs on a person's own computer or
    phone.
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.google_workspace.sources.activity import ForwardingActivity
from connectors.google_workspace.sources.mailboxes import AutoForwarding
from connectors.microsoft365.sources.mailboxes import Mailbox
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, Verdict, not_applicable, passed, review
from rules.tables import Grouped, Table
from rules.views.addressing import Addressing, MailGroups, names_of
from rules.views.destinations import classify
from rules.views.forwards import OutwardSwitch, Path, mailbox_paths, paths_judged, shown, worst_first
from rules.views.people import People, Person

CONTROL = Control(
    "FWD-3", Severity.CRITICAL, cites=["164.312(e)(1)", "164.502(e)(1)", "164.308(a)(4)(i)", "164.504(e)(1)"]
)
KEEPS = {"leaveInInbox", "markRead", "archive"}


@CONTROL.check(MICROSOFT_365)
def mailbox_keeps_its_mail(
    mailbox: Mailbox, addressing: Addressing, groups: MailGroups, switch: OutwardSwitch, people: People
) -> list[Result]:
    """No mailbox is set to send its mail to an outside address."""
    paths = list(mailbox_paths(mailbox))
    if not paths:
        return [passed("is not set to forward")]
    owner = None
    if mailbox.recipient_type_details == "UserMailbox":
        owner = people.known().get(mailbox.external_directory_object_id)
    return worst_first(
        paths_judged(iter(paths), addressing, person=names_of(owner), blocked=switch.stops, groups=groups)
    )


@CONTROL.check(GOOGLE_WORKSPACE)
def person_keeps_their_mail(
    person: Person,
    forwarding: Grouped[AutoForwarding],
    events: Table[ForwardingActivity],
    addressing: Addressing,
    groups: MailGroups,
) -> list[Result]:
    """No mailbox sends its mail to an outside address by itself, now or by what the log of 180 days tells."""
    if not person.can_sign_in or not person.has_mailbox:
        return [not_applicable("has no mailbox that works")]
    logged = _logged(person, events, addressing)
    try:
        settings = forwarding.of(person.id)
    except Unreadable as err:
        if logged:
            return [*logged, Result(Verdict.NOT_ASSESSED, "whether it still forwards could not be read", gap=err.gap)]
        raise
    if not settings:
        return [*logged, not_applicable("Google holds no mailbox for this account")]
    found = worst_first(paths_judged(_paths(settings), addressing, person=names_of(person), groups=groups))
    live = {result.about.get("destination") for result in found} | {result.facts.get("destination") for result in found}
    return [
        *(found or [passed("does not forward")]),
        *(event for event in logged if event.about["destination"] not in live),
    ]


def _paths(settings: list[AutoForwarding]) -> Iterator[Path]:
    for setting in settings:
        if setting.enabled:
            keeps = setting.disposition in KEEPS if setting.disposition else None
            hides = setting.disposition in {"trash", "archive"}
            how = "sends every message on, without keeping it, to" if keeps is False else "copies every message to"
            yield Path("automatic forwarding", setting.email_address, how, keeps, hides)


def _logged(person: Person, events: Table[ForwardingActivity], addressing: Addressing) -> list[Result]:
    """What the log says of this person. A log without an event proves nothing and adds nothing."""
    found = {}
    for activity in events.known():
        try:
            if (
                activity.actor.profile_id != person.id
                and (activity.actor.email or "").casefold() not in person.addresses
            ):
                continue
            for event in activity.events:
                target = event.text("email_forwarding_destination_address")
                led = classify(target, addressing.directory, person=names_of(person))
                if not led.is_internal:
                    when = activity.id.time.date().isoformat()
                    message = f"forwarding to {shown(led)} ({led.reason}) was switched on on {when}; it is not set now, or that could not be read"
                    about = {"channel": "log of sign-ins", "destination": shown(led)}
                    found[shown(led)] = review(
                        message, about=about, destination_class=led.cls.value, kind_of_address=led.reason, on=when
                    )
        except Unreadable:
            continue
    return list(found.values())
