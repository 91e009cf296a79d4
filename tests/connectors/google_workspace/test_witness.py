"""Google's own documents as witnesses: every call, parameter, scope and kept field exists there, with the values it may have."""

from __future__ import annotations

import json
import re
import typing
from datetime import datetime
from importlib.resources import files
from typing import Any, Literal

import pytest

from connectors.google_workspace.client import Requests
from connectors.google_workspace.connector import google_sources
from connectors.google_workspace.scopes import GROUPS, url
from connectors.google_workspace.sources.policies import PolicySetting
from connectors.google_workspace.sources.settings import DEFAULTS, Setting, declared_settings
from connectors.record import Field, Presence, Record, Text
from connectors.source import Source
from tests.promises import SHARED

UNLISTED = {"identity.user_invitations": [url("cloud-identity.userinvitations.readonly")]}
"""Scopes of methods whose discovery document names none: Cloud Identity, page "customers.userinvitations.list"."""
REFERENCE = (SHARED / "reference" / "google-workspace.md").read_text(encoding="utf-8")
SOURCES = google_sources()


class Path:
    """Writes down which resources and which method a call names."""

    def __init__(self, steps: tuple[str, ...] = ()) -> None:
        self.steps = steps

    def __getattr__(self, name: str) -> Path:
        return Path((*self.steps, name))

    def __call__(self) -> Path:
        return self


def document(source: Source) -> dict[str, Any]:
    folder = files("googleapiclient") / "discovery_cache" / "documents"
    found: dict[str, Any] = json.loads((folder / f"{source.call.api}.{source.call.version}.json").read_bytes())
    return found


def method(source: Source) -> dict[str, Any]:
    *resources, name = source.call.method(Path()).steps
    here = document(source)
    for resource in resources:
        here = here["resources"][resource]
    found: dict[str, Any] = here["methods"][name]
    return found


def given(source: Source) -> dict[str, Any]:
    """Values for everything the connector fills in at run time."""
    call = source.call
    values: dict[str, Any] = {
        name: value.format(customer="C0test")
        for name, value in call.parameters.items()
        if isinstance(value, str) and "{customer}" in value
    }
    if call.per and call.per not in call.parameters:
        values[call.per] = "someone@brightwater.example"
    if call.each:
        values[call.each[0]] = call.each[1][0]
    if call.days:
        values["startTime"] = "2026-01-01T00:00:00Z"
    if call.dated:
        values[call.dated] = "2026-01-01"
    return values


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.name)
def test_the_call_and_its_parameters_are_documented(source: Source) -> None:
    about = method(source)
    assert about["httpMethod"] == "GET"
    known = about["parameters"] | document(source)["parameters"]
    values = {**source.call.parameters, **given(source)}
    assert set(values) <= set(known)
    assert {name for name, p in about["parameters"].items() if p.get("required")} <= set(values)
    for name, value in values.items():
        if "enum" in known[name]:
            assert value in known[name]["enum"]
    # The library refuses what the document does not name, so building the address is the second half of the test.
    built = Requests().url(source, **given(source))
    assert built.startswith("https://")
    assert "%7B" not in built


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.name)
def test_the_scope_suffices_for_the_call_and_belongs_to_its_group(source: Source) -> None:
    assert url(source.permission) in method(source).get("scopes", UNLISTED.get(source.name, []))
    assert source.permission in GROUPS[source.call.group].scopes
    assert source.tier == GROUPS[source.call.group].tier


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.name)
def test_paging_is_as_documented(source: Source) -> None:
    about = method(source)
    answer = document(source)["schemas"][about["response"]["$ref"]]["properties"]
    assert ("nextPageToken" in answer) == ("pageToken" in about["parameters"])
    assert (source.page_size is not None) == ("pageToken" in about["parameters"])
    if source.page_size is not None:
        size = about["parameters"][source.call.size]
        assert source.page_size <= int(size.get("maximum", source.page_size))


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.name)
def test_every_kept_field_is_documented(source: Source) -> None:
    schemas = document(source)["schemas"]
    schema = schemas[method(source)["response"]["$ref"]]
    if source.call.items is not None:
        schema = resolved(schema["properties"][source.call.items]["items"], schemas)
    assert wrong_fields(source.record, schema, schemas) == []


