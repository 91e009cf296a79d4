"""Admin recovery contacts are not personal accounts.

Why it matters
    The private mailbox that can reset an administrator's password is guarded by a private password.

How to fix it
    Microsoft 365: Entra admin center, Users, the person, Authentication methods and contact information: use a second address of the
    clinic or of its IT company, or remove it.
    Google Workspace: Admin console, Directory, Users, the person, Security, Recovery information: the same.

Does not cover
    Phone numbers. Only which service an address is at is read, never whose it is.
"""

from __future__ import annotations

from connectors.microsoft365.sources.people import AuthenticationMethod
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.data import consumer_domains
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.tables import Grouped
from rules.views.people import GooglePerson, MicrosoftPerson, Person
from rules.views.privileged import ORDINARY, privileged_roles

CONTROL = Control("ADMIN-17", Severity.MEDIUM, level=Level.SHOULD, cites=["164.312(d)", "164.308(a)(5)(ii)(D)"])


def _personal(domains: list[str]) -> list[str]:
    """The services for everybody among these domains."""
    names = {text.rpartition("@")[2].casefold().rstrip(".") for text in domains if text}
    return sorted(name for name in names if consumer_domains.find(name) is not None)


@CONTROL.check(MICROSOFT_365)
def contact_is_no_personal_account(person: Person, methods: Grouped[AuthenticationMethod]) -> Result:
    """Nobody with a privileged role has a personal address for recovery."""
    assert isinstance(person, MicrosoftPerson)
    if not person.can_sign_in:
        return not_applicable("cannot sign in")
    if not privileged_roles(person):
        return ORDINARY
    domains = list(person.record.other_mails)
    unread: Unreadable | None = None
    try:
        domains += [method.email_address for method in methods.of(person.id) if method.email_address]
    except Unreadable as err:
        unread = err
    if personal := _personal(domains):
        return failed(f"may be recovered through a personal account at {', '.join(personal)}", services=personal)
    if unread is not None:
        raise unread
    return passed("has no personal address for recovery")


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.COMMONCONTROLS.8.3v1"])
def recovery_email_is_no_personal_account(person: Person) -> Result:
    """No administrator has a personal address for recovery."""
    assert isinstance(person, GooglePerson)
    if not person.can_sign_in or not person.is_admin:
        return not_applicable("is no working administrator")
    if personal := _personal([person.record.recovery_email]):
        return failed(f"may be recovered through a personal account at {', '.join(personal)}", services=personal)
    return passed("has no personal address for recovery", phone=bool(person.record.recovery_phone))
