"""The commands around the way in: init, connect, doctor and tenants, as processes against the simulator."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from auditor.cli.init import TEMPLATE
from auditor.config import check
from auditor.errors import AuditorError
from auditor.simulated import as_toml, tenant_settings
from auditor.tenants import blocks, key_of
from connectors.customer import Customer
from connectors.microsoft365.consent import GLOBAL_READER
from connectors.simulator import Simulator, scenario
from connectors.source import declared

ROOT = Path(__file__).resolve().parents[2]


def auditor(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "auditor", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | {"PYTHONPATH": str(ROOT), "NO_COLOR": "1"} | environment,
    )


# --- init -----------------------------------------------------------------------------------------------------------------


def test_every_setting_that_init_shows_is_one(tmp_path: Path) -> None:
    """With all marks taken away the file is read: every block and every key of it exists, and is written as it must be."""
    shown = re.sub(r"(?m)^# (?=\[|[a-z_]+ = )", "", TEMPLATE)
    found = check(tomllib.loads(shown), tmp_path / "auditor.toml")
    (tenant,) = found.tenant
    assert (found.retention.months, found.mail and found.mail.port) == (72, 587)
    assert tenant.letter.to == ["owner@clinic.example"]
    assert tenant.limits.sources == {"graph.message_rules": 1800}
    assert tenant.waiver[0].control == "FWD-3"
    assert tenant.clinic.staff is not None
    assert set(tenant.limits.sources) <= set(declared())


def test_init_writes_a_file_that_loads_once_a_provider_is_filled_in(tmp_path: Path) -> None:
    done = auditor("init", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    path = tmp_path / "auditor.toml"
    text = path.read_text()
    tomllib.loads(text)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    filled = re.sub(
        r"(?m)^# (\[tenant\.(microsoft365|google_workspace)\]|tenant_id|client_id|certificate|profile|cloud|admin|customer_id|key =|tier)",
        r"\1",
        text,
    )
    config = check(tomllib.loads(filled), path)
    assert config.tenant[0].microsoft365 is not None
    assert config.tenant[0].google_workspace is not None


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "auditor.toml").write_text("# mine")
    done = auditor("init", folder=tmp_path)
    assert done.returncode == 2
    assert (tmp_path / "auditor.toml").read_text() == "# mine"


# --- connect --------------------------------------------------------------------------------------------------------------


def test_connect_prints_link_manifest_roles_and_what_goes_dark(tmp_path: Path) -> None:
    done = auditor(
        "connect", "microsoft", "--client-id", "app", "--tenant-id", "contoso.example", "--json", folder=tmp_path
    )
    page = json.loads(done.stdout)
    assert page["consent_link"] == "https://login.microsoftonline.com/contoso.example/adminconsent?client_id=app"
    assert "Global Reader" in page["directory_roles"]
    by_name = {entry["permission"]: entry for entry in page["permissions"]}
    assert "FWD-4" in by_name["MailboxSettings.Read"]["dark"]
    assert "FWD-3" in by_name["Exchange.ManageAsApp"]["dark"]
    assert all(entry["buys"] for entry in page["permissions"])


@pytest.mark.parametrize(
    ("profile", "exchange", "sharepoint"),
    [("graph-only", False, False), ("standard", True, False), ("full", True, True)],
)
def test_the_manifest_holds_what_the_profile_needs(
    profile: str, exchange: bool, sharepoint: bool, tmp_path: Path
) -> None:
    done = auditor("connect", "microsoft", "--profile", profile, "--manifest", folder=tmp_path)
    access = {one["resourceAppId"]: one["resourceAccess"] for one in json.loads(done.stdout)["requiredResourceAccess"]}
    assert "00000003-0000-0000-c000-000000000000" in access
    assert ("00000002-0000-0ff1-ce00-000000000000" in access) is exchange
    assert ("00000003-0000-0ff1-ce00-000000000000" in access) is sharepoint
    assert all(
        re.fullmatch(r"[0-9a-f-]{36}", role["id"]) and role["type"] == "Role"
        for roles in access.values()
        for role in roles
    )


def test_connect_speaks_of_the_cloud(tmp_path: Path) -> None:
    done = auditor("connect", "microsoft", "--cloud", "gcchigh", "--client-id", "app", "--json", folder=tmp_path)
    page = json.loads(done.stdout)
    assert page["consent_link"].startswith("https://login.microsoftonline.us/")
    assert "00000007-0000-0ff1-ce00-000000000000" in {
        r["resourceAppId"] for r in page["manifest"]["requiredResourceAccess"]
    }


def test_connect_google_prints_what_to_paste(tmp_path: Path) -> None:
    key = tmp_path / "key.json"
    key.write_text(json.dumps({"client_id": "1234567", "private_key": "SECRET"}))
    key.chmod(0o600)
    done = auditor("connect", "google", "--tier", "mailbox", "--key", str(key), folder=tmp_path)
    assert "Client ID: 1234567" in done.stdout
    (line,) = [line for line in done.stdout.splitlines() if "OAuth scopes:" in line]
    scopes = line.partition(": ")[2].split(",")
    assert "https://www.googleapis.com/auth/gmail.settings.basic" in scopes
    assert not [scope for scope in scopes if "drive" in scope]
    assert "SECRET" not in done.stdout + done.stderr
    assert "FWD-4" in done.stdout


@pytest.mark.parametrize(
    "wrong",
    [
        ("apple",),
        ("microsoft", "--profile", "everything"),
        ("microsoft", "--cloud", "china"),
        ("google", "--tier", "everything"),
        ("google", "--sign-in"),
        ("google", "--key", "nothing.json"),
    ],
)
def test_connect_says_what_is_wrong(wrong: tuple[str, ...], tmp_path: Path) -> None:
    done = auditor("connect", *wrong, folder=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert "->" in done.stderr


# --- doctor and tenants ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def partner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a configuration of two simulated tenants, both of them partners with customers."""
    folder = tmp_path_factory.mktemp("partner")
    microsoft, google = scenario("microsoft-well-run"), scenario("google-well-run")
    app = microsoft.state["apps"][microsoft.state["default_app"]]
    app["grants"]["graph"] = [*app["grants"]["graph"], "DelegatedAdminRelationship.Read.All", "Mail.ReadWrite"]
    app["grants"]["graph"].remove("MailboxSettings.Read")
    app["grants"]["exchange"] = [*app["grants"]["exchange"], "full_access_as_app"]
    microsoft.state["graph"]["contracts"] = [
        {"id": "c1", "customerId": "11111111-1111-1111-1111-111111111111", "defaultDomainName": "elm.example",
         "displayName": 'Elm "Street" Dental', "contractType": "Contract"},
    ]  # fmt: skip
    microsoft.state["graph"]["delegatedAdminRelationships"] = [
        relationship("r1", "11111111-1111-1111-1111-111111111111", "Elm", roles=[GLOBAL_READER]),
        relationship("r2", "22222222-2222-2222-2222-222222222222", "Oak Therapy", ends="2020-01-01T00:00:00Z"),
        relationship("r3", "33333333-3333-3333-3333-333333333333", "Gone", status="terminated"),
        relationship("r4", None, "Nobody yet", status="approvalPending"),
        relationship("r5", microsoft.state["tenant_id"], "The partner itself"),
    ]
    google.state["authorizedScopes"] = [
        *(s for s in google.state["authorizedScopes"] if not s.endswith("audit.readonly")),
        "https://www.googleapis.com/auth/apps.order.readonly",
        "https://www.googleapis.com/auth/gmail.modify",
    ]
    google.state["subscriptions"] = [
        {"subscriptionId": str(n), "customerId": f"C0{n % 120}", "customerDomain": f"clinic{n % 120}.example",
         "skuId": "1010020027", "skuName": "Business Starter", "status": "ACTIVE"}
        for n in range(130)
    ]  # fmt: skip
    with Simulator([microsoft, google]) as simulator:
        settings = [tenant_settings(simulator.connection(t.key), folder) for t in (microsoft, google)]
        (folder / "auditor.toml").write_text(as_toml(settings))
        yield folder
        assert all(entry.is_read for entry in simulator.log())


