"""What people do to a command line: files that are damaged, folders that cannot be written, letters that cannot be shown.

Each ends in one clear line and the documented exit code; what was there before is still there.
"""

from __future__ import annotations

import errno
import gzip
import io
import json
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from auditor.cli import console, main
from auditor.cli.scan import scan_all
from auditor.cli.source import moment
from auditor.config import load
from auditor.errors import AuditorError, ExitCode
from auditor.scan import Options
from auditor.secrets import resolve
from auditor.simulated import as_toml, tenant_settings
from connectors.imports import ImportRefused
from connectors.imports.reading import read
from connectors.simulator import Simulator, scenario
from tests.promises import SHARED

ROOT = Path(__file__).resolve().parents[2]
GEAR = (SHARED / "samples" / "scubagear_provider_export.json.gz").read_bytes()


def auditor(
    *words: object, folder: Path, most: int | None = None, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Run a command; `most` is the longest file, in bytes, that this disk still takes."""
    return subprocess.run(
        [sys.executable, "-m", "auditor", *map(str, words)],
        cwd=folder,
        capture_output=True,
        timeout=120,
        env={name: value for name, value in os.environ.items() if not name.startswith("AUDITOR")}
        | {"PYTHONPATH": str(ROOT)}
        | environment,
        preexec_fn=None if most is None else lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
        check=False,
    )


def refused(done: subprocess.CompletedProcess[bytes], code: int, said: str) -> None:
    text = done.stderr.decode()
    assert done.returncode == code, text
    assert said in text
    assert "-> " in text
    assert "Traceback" not in text
    assert "unexpected" not in text


# --- exports --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (GEAR[:30000], "cut short or damaged"),
        (GEAR[:30000] + b"\xaa" * 100 + GEAR[30100:], "cut short or damaged"),
        (b"PK\x03\x04" + b"\x00" * 50, "an archive"),
        (gzip.decompress(GEAR)[:100_000], "not JSON"),
        (b'{"a": "\xe9"}', "not JSON"),
        (b"[" * 200_000, "not JSON"),
        (b"", "not JSON"),
        (b"[]", "holds a list"),
    ],
)
def test_an_export_that_is_none_says_what_it_is(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "export.json"
    path.write_bytes(content)
    with pytest.raises(ImportRefused, match=said) as caught:
        read(path)
    assert caught.value.advice


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_half_a_letter_in_an_export_is_marked_and_can_be_written(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "export.json"
    path.write_bytes(r'{"name": ["Dr. \ud83d", "Zoë \ud83d\ude00"]}'.encode(encoding))
    found = read(path)
    assert found == {"name": ["Dr. \ufffd", "Zoë 😀"]}
    json.dumps(found, ensure_ascii=False).encode()


def test_an_export_is_judged_with_the_statements_of_a_tenant_that_exists(tmp_path: Path) -> None:
    (tmp_path / "gear.json.gz").write_bytes(GEAR)
    (tmp_path / "auditor.toml").write_text(
        '[[tenant]]\nkey = "elm"\nname = "Elm"\n[tenant.google_workspace]\nadmin = "a@elm.example"\nkey = "env:KEY"'
    )
    refused(auditor("import", "scubagear", "gear.json.gz", "--tenant", "elmm", folder=tmp_path), 2, "'elmm'")
    named = auditor("import", "scubagear", "gear.json.gz", "--config", "nowhere.toml", folder=tmp_path)
    refused(named, 2, "nowhere.toml does not exist")  # its statements and waivers would be left out in silence


def test_letters_that_the_output_lacks_spoil_no_run(tmp_path: Path) -> None:
    export: dict[str, Any] = json.loads(gzip.decompress(GEAR))
    export["tenant_details"][0]["DisplayName"] = "Snow ☃ Clinic"
    (tmp_path / "gear.json").write_text(json.dumps(export))
    done = auditor("import", "scubagear", "gear.json", "--json", folder=tmp_path, PYTHONIOENCODING="cp1252")
    assert done.returncode == 0, done.stderr
    assert "Snow ☃ Clinic" in json.loads(done.stdout)["tenant"]["name"]
    kept = auditor("import", "scubagear", "gear.json", "--save", "/proc/nowhere", folder=tmp_path)
    refused(kept, 2, "cannot be kept")


def test_a_terminal_without_a_letter_shows_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.TextIOWrapper):
        def isatty(self) -> bool:
            return True

    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", Terminal(raw, encoding="ascii"))
    main._speak_utf8()
    console.result("Snow ☃")
    assert raw.getvalue() == b"Snow \\u2603\n"


# --- configuration --------------------------------------------------------------------------------------------------------


def test_a_configuration_without_end_is_refused() -> None:
    with pytest.raises(AuditorError, match="too long"):
        load(Path("/dev/zero"))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('nameservers = ["dns.example"]', "9.9.9.9"),
        ("port = 99999", "less than 65536"),
        ("timeout = -1.0", "greater than 0"),
        ('mta_sts_base = "nonsense"', "mta_sts_base"),
    ],
)
def test_a_name_server_that_cannot_be_asked_is_a_mistake_in_the_file(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "auditor.toml"
    path.write_text(
        f'[[tenant]]\nkey = "elm"\nname = "Elm"\n[tenant.google_workspace]\nadmin = "a@elm.example"\nkey = "env:K"\n[tenant.dns]\n{line}\n'
    )
    with pytest.raises(AuditorError, match=said):
        load(path)


@pytest.mark.parametrize(
    ("content", "said"), [(b"\xff\xfe\x00", "not UTF-8"), (None, "is not a file")], ids=["bytes", "folder"]
)
def test_a_secret_that_is_no_text_is_refused(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "secret"
    if content is None:
        path.mkdir(mode=0o700)
    else:
        path.write_bytes(content)
        path.chmod(0o600)
    with pytest.raises(AuditorError, match=said):
        resolve(f"file:{path}", base=tmp_path, what="x")


@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31", "yesterday", ""])
def test_a_time_at_the_end_of_time_is_refused(text: str) -> None:
    with pytest.raises(AuditorError, match="--now"):
        moment(text)


def test_a_day_is_a_time() -> None:
    found = moment("2026-11-24")
    assert found is not None
    assert found.tzinfo is UTC


def test_a_plan_needs_no_secret(tmp_path: Path) -> None:
    (tmp_path / "auditor.toml").write_text(
        """
[[tenant]]
key = "elm"
name = "Elm"
[tenant.microsoft365]
tenant_id = "elm.example"
client_id = "x"
certificate = "file:not-made-yet.pem"
ca_file = "not-there-yet.pem"
[tenant.google_workspace]
admin = "a@elm.example"
key = "env:NOT_SET"
"""
    )
    done = auditor("plan", "--json", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    sources = {row["source"] for row in json.loads(done.stdout)["plans"][0]["sources"]}
    assert {"graph.users", "directory.users"} <= sources


def test_a_fault_of_ours_with_one_tenant_takes_nothing_from_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def scan(loaded: object, section: Any, *rest: object, **more: object) -> None:
        raise ZeroDivisionError if section.key == "b" else AuditorError("refused", "ask")

    monkeypatch.setattr("auditor.cli.scan.scan", scan)
    path = tmp_path / "auditor.toml"
    block = '[[tenant]]\nkey = "{}"\nname = "x"\n[tenant.google_workspace]\nadmin = "a@elm.example"\nkey = "env:K"\n'
    path.write_text("".join(block.format(key) for key in "abc"))
    loaded = load(path)
    how: dict[str, Any] = {"stop": threading.Event(), "parallel": 1, "quiet": True}
    found = scan_all(loaded, list(loaded.config.tenant), Options(remember=False), **how)
    assert [err.code for err in found if isinstance(err, AuditorError)] == [2, 1, 2]
    assert isinstance(found[1], AuditorError)
    assert found[1].message.startswith("b: unexpected ZeroDivisionError in test_wrong_input.py line ")


# --- folders and disks ----------------------------------------------------------------------------------------------------


def test_a_file_that_cannot_be_written_whole_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    console.write_private(path, "old")

    def parts() -> Iterator[str]:
        yield "new"
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        console.write_private(path, parts())
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_cannot_be_replaced_is_written_in_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mounted(path: Path, target: Path) -> None:
        raise OSError(errno.EBUSY, "Device or resource busy", str(target))

    monkeypatch.setattr(Path, "replace", mounted)
    path = tmp_path / "report.html"
    path.write_text("old")
    console.write_private(path, "new")
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_link_points_to_is_written_and_so_is_a_device(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "there")
    console.write_private(tmp_path / "link", "x")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "there").read_text() == "x"
    console.write_private_bytes(Path("/dev/null"), b"x")
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize(
    ("err", "advice"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "x"), "make room"),
        (PermissionError(errno.EACCES, "Permission denied", "x"), "permissions"),
        (FileNotFoundError(errno.ENOENT, "No such file", "x"), "check the path"),
    ],
)
def test_what_the_system_says_of_a_file_comes_with_advice(err: OSError, advice: str) -> None:
    assert AuditorError.is_of_file(err)
    said = AuditorError.of_file(err)
    assert said.message.startswith("x: ")
    assert advice in said.advice
    assert said.code is ExitCode.USAGE


def test_an_error_of_the_network_is_none_of_a_file() -> None:
    assert not AuditorError.is_of_file(ConnectionRefusedError(errno.ECONNREFUSED, "refused"))


@pytest.mark.parametrize("words", [("evidence", "--new-key", "/proc/nowhere/key.pem"), ("demo", "-o", "/proc/nowhere")])
def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path, words: tuple[str, ...]) -> None:
    refused(auditor(*words, folder=tmp_path), 2, "/proc/nowhere")


def test_the_simulator_writes_over_its_own_configuration_only(tmp_path: Path) -> None:
    words = ("simulate", "google-empty", "--seconds", "0", "--write-config", "auditor.toml")
    mine = tmp_path / "auditor.toml"
    mine.write_text('[[tenant]]\nkey = "elm"\n')
    refused(auditor(*words, folder=tmp_path), 2, "is there already")
    assert mine.read_text() == '[[tenant]]\nkey = "elm"\n'
    mine.unlink()
    for _ in range(2):
        assert auditor(*words, folder=tmp_path).returncode == 0
    assert load(mine).config.tenant[0].key == "google-empty"


def test_a_full_disk_ends_one_scan_and_the_next_goes_on_from_there(tmp_path: Path) -> None:
    tenant = scenario("google-empty")
    with Simulator([tenant]) as simulator:
        settings = tenant_settings(simulator.connection(tenant.key), tmp_path)
        (tmp_path / "auditor.toml").write_text(as_toml([settings]))
        full = auditor("scan", "--quiet", folder=tmp_path, most=1500)
        refused(full, 3, "cannot be written")
        assert b"goes on from there" in full.stderr
        assert not list((tmp_path / "snapshots").glob("*/[!.]*/manifest.json"))
        again = auditor("scan", "--quiet", "--fail-on", "never", folder=tmp_path)
        assert again.returncode == 0, again.stderr
    assert list((tmp_path / "snapshots").glob("*/*/manifest.json"))


def test_two_tenants_never_share_a_key(tmp_path: Path) -> None:
    first, second = scenario("google-empty"), scenario("google-exempt-ou")
    with Simulator([first, second]) as simulator:
        settings = [tenant_settings(simulator.connection(one.key), tmp_path) for one in (first, second)]
        (tmp_path / "auditor.toml").write_text(as_toml([settings[0] | {"key": "elm"}]))
        assert auditor("scan", "--quiet", "--fail-on", "never", folder=tmp_path).returncode == 0
        (tmp_path / "auditor.toml").write_text(as_toml([settings[1] | {"key": "elm"}]))
        refused(auditor("scan", "--quiet", folder=tmp_path), 2, "are of another tenant")
    assert len(list((tmp_path / "snapshots" / "elm").glob("[!.]*/manifest.json"))) == 1
