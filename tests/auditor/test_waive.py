"""`auditor waive`: a finding gets a handle, is accepted for a time, and opens again by itself."""

from __future__ import annotations

import json
import threading
import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from msgspec import structs
from typer.testing import CliRunner

from auditor.cli import main
from auditor.config import WaiverSection, load, waivers_in
from auditor.errors import AuditorError
from auditor.waivers import Found, append, blank, findings, given, section_for, stanza, would_pass
from connectors.snapshot import Snapshot
from reports import render
from rules import assess
from rules.assess import ControlOutcome, Judgment
from rules.control import controls
from rules.result import Severity, Verdict
from tests.auditor.history.clinics import DAY, Clinic
from tests.promises import NOW, clean_snapshots

CONFIG = """\
# the practice's own remark
[[tenant]]
key = "brightwater"
name = "Brightwater"
evidence = "evidence"
[tenant.microsoft365]
tenant_id = "00000000-0000-0000-0000-000000000000"
client_id = "00000000-0000-0000-0000-000000000000"
client_secret = "env:NOWHERE"
"""
TODAY = ["--now", DAY.isoformat()]
GIVEN = ["--reason", "the owner's second office", "--approver", "Dana Reyes", "--until", "2026-06-30"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "auditor.toml").write_text(CONFIG)
    (tmp_path / "evidence").mkdir()
    Clinic(open_domains=frozenset({"gmail.com", "lab.example"})).snapshot().save(tmp_path / "snapshots")
    return tmp_path


class Answer:
    """What a command printed, and its exit code."""

    def __init__(self, home: Path, words: tuple[str, ...]) -> None:
        found = CliRunner().invoke(main.app, ["waive", "brightwater", *words, "--config", str(home / "auditor.toml")])
        self.error = found.exception if isinstance(found.exception, AuditorError) else None
        assert self.error or found.exit_code == 0, found.exception
        self.out, self.err = found.stdout, found.stderr


def run(home: Path, *words: str) -> Answer:
    return Answer(home, (*words, *TODAY))


def handle(home: Path, control: str = "FWD-2", entity: str = "gmail.com") -> str:
    rows = json.loads(run(home, "--json").out)["findings"]
    return next(r["handle"] for r in rows if r["control"] == control and r["entity"]["id"] == entity)


def verdict(home: Path, control: str = "FWD-2", now: datetime = DAY) -> Verdict:
    from auditor.scan import judge, latest

    section = load(home / "auditor.toml").tenant("brightwater")
    snapshot = Snapshot.open(latest(home / "snapshots" / "brightwater"))
    return judge(snapshot, section, now=now).control(control).verdict


def test_the_open_findings_have_handles(home: Path) -> None:
    text = " ".join(run(home).out.split())
    assert handle(home) in text
    assert "gmail.com" in text
    assert len(handle(home)) == 6
    head = run(home).out.splitlines()[0].split()
    assert head == ["handle", "severity", "control", "finding"]  # no word of the head is cut at 80 columns


def test_accepting_both_exceptions_makes_the_control_pass(home: Path) -> None:
    first = run(home, handle(home), *GIVEN)
    assert "accepted until 2026-06-30: mail to gmail.com" in first.out
    assert "FWD-2 stays open: 1 other finding" in first.out
    assert handle(home, entity="lab.example")
    second = run(home, handle(home, entity="lab.example"), *GIVEN)
    assert "FWD-2 counts as fine until then" in second.out
    assert verdict(home) is Verdict.PASS
    assert "FWD-2" not in run(home).out
    kept = (home / "waivers" / "brightwater.toml").read_text()
    assert kept.count("[[waiver]]") == 2
    assert (home / "auditor.toml").read_text() == CONFIG
    assert (home / "waivers" / "brightwater.toml").stat().st_mode & 0o077 == 0


def test_it_opens_again_by_itself(home: Path) -> None:
    run(home, handle(home), *GIVEN)
    run(home, handle(home, entity="lab.example"), *GIVEN)
    assert verdict(home, now=datetime(2026, 6, 30, 12, tzinfo=UTC)) is Verdict.PASS
    assert verdict(home, now=datetime(2026, 7, 1, tzinfo=UTC)) is Verdict.FAIL
    listed = Answer(home, ("--now", "2026-07-01"))
    assert listed.out.count("FWD-2") == 2


