"""Whether an outside domain imitates the clinic's own, or a well-known mail service's.

    resembles("brightwatter.example", frozenset({"brightwater.example"})) -> "your own domain brightwater.example"

Looks for: the same name under another ending, a slip of a letter or two, letters of other alphabets and digits that look
alike, the name with words around it, and the whole domain in front of somebody else's.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

from connectors.suffixes import suffixes
from rules.data.consumer_domains import imitated_brands
from rules.views.addresses import unicode_domain

_TWINS = str.maketrans(
    {
        # Cyrillic
        "а": "a", "в": "b", "с": "c", "ԁ": "d", "е": "e", "ё": "e", "һ": "h", "і": "i", "ї": "i", "ј": "j", "к": "k", "ӏ": "l",
        "м": "m", "н": "h", "о": "o", "р": "p", "ԛ": "q", "г": "r", "ѕ": "s", "т": "t", "ѵ": "v", "ԝ": "w", "х": "x", "у": "y",
        # Greek
        "α": "a", "β": "b", "ε": "e", "η": "n", "ι": "i", "κ": "k", "ν": "v", "ο": "o", "ρ": "p", "τ": "t", "υ": "u", "χ": "x",
        "γ": "y", "ω": "w",
        # Latin relatives
        "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ɡ": "g", "ɑ": "a", "ß": "ss", "æ": "ae", "œ": "oe", "ſ": "s",
        # Armenian
        "ո": "n", "ս": "u", "օ": "o", "հ": "h", "ց": "g",
        # digits
        "0": "o", "1": "l", "3": "e", "5": "s",
    }
)  # fmt: skip
_ADDED = frozenset(
    {
        "account", "admin", "billing", "care", "clinic", "clinics", "contact", "corp", "email", "group", "health",
        "healthcare", "help", "inc", "llc", "login", "mail", "med", "medical", "my", "office", "online", "patient", "patients",
        "pay", "portal", "practice", "secure", "security", "service", "services", "signin", "staff", "support", "team",
        "therapy", "the", "us", "usa", "web", "wellness",
    }
)  # fmt: skip
_SHORTEST = 5  # shorter names resemble too much by chance
_SERVICES = (".onmicrosoft.com", ".onmicrosoft.us", ".test-google-a.com")


@lru_cache(maxsize=16384)
def resembles(domain: str, own: frozenset[str]) -> str:
    """What a domain imitates, in words; "" if nothing. `domain` and `own` are lower-case ASCII domains."""
    name, suffix = _parts(domain)
    if not name:
        return ""
    for mine in sorted(own):
        if domain == mine or domain.endswith("." + mine) or mine.endswith("." + domain):
            return ""
    for mine in sorted(own):
        if _is_service(mine) and not mine.endswith(_SERVICES[:2]):
            continue
        my_name, my_suffix = _parts(mine)
        if (name, suffix) == (my_name, my_suffix) and not unicode_domain(domain).endswith(unicode_domain(mine)):
            return ""  # another host under a domain of ours
        if _imitates(name, my_name) or domain.startswith(mine + ".") or f".{mine}." in domain:
            return f"your own domain {mine}"
    for brand, service in imitated_brands().items():
        if _imitates_brand(name, suffix, brand):
            return f"the mail service {service}"
    return ""


def _is_service(domain: str) -> bool:
    return domain.endswith(_SERVICES)


@lru_cache(maxsize=16384)
def _parts(domain: str) -> tuple[str, str]:
    """The name somebody registered, as people read it, and the public ending: `brightwater`, `example`."""
    for service in _SERVICES:
        if domain.endswith(service):
            return unicode_domain(domain.removesuffix(service).rpartition(".")[2]), service[1:]
    registered = suffixes().privatesuffix(domain)
    if registered is None:
        return "", ""
    name, _, suffix = registered.partition(".")
    return unicode_domain(name), suffix


@lru_cache(maxsize=16384)
def _skeleton(name: str) -> str:
    """The name as the eye takes it: without accents, with letters that look alike made the same."""
    spread = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(c for c in spread if not unicodedata.combining(c)).translate(_TWINS)
    return plain.replace("rn", "m").replace("vv", "w")


def _imitates(name: str, mine: str) -> bool:
    theirs, ours = _skeleton(name), _skeleton(mine)
    if name == mine or theirs == ours:
        return True
    if len(ours) < _SHORTEST:
        return False
    if theirs.replace("-", "") == ours.replace("-", ""):
        return True
    if abs(len(theirs) - len(ours)) <= 2 and _distance(theirs, ours) <= (2 if len(ours) >= 9 else 1):
        return True
    return _with_words(theirs, ours)


def _with_words(theirs: str, ours: str) -> bool:
    """The name with words around it: `brightwater-portal`, `securebrightwater`, `my-brightwater-clinic`."""
    if f"-{ours}-" in f"-{theirs}-":
        return True
    before, found, after = theirs.partition(ours)
    return bool(found) and all(not part.strip("-") or part.strip("-") in _added() for part in (before, after))


@cache
def _added() -> frozenset[str]:
    return frozenset(_skeleton(word) for word in _ADDED)


def _imitates_brand(name: str, suffix: str, brand: str) -> bool:
    theirs = _skeleton(name)
    if brand in {name, theirs}:
        return True
    # "email", "mail" and the like are one slip from "gmail", so only a swapped, missing, or doubled letter counts.
    if suffix == "com" and theirs != brand and _slip(theirs, brand):
        return True
    return f"-{brand}-" in f"-{theirs}-"


def _slip(theirs: str, brand: str) -> bool:
    """Two letters swapped, one left out (not the first), or one typed twice."""
    swapped = {brand[:i] + brand[i + 1] + brand[i] + brand[i + 2 :] for i in range(len(brand) - 1)}
    missing = {brand[:i] + brand[i + 1 :] for i in range(1, len(brand))}
    doubled = {brand[:i] + brand[i] + brand[i:] for i in range(len(brand))}
    return theirs in swapped | missing | doubled


def _distance(one: str, other: str) -> int:
    """How many letters were changed, added, left out, or swapped with their neighbor (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]
