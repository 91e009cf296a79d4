"""msgraph-sdk as a witness: every path, option, kept field and closed value of a Graph source exists in its builders and models."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import re
import typing
from collections.abc import Iterator
from enum import Enum
from functools import cache
from typing import Any, Literal

import pytest

import connectors.microsoft365.sources  # noqa: F401 - declares them
from connectors.microsoft365.calls import Graph
from connectors.microsoft365.paths import Adapter, Paths, query_options
from connectors.record import Field, Record
from connectors.source import MICROSOFT_365, Source, declared

SOURCES = {
    name: source
    for name, source in declared().items()
    if source.provider == MICROSOFT_365 and isinstance(source.call, Graph)
}
BETA = {
    "graph.agent_access_policies": "v1.0's conditionalAccessPolicy knows no agents: beta, conditionalAccessConditionSet.agentIdRiskLevels",
    "graph.admin_apps_and_services": "the admin center's settings for apps stand in no v1.0 resource: adminAppsAndServices",
    "graph.authentication_methods_settings": "v1.0's authenticationMethodsPolicy holds neither systemCredentialPreferences nor "
    "reportSuspiciousActivitySettings, and not every feature of the Authenticator",
    "graph.device_cleanup_rules": "clean-up rules are beta only: managedDeviceCleanupRule",
    "graph.configuration_policies": "the settings catalogue is beta only: deviceManagementConfigurationPolicy",
    "graph.entra_ux_setting": "the switch for the admin center stands in no v1.0 resource: uxSetting: restrictNonAdminAccess",
    "graph.admin_forms": "the settings of Microsoft Forms stand in no v1.0 resource: adminForms",
    "graph.b2b_domain_policy": "the domains that guests may come from stand in no v1.0 resource: b2bManagementPolicy",
    "graph.active_users": "v1.0's getOffice365ActiveUserDetail answers with a file",
    "graph.email_app_usage": "v1.0's getEmailAppUsageUserDetail answers with a file",
    "graph.per_user_mfa": "the per-person switch stands in no v1.0 resource: authentication: strongAuthenticationRequirements",
}
"""Sources of which v1.0 knows nothing, and why they are read all the same."""

REPORTS = {
    "graph.active_users": {
        "reportRefreshDate", "userPrincipalName", "displayName", "isDeleted", "deletedDate",
        "exchangeLastActivityDate", "oneDriveLastActivityDate", "sharePointLastActivityDate",
        "skypeForBusinessLastActivityDate", "yammerLastActivityDate", "teamsLastActivityDate", "assignedProducts",
    },
    "graph.email_app_usage": {
        "reportRefreshDate", "userPrincipalName", "displayName", "isDeleted", "deletedDate", "lastActivityDate",
        "mailForMac", "outlookForMac", "outlookForWindows", "outlookForMobile", "otherForMobile", "outlookForWeb",
        "pop3App", "imap4App", "smtpApp", "reportPeriod",
    },
}  # fmt: skip
"""What a row of a usage report holds: Graph beta, reportRoot: getOffice365ActiveUserDetail and getEmailAppUsageUserDetail, JSON."""

IMPORTED_ONLY = {
    "graph.authorization_policy:permissionGrantPolicyIdsAssignedToDefaultUserRole": "beta's name, in exports of other tools",
}
"""Fields that Graph v1.0 is never asked for."""


# --- the SDK, read as a document ------------------------------------------------------------------------------------------


@cache
def sdk() -> Any:
    return importlib.import_module("msgraph.generated.base_graph_service_client").BaseGraphServiceClient(Adapter())


def builder(source: Source) -> Any:
    call = source.call
    return call.path(sdk(), "parent") if call.per else call.path(sdk())


def model(name: str, package: str = "models") -> type[Any]:
    """A model by name; a package of the SDK's own ("models.security") is looked into first."""
    module = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    places = [f"msgraph.generated.{place}.{module}" for place in dict.fromkeys((package, "models"))]
    place = next((one for one in places if importlib.util.find_spec(one) is not None), places[-1])
    found: type[Any] = getattr(importlib.import_module(place), name)
    return found


def package(cls: type[Any]) -> str:
    """The package that a model lies in: "models", "models.security"."""
    return cls.__module__.removeprefix("msgraph.generated.").rpartition(".")[0]


def named(annotation: Any) -> str:
    """The innermost name of "Optional[list[User]]"."""
    return re.findall(r"\w+", str(annotation))[-1]


def answer(source: Source) -> type[Any]:
    """The model of one object that the source's path answers with."""
    made = type(builder(source))
    name = named(inspect.signature(made.get).return_annotation)
    written = re.search(rf"(models(?:\.\w+)?)\.\w+ import {name}\b", inspect.getsource(inspect.getmodule(made) or made))
    found = model(name, written[1] if written else "models")
    if not source.call.single:
        found = model(named(annotations(found)["value"]), package(found))
    return found


