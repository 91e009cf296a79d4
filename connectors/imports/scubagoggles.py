"""CISA's ScubaGoggles: the raw part of its results as a snapshot of a Google Workspace tenant."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from connectors.gap import Gap, Reason
from connectors.google_workspace import sources as _declared  # noqa: F401 - declares the sources
from connectors.google_workspace.sources.settings import declared_settings
from connectors.imports.reading import SCAN, Builder, Export, ImportRefused, dns, objects, read, texts, time_of
from connectors.snapshot import Snapshot
from connectors.source import GOOGLE_WORKSPACE

_GROUP = re.compile(r"^(?P<unit>.*) \(group (?P<group>[^()]+)\)$")
_IN = re.compile(r"^(?P<unit>.*) \(in (?P<path>.*)\)$")
_LISTS = {"rule_dlp", "rule_system_defined_alerts"}
_DIGESTS = {"dlp_pii"}  # the tool's own, not Google's
_TEST = ".test-google-a.com"
_LOG = "reports/v1/activities/list"
_CHANGES = {"CHANGE_APPLICATION_SETTING", "CREATE_APPLICATION_SETTING", "DELETE_APPLICATION_SETTING"}
_PRODUCTS = ("chat", "commoncontrols", "drive", "gemini", "gmail", "meet")
"""Products for which the tool asks for all three kinds of change, page by page (its provider.py)."""


def load(export: Export, *, tenant_key: str | None = None) -> Snapshot:
    """The snapshot in a results file: a path (JSON, also gzipped) or the decoded object. `ImportRefused` if it is none."""
    found = read(export)
    raw = found.get("Raw", found)
    if not isinstance(raw, dict) or not {"policies", "tenant_info", "organizational_units", "domains"} & raw.keys():
        raise ImportRefused(
            "this is no ScubaGoggles result: it holds no raw settings", "name the file ScubaResults_....json"
        )
    meta = found.get("MetaData") if isinstance(found.get("MetaData"), dict) else {}
    builder = Builder(found, "scubagoggles", GOOGLE_WORKSPACE)
    info = next(iter(objects(raw.get("tenant_info"))), {})
    listed = [
        unit for reply in objects(raw.get("organizational_units")) for unit in objects(reply.get("organizationUnits"))
    ]
    root, units = _tree(listed, raw.get("policies"), str(info.get("topLevelOU") or "/"))
    if "organizational_units" in raw or "policies" in raw:
        note = "" if len(units) == len(listed) else "with the units that only the settings name"
        builder.add("directory.orgunits", [root, *units], note=note)
    if info:
        builder.add("directory.customer", [{"id": info.get("ID"), "customerDomain": info.get("domain")}])
    if "policies" in raw:
        _policies(builder, raw["policies"], units, root)
    if "domains" in raw:
        names = [str(item.get("domainName")) if isinstance(item, dict) else item for item in _many(raw["domains"])]
        primary = str(info.get("domain") or "")
        builder.add(
            "directory.domains",
            [{"domainName": n, "verified": True, "isPrimary": n == primary} for n in names if isinstance(n, str)],
        )
    if "alias_domains" in raw:
        names = [item for item in _many(raw["alias_domains"]) if isinstance(item, str)]
        builder.add("directory.domain_aliases", map(_alias, names))
    _people(builder, raw)
    _groups(builder, raw)
    _plans(builder, raw)
    if "inbound_sso_assignments" in raw:
        if raw.get("inbound_sso_assignments_error"):
            builder.lack(
                "identity.sso_assignments", Reason.PROVIDER_ERROR, "ScubaGoggles could not read the sign-in assignments"
            )
        else:
            builder.add("identity.sso_assignments", objects(raw["inbound_sso_assignments"]))
    _log(builder, raw)
    dns(builder, raw, selectors=("google",))
    name = (
        str(meta.get("DisplayName") or info.get("topLevelOU") or "Imported tenant")
        if isinstance(meta, dict)
        else "Imported tenant"
    )
    taken = (
        time_of(*(meta.get(key) for key in ("TimestampZulu", "Timestamp", "DateTime")))
        if isinstance(meta, dict)
        else time_of()
    )
    return builder.build(tenant_key or "imported-google", name, str(info.get("ID") or ""), taken)


def profile_of(export: Export) -> dict[str, Any]:
    """The operator's exclusions, as fields of the clinic's profile (rule 11)."""
    found = read(export)
    raw = found.get("Raw", found)
    if not isinstance(raw, dict):
        return {}
    units = {str(entry.get("ou")) for entry in objects(raw.get("imap_exclusions")) if entry.get("ou")}
    accounts = raw.get("break_glass_accounts")
    return {"imap_exceptions": frozenset(units), "break_glass": frozenset(texts(accounts))}


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _tree(listed: list[dict[str, Any]], policies: Any, name: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """(the top unit, which the tool's listing leaves out; all units below it).

    Every unit with a setting of its own is named by the settings, whether the listing holds it or not; a unit that neither names
    has its parent's settings. Where the export's ids do not tell units apart (published samples), paths do.
    """
    ids = [unit.get("orgUnitId") for unit in listed]
    trusted = all(isinstance(one, str) for one in ids) and len(set(ids)) == len(ids)
    top = next(
        (u["parentOrgUnitId"] for u in listed if u.get("parentOrgUnitPath") == "/" and u.get("parentOrgUnitId")), None
    )
    root = {"name": name, "orgUnitPath": "/", "orgUnitId": top if trusted and top else _synthetic("/")}
    known = {"/": root}
    for unit in sorted(listed, key=lambda one: str(one.get("orgUnitPath", "")).count("/")):
        path = unit.get("orgUnitPath")
        if isinstance(path, str) and path.startswith("/"):
            known[path] = dict(unit) if trusted else _below(path, known)
    names = {str(unit.get("name", "")) for unit in listed}
    for place in policies if isinstance(policies, Mapping) else ():
        path = _path_of(str(place), name)
        if path not in known and path.rpartition("/")[2] not in names:
            _below(path, known)
    return root, [unit for path, unit in known.items() if path != "/"]


def _below(path: str, known: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The unit with this path, made with those above it where nobody lists them."""
    if path not in known:
        above = path.rpartition("/")[0] or "/"
        parent = known[above] if above in known else _below(above, known)
        known[path] = {
            "name": path.rpartition("/")[2],
            "orgUnitPath": path,
            "orgUnitId": _synthetic(path),
            "parentOrgUnitPath": above,
            "parentOrgUnitId": parent["orgUnitId"],
        }
    return known[path]


def _path_of(place: str, root: str) -> str:
    """The path in a key such as "Staff (in Clinic)" or "Clinic (group who@x)"."""
    if grouped := _GROUP.match(place):
        place = grouped["unit"]
    if place == root:
        return "/"
    inside = _IN.match(place)
    return f"/{inside['path']}/{inside['unit']}" if inside else f"/{place}"


def _synthetic(name: str) -> str:
    return "id:imported-" + hashlib.sha256(name.encode()).hexdigest()[:12]


def _policies(builder: Builder, value: Any, units: list[dict[str, Any]], root: dict[str, Any]) -> None:
    """One policy record a unit and section again, so that inheritance is ours (rule 3)."""
    records = []
    lost = 0
    for index, (place, sections) in enumerate(value.items() if isinstance(value, dict) else []):
        if not isinstance(sections, dict):
            continue
        unit, group = _place(str(place), units, root)
        if unit is None:
            lost += 1
            continue
        for section, setting in sections.items():
            if section in _DIGESTS:
                continue
            for number, one in enumerate(setting if section in _LISTS and isinstance(setting, list) else [setting]):
                if not isinstance(one, dict):
                    continue
                query: dict[str, Any] = {
                    "orgUnit": f"orgUnits/{unit.removeprefix('id:')}",
                    "sortOrder": 1 + len(_path(unit, units)),
                }
                clauses = [
                    f"entity.org_units.exists(org_unit, org_unit.org_unit_id == orgUnitId('{unit.removeprefix('id:')}'))"
                ]
                if group is not None:
                    name = group if group.isupper() else f"groups/{group}"
                    query |= {"group": name, "sortOrder": query["sortOrder"] + 0.5}
                    if not group.isupper():
                        clauses.append(f"entity.groups.exists(group, group.group_id == groupId('{group}'))")
                query["query"] = " && ".join(clauses)
                records.append(
                    {
                        "name": f"policies/imported-{index}-{section}-{number}",
                        "type": "ADMIN",
                        "policyQuery": query,
                        "setting": {"type": f"settings/{_setting(section)}", "value": one},
                    }
                )
    gap = None
    if lost:
        gap = Gap(
            "policy.policies", Reason.PARTIAL, f"{lost} places in the export belong to no unit that it lists", SCAN
        )
    builder.add("policy.policies", records, note="values as ScubaGoggles reduced them", gap=gap)


def _setting(section: str) -> str:
    """`gmail_auto_forwarding` as `gmail.auto_forwarding`: at the end of the longest application that is known."""
    known = sorted(
        {name.partition(".")[0] for name in declared_settings() if not name.startswith("*")}
        | {
            "drive_and_docs",
            "groups_for_business",
            "cloud_sharing_options",
            "early_access_apps",
            "enterprise_service_restrictions",
            "gemini_app",
            "looker_studio",
            "google_earth",
            "third_party_app_backups",
        },
        key=len,
        reverse=True,
    )
    for application in known:
        if section.startswith(application + "_"):
            return f"{application}.{section[len(application) + 1 :]}"
    if section.endswith("_service_status"):
        return f"{section.removesuffix('_service_status')}.service_status"
    head, _, rest = section.partition("_")
    return f"{head}.{rest}"


def _place(place: str, units: list[dict[str, Any]], root: dict[str, Any]) -> tuple[str | None, str | None]:
    """(unit id, group) of a key such as "Staff (in Clinic)" or "Clinic (group who@x)"; no unit if it cannot be told."""
    grouped = _GROUP.match(place)
    group = grouped["group"] if grouped else None
    path = _path_of(place, str(root["name"]))
    if path == "/":
        return str(root["orgUnitId"]), group
    found = [unit for unit in units if str(unit.get("orgUnitPath", "")).casefold() == path.casefold()]
    found = found or [unit for unit in units if str(unit.get("name", "")) == path.rpartition("/")[2]]
    if len({str(unit.get("orgUnitId")) for unit in found}) == 1 and found[0].get("orgUnitId"):
        return str(found[0]["orgUnitId"]), group
    return None, group


def _path(unit: str, units: list[dict[str, Any]]) -> list[str]:
    """The parts of a unit's path."""
    path = next((str(u.get("orgUnitPath", "")) for u in units if u.get("orgUnitId") == unit), "/")
    return [part for part in path.split("/") if part]


def _alias(name: str) -> dict[str, Any]:
    """An alias domain. Of whom it is an alias, only the name that Google gives every customer tells."""
    alias: dict[str, Any] = {"domainAliasName": name, "verified": True}
    if name.endswith(_TEST):
        alias["parentDomainName"] = name.removesuffix(_TEST)
    return alias


def _groups(builder: Builder, raw: Mapping[str, Any]) -> None:
    """Groups by their settings. The tool keeps those of one domain, whichever came last, so there may be more."""
    if "group_settings" not in raw:
        return
    listed = [group for group in objects(raw["group_settings"]) if isinstance(group.get("email"), str)]
    # Published samples give all groups one address.
    rows = [group | {"id": _synthetic(f"{number} {group['email']}")} for number, group in enumerate(listed)]
    for name, of in (("directory.groups", ""), ("groups.settings", "id")):
        gap = Gap(name, Reason.PARTIAL, "the export may hold the groups of one domain only", SCAN)
        builder.add(name, rows, of=of, gap=gap)


def _plans(builder: Builder, raw: Mapping[str, Any]) -> None:
    """The plans that somebody has. Who that is the tool does not keep, so one assignment stands for all of a plan."""
    if "license_data" not in raw:
        return
    rows = [
        {
            "userId": f"somebody with {plan.get('sku_id')}",
            "productId": plan.get("product_id"),
            "skuId": plan.get("sku_id"),
            "skuName": plan.get("product_name"),
            "productName": plan.get("product_name"),
        }
        for plan in objects(raw["license_data"])
        if isinstance(plan.get("assigned"), int) and plan["assigned"] > 0
    ]
    gap = Gap("licensing.assignments", Reason.PARTIAL, "the export tells which plans people have, not who", SCAN)
    builder.add("licensing.assignments", rows, note="one assignment that stands for all of a plan", gap=gap)


def _log(builder: Builder, raw: Mapping[str, Any]) -> None:
    """The changes of settings that the tool asked for: every one of the applications that it knows, and of no other."""
    logs = {
        key.removesuffix("_logs"): [item for reply in objects(value) for item in objects(reply.get("items"))]
        for key, value in raw.items()
        if key.endswith("_logs")
    }
    if not logs:
        return
    gap = Gap(
        "reports.activity.admin", Reason.PARTIAL, "the export holds only the changes that its own questions need", SCAN
    )
    entries = {json.dumps(item.get("id"), sort_keys=True): item for items in logs.values() for item in items}
    read = _LOG in texts(raw.get("successful_calls")) and _LOG not in texts(raw.get("unsuccessful_calls"))
    kept = [item for product in _PRODUCTS if read for item in logs.get(product, [])]
    # The tool keeps an entry for one of its applications: what stands alone in one shows that its application is among them.
    whole = {next(iter(names)) for item in kept if len(names := _applications(item)) == 1}
    builder.add("reports.activity.admin", entries.values(), gap=gap, whole=whole - {""})


def _applications(entry: Mapping[str, Any]) -> set[str]:
    """The applications whose settings an entry of the log changed; an empty name for an event that names none."""
    found: set[str] = set()
    for event in objects(entry.get("events")):
        named = [one.get("value") for one in objects(event.get("parameters")) if one.get("name") == "APPLICATION_NAME"]
        found.add(named[0] if event.get("name") in _CHANGES and named and isinstance(named[0], str) else "")
    return found


def _people(builder: Builder, raw: Mapping[str, Any]) -> None:
    """Super administrators are the only people in the export."""
    if "super_admins" not in raw:
        return
    people: dict[str, dict[str, Any]] = {}
    for entry in objects(raw["super_admins"]):
        address = entry.get("primaryEmail")
        if isinstance(address, str):
            people[address] = {
                "id": address, "primaryEmail": address, "isAdmin": True, "orgUnitPath": "/" + str(entry.get("orgUnitPath") or "").lstrip("/"),
            }  # fmt: skip
    gap = Gap("directory.users", Reason.PARTIAL, "the export names super administrators only", SCAN)
    builder.add("directory.users", people.values(), note="super administrators only", gap=gap)
