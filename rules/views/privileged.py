"""Who counts as an administrator in the questions about privileged roles."""

from __future__ import annotations

from collections.abc import Callable

from connectors.record import Unreadable
from rules.result import Result, not_applicable
from rules.views.people import Person
from rules.views.roles import PRIVILEGED, HeldRole


def privileged_roles(person: Person, *, where: Callable[[HeldRole], bool] | None = None) -> list[str]:
    """The names of the privileged roles that somebody holds; `Unreadable` if none is known and some may be missing."""
    names: set[str] = set()
    unread: Unreadable | None = None
    try:
        for held in person.held_roles():
            if held.role in PRIVILEGED and (where is None or where(held)):
                names.add(held.name)
    except Unreadable as err:
        unread = err
    if not names and unread is not None:
        raise unread
    return sorted(names)


ORDINARY: Result = not_applicable("holds no privileged role")
NO_P2: Result = not_applicable("Privileged Identity Management needs Entra ID P2, which the clinic does not own")
