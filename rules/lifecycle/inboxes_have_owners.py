"""Each shared inbox has an owner and a current member list.

Why it matters
    What belongs to everybody is looked after by nobody. An owner notices that somebody left, and that mail has stopped arriving.

How to fix it
    Microsoft 365: Name the owner of each shared mailbox under inbox_owners in the configuration; review who has full access every month.
    For groups: Microsoft 365 admin center, Teams and groups, the group, Owners.
    Google Workspace: Google Groups, the group, Members: make somebody who works here an owner.

Does not cover
    Whether the owner looks. Who may send in the inbox's name; see FWD-10.
"""

from __future__ import annotations

from connectors.google_workspace.sources.groups import GroupMember as GoogleMember
from connectors.microsoft365.sources.groups import GroupOwners
from connectors.microsoft365.sources.mailboxes import Mailbox
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.profile import Profile
from rules.result import Result, Severity, failed, needs_input, not_applicable, not_assessed, passed, review
from rules.tables import Grouped, Keyed
from rules.view import Now
from rules.views.front_desk import Inbox
from rules.views.leavers import departed
from rules.views.openers import Openers
from rules.views.people import People, Person

CONTROL = Control("LIFE-5", Severity.MEDIUM, cites=["164.308(a)(4)(ii)(C)", "164.308(a)(3)(ii)(A)"])
SHARED = "SharedMailbox"
NO_SHARED = not_applicable("there is no shared mailbox")
NO_GROUP = not_applicable("no shared inbox is a group")


def _works(person: Person | None, profile: Profile, now: Now) -> bool:
    return person is not None and person.can_sign_in and not person.is_guest and not departed(person, profile, now)


@CONTROL.check(MICROSOFT_365, none=NO_SHARED)
def mailbox_has_an_owner(mailbox: Mailbox, people: People, profile: Profile, now: Now) -> list[Result]:
    """Each shared mailbox has an owner who works here."""
    if mailbox.recipient_type_details != SHARED:
        return []
    owners = {address.casefold(): owner for address, owner in profile.inbox_owners.items()}
    owner = owners.get(mailbox.primary_smtp_address.casefold())
    if owner is None:
        return [
            needs_input(
                "nobody has told who looks after it",
                "name its owner under inbox_owners in the configuration",
                source="config:inbox_owners",
            )
        ]
    if _works(people.by_address(owner), profile, now):
        return [passed(f"is looked after by {owner}")]
    return [failed(f"is to be looked after by {owner}, who has no working account here")]


@CONTROL.check(MICROSOFT_365, none=NO_SHARED)
def mailbox_is_opened_by_staff(mailbox: Mailbox, openers: Openers, profile: Profile, now: Now) -> list[Result]:
    """Somebody opens each shared mailbox, and all who may do so work here."""
    if mailbox.recipient_type_details != SHARED:
        return []
    copies = {
        "keeps_replies_sent_as_it": mailbox.message_copy_for_sent_as_enabled,
        "keeps_replies_sent_on_its_behalf": mailbox.message_copy_for_send_on_behalf_enabled,
    }
    found = openers.of(mailbox)
    gone = sorted(one.trustee for one in found if one.person is not None and not _works(one.person, profile, now))
    if gone:
        return [
            failed(f"may be opened by {', '.join(gone)}, who no longer works here", about={"openers": ", ".join(gone)})
        ]
    if not found:
        return [review("nobody may open it: mail may be arriving that nobody reads")]
    return [passed(f"is opened by {len(found)} people or groups", **copies)]


@CONTROL.check(MICROSOFT_365, none=NO_GROUP)
def group_has_an_owner(
    inbox: Inbox, owners: Keyed[GroupOwners], people: People, profile: Profile, now: Now
) -> list[Result]:
    """Each shared inbox that is a group has an owner who works here."""
    if inbox.group is None:
        return []
    stated = {address.casefold(): owner for address, owner in profile.inbox_owners.items()}.get(inbox.address)
    if stated is not None and _works(people.by_address(stated), profile, now):
        return [passed(f"is looked after by {stated}")]
    found = owners.get(inbox.group.id)
    if found is None:
        return [
            not_assessed(
                "is a list of Exchange's, whose owners are not read",
                source="graph.group_owners",
                remedy="name its owner under inbox_owners in the configuration",
            )
        ]
    if any(_works(people.by_id(owner.id), profile, now) for owner in found.owners if owner.type.endswith("user")):
        return [passed("has an owner who works here", owners=len(found.owners))]
    return [failed("has no owner who works here", owners=len(found.owners))]


@CONTROL.check(GOOGLE_WORKSPACE, none=NO_GROUP)
def google_group_has_an_owner(
    inbox: Inbox, members: Grouped[GoogleMember], people: People, profile: Profile, now: Now
) -> list[Result]:
    """Each shared inbox that is a group has an owner who works here."""
    if inbox.group is None:
        return []
    owners = [member for member in members.of(inbox.group.id) if member.role == "OWNER"]
    if any(_works(people.by_id(owner.id), profile, now) for owner in owners if owner.type == "USER"):
        return [passed("has an owner who works here", owners=len(owners))]
    return [failed("has no owner who works here", owners=len(owners))]