def test_other_facts_are_another_finding() -> None:
    snapshot = clean_snapshots()["microsoft-typical"]
    found = next(f for f in findings(assess(snapshot, now=NOW), NOW.date()) if f.stand.about.get("destination"))
    section = section_for(found, reason="the second office", approver="Dana Reyes", until=date(2026, 12, 31))
    same = assess(snapshot, now=NOW, waivers=[section.waiver()], only=[found.stand.control])
    assert [j.entity.id for j in same.controls[0].waived] == [found.stand.entity]
    other = section.model_copy(update={"about": section.about | {"destination": "elsewhere@gmail.com"}})
    moved = assess(snapshot, now=NOW, waivers=[other.waiver()], only=[found.stand.control])
    assert moved.controls[0].waived == []


@pytest.mark.parametrize("name", ["microsoft-typical", "google-typical", "microsoft-bad", "google-bad"])
def test_every_finding_of_a_clinic_can_be_accepted_and_only_it_is(name: str) -> None:
    judged = assess(clean_snapshots()[name], now=NOW)
    found = findings(judged, NOW.date())
    assert len({one.handle for one in found}) == len(found)
    for one in found:
        section = section_for(one, reason="accepted for the test", approver="Dana", until=date(2026, 12, 31))
        (again,) = waivers_in(stanza(section, one), Path("x"))
        assert again == section
        hit = [
            f for f in found if again.waiver().matches(f.stand.control, f.stand.entity, f.stand.about, f.stand.check)
        ]
        assert {f.stand.entity for f in hit} == {one.stand.entity}
        assert {f.stand.check for f in hit} == {one.stand.check}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["zzzzzz", *GIVEN], "no finding"),
        (["FWD-2", *GIVEN], "2 findings are meant"),
        (["@", "--reason", "short", *GIVEN[2:]], "--reason"),
        (["@", *GIVEN[2:]], "--reason: missing"),
        (["@", *GIVEN[:2], *GIVEN[4:]], "--approver: missing"),
        (["@", *GIVEN[:4]], "--until: missing"),
        (["@", *GIVEN[:4], "--until", "soon"], "not a day"),
        (["@", *GIVEN[:4], "--until", "2026-02-30"], "not a day"),
        (["@", *GIVEN[:4], "--until", "20260630"], "not a day"),
        (["@", *GIVEN[:4], "--until", "2026-02-28"], "has passed"),
        (["@", *GIVEN[:4], "--until", "2028-01-01"], "--long"),
        (["@", "--reason", "two lines\nof reason", *GIVEN[2:]], "cannot be shown"),
        (["@", "--reason", "turned \u202e around", *GIVEN[2:]], "cannot be shown"),
        (["@", *GIVEN, "--alternative", "gone.pdf"], "no paragraph"),
        (["@", "--list"], "do not go together"),
        (["--reason", "no finding is named"], "no finding is named"),
        (["--would-pass", "FWD-999"], "no such control"),
    ],
)
def test_bad_input_is_one_clear_line_and_writes_nothing(home: Path, words: list[str], said: str) -> None:
    answer = run(home, *(handle(home) if word == "@" else word for word in words))
    assert answer.error is not None
    assert answer.error.code == 2
    assert said in answer.error.message + answer.error.advice
    assert "\n" not in answer.error.message
    assert answer.out == ""
    assert not (home / "waivers").exists()


def test_far_days_need_to_be_meant(home: Path) -> None:
    run(home, handle(home), *GIVEN[:4], "--until", "2028-01-01", "--long")
    assert load(home / "auditor.toml").tenant("brightwater").waiver[0].until == date(2028, 1, 1)


def test_printing_writes_nothing(home: Path) -> None:
    answer = run(home, handle(home), *GIVEN, "--print")
    (stated,) = tomllib.loads(answer.out)["waiver"]
    assert (stated["control"], stated["entity"], stated["until"]) == ("FWD-2", "gmail.com", date(2026, 6, 30))
    assert not (home / "waivers").exists()