def relationship(id: str, tenant: str | None, name: str, *, status: str = "active", ends: str = "2099-01-01T00:00:00Z",
                 roles: list[str] | None = None) -> dict[str, Any]:  # fmt: skip
    return {
        "id": id,
        "displayName": f"GDAP {id}",
        "status": status,
        "endDateTime": ends,
        "customer": None if tenant is None else {"tenantId": tenant, "displayName": name},
        "accessDetails": {"unifiedRoles": [{"roleDefinitionId": role} for role in roles or []]},
    }


def keys(folder: Path) -> dict[str, str]:
    found = tomllib.loads((folder / "auditor.toml").read_text())["tenant"]
    return {"microsoft" if "microsoft365" in tenant else "google": tenant["key"] for tenant in found}


def probes(folder: Path, provider: str) -> tuple[int, list[dict[str, Any]]]:
    done = auditor("doctor", keys(folder)[provider], "--json", folder=folder)
    return done.returncode, json.loads(done.stdout)["probes"]


def states(found: list[dict[str, Any]], state: str) -> set[tuple[str, str]]:
    return {(probe["what"], probe["permission"]) for probe in found if probe["state"] == state}


def test_doctor_names_what_is_missing_and_what_is_held_beyond_at_microsoft(partner: Path) -> None:
    code, found = probes(partner, "microsoft")
    assert code == 4
    (missing,) = [probe for probe in found if probe["permission"] == "MailboxSettings.Read"]
    assert missing["state"] == "missing"
    assert "FWD-4" in missing["dark"]
    beyond = states(found, "beyond")
    assert {("Microsoft Graph", "Mail.ReadWrite"), ("Exchange Online", "full_access_as_app")} <= beyond
    assert states(found, "failed") == set()
    roles = {(f"directory role at {name}", "") for name in ("Exchange Online", "Purview", "Teams")}
    assert roles <= states(found, "ok")


