"""`auditor attest`: statements put on file, what is asked for, what lapses, and papers to start from."""

from __future__ import annotations

import hashlib
import io
import json
import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from markdown_it import MarkdownIt
from typer.testing import CliRunner

from auditor.cli import main
from auditor.errors import AuditorError
from auditor.paper import markdown, word
from auditor.paper.facts import Facts, facts
from auditor.paper.sheet import data, names, sheet
from auditor.papers import kinds_by_control, lapsing, papers
from connectors.evidence.connector import statements
from connectors.evidence.sources import KINDS
from connectors.snapshot import Snapshot
from connectors.source import Provider
from rules import assess
from rules.asks import asks
from rules.assess import Resolver, questions, run_check
from rules.attested import email_policy, incident_plan
from rules.control import controls
from rules.profile import Profile
from rules.result import Verdict
from rules.views.attestations import Attestations
from tests.auditor.history.clinics import DAY, Clinic
from tests.promises import NOW, clean_snapshots

CONFIG = """\
[[tenant]]
key = "brightwater"
name = "Brightwater"
evidence = "evidence"
[tenant.microsoft365]
tenant_id = "00000000-0000-0000-0000-000000000000"
client_id = "00000000-0000-0000-0000-000000000000"
client_secret = "env:NOWHERE"
"""
GIVEN = ["--by", "Dana Reyes", "--signed-on", "2026-02-01"]
PLAN = [word_ for name in incident_plan.COVERS for word_ in ("--covers", name)]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "auditor.toml").write_text(CONFIG)
    Clinic(analysed=None).snapshot().save(tmp_path / "snapshots")
    return tmp_path


class Answer:
    """What a command printed, and how it ended."""

    def __init__(self, home: Path, words: tuple[str, ...], now: str) -> None:
        given = ["attest", "brightwater", *words, "--config", str(home / "auditor.toml"), "--now", now]
        found = CliRunner().invoke(main.app, given)
        self.error = found.exception if isinstance(found.exception, AuditorError) else None
        assert self.error or isinstance(found.exception, SystemExit | None), found.exception
        self.out, self.err, self.code = found.stdout, found.stderr, found.exit_code


def run(home: Path, *words: str, now: str = DAY.isoformat()) -> Answer:
    return Answer(home, words, now)


def kind(home: Path, name: str, now: str = DAY.isoformat()) -> dict[str, Any]:
    return next(k for k in json.loads(run(home, "--json", now=now).out)["kinds"] if k["kind"] == name)


# --- writing --------------------------------------------------------------------------------------------------------------


def test_a_statement_with_its_file_sealed(home: Path) -> None:
    proof = home / "Our analysis (final).PDF"
    proof.write_bytes(b"%PDF analysis")
    answer = run(
        home, "risk-analysis", *GIVEN, "--covers", "email", "--covers", "file sharing", "--file", str(proof),
        "--open-item", "R1; owner=Dana Reyes; due=2026-05-01",
    )  # fmt: skip
    assert "it counts until 2027-01-31: POL-4" in answer.out
    folder = home / "evidence"
    assert sorted(p.name for p in folder.iterdir()) == ["risk_analysis-2026-02-01.pdf", "risk_analysis-2026-02-01.toml"]
    stated = tomllib.loads((folder / "risk_analysis-2026-02-01.toml").read_text())
    assert stated["sha256"] == hashlib.sha256(b"%PDF analysis").hexdigest()
    assert stated["open_item"] == [{"id": "R1", "owner": "Dana Reyes", "due": date(2026, 5, 1)}]
    ((record,), bad) = statements(folder)
    assert (record["file_state"], bad) == ("ok", [])
    (folder / "risk_analysis-2026-02-01.pdf").write_bytes(b"changed later")
    assert kind(home, "risk_analysis")["state"] == "does not count"


