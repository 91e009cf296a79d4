"""Short words: explained where they stand on page two, and put in plain words on page one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

SHORT = re.compile(r"\b[A-Z][A-Z0-9]+s?\b")
"""What looks like a short word: two capitals or more."""

_PLAIN = {
    "MFA": "second proof at sign-in",
    "BAA": "health-data agreement",
    "EHR": "health record",
    "SMS": "text message",
    "AI": "AI (software that writes by itself)",
    "IT": "computer support",
    "TLS": "protection on the way",
    "DLP": "checks on outgoing data",
    "PIM": "rights for a short time",
}


@cache
def glossary() -> dict[str, str]:
    """Every short word with its meaning."""
    found: dict[str, str] = tomllib.loads(files(__package__).joinpath("glossary.toml").read_text("utf-8"))["words"]
    return found


def short_words(text: str) -> list[str]:
    """The short words in a text, without the plural's s. Codes of controls (MFA-2) are none, nor are names of products."""
    text = re.sub(r"\b[A-Z]+-\d+\b|\S+@\S+|\$\S+|\bEntra ID( P[12])?\b", " ", text)
    return list(dict.fromkeys(word.removesuffix("s") for word in SHORT.findall(text)))


def explained(texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The short words of these texts that we know, with their meaning."""
    known = glossary()
    words = {word for text in texts for word in short_words(text)}
    return tuple((word, known[word]) for word in sorted(words & set(known)))


def plain(text: str) -> str:
    """The text with its short words put in plain ones, as far as we have plain ones for them."""
    known = glossary()
    for word in short_words(text):
        if word in _PLAIN or word in known:
            text = re.sub(rf"\b{word}(s?)\b", _PLAIN.get(word) or f"{word} ({known[word]})", text)
    return text
