"""Tenants of a partner: discovered customers as [[tenant]] blocks for auditor.toml."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from connectors.customer import Customer


def key_of(customer: Customer, taken: Iterable[str]) -> str:
    """A short key for a customer that nobody else has: from its domain, else from its name."""
    words = customer.domain.partition(".")[0] or customer.name or customer.id
    base = re.sub(r"[^a-z0-9]+", "-", words.casefold()).strip("-")[:50] or "tenant"
    used, key, number = set(taken), base, 2
    while key in used:
        key, number = f"{base}-{number}", number + 1
    return key


def blocks(customers: Iterable[Customer], provider: str, way_in: Mapping[str, Any], taken: Iterable[str]) -> str:
    """The blocks of these customers. `way_in` are the settings of the provider that they share: references, never secrets."""
    used = set(taken)
    lines: list[str] = []
    for customer in customers:
        key = key_of(customer, used)
        used.add(key)
        lines += [f"# {_plain(note)}" for note in customer.notes]
        lines += ["[[tenant]]", f"key = {_text(key)}", f"name = {_text(customer.name)}", "", f"[tenant.{provider}]"]
        settings = {"tenant_id": customer.id} if provider == "microsoft365" else {"customer_id": customer.id}
        for name, value in (settings | dict(way_in)).items():
            lines.append(f"{name} = {_value(value)}")
        lines.append("")
    return "\n".join(lines)


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)


def _text(text: str) -> str:
    # What JSON escapes, TOML escapes the same way; a name is chosen by outsiders and may hold anything.
    return json.dumps(text, ensure_ascii=True).replace("\x7f", "\\u007f")


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _text(value) if isinstance(value, str) else json.dumps(value)
