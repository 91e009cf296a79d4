"""Mail addresses as the providers write them, read into one form that can be compared.

    parse("SMTP:Jane.Doe+intake@Gmail.com.")           -> jane.doe+intake at gmail.com
    parse("jane_gmail.com#EXT#@clinic.onmicrosoft.com") -> jane at gmail.com (the guest's own address)
    parse('"Front desk" [EX:/o=ExchangeLabs/ou=.../cn=front]') -> an X.500 name of Exchange's directory

What cannot be read with certainty is `AddressKind.UNREADABLE`; nothing is guessed, because a wrong guess could make an
outside address look like the clinic's own.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class AddressKind(StrEnum):
    """How an address is written."""

    SMTP = "smtp"
    X500 = "x500"  # a name in Exchange's own directory: only that directory can say whose it is
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Address:
    """One mail address. `raw` is what the provider sent; the other fields are in lower case."""

    raw: str
    local: str  # before the @; for X.500 the whole name
    domain: str  # after the @, without a last dot, international names in their ASCII form (xn--...); "" unless SMTP
    kind: AddressKind
    base_local: str  # `local` without a +tag
    is_guest: bool = False  # taken out of a guest's sign-in name (#EXT#)

    @property
    def is_smtp(self) -> bool:
        """Whether this is an ordinary address with an @."""
        return self.kind is AddressKind.SMTP

    @property
    def key(self) -> str:
        """The normalized address to look things up by; what was sent, in lower case, where it could not be read."""
        match self.kind:
            case AddressKind.SMTP:
                return f"{self.local}@{self.domain}"
            case AddressKind.X500:
                return self.local
            case _:
                return self.raw.strip().casefold()

    @property
    def mailbox(self) -> str:
        """The mailbox behind the address, to compare two addresses: without +tag, and without dots at consumer Gmail."""
        if self.kind is not AddressKind.SMTP:
            return self.key
        if self.domain in _GMAIL:
            return f"{self.base_local.replace('.', '')}@gmail.com"
        return f"{self.base_local}@{self.domain}"

    @property
    def shown(self) -> str:
        """The address for people: invisible characters escaped, international domains in both forms."""
        if self.kind is AddressKind.SMTP:
            return f"{printable(self.local)}@{shown_domain(self.domain)}"
        return printable(self.raw)


_GMAIL = frozenset({"gmail.com", "googlemail.com"})  # one mailbox under both names; dots do not count (Google's help)
_DISPLAY = re.compile(r"^[^<>]*<\s*([^<>]*?)\s*>$")
_OUTLOOK = re.compile(r"^.*\[(SMTP|EX|X500):(.*)\]$", re.IGNORECASE)
_OUTLOOK_MARK = re.compile(r"\[(?:SMTP|EX|X500):", re.IGNORECASE)
_PREFIX = re.compile(r"^([A-Za-z][A-Za-z0-9]{1,11}):(.*)$", re.DOTALL)
_ENCAPSULATED = re.compile(r"^IMCEA([A-Z0-9]+)-(.*)@([^@]*)$", re.IGNORECASE | re.DOTALL)
_GUEST = re.compile(r"^(.*)#EXT#(?:@[^@]*)?$", re.IGNORECASE | re.DOTALL)
_X500 = re.compile(r"^/o=[^/]+(/(ou|cn|o|c)=[^/]*)+$", re.IGNORECASE)
_QUOTED = re.compile(r'^"((?:[^"\\]|\\.)*)"$')
_LABEL = re.compile(r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$")
_ATOMS = re.compile(r"^[^\s\"(),:;<>@\[\]\\]+$")
_ROUTED = re.compile(r"[%!@]|=[^=@]+\.[a-z]{2,}$")
_IDNA_DOTS = re.compile("[\u3002\uff0e\uff61]")
# IDNA 2003, which Python speaks, turns these letters into others; today's registries keep them as they are.
_KEPT_LETTERS = "\u00df\u03c2"


@lru_cache(maxsize=65536)
def parse(raw: str | None) -> Address:
    """Reads an address as Exchange, Entra ID, Graph or Google writes it. Never raises."""
    text = "" if raw is None else raw
    return _parse(text, text.strip(), 0) or Address(text, "", "", AddressKind.UNREADABLE, "")


def _parse(raw: str, text: str, depth: int) -> Address | None:
    if depth > 4 or not text or _hides_something(text):
        return None
    if (inner := _OUTLOOK.match(text)) is not None:
        if len(_OUTLOOK_MARK.findall(text)) > 1:
            return None
        return _parse(raw, f"{inner[1]}:{inner[2].strip()}", depth + 1)
    if (display := _DISPLAY.match(text)) is not None:
        return _parse(raw, display[1], depth + 1)
    if (wrapped := _ENCAPSULATED.match(text)) is not None:
        return _encapsulated(raw, wrapped[1].upper(), wrapped[2], depth)
    if (prefix := _PREFIX.match(text)) is not None:
        rest = prefix[2].strip()
        match prefix[1].upper():
            case "SMTP" | "MAILTO":
                return _parse(raw, rest, depth + 1)
            case "EX" | "X500":
                return _x500(raw, rest)
            case _:
                return None  # SIP, X400, SPO, NOTES ...: not mail, or nothing we could follow
    if text.startswith("/"):
        return _x500(raw, text)
    if (guest := _GUEST.match(text)) is not None:
        return _guest(raw, guest[1])
    if len(text) > 1 and text[0] == text[-1] == "'":
        return _parse(raw, text[1:-1].strip(), depth + 1)
    if "@" not in text and text.count("%40") == 1:
        text = text.replace("%40", "@")
    return _smtp(raw, text)


def _hides_something(text: str) -> bool:
    """Whether there are control, invisible, or writing-direction characters in it."""
    return not text.isprintable() and any(
        unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for c in text
    )


def _smtp(raw: str, text: str, *, guest: bool = False) -> Address | None:
    local, at, host = text.rpartition("@")
    if not at:
        return None
    if (quoted := _QUOTED.match(local)) is not None:
        local = re.sub(r"\\(.)", r"\1", quoted[1])
    elif not _ATOMS.match(local):
        return None
    local = unicodedata.normalize("NFC", local).casefold().strip()
    domain = ascii_domain(host) or _literal(host)
    # user%gmail.com@clinic.example and "user@gmail.com"@clinic.example ask a server to pass the mail on.
    if not local or not domain or _ROUTED.search(local):
        return None
    base = local.partition("+")[0] or local
    return Address(raw, local, domain, AddressKind.SMTP, base, guest)


def _literal(host: str) -> str:
    """`[192.0.2.1]`, or "" where it is no address of a machine."""
    if not (host.startswith("[") and host.endswith("]")):
        return ""
    inner = host[1:-1].lower().removeprefix("ipv6:")
    try:
        return f"[{ipaddress.ip_address(inner)}]"
    except ValueError:
        return ""


def _guest(raw: str, coded: str) -> Address | None:
    """`jane_doe_gmail.com` -> jane_doe@gmail.com: Entra ID puts an underscore for the @; domains have none."""
    local, underscore, host = coded.rpartition("_")
    return _smtp(raw, f"{local}@{host}", guest=True) if underscore else None


def _x500(raw: str, name: str) -> Address | None:
    name = name.strip()
    if not _X500.match(name):
        return None
    return Address(raw, name.casefold(), "", AddressKind.X500, name.casefold())


def _encapsulated(raw: str, kind: str, coded: str, depth: int) -> Address | None:
    """IMCEA addresses wrap one of another kind: `_` stands for `/` and `+XX` for a character (MS-OXOABK, MS-OXCMAIL).

    IMCEAINVALID wraps what Exchange itself could not read.
    """
    plain = re.sub(r"\+([0-9A-F]{2})", lambda m: chr(int(m[1], 16)), coded.replace("_", "/"), flags=re.IGNORECASE)
    match kind:
        case "EX" | "X500":
            return None if _hides_something(plain) else _x500(raw, plain)
        case "SMTP":
            # A slash is not legal here unquoted, so it was an underscore in the address.
            return _parse(raw, plain.replace("/", "_"), depth + 1)
        case _:
            return None


@lru_cache(maxsize=16384)
def ascii_domain(name: str) -> str:
    """A domain in lower case and ASCII (`bücher.example` -> `xn--bcher-kva.example`), "" if it is no domain name.

    One trailing dot is dropped. A domain needs two labels: mail to a bare host name goes nowhere certain.
    """
    text = _IDNA_DOTS.sub(".", name.strip()).removesuffix(".")
    labels = [_ascii_label(label) for label in text.split(".")]
    domain = ".".join(labels)
    if len(labels) < 2 or len(domain) > 253 or not all(_LABEL.match(label) for label in labels):
        return ""
    return "" if labels[-1].isdigit() else domain


def _ascii_label(label: str) -> str:
    if label.isascii():
        return label.lower()  # xn--... too: decoding and coding it again could turn an odd name into somebody else's
    if _hides_something(label):
        return ""
    if any(c in label.lower() for c in _KEPT_LETTERS):
        label = unicodedata.normalize("NFC", label.lower())
        return "xn--" + label.encode("punycode").decode("ascii")
    try:
        return label.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""


def _unicode_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        spoken = label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label
    return unicodedata.normalize("NFC", spoken).lower() if spoken and not _hides_something(spoken) else label


def unicode_domain(domain: str) -> str:
    """The domain as its owner writes it: `xn--bcher-kva.example` -> `bücher.example`."""
    return ".".join(_unicode_label(label) for label in domain.split("."))


def shown_domain(domain: str) -> str:
    """The domain for people. An international one shows both forms, since its letters may imitate others."""
    spoken = unicode_domain(domain)
    return domain if spoken == domain else f"{spoken} ({domain})"


def printable(text: str) -> str:
    """Text with every invisible or writing-direction character written out, so that it cannot disguise itself."""
    return "".join(f"\\u{ord(c):04x}" if _hides_something(c) else c for c in text)