def annotations(cls: type[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        found |= base.__dict__.get("__annotations__", {})
    return found


def properties(cls: type[Any]) -> dict[str, Any]:
    """Wire names with the annotation of what they hold; the model tells both through its own deserializers."""
    kinds = annotations(cls)
    found = {}
    for wire, reader in cls().get_field_deserializers().items():
        attribute = next(const for const in reader.__code__.co_consts if isinstance(const, str) and const in kinds)
        found[wire] = kinds[attribute]
    return found


def family(cls: type[Any], seen: set[type[Any]] | None = None) -> Iterator[type[Any]]:
    """A model and all models that the SDK makes of it by @odata.type."""
    seen = seen if seen is not None else set()
    if cls in seen:
        return
    seen.add(cls)
    yield cls
    text = inspect.getsource(cls.create_from_discriminator_value)
    for name in re.findall(r"from \.\w+ import (\w+)", text):
        yield from family(model(name, package(cls)), seen)


def kinds_of(cls: type[Any], wire: str) -> list[str]:
    """The names of what a property holds, in the model or one of its family; none if nobody knows it."""
    if wire == "@odata.type":
        return ["str"]
    own = properties(cls)
    if wire in own:
        return [named(own[wire])]
    return [named(found[wire]) for other in family(cls) if wire in (found := properties(other))]


# --- what the sources declare ---------------------------------------------------------------------------------------------


def kept(record: type[Record], cls: type[Any], prefix: str) -> Iterator[tuple[str, Field, list[str]]]:
    """(path, field, what the SDK says it holds) of every kept field, nested ones too."""
    for field in record.fields().values():
        path = f"{prefix}{field.key}"
        kinds = kinds_of(cls, field.key)
        yield path, field, kinds
        if field.nested is not None and kinds:
            yield from kept(field.nested, model(kinds[0], package(cls)), f"{path}.")


def closed(hint: Any) -> set[str]:
    """The values of a closed enumeration."""
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {str(value.value) for value in hint}
    if typing.get_origin(hint) is Literal:
        return {value for value in typing.get_args(hint) if isinstance(value, str)}
    return {value for inner in typing.get_args(hint) for value in closed(inner)}


def known_values(kinds: list[str], cls: type[Any]) -> set[str] | None:
    """The values of the SDK's enumeration; None if the SDK takes it as plain text."""
    if kinds[0] in {"str", "bool", "int", "float", "UUID"}:
        return None
    found = model(kinds[0], package(cls))
    return {str(member.value) for member in found} if issubclass(found, Enum) else None


# --- tests ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(set(SOURCES) - set(BETA)))
def test_every_kept_field_exists(name: str) -> None:
    source = SOURCES[name]
    unknown = [path for path, _, kinds in kept(source.record, answer(source), f"{name}:") if not kinds]
    assert [path for path in unknown if path not in IMPORTED_ONLY] == []


@pytest.mark.parametrize("name", sorted(set(SOURCES) - set(BETA)))
def test_closed_values_are_the_sdks(name: str) -> None:
    source = SOURCES[name]
    for path, field, kinds in kept(source.record, answer(source), f"{name}:"):
        ours = closed(field.hint)
        if ours and kinds and (theirs := known_values(kinds, answer(source))) is not None:
            assert ours <= theirs, path


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_every_option_exists_and_names_properties(name: str) -> None:
    source = SOURCES[name]
    call = source.call
    made = builder(source)
    if name in BETA:
        return
    options = annotations(query_options(made))
    cls = answer(source)
    asked = dict(call.query) | ({"select": source.record.wire_names()} if call.select else {})
    if source.page_size and not call.single:
        asked["top"] = source.page_size
    for option, value in asked.items():
        assert option in options, option
        if option == "select":
            names = [one for one in value if one not in call.omit]
            assert [one for one in names if not kinds_of(cls, one)] == []
        if option == "expand":
            assert [one for one in value if not kinds_of(cls, one.partition("(")[0])] == []
        if option == "filter":
            first = re.match(r"\w+", value)
            assert first is not None
            assert kinds_of(cls, first.group()), value


def test_beta_is_needed_where_it_is_used_and_nowhere_else() -> None:
    assert {name for name, source in SOURCES.items() if source.call.beta} == set(BETA)
    for name in BETA:
        source = SOURCES[name]
        if name in REPORTS:
            assert "bytes" in str(inspect.signature(builder(source).get).return_annotation)
        elif source.call.suffix:
            assert not hasattr(builder(source), source.call.suffix.strip("/"))
        else:
            assert [path for path, _, kinds in kept(source.record, answer(source), "") if not kinds]


@pytest.mark.parametrize("name", sorted(REPORTS))
def test_every_kept_field_of_a_usage_report_is_documented(name: str) -> None:
    assert set(SOURCES[name].record.wire_names()) <= REPORTS[name]
    assert "displayName" not in SOURCES[name].record.wire_names()
    assert Paths().of(SOURCES[name]).endswith(")?$format=application/json&$top=999")


def test_fields_that_only_imports_hold_are_never_asked_for() -> None:
    for path in IMPORTED_ONLY:
        name, _, field = path.partition(":")
        assert field in SOURCES[name].call.omit
        assert not kinds_of(answer(SOURCES[name]), field)


def test_the_witness_finds_out_what_does_not_exist() -> None:
    users = answer(SOURCES["graph.users"])
    assert kinds_of(users, "accountEnabled") == ["bool"]
    assert kinds_of(users, "accountIsEnabled") == []
    assert kinds_of(answer(SOURCES["graph.named_locations"]), "ipRanges") == ["IpRange"]
    with pytest.raises(AttributeError):
        sdk().userz  # noqa: B018
    with pytest.raises(ModuleNotFoundError):
        model("NoSuchModel")