def test_everything_a_statement_can_hold(home: Path) -> None:
    run(
        home,
        "training",
        *GIVEN,
        "--person",
        "Ana Field <ana@b.example> 2026-01-05",
        "--person",
        "Bob",
        "--topic",
        "phishing",
    )
    run(home, "vendor_baas", *GIVEN, "--vendor", "Otter; domain=otter.example; signed=2026-01-01; covers=notes",
        "--vendor", "Printer; no_phi=prints flyers")  # fmt: skip
    run(home, "backup", *GIVEN, "--set", "name=Tape", "--event", "2026-01-09 restore test")
    run(home, "inventory", *GIVEN, "--account", "ana@b.example", "--device", "Laptop 1", "--review-on", "2026-08-01")
    run(home, "provider_baa", *GIVEN, "--set", "accepted_on=2025-01-01", "--set", "provider=microsoft365")
    records, bad = statements(home / "evidence")
    assert bad == []
    found = {record["topic"]: record for record in records}
    assert found["training"]["person"] == [
        {"name": "Ana Field", "address": "ana@b.example", "on": "2026-01-05", "topics": ["phishing"]},
        {"name": "Bob", "topics": ["phishing"]},
    ]
    assert found["vendor_baas"]["vendor"][1] == {"name": "Printer", "no_phi": "prints flyers"}
    assert found["backup"]["event"] == [{"on": "2026-01-09", "what": "restore test"}]
    assert (found["inventory"]["device"], found["inventory"]["review_on"]) == (["Laptop 1"], "2026-08-01")
    assert found["provider_baa"]["accepted_on"] == "2025-01-01"


def test_it_says_what_is_still_missing(home: Path) -> None:
    answer = run(home, "incident-plan", *GIVEN, "--covers", "contacts")
    assert "POL-5 still asks: the plan is not stated to hold: steps" in answer.out
    assert "counts until" in run(home, "incident-plan", *GIVEN, *PLAN, "--rehearsal", "2026-02-02").out
    assert len(list((home / "evidence").glob("*.toml"))) == 2  # nothing was overwritten


def test_a_file_in_the_folder_is_named_and_not_copied(home: Path) -> None:
    (home / "evidence" / "scans").mkdir(parents=True)
    (home / "evidence" / "scans" / "plan.pdf").write_bytes(b"plan")
    run(home, "incident-plan", *GIVEN, "--file", str(home / "evidence" / "scans" / "plan.pdf"))
    ((record,), _) = statements(home / "evidence")
    assert record["file_state"] == "ok"
    assert len(list((home / "evidence").rglob("*"))) == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["singing", *GIVEN], "nothing of this kind"),
        (["trainning", *GIVEN], "did you mean training"),
        (["training", *GIVEN[:2]], "--signed-on: missing"),
        (["training", *GIVEN[2:]], "--by: missing"),
        (["training", *GIVEN[:2], "--signed-on", "yesterday"], "not a day"),
        (["training", *GIVEN[:2], "--signed-on", "2026-03-02"], "has not come yet"),
        (["training", *GIVEN, "--valid-until", "2026-01-01"], "before it was signed"),
        (["training", *GIVEN, "--file", "gone.pdf"], "no such file"),
        (["training", *GIVEN, "--file", "."], "no such file"),
        (["training", *GIVEN, "--person", "<x@y>"], "not a name"),
        (["training", *GIVEN, "--topic", "phishing"], "nobody is named"),
        (["training", *GIVEN, "--person", "Ana\nField"], "cannot be shown"),
        (["training", *GIVEN, "--statement", "\u202eturned"], "cannot be shown"),
        (["backup", *GIVEN, "--event", "restore test"], "no day"),
        (["backup", *GIVEN, "--set", "colour=red"], "not understood"),
        (["backup", *GIVEN, "--set", "file=../../secret"], "not understood"),
        (["vendor_baas", *GIVEN, "--vendor", "domain=x.example"], "name must stand first"),
        (["vendor_baas", *GIVEN, "--vendor", "X; price=3"], "price=3"),
        (["vendor_baas", *GIVEN, "--vendor", "X; signed=soon"], "not a day"),
        (GIVEN, "no kind of statement is named"),
        (["training", "--due", "3"], "do not go together"),
        (["--template", "inventory"], "go together"),
        (["--template", "novel", "-o", "x.md"], "no such paper"),
        (["--template", "inventory", "-o", "x.exe"], ".docx or .md"),
    ],
)
def test_bad_input_is_one_clear_line_and_writes_nothing(home: Path, words: list[str], said: str) -> None:
    answer = run(home, *words)
    assert answer.error is not None
    assert answer.error.code == 2
    assert said in f"{answer.error.message} {answer.error.advice}"
    assert "\n" not in answer.error.message
    assert answer.out == ""
    assert not (home / "evidence").exists()


