"""Following an SPF record: how many look-ups it costs, whom it includes, and how it ends (RFC 7208)."""

from __future__ import annotations

from dataclasses import dataclass, field

from connectors.dns.resolver import Resolver

LIMIT = 10  # look-ups, RFC 7208 section 4.6.4
_QUALIFIERS = "+-~?"
_DEPTH = 12


@dataclass
class Followed:
    """What a record comes to. `error` says what keeps receivers from following it to its end."""

    lookups: int = 0
    void_lookups: int = 0
    includes: list[str] = field(default_factory=list)
    ending: str | None = None
    error: str | None = None


def is_spf(text: str) -> bool:
    """Whether a text is an SPF record: version 1 and nothing else before the first blank."""
    return text.split(" ", 1)[0].casefold() == "v=spf1"


def follow(text: str, domain: str, resolver: Resolver) -> Followed:
    """Follow one record; `NoAnswer` if a name in it cannot be looked up."""
    found = Followed()
    _walk(text, domain, resolver, found, top=True, depth=0)
    if found.error is None and found.lookups > LIMIT:
        found.error = f"it takes {found.lookups} look-ups; receivers stop at {LIMIT}"
    return found


def _walk(text: str, domain: str, resolver: Resolver, found: Followed, *, top: bool, depth: int) -> None:
    if depth > _DEPTH or found.lookups > 4 * LIMIT:
        found.error = "its includes go round in a circle"
        return
    redirect: str | None = None
    ended = False
    for term in text.split()[1:]:
        lowered = term.casefold()
        if lowered.startswith("redirect="):
            redirect = term[len("redirect=") :]
            continue
        qualifier, mechanism = (lowered[0], lowered[1:]) if lowered[:1] in _QUALIFIERS else ("+", lowered)
        if mechanism == "all":
            ended = True
            if top:
                found.ending = qualifier + "all"
            break
        name, _, argument = mechanism.partition(":")
        name = name.partition("/")[0]
        if name in {"a", "mx", "ptr", "exists", "include"}:
            found.lookups += 1
        if name == "include":
            if top or depth < 3:
                found.includes.append(argument)
            _include(argument, resolver, found, depth)
        elif name in {"a", "mx"} and "%" not in argument:
            target = argument.partition("/")[0] or domain
            if not resolver.exists(target, "MX" if name == "mx" else "A"):
                found.void_lookups += 1
        elif name not in {"ip4", "ip6", "a", "mx", "ptr", "exists"} and "=" not in mechanism and found.error is None:
            found.error = "it holds a word that receivers do not know"
    if redirect is not None and not ended:
        found.lookups += 1
        inner = Followed(lookups=found.lookups, void_lookups=found.void_lookups, includes=found.includes)
        answer = resolver.texts(redirect)
        texts = [t for t in answer.texts if is_spf(t)]
        if len(texts) != 1:
            found.error = f"it refers to {redirect}, which has {len(texts)} records instead of one"
            return
        _walk(texts[0], redirect, resolver, inner, top=top, depth=depth + 1)
        found.lookups, found.void_lookups, found.error = inner.lookups, inner.void_lookups, found.error or inner.error
        if top:
            found.ending = inner.ending


def _include(name: str, resolver: Resolver, found: Followed, depth: int) -> None:
    if not name or "%" in name:
        return  # a macro stands for each sender's own values and cannot be followed in advance
    answer = resolver.texts(name)
    if answer.status != "ok":
        found.void_lookups += 1
    texts = [t for t in answer.texts if is_spf(t)]
    if len(texts) != 1:
        found.error = found.error or f"it includes {name}, which has {len(texts)} records instead of one"
        return
    _walk(texts[0], name, resolver, found, top=False, depth=depth + 1)