def test_doctor_names_the_missing_scope_and_what_is_delegated_beyond_at_google(partner: Path) -> None:
    code, found = probes(partner, "google")
    assert code == 4
    assert ("scope group reports", "admin.reports.audit.readonly") in states(found, "missing")
    assert ("domain-wide delegation", "gmail.modify") in states(found, "beyond")
    assert ("administrator", "") in states(found, "ok")
    (missing,) = [probe for probe in found if probe["what"] == "scope group reports"]
    assert "Manage domain-wide delegation" in missing["remedy"]


def test_doctor_tells_a_missing_role_from_a_missing_permission(tmp_path: Path) -> None:
    tenant = scenario("microsoft-well-run")
    tenant.state["apps"][tenant.state["default_app"]]["directory_roles"] = []
    with Simulator([tenant]) as simulator:
        (tmp_path / "auditor.toml").write_text(as_toml([tenant_settings(simulator.connection(tenant.key), tmp_path)]))
        done = auditor("doctor", "--json", folder=tmp_path)
    found = json.loads(done.stdout)["probes"]
    missing = [p for p in found if p["state"] == "missing" and p["what"].startswith("directory role")]
    assert {probe["what"] for probe in missing} >= {"directory role at Exchange Online", "directory role at Purview"}
    assert all("Global Reader" in probe["remedy"] for probe in missing)


def test_doctor_in_words(partner: Path) -> None:
    done = auditor("doctor", keys(partner)["microsoft"], folder=partner)
    assert "MISSING" in done.stdout
    assert "not assessed in full without it: " in done.stdout