def test_without_a_folder_or_a_scan(tmp_path: Path) -> None:
    (tmp_path / "auditor.toml").write_text(CONFIG.replace('evidence = "evidence"\n', ""))
    answer = run(tmp_path, "training", *GIVEN)
    assert answer.error is not None
    assert "no evidence folder" in answer.error.message
    assert "no scan is at hand" in run(tmp_path).err
    (tmp_path / "auditor.toml").write_text(CONFIG)
    assert "the next one takes it in" in run(tmp_path, "training", *GIVEN).out
    assert kind(tmp_path, "training")["statements"][0]["by"] == "Dana Reyes"
    assert run(tmp_path, "--due", "30").error is not None


@pytest.mark.parametrize("name", ["'''\"\"\"\\", "=cmd|' /C calc'!A0", "<script>", "é" * 300, "# [x](y)"])
def test_hostile_names_stay_inside_their_quotes(home: Path, name: str) -> None:
    run(
        home,
        "security_official",
        "--by",
        name,
        "--signed-on",
        "2026-02-01",
        "--set",
        f"name={name}",
        "--statement",
        name,
    )
    ((record,), bad) = statements(home / "evidence")
    assert bad == []
    assert (record["by"], record["name"], record["statement"]) == (name, name, name)


# --- what is asked for ----------------------------------------------------------------------------------------------------


def test_the_list_is_that_of_the_controls(home: Path) -> None:
    listed = {k["kind"]: k for k in json.loads(run(home, "--json").out)["kinds"]}
    assert set(listed) <= KINDS
    assert listed["risk_analysis"]["controls"] == ["POL-4"]
    assert [w["control"] for w in listed["risk_analysis"]["waiting"]] == ["POL-4"]
    assert listed["risk_analysis"]["state"] == "nothing on file"
    assert "gemini_settings" not in listed  # asked for at Google only
    assert "gemini_settings" in kinds_by_control(["google_workspace"])
    assert "risk_analysis" in run(home).out


def test_unusable_files_are_named(home: Path) -> None:
    (home / "evidence").mkdir()
    (home / "evidence" / "odd.toml").write_text("kind = 3")
    assert "odd.toml" in run(home).err
    assert json.loads(run(home, "--json").out)["unusable"]


def test_what_a_check_asks_at_run_time_was_known_from_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[str] = set()
    of, known = Attestations.of, Attestations.known
    monkeypatch.setattr(Attestations, "of", lambda self, topic: (asked.add(topic), of(self, topic))[1])
    monkeypatch.setattr(Attestations, "known", lambda self, topic: (asked.add(topic), known(self, topic))[1])
    seen: set[str] = set()
    for snapshot in clean_snapshots().values():
        resolver = Resolver(snapshot, Profile(), NOW)
        for control in controls().values():
            for check, provider in questions(control, resolver):
                asked.clear()
                fresh = resolver.at(NOW) if asks(check, provider) else resolver
                run_check(check, provider, fresh)
                assert asked <= asks(check, provider) or not asks(check, provider), control.id
                seen |= asked
    assert len(seen) > 25


def test_every_kind_that_is_asked_for_stands_on_a_page() -> None:
    for provider in (Provider.MICROSOFT_365, Provider.GOOGLE_WORKSPACE):
        for name, ids in kinds_by_control([provider.value]).items():
            pages = [" ".join(" ".join(controls()[id_].page.values()).split()) for id_ in ids]
            assert name == "secure_messaging" or any(name in page for page in pages), name


# --- until when -----------------------------------------------------------------------------------------------------------


def plan(**given: Any) -> dict[str, Any]:
    return {
        "id": "plan.toml", "topic": "incident_plan", "statement": "s", "by": "Dana", "signed_on": "2026-02-01",
        "file_state": "none", "covers": list(incident_plan.COVERS), "rehearsal": [{"on": "2026-02-10"}],
    } | given  # fmt: skip


def paper(now: datetime, **given: Any) -> Any:
    base = Clinic(analysed=None).snapshot()
    snapshot = Snapshot.of(base.manifest.tenant, {"evidence.statements": [plan(**given)]}, taken=now)
    return papers(snapshot, Profile(), now)["incident_plan"]