def test_what_stands_in_the_file_is_kept_to_the_letter(home: Path) -> None:
    path = home / "elsewhere" / "accepted.toml"
    path.parent.mkdir()
    before = (
        '# our own words\r\n[[waiver]]\r\ncontrol = "FWD-9"   # odd\r\nentity = "x"\r\nreason = "long enough to count"\r\n'
        'approver = "Dana"\r\nuntil = 2026-05-01'
    )
    path.write_bytes(before.encode())
    (home / "auditor.toml").write_text(CONFIG.replace("evidence =", 'waivers = "elsewhere/accepted.toml"\nevidence ='))
    run(home, handle(home), *GIVEN)
    assert path.read_bytes().startswith(before.encode())
    assert [w.control for w in load(home / "auditor.toml").tenant("brightwater").waiver] == ["FWD-9", "FWD-2"]
    assert [p.name for p in path.parent.iterdir() if not p.name.endswith(".lock")] == ["accepted.toml"]


@pytest.mark.parametrize("text", ["waiver = []\n", "[[waiver]\n", "colour = 1\n"])
def test_a_file_that_takes_no_stanza_is_left_alone(home: Path, text: str) -> None:
    chosen = handle(home)
    path = home / "waivers" / "brightwater.toml"
    path.parent.mkdir()
    path.write_text(text)
    answer = run(home, chosen, *GIVEN)
    assert answer.error is not None
    assert answer.error.code == 2
    assert "brightwater.toml" in answer.error.message
    assert path.read_text() == text


def test_two_writers_lose_nothing(tmp_path: Path) -> None:
    judged = assess(clean_snapshots()["microsoft-typical"], now=NOW)
    chosen = findings(judged, NOW.date())[:12]
    path = tmp_path / "waivers" / "clinic.toml"

    def write(one: Found) -> None:
        append(
            path,
            stanza(section_for(one, reason="accepted for a while", approver="Dana", until=date(2026, 12, 31)), one),
        )

    writers = [threading.Thread(target=write, args=(one,)) for one in chosen]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert {w.entity for w in waivers_in(path.read_text(), path)} == {one.stand.entity for one in chosen}


def test_renewing_replaces_what_ran_out(home: Path) -> None:
    chosen = handle(home)
    run(home, chosen, *GIVEN)
    (row,) = json.loads(run(home, "--list", "--json").out)["waivers"]
    assert (row["state"], row["ends_in_days"]) == ("in force", 121)
    later = ("--now", "2026-07-02")
    (row,) = json.loads(Answer(home, ("--list", "--json", *later)).out)["waivers"]
    assert (row["state"], row["ends_in_days"]) == ("run out", -2)
    answer = Answer(home, (chosen, *GIVEN[:4], "--until", "2026-12-31", *later))
    assert answer.error is None
    section = load(home / "auditor.toml").tenant("brightwater")
    snapshot = Clinic(open_domains=frozenset({"gmail.com"})).snapshot()
    judged = assess(snapshot, now=datetime(2026, 7, 2, tzinfo=UTC), waivers=[w.waiver() for w in section.waiver])
    assert judged.control("FWD-2").waived[0].waiver.until == date(2026, 12, 31)
    assert judged.lapsed_waivers == judged.unused_waivers == ()


def test_accepting_again_for_a_shorter_time_is_refused(home: Path) -> None:
    chosen = handle(home)
    run(home, chosen, *GIVEN)
    answer = run(home, chosen, *GIVEN[:4], "--until", "2026-05-01")
    assert answer.error is not None
    assert "accepted until 2026-06-30 already" in answer.error.message


def test_unused_and_lapsed_ones_are_shown_everywhere(home: Path) -> None:
    accepted = [
        WaiverSection(
            control="FWD-2", entity="gone.example", reason="long enough", approver="Dana", until="2026-09-01"
        ),
        WaiverSection(control="FWD-2", entity="gmail.com", reason="long enough", approver="Dana", until="2026-02-01"),
    ]
    snapshot = Clinic(open_domains=frozenset({"gmail.com"})).snapshot()
    judged = assess(snapshot, now=DAY, waivers=[w.waiver() for w in accepted], only=["FWD-2"])
    for kind in ("text", "html"):
        shown = " ".join(render(judged, kind).split())
        assert "gone.example" in shown
        for title in ("Waivers that no longer hold", "Waivers that meet nothing any more"):
            assert title.casefold() in shown.casefold()
    found = {
        g.waiver.entity: g.state
        for g in given(
            load(home / "auditor.toml").tenant("brightwater").model_copy(update={"waiver": accepted}),
            judged,
            DAY.date(),
        )
    }
    assert found == {"gone.example": "meets nothing", "gmail.com": "run out"}


