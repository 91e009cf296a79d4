"""The OData query options that Graph understands, and its refusals of those it does not."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qsl

from connectors.simulator.gate import Reply
from connectors.simulator.microsoft.errors import graph_error

_CLAUSE = re.compile(r"^([\w/]+) (eq|ne|ge|le|gt|lt) (.+)$")
_CHOICE = re.compile(r"^\((.+ or .+)\)$")
_ANY = re.compile(r"^(\w+)/any\((\w+):\2 eq '([^']*)'\)$")
_TYPE_ONLY = frozenset({"@odata.type"})


class BadQuery(Exception):
    """A query option the resource does not take; carries Graph's answer."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.reply: Reply = graph_error(400, code, message)


@cache
def properties(entity: str) -> frozenset[str]:
    """The property names of an entity type; ``"user+group"`` joins several."""
    table = _tables()
    return frozenset(name for part in entity.split("+") for name in table[part]) | _TYPE_ONLY


@cache
def properties_of(kind: str) -> frozenset[str]:
    """The property names of a type as ``@odata.type`` writes it; everything where the type is not known."""
    name = kind.removeprefix("#microsoft.graph.")
    return properties(name) if name in _tables() else frozenset().union(*_tables().values())


@cache
def _tables() -> dict[str, list[str]]:
    """The entity types of every `properties*.json`."""
    found: dict[str, list[str]] = {}
    for file in files(__package__).joinpath("data").iterdir():
        if file.name.startswith("properties"):
            found |= json.loads(file.read_text("utf-8"))["entities"]
    return found


def options(query: str) -> dict[str, str]:
    """The query's options with lower-case names; ``$`` may be left out, as Graph allows."""
    found = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        key = name.lower()
        found[key if key.startswith("$") else f"${key}"] = value
    return found


def selected(text: str, entity: str) -> list[str]:
    """The names of a ``$select``; a name that the entity lacks is refused as Graph refuses it."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    known = properties(entity)
    for name in names:
        if name not in known:
            kind = entity.partition("+")[0]
            raise BadQuery("BadRequest", f"Could not find a property named '{name}' on type 'microsoft.graph.{kind}'.")
    return names


def expanded(text: str, allowed: Iterable[str]) -> dict[str, str]:
    """The names of an ``$expand`` with their inner options: ``{"owners": "$select=id"}``."""
    found, depth, start = {}, 0, 0
    for position, character in enumerate(f"{text},"):
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            name, _, inner = text[start:position].strip().partition("(")
            if name not in allowed:
                raise BadQuery("BadRequest", f"Parsing OData Select and Expand failed: '{name}' cannot be expanded.")
            found[name] = inner.removesuffix(")")
            start = position + 1
    return found


def filtered(records: Sequence[Mapping[str, Any]], text: str, entity: str) -> list[Mapping[str, Any]]:
    """The records a ``$filter`` keeps: comparisons joined by ``and``, one level of ``(... or ...)``, and ``any`` over strings."""
    kept = list(records)
    for clause in re.split(r" and ", text):
        choice = _CHOICE.match(clause.strip())
        if choice:
            some = [filtered(kept, one, entity) for one in choice[1].split(" or ")]
            chosen = {id(record) for found in some for record in found}
            kept = [record for record in kept if id(record) in chosen]
            continue
        found = _ANY.match(clause.strip())
        if found:
            name, _, wanted = found.groups()
            kept = [record for record in kept if wanted in (record.get(name) or ())]
            continue
        compared = _CLAUSE.match(clause.strip())
        if compared is None:
            raise BadQuery("Request_UnsupportedQuery", f"Unsupported filter clause '{clause}'.")
        path, operator, literal = compared.groups()
        if path.split("/")[0] not in properties(entity):
            raise BadQuery(
                "BadRequest", f"Could not find a property named '{path}' on type 'microsoft.graph.{entity}'."
            )
        kept = [record for record in kept if _holds(_at(record, path), operator, _literal(literal))]
    return kept


def _at(record: Mapping[str, Any], path: str) -> Any:
    value: Any = record
    for name in path.split("/"):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _literal(text: str) -> Any:
    if text.startswith("'") and text.endswith("'"):
        return text[1:-1].replace("''", "'")
    if text.isdigit():
        return int(text)
    return {"true": True, "false": False, "null": None}.get(text, text)


def _holds(value: Any, operator: str, wanted: Any) -> bool:
    match operator:
        case "eq":
            return bool(value == wanted)
        case "ne":
            return bool(value != wanted)
        case _ if value is None:
            return False
        case "ge":
            return bool(value >= wanted)
        case "le":
            return bool(value <= wanted)
        case "gt":
            return bool(value > wanted)
        case _:
            return bool(value < wanted)


def skip_token(offset: int, page: int) -> str:
    """An opaque token for the page that starts at ``offset``."""
    return base64.urlsafe_b64encode(f"RFNwdAIAAQ:{offset}:{page}".encode()).decode().rstrip("=")


def read_skip_token(token: str) -> tuple[int, int]:
    """The offset and page number in a token; `ValueError` for a token that is not ours."""
    try:
        text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ValueError("not a skip token") from error
    mark, offset, page = text.split(":")
    if mark != "RFNwdAIAAQ":
        raise ValueError("not a skip token")
    return int(offset), int(page)