@pytest.mark.parametrize(
    ("given", "until"),
    [
        ({}, date(2027, 1, 31)),
        ({"valid_until": "2026-12-12"}, date(2026, 12, 12)),
        ({"valid_until": "2028-12-12"}, date(2027, 1, 31)),
        ({"rehearsal": [{"on": "2025-06-01"}]}, date(2026, 5, 31)),
    ],
)
def test_the_day_is_found_by_judging(given: dict[str, Any], until: date) -> None:
    assert paper(DAY, **given).until == until
    assert paper(datetime.combine(until, DAY.timetz()), **given).state == "counts"
    over = paper(datetime.combine(until + timedelta(days=1), DAY.timetz()), **given)
    assert (over.state, over.lapsed, over.until) == ("lapsed", until, None)


def test_what_never_counted_has_not_lapsed() -> None:
    never = paper(DAY, covers=["steps"])
    assert (never.state, never.ends) == ("does not count", None)


def test_lapsing_soon() -> None:
    base = Clinic(analysed=date(2025, 3, 20)).snapshot()
    (found,) = lapsing(base, Profile(), DAY, 31)
    assert (found.kind, found.until) == ("risk_analysis", date(2026, 3, 19))
    assert lapsing(base, Profile(), DAY, 5) == []


def test_reminders(home: Path) -> None:
    open_ = Clinic(analysed=None, open_domains=frozenset({"gmail.com"})).later(0.1)
    open_.snapshot().save(home / "snapshots")
    run(home, "incident-plan", *GIVEN, *PLAN, "--rehearsal", "2026-02-02", "--valid-until", "2026-03-20")
    words = ["--reason", "until the domain is moved", "--approver", "Dana", "--until", "2026-03-15"]
    where = ["--config", str(home / "auditor.toml"), "--now", DAY.isoformat()]
    CliRunner().invoke(main.app, ["waive", "brightwater", "FWD-2", *words, *where])
    due = run(home, "--due", "30")
    assert due.code == 10
    assert [line.split("  ")[0] for line in due.out.splitlines()] == ["2026-03-15", "2026-03-20"]
    assert "the waiver of FWD-2" in due.out
    assert "(incident_plan)" in due.out
    early = run(home, "--due", "3")
    assert early.code == 0
    assert "nothing lapses until 2026-03-04" in early.out
    late = json.loads(run(home, "--due", "0", "--json", now="2026-04-20").out)["due"]
    assert [(line["kind"], line["days"]) for line in late] == [("waiver", -36), ("statement", -31)]


# --- papers to start from -------------------------------------------------------------------------------------------------

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "[click](https://evil.example)",
    "a|b\nc",
    "# x",
    "`rm`",
    "\u202eevil",
    "https://evil.example",
    "é" * 300,
]


def hostile() -> Facts:
    rows = tuple((name, name, name) for name in HOSTILE)
    return Facts("k", HOSTILE[0], people=rows, accounts=rows, mailboxes=rows, apps=rows, devices=rows, providers=rows)


def typical(name: str = "microsoft-typical") -> Facts:
    snapshot = clean_snapshots()[name]
    return facts("brightwater", "Brightwater", assess(snapshot, now=NOW), snapshot, Profile(), NOW)


def text_of(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    footer = [paragraph.text for section in document.sections for paragraph in section.footer.paragraphs]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells, *footer])


@pytest.mark.parametrize("name", names())
def test_a_paper_says_the_same_in_word_and_markdown(name: str) -> None:
    made = sheet(name, typical())
    both = text_of(word.render(made, NOW)), MarkdownIt("commonmark").enable("table").render(markdown.render(made))
    for shown in both:
        assert "not legal advice" in shown
        assert "Brightwater" in shown
        assert "{" not in shown
        assert "violat" not in shown.lower()
        assert "complian" not in shown.lower()
    for part in made.parts:
        assert part.heading in both[0]
        assert not part.table or all(cell in both[0] for row in part.table.rows for cell in row)


@pytest.mark.parametrize("name", names())
def test_tables_keep_to_the_margins(name: str) -> None:
    for raw in data(names()[name])["part"]:
        if "table" in raw:
            assert len(raw["table"]["widths"]) == len(raw["table"]["head"])
            assert sum(raw["table"]["widths"]) <= 7.01