def test_doctor_says_when_there_is_no_way_in(partner: Path, tmp_path: Path) -> None:
    text = (partner / "auditor.toml").read_text()
    wrong = re.sub(
        r'"client_id = "[^"]+"|client_id = "[^"]+"', 'client_id = "00000000-0000-0000-0000-000000000009"', text
    )
    (tmp_path / "auditor.toml").write_text(wrong)
    done = auditor("doctor", keys(partner)["microsoft"], "--json", folder=tmp_path)
    assert done.returncode == 3
    assert ("sign-in", "") in states(json.loads(done.stdout)["probes"], "failed")


def test_customers_of_a_partner_become_tenants(partner: Path, tmp_path: Path) -> None:
    out = tmp_path / "customers.toml"
    done = auditor("tenants", "discover", "microsoft", "--output", str(out), folder=partner)
    assert done.returncode == 0, done.stderr
    found = check(tomllib.loads(out.read_text()), out).tenant
    assert [(tenant.key, tenant.name) for tenant in found] == [
        ("elm", 'Elm "Street" Dental'),
        ("oak-therapy", "Oak Therapy"),
    ]
    assert found[0].microsoft365 is not None
    assert found[0].microsoft365.tenant_id == "11111111-1111-1111-1111-111111111111"
    assert (found[0].microsoft365.certificate or "").startswith("file:")
    assert "ends on 2020-01-01" in out.read_text()
    assert "does not give Global Reader" in out.read_text()
    assert "is in" in done.stderr  # the partner's own tenant is configured already
    again = auditor("tenants", "discover", "microsoft", "--output", str(out), folder=partner)
    assert again.returncode == 2
    assert "PRIVATE KEY" not in out.read_text()


def test_customers_of_a_reseller_are_read_page_by_page(partner: Path) -> None:
    done = auditor("tenants", "discover", "google", "--json", folder=partner)
    found = json.loads(done.stdout)
    assert found["complete"] is True
    assert len(found["customers"]) == 120
    shown = auditor("tenants", "discover", "google", folder=partner)
    assert 'customer_id = "C00"' in shown.stdout
    with pytest.raises(AuditorError, match="admin"):  # each customer's administrator must be filled in first
        check(tomllib.loads(shown.stdout), Path("x"))


def test_a_list_of_customers_that_cannot_be_read_is_no_empty_list(partner: Path, tmp_path: Path) -> None:
    google = scenario("google-well-run")
    with Simulator([google]) as simulator:
        settings = tenant_settings(simulator.connection(google.key), tmp_path)
        (tmp_path / "auditor.toml").write_text(as_toml([settings]))
        done = auditor("tenants", "discover", "google", folder=tmp_path)
    assert done.returncode == 3
    assert done.stdout == ""
    assert "apps.order.readonly" in done.stderr


def test_tenants_are_listed(partner: Path) -> None:
    rows = json.loads(auditor("tenants", "list", "--json", folder=partner).stdout)["tenants"]
    assert [row["providers"] for row in rows] == [["microsoft365"], ["google_workspace"]]


@pytest.mark.parametrize("name", ['"; rm -rf', "Zoë\nKlinik", "\x1b[31m", "\x7f", "", "Ünïcødé", "=1+1"])
def test_whatever_a_customer_is_called_the_blocks_are_toml(name: str) -> None:
    customers = [Customer(f"t{n}", name, "", (name,)) for n in range(2)]
    found = tomllib.loads(blocks(customers, "microsoft365", {"client_id": "c", "sign_in": "device-code"}, ["tenant"]))[
        "tenant"
    ]
    assert [tenant["name"] for tenant in found] == [name, name]
    assert len({tenant["key"] for tenant in found} | {"tenant"}) == 3
    check({"tenant": found}, Path("x"))


def test_keys_are_taken_once() -> None:
    assert key_of(Customer("1", "Elm", "elm.example"), []) == "elm"
    assert key_of(Customer("1", "Elm", "elm.example"), ["elm", "elm-2"]) == "elm-3"
