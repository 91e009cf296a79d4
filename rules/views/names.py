"""Whether a mailbox outside is the private one of a person of the clinic, told by its name.

    is_own_mailbox(parse("jdoe84@gmail.com"), PersonNames("Jane Doe")) -> True

A first name or a family name alone convinces nobody: it may be a relative's, or a stranger's.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from rules.views.addresses import Address, parse


@dataclass(frozen=True)
class PersonNames:
    """What a person is called: used to recognize their own personal mailbox.

    Pass none for shared mailboxes. `addresses` are the person's clinic addresses, `personal_addresses` those known to be
    private (recovery addresses, "other mails").
    """

    display: str = ""
    given: str = ""
    surname: str = ""
    addresses: frozenset[str] = frozenset()
    personal_addresses: frozenset[str] = frozenset()


_ROLES = frozenset(
    {
        "admin", "administrator", "appointments", "assistant", "billing", "book", "booking", "care", "clinic", "contact",
        "desk", "doctor", "email", "fax", "front", "frontdesk", "hello", "help", "info", "intake", "mail", "manager", "nurse",
        "office", "owner", "practice", "reception", "records", "referrals", "schedule", "scheduling", "staff", "support",
        "team", "test", "therapy", "user", "web", "work",
    }
)  # fmt: skip
_TITLES = frozenset(
    {"dr", "mr", "mrs", "ms", "mx", "prof", "md", "do", "phd", "psyd", "dds", "rn", "np", "pa", "lcsw", "lmft"}
)
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "œ": "oe", "þ": "th", "ð": "d", "ı": "i"})


def is_own_mailbox(address: Address, person: PersonNames) -> bool:
    """Whether the address is known to be the person's, or is named after them convincingly."""
    if not address.is_smtp:
        return False
    if any(known.is_smtp and known.mailbox == address.mailbox for known in map(parse, person.personal_addresses)):
        return True
    local = _plain(address.base_local)
    words = frozenset(_words(address.base_local))
    whole = re.sub(r"[^a-z]", "", local)
    return whole in _aliases(person) or any(
        _named_after(whole, words, given, family) for given, family in _pairs(person)
    )


def _plain(text: str) -> str:
    """Lower case, without accents."""
    spread = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(c for c in spread if not unicodedata.combining(c))


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[^a-z]+", _plain(text)) if word]


@lru_cache(maxsize=8192)
def _pairs(person: PersonNames) -> frozenset[tuple[str, str]]:
    """Given name and family name, in every reading that the record allows."""
    readings = []
    if person.given and person.surname:
        readings.append((_words(person.given), _words(person.surname)))
    before, comma, after = person.display.partition(",")
    if comma and not set(_words(after)) <= _TITLES:  # "Doe, Jane", but not "Jane Doe, LCSW"
        readings.append((_words(after), _words(before)))
    else:
        names = [word for word in _words(before) if word not in _TITLES]
        readings += [(names[:1], names[1:])]
    pairs = set()
    for given, family in readings:
        if given and family and not ({*given, *family} & _ROLES):
            firsts, lasts = {given[0], "".join(given)}, {"".join(family), family[0], family[-1]}
            pairs |= {(first, last) for first in firsts for last in lasts}
    return frozenset((given, family) for given, family in pairs if len(given) > 1 and len(family) > 1)


@lru_cache(maxsize=8192)
def _aliases(person: PersonNames) -> frozenset[str]:
    """Names before the @ of the person's clinic addresses that say more than a first name or a role."""
    found = set()
    known = set(_words(person.given)) | set(_words(person.surname)) | set(_words(person.display))
    for address in map(parse, person.addresses):
        whole = re.sub(r"[^a-z]", "", _plain(address.base_local)) if address.is_smtp else ""
        if len(whole) >= 4 and whole not in known | _ROLES and not (set(_words(address.base_local)) & _ROLES):
            found.add(whole)
    return frozenset(found)


def _named_after(whole: str, words: frozenset[str], given: str, family: str) -> bool:
    """`jane.doe`, `doejane`, `jdoe84`, `janed`, `dr.jane.m.doe`."""
    if whole in {given + family, family + given}:
        return True
    if len(family) >= 3 and whole in {given[0] + family, family + given[0]}:
        return True
    if len(given) >= 3 and whole == given + family[0]:
        return True
    if {given, family} <= words:
        return True
    return len(given) >= 3 and len(family) >= 3 and (given + family in whole or family + given in whole)