@pytest.mark.parametrize("name", names())
def test_hostile_names_are_words_and_nothing_else(name: str) -> None:
    made = sheet(name, hostile())
    page = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(markdown.render(made))
    assert "<img" not in page
    assert "<a " not in page
    assert "\u202e" not in page
    assert page.count("<h1>") == 1
    assert "\u202e" not in text_of(word.render(made, NOW))


def test_the_policy_and_the_plan_say_what_their_controls_ask_for() -> None:
    assert tuple(data("email_policy")["covers"]) == email_policy.COVERS == tuple(data("sign_off")["covers"])
    assert tuple(data("incident_plan")["covers"]) == incident_plan.COVERS
    policy = markdown.render(sheet("email-policy", Facts("k", "C"))).casefold()
    assert all(words.casefold() in policy for words in email_policy.COVERS)
    told = markdown.render(sheet("incident-plan", Facts("k", "C")))
    for words in (
        "60 calendar days",
        "500",
        "164.404",
        "164.406",
        "164.408(b)",
        "164.408(c)",
        "164.410",
        "164.402",
        "State law",
    ):
        assert words in told, words


@pytest.mark.parametrize("name", ["microsoft-typical", "google-typical"])
def test_the_inventory_holds_what_the_control_asks_for(name: str) -> None:
    from rules.view import Across, Now
    from rules.views.people import People

    seen = typical(name)
    resolver = Resolver(clean_snapshots()[name], Profile(), NOW)
    everybody = [resolver.view(People, provider) for provider in resolver.providers]
    wanted = {p.address for people in everybody for p in people if p.can_sign_in and not p.is_guest}
    assert {row[1] for row in seen.accounts} == wanted
    assert {row[0] for row in seen.people} == {n for n, _ in email_policy.staff(Profile(), Across(everybody), Now(NOW))}
    assert seen.devices
    assert seen.apps
    assert seen.mailboxes


def test_a_device_is_listed_once_with_who_has_it() -> None:
    rows = {name: typical(name).devices for name in ("microsoft-typical", "google-typical")}
    assert ("BW-FRONT-01", "daniel.reyes@brightwater.example") in rows["microsoft-typical"]
    assert not [
        name for name, _ in rows["microsoft-typical"] if name.startswith("Simulated")
    ]  # Intune's name for the same
    assert ("Pixel 8", "dr.abara@brightwater.example") in rows["google-typical"]
    assert [name.split()[0] for name, _ in rows["google-typical"]] == [
        "Galaxy",
        "Inspiron",
        "iPhone",
        "Latitude",
        "Pixel",
    ]


def test_every_control_names_the_kinds_of_statement_that_it_asks_for() -> None:
    from auditor.papers import kinds_by_control

    silent = [
        (id_, kind)
        for kind, ids in kinds_by_control(["microsoft365", "google_workspace"]).items()
        for id_ in ids
        if kind not in " ".join(controls()[id_].page.values())
    ]
    assert silent == []


def test_what_could_not_be_read_is_said() -> None:
    dark = clean_snapshots()["google-well-run"]
    gone = Snapshot.of(dark.manifest.tenant, {}, taken=NOW)
    seen = facts("k", "C", assess(gone, now=NOW), gone, Profile(), NOW)
    assert seen.accounts == ()
    assert "the accounts" in seen.unseen
    assert "Not everything could be read" in markdown.render(sheet("inventory", seen))
    assert "could not be read" in markdown.render(sheet("sign-off", seen))


@pytest.mark.parametrize("ending", ["docx", "md"])
def test_a_paper_is_written_once(home: Path, ending: str) -> None:
    path = home / "papers" / f"plan.{ending}"
    assert run(home, "--template", "incident_plan", "-o", str(path)).error is None
    before = path.read_bytes()
    assert b"164.404" in before or text_of(before).count("164.404")
    assert path.stat().st_mode & 0o077 == 0
    again = run(home, "--template", "incident-plan", "-o", str(path))
    assert again.error is not None
    assert "there already" in again.error.message
    assert path.read_bytes() == before


def test_verdicts_of_the_scan_are_not_touched(home: Path) -> None:
    run(home, "risk-analysis", *GIVEN, "--covers", "email", "--covers", "file sharing")
    snapshot = Snapshot.open(next((home / "snapshots" / "brightwater").glob("*/manifest.json")).parent)
    assert assess(snapshot, now=DAY, only=["POL-4"]).controls[0].verdict is Verdict.NOT_ASSESSED
    assert snapshot.verify() == []