def resolved(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = schemas[schema["$ref"]] if "$ref" in schema else schema
    return found


def wrong_fields(record: type[Record], schema: dict[str, Any], schemas: dict[str, Any]) -> list[str]:
    """Field paths that the schema does not hold, or not in a kind that the record can read."""
    wrong = []
    for field in record.fields().values():
        if field.key not in schema["properties"]:
            wrong.append(field.key)
            continue
        if record is PolicySetting and field.key == "value":
            continue  # an open structure, which the table of settings describes
        inside = resolved(schema["properties"][field.key], schemas)
        if inside.get("type") == "array":
            inside = resolved(inside["items"], schemas)
        if field.nested is not None:
            wrong += [f"{field.key}.{path}" for path in wrong_fields(field.nested, inside, schemas)]
        elif not fits(field, inside):
            wrong.append(f"{field.key} is {inside.get('type')}")
    return wrong


def kind_of(hint: Any) -> Any:
    """The plain type under Annotated, None and list."""
    while typing.get_origin(hint) is not None and typing.get_origin(hint) is not Literal:
        hint = next(a for a in typing.get_args(hint) if a is not type(None))
    return hint


def fits(field: Field, schema: dict[str, Any]) -> bool:
    kind, said = kind_of(field.hint), schema.get("type")
    if field.mark is Presence:
        return True
    if typing.get_origin(kind) is Literal:
        # "Unspecified" says nothing, so it may stay unreadable.
        spoken = {value for value in schema.get("enum", []) if not value.upper().endswith("UNSPECIFIED")}
        return said == "string" and spoken <= set(typing.get_args(kind))
    expected = {bool: "boolean", str: "string", int: "integer", float: "number", datetime: "string"}[kind]
    return said == ("string" if field.mark is Text else expected)


# --- the settings of the Policy API -----------------------------------------------------------------------------------


def section(number: str) -> str:
    start = REFERENCE.index(f"\n### {number} ")
    return REFERENCE[start : REFERENCE.index("\n### ", start + 1)]


TABLE = section("3.7")
ROWS = dict(re.findall(r"^\| ([a-z_]+\.[a-z_0-9]+)(?: \([^|]*\))? \| ((?:[^|\\]|\\\|)*) \|", TABLE, re.MULTILINE))
RULES = TABLE[TABLE.index("Gmail compliance rule shape") : TABLE.index("**drive_and_docs, sites**")]
SERVICES = TABLE[TABLE.index("**`<service>.service_status`**") :]


def described(name: str) -> str:
    """What the table says of a setting: its row, and the paragraph on the shape of Gmail rules where it refers to it."""
    if name.startswith("*."):
        return SERVICES
    row = ROWS[name]
    if row.strip() == "same":
        row = list(ROWS.values())[list(ROWS).index(name) - 1]
    if name.endswith(("_compliance", "objectionable_content")):
        row += RULES
    return row


def every_field(record: type[Record]) -> list[Field]:
    return [
        f for field in record.fields().values() for f in [field, *(every_field(field.nested) if field.nested else [])]
    ]


def test_the_table_was_read() -> None:
    assert len(ROWS) > 90
    assert "enableAutoForwarding" in ROWS["gmail.auto_forwarding"]


@pytest.mark.parametrize("setting", declared_settings().values(), ids=lambda s: s.setting)
def test_every_setting_and_field_is_in_the_table(setting: type[Setting]) -> None:
    text = described(setting.setting)
    assert [f.key for f in every_field(setting) if not re.search(rf"\b{f.key}\b", text)] == []


@pytest.mark.parametrize("setting", declared_settings().values(), ids=lambda s: s.setting)
def test_every_value_of_an_enumeration_is_in_the_reference(setting: type[Setting]) -> None:
    text = described(setting.setting) + section("3.6")
    values = [
        v
        for f in every_field(setting)
        if typing.get_origin(kind_of(f.hint)) is Literal
        for v in typing.get_args(kind_of(f.hint))
    ]
    assert [value for value in values if not re.search(rf"\b{value}\b", text)] == []


def test_every_setting_that_a_control_names_is_declared() -> None:
    named = set(re.findall(r"policy\.([a-z_]+\.[a-z_0-9]+)", (SHARED / "controls.csv").read_text(encoding="utf-8")))
    known = set(declared_settings())
    assert {name for name in named if not name.endswith(("service_status", "user_takeout"))} - known == set()


@pytest.mark.parametrize("name", DEFAULTS)
def test_every_default_is_documented(name: str) -> None:
    table = section("3.6")
    app, _, short = name.partition(".")
    row = next(line for line in table.splitlines() if line.startswith("| ") and app in line and short in line)
    for key, value in DEFAULTS[name].items():
        word = json.dumps(value).strip('"')
        assert word in row, (key, row)
        assert key in row or len(DEFAULTS[name]) == 1, key
    assert set(DEFAULTS[name]) <= {field.key for field in declared_settings()[name].fields().values()}
