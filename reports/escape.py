"""Names as other people chose them, made harmless to show: nothing moves the cursor, turns the line round or hides."""

from __future__ import annotations

import unicodedata

_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_KEPT_JOINERS = {"\u200d"}  # joins emoji; harmless between them


def visible(text: str) -> str:
    """The text on one line; control, direction and invisible characters are shown as their codes."""
    if text.isprintable():  # nothing of the kind is in it, and this is most names of most clinics
        return text
    out = []
    for index, char in enumerate(text):
        if (
            char in _KEPT_JOINERS
            and 0 < index < len(text) - 1
            and unicodedata.category(text[index - 1]) in {"So", "Mn", "Sk"}
        ):
            out.append(char)
        elif unicodedata.category(char) in _HIDDEN:
            out.append(f"\\x{ord(char):02x}" if ord(char) < 256 else f"\\u{ord(char):04x}")
        elif unicodedata.category(char) == "Zs":
            out.append(" ")
        else:
            out.append(char)
    return "".join(out)


def shortened(text: str, limit: int) -> str:
    """The text, cut in the middle if it is longer than `limit` characters: both ends of an address matter."""
    if len(text) <= limit:
        return text
    head = (limit - 3) * 2 // 3
    return f"{text[:head]}...{text[-(limit - 3 - head) :]}"