def test_what_was_accepted_as_something_to_look_at_is_open_again_as_something_to_fix() -> None:
    snapshot = clean_snapshots()["microsoft-typical"]
    judged = assess(snapshot, now=NOW)
    found = next(f for f in findings(judged, NOW.date()) if f.stand.verdict is Verdict.REVIEW)
    section = section_for(found, reason="looked at and fine", approver="Dana Reyes", until=date(2027, 1, 1))
    assert 'verdict = "review"' in stanza(section, found)
    (again,) = waivers_in(stanza(section, found), Path("x"))
    assert again == section
    worse = replace(judged, controls=tuple(_worse(outcome, found) for outcome in judged.controls))
    state = {
        name: [g.state for g in given(load_section().model_copy(update={"waiver": [section]}), seen, NOW.date())]
        for name, seen in (("same", judged), ("worse", worse))
    }
    assert state == {"same": ["in force"], "worse": ["outgrown"]}
    shown = render(replace(judged, lapsed_waivers=(section.waiver(),)), "text")
    assert "until 2027-01-01, and only while it was something to look at" in " ".join(shown.split())
    with pytest.raises(AuditorError, match="verdict"):
        waivers_in(stanza(section, found).replace('"review"', '"pass"'), Path("x"))


def _worse(outcome: ControlOutcome, found: Found) -> ControlOutcome:
    def judgment(one: Judgment) -> Judgment:
        hit = (outcome.control.id, one.entity.id) == (found.stand.control, found.stand.entity)
        return structs.replace(one, result=structs.replace(one.result, verdict=Verdict.FAIL)) if hit else one

    checks = tuple(replace(check, judgments=tuple(map(judgment, check.judgments))) for check in outcome.checks)
    return replace(outcome, checks=checks)


# --- would it pass? -------------------------------------------------------------------------------------------------------


def test_would_pass_prints_the_stanzas_to_fill_in(home: Path) -> None:
    answer = run(home, "--would-pass", "fwd-2")
    assert answer.out.startswith("# FWD-2 would pass if these 2 exceptions were accepted")
    assert {w["entity"] for w in tomllib.loads(answer.out)["waiver"]} == {"gmail.com", "lab.example"}
    with pytest.raises(AuditorError, match="reason"):
        waivers_in(answer.out, Path("brightwater.toml"))  # nobody accepts anything by pasting
    filled = run(home, "--would-pass", "FWD-2", *GIVEN).out
    append(home / "waivers" / "brightwater.toml", filled.split("\n\n")[1] + "\n")
    append(home / "waivers" / "brightwater.toml", filled.split("\n\n")[2])
    assert verdict(home) is Verdict.PASS
    assert "passes already" in run(home, "--would-pass", "FWD-2").out
    assert not (home / "waivers" / "nothing").exists()


def test_would_pass_says_when_something_was_not_seen(tmp_path: Path) -> None:
    snapshot = Clinic(open_domains=frozenset({"gmail.com"}), partial=True).snapshot()
    (tmp_path / "auditor.toml").write_text(CONFIG)
    snapshot.save(tmp_path / "snapshots")
    found = run(tmp_path, "--would-pass", "FWD-2").out
    assert "FWD-2 would still not pass if this exception were accepted" in found.splitlines()[0]
    assert "# not seen: refused; to see it: grant it" in found
    told = json.loads(run(tmp_path, "--would-pass", "FWD-2", "--json").out)
    assert (told["verdict"], told["would_be"], len(told["waivers"])) == ("fail", "not_assessed", 1)


@pytest.mark.parametrize("name", ["microsoft-typical", "google-typical"])
def test_the_experiment_agrees_with_what_accepting_does(name: str) -> None:
    snapshot = clean_snapshots()[name]
    section = load_section()
    judged = assess(snapshot, now=NOW)
    open_ = [f for f in findings(judged, NOW.date()) if f.stand.verdict is Verdict.FAIL]
    for control in list(dict.fromkeys(f.stand.control for f in open_))[:12]:
        trial = would_pass(snapshot, section, judged, control, NOW.date())
        accepted = [
            blank(f, reason="long enough now", approver="Dana", until=NOW.date() + timedelta(days=9))
            for f in trial.accept
        ]
        after = assess(snapshot, now=NOW, waivers=[w.waiver() for w in accepted], only=[control]).controls[0]
        assert after.verdict is trial.then
        assert trial.now is judged.control(control).verdict
        assert (trial.then is Verdict.PASS) is not bool(trial.gaps)


def load_section():
    from auditor.config import check

    return check(tomllib.loads(CONFIG), Path("auditor.toml")).tenant[0]


# --- critical controls and alternatives -----------------------------------------------------------------------------------


def one_of(severity: Severity, *, alternative: bool | None = None) -> Found:
    from rules.citations import cite

    for name in ("microsoft-typical", "microsoft-bad"):
        for found in findings(assess(clean_snapshots()[name], now=NOW), NOW.date()):
            addressable = any(cite(c).allows_alternative for c in controls()[found.stand.control].cites)
            if found.stand.severity is severity and alternative in {None, addressable}:
                return found
    raise AssertionError(severity)


def test_a_critical_control_is_called_one() -> None:
    critical = one_of(Severity.CRITICAL)
    made = section_for(critical, reason="long enough to count", approver="Dana", until=date(2026, 12, 31))
    assert "most severe" in stanza(made, critical)
    low = one_of(Severity.LOW)
    assert "most severe" not in stanza(
        section_for(low, reason="long enough to count", approver="Dana", until=date(2026, 12, 31)), low
    )


def test_the_note_on_a_critical_control(home: Path) -> None:
    chosen = next(r for r in json.loads(run(home, "--json").out)["findings"] if r["severity"] == "critical")
    assert f"note: {chosen['control']} is critical" in run(home, chosen["handle"], *GIVEN, "--print").err


def test_a_documented_alternative_needs_its_file_and_a_paragraph_that_allows_one(tmp_path: Path) -> None:
    (tmp_path / "ours.pdf").write_bytes(b"%PDF")
    (tmp_path.parent / "outside.pdf").write_bytes(b"%PDF")
    words = {"reason": "we do it by hand each week", "approver": "Dana", "until": date(2026, 12, 31)}
    allowed = one_of(Severity.HIGH, alternative=True)
    made = section_for(allowed, **words, alternative="ours.pdf", evidence=tmp_path)
    assert 'kind = "documented-alternative"' in stanza(made, allowed)
    assert waivers_in(stanza(made, allowed), Path("x")) == [made]
    for name, folder in (("../outside.pdf", tmp_path), ("gone.pdf", tmp_path), ("ours.pdf", None)):
        with pytest.raises(AuditorError, match="--alternative"):
            section_for(allowed, **words, alternative=name, evidence=folder)
    refused = one_of(Severity.CRITICAL, alternative=False)
    with pytest.raises(AuditorError, match="no paragraph"):
        section_for(refused, **words, alternative="ours.pdf", evidence=tmp_path)


@pytest.mark.parametrize(
    "name", ['<b>"x"</b>\n[[waiver]]', "\u202eevil\x1b[31m", "=cmd|' /C calc'!A0", "é" * 300, "'''\\\"\"\""]
)
def test_hostile_names_stay_inside_their_quotes(name: str) -> None:
    base = one_of(Severity.LOW)
    about = {"destination": name}
    found = replace(base, stand=structs.replace(base.stand, label=name, message=name, entity=name, about=about))
    made = section_for(found, reason="long enough to count", approver="Dana", until=date(2026, 12, 31))
    (again,) = waivers_in(stanza(made, found), Path("x"))
    assert (again.entity, again.about) == (name, about)
    assert "\x1b" not in stanza(made, found)
    assert "\u202e" not in stanza(made, found).replace(name, "").split("control =")[0]
