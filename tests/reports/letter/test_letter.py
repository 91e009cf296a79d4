"""The owner's letter: what it says, to whom, in which words, on how many pages."""

from __future__ import annotations

import io
import random
import re
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pyphen
import pytest
from pypdf import PdfReader

from reports.actions import action_for, actions
from reports.glossary import glossary, plain, short_words
from reports.letter import Happening, Letter, Point, Sender, compose, html, pdf
from reports.letter import text as as_text
from reports.letter.content import Accepted, Group, Todo
from reports.letter.layout import later, second_page
from rules import Assessment, assess
from rules.control import controls
from rules.result import Severity
from rules.views.attestations import TOPICS
from rules.waiver import Waiver
from tests.promises import NOW, clean_snapshots

MONTH = date(2026, 11, 1)
HAPPENED = [
    Happening("fixed", "FWD-3", "Tomas Wojcik <tomas@brightwater.example>", "tomas.example@gmail.com"),
    Happening("new", "FWD-4", "Luis Ferreira", "luis.example@yahoo.com"),
    Happening("came back", "LIFE-2", "Carol Jensen"),
    Happening("went dark", "AUDIT-1", "Brightwater"),
]
TREND = [Point(date(2026, month, 1), 40 - month, 12 - month) for month in range(1, 12)]
CODE = re.compile(r"\b(MFA|AUTH|ADMIN|FWD|SHARE|MAIL|BAA|AUDIT|APP|DEV|DATA|MEET|LIFE|AI|POL|PWR)-\d+\b")


@cache
def assessment(name: str) -> Assessment:
    return assess(clean_snapshots()[name], now=NOW)


def letter(name: str = "microsoft-typical", **given: Any) -> Letter:
    said = {"happened": HAPPENED, "since": date(2026, 10, 24), "trend": TREND} | given
    return compose(assessment(name), month=MONTH, **said)


def pages(given: Letter) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf.render(given))).pages]


def test_it_names_people_and_destinations_and_at_most_three_things() -> None:
    found = letter()
    assert found.answer.startswith("No. On November")
    assert 1 <= len(found.todo) <= 3
    assert "Grace Holloway → grace.holloway.example@gmail.com" in found.todo[0].concerned
    for item in found.todo:
        assert item.why
        assert item.who
        assert "minutes" in item.minutes or "hour" in item.minutes
        assert item.how
    assert [group.title for group in found.changes] == ["Put right", "New", "Came back", "Can no longer be seen"]
    assert found.changes[0].lines == ("Tomas Wojcik → tomas.example@gmail.com",)
    assert "page two lists the most urgent" in later(found)


def test_urgent_things_come_first() -> None:
    order = list(Severity)
    known = {outcome.control.id: outcome.severity for outcome in assessment("microsoft-typical").controls}
    ranks = [min(order.index(known[code]) for code in item.controls) for item in letter().todo]
    assert ranks == sorted(ranks)


def nothing_open(name: str = "google-well-run", *, blind: bool = False) -> Assessment:
    from rules.result import Verdict

    found = assessment(name)
    fine = {Verdict.PASS, Verdict.NOT_APPLICABLE, *([Verdict.NOT_ASSESSED] if blind else [])}
    return replace(found, controls=tuple(o for o in found.controls if o.verdict in fine and (blind or not o.gaps)))


def test_a_quiet_month_is_short_and_looks_different() -> None:
    quiet = compose(nothing_open(), month=MONTH, happened=[], since=date(2026, 10, 24), trend=TREND)
    assert quiet.quiet
    assert quiet.answer.startswith("Yes. On November")
    assert quiet.unchanged == "Nothing has changed since October 24."
    (text,) = pages(quiet)
    assert "A quiet month" in text
    assert "to do" not in text.replace("nothing for you to do", "")
    assert "A quiet month" in html.render(quiet)
    assert len(html.render(quiet)) < 0.7 * len(html.render(letter()))


def test_what_was_not_seen_is_never_a_yes() -> None:
    found = compose(nothing_open(blind=True), month=MONTH)
    assert any(outcome.gaps for outcome in nothing_open(blind=True).controls)
    assert found.answer.startswith("As far as we could see, yes.")
    assert "does not count as fine" in found.seen
    assert found.unchanged == "This is the first letter, so there is nothing to compare with."


def test_nothing_judged_is_said() -> None:
    assert compose(replace(assessment("google-typical"), controls=()), month=MONTH).answer.startswith("We cannot say")


def test_accepted_risks_and_when_they_lapse() -> None:
    (first, *_) = [j for j in assessment("microsoft-typical").control("FWD-3").judgments if j.verdict == "fail"]
    waiver = Waiver(
        "FWD-3",
        first.entity.id,
        "the owner's second office",
        "Dana Reyes",
        date(2026, 12, 10),
        dict(first.result.about),
    )
    judged = assess(clean_snapshots()["microsoft-typical"], now=NOW, waivers=[waiver])
    found = compose(judged, month=MONTH)
    assert [(risk.approver, risk.until, risk.soon) for risk in found.accepted] == [
        ("Dana Reyes", "December 10, 2026", True)
    ]
    assert first.result.about["destination"] in found.accepted[0].text
    assert found.accepted[0].text not in found.todo[0].concerned


PAPERS = [(words, date(2026, 12, day)) for day, words in enumerate(sorted(TOPICS.values()), 1) if day < 29]


@pytest.mark.parametrize("name", ["microsoft-typical", "google-bad"])
def test_papers_that_lapse_soon_are_named_on_two_pages(name: str) -> None:
    found = letter(name, lapsing=PAPERS[3:])
    assert len(found.lapsing) == 4
    assert found.lapsing[0].endswith("until December 4, 2026")
    text = pages(found)
    assert len(text) <= 2
    assert "Papers on file that lapse soon" in " ".join(text)
    assert found.lapsing[0].split(":")[0] in html.render(found)
    assert "PAPERS ON FILE THAT LAPSE SOON" in as_text.render(found)
    assert " its " not in " ".join(compose(assessment(name), month=MONTH, lapsing=PAPERS).lapsing)


def test_a_quiet_month_with_a_paper_to_renew() -> None:
    quiet = compose(nothing_open(), month=MONTH, happened=[], since=date(2026, 10, 24), trend=TREND, lapsing=PAPERS[:1])
    (said,) = pages(quiet)
    for shown in (said, html.render(quiet), as_text.render(quiet)):
        assert "nothing for you to do" not in shown
        assert "There is nothing to put right." in shown
    assert letter().lapsing == ()
    assert "lapse soon" not in html.render(letter())


@pytest.mark.parametrize("words", TOPICS.values())
def test_no_paper_is_called_by_an_unexplained_short_word(words: str) -> None:
    (line,) = compose(nothing_open(), month=MONTH, lapsing=[(words, date(2026, 12, 1))]).lapsing
    assert short_words(re.sub(r"AI \([^)]*\)", "", line)) == []


@pytest.mark.parametrize("name", ["microsoft-typical", "google-typical", "microsoft-bad", "google-bad", "google-empty"])
def test_two_pages_without_codes_on_the_first(name: str) -> None:
    found = pages(letter(name))
    assert len(found) <= 2
    assert not CODE.search(found[0])
    first_html, _, _ = html.render(letter(name)).partition("For the person who looks after your computers")
    assert not CODE.search(first_html)


@pytest.mark.parametrize("name", ["microsoft-typical", "google-typical", "microsoft-bad", "google-bad"])
def test_no_short_word_is_left_unexplained(name: str) -> None:
    first, *second = pages(letter(name))
    labels = [j.entity.label for outcome in assessment(name).controls for j in outcome.judgments]
    names = {word for label in labels for word in short_words(label)}
    assert set(short_words(re.sub(r"\([^)]*\)", "", first))) - names == set()
    known = glossary()
    for text in second:
        explained, missing = text.partition("Short words on this page")[2], []
        for word in short_words(text.partition("Short words on this page")[0]):
            if word in known and f"{word}:" not in " ".join(explained.split()):
                missing.append(word)
        assert missing == []


def test_the_glossary_knows_every_short_word_of_titles() -> None:
    unknown = {word for control in controls().values() for word in short_words(control.title)} - set(glossary())
    assert unknown == set()


def grade(text: str) -> float:
    """The Flesch-Kincaid grade, with syllables counted by hyphenation."""
    hyphens = pyphen.Pyphen(lang="en_US")
    sentences = [s for s in re.split(r"[.!?:;]\s+|\n", text) if re.search(r"[a-z]", s)]
    words = re.findall(r"[A-Za-z']+", text)
    syllables = sum(len(hyphens.positions(word)) + 1 for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def test_the_owners_words_read_like_a_newspaper() -> None:
    told = [action.do + "\n" + action.why for action in dict.fromkeys(actions().values())]
    assert grade("\n".join(told)) < 8
    for text in told:
        assert grade(text) < 12, text
        assert short_words(text) == []
    for name in ("microsoft-typical", "google-typical"):
        found = letter(name)
        said = [found.answer, found.seen, found.footer, *(i.do + "\n" + i.why for i in found.todo)]
        assert grade("\n".join(said)) < 9


def test_every_urgent_control_has_words_of_its_own() -> None:
    missing = [c.id for c in controls().values() if c.severity in {"critical", "high"} and c.id not in actions()]
    assert missing == []
    for control in controls().values():
        action = action_for(control)
        assert action.do.endswith(".")
        assert action.minutes > 0


def test_plain_words() -> None:
    assert plain("Every vendor has a BAA on file") == "Every vendor has a health-data agreement on file"
    assert plain("POP and IMAP are off") == "POP (an old way to fetch mail) and IMAP (an old way to fetch mail) are off"
    assert plain("FWD-3 is no short word") == "FWD-3 is no short word"


HOSTILE = [
    "<script>alert(1)</script>",
    '=HYPERLINK("http://evil.example")',
    '#import "x"; #panic() $x^2$ *b* _i_ @ref <label>',
    "\u202egnp.exe",
    "😀👩‍⚕️🏥",
    "x" * 300,
    "line\nbreak\ttab\x1b[31m",
    "名前がとても長い人" * 20,
]


def worst() -> Letter:
    """More of everything than there is room for."""
    names = [name for name in HOSTILE for _ in range(3)]
    events = ["fixed", "new", "came back", "reopened", "went dark", "came to light"]
    found = letter(
        "microsoft-bad",
        happened=[Happening(e, "FWD-3", n + str(i), n) for i, n in enumerate(names) for e in events],
        sender=Sender(HOSTILE[0], HOSTILE[2]),
    )
    from reports.escape import shortened, visible

    pairs = [f"{shortened(visible(n), 64)} → {shortened(visible(n), 64)}" for n in HOSTILE[:3]]
    concerned = (*pairs, "and 40 more")
    long = replace(found.todo[0], concerned=concerned, how=("Microsoft 365: " + "go there and do this, " * 40,) * 3)
    return replace(
        found,
        todo=(long,) * 3,
        accepted=tuple(Accepted(concerned[i % 3], HOSTILE[2], "December 10, 2026", soon=True) for i in range(30)),
        rest=tuple(
            ("SHARE-41", f"Sites with patient data are stricter than {word} and all else", 99) for word in glossary()
        ),
        unseen=("Grant the permission that is named here, and then scan again, please. " * 5,) * 8,
    )


def test_the_worst_month_of_hostile_names_fits_two_pages_and_does_no_harm() -> None:
    found = worst()
    assert found.dense
    assert all(isinstance(group, Group) for group in found.changes)
    text = pages(found)
    assert len(text) == 2
    assert "<script>" in "".join(text[0].split("\n"))
    page = html.render(found)
    assert "<script" not in page
    assert "\u202e" not in page
    assert "\x1b" not in page


def test_the_pdf_has_a_title_a_language_tags_and_text() -> None:
    reader = PdfReader(io.BytesIO(pdf.render(letter())))
    root = reader.trailer["/Root"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Brightwater Family Health: Your mail and files in November 2026"
    assert str(root["/Lang"]).startswith("en")
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert tuple(float(x) for x in reader.pages[0].mediabox[2:]) == (612.0, 792.0)
    assert "Stop the copies of clinic mail" in reader.pages[0].extract_text()


def test_a_logo_is_shown_in_both() -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect width="20" height="10"/></svg>'
    found = letter(sender=Sender("Northside", "555-0100", svg, "svg"))
    assert 'src="data:image/svg+xml;base64,' in html.render(found)
    assert pdf.render(found) != pdf.render(letter(sender=Sender("Northside", "555-0100")))


def test_the_page_loads_nothing_from_elsewhere() -> None:
    page = html.render(letter())
    assert not re.search(r"(src|href)=\"(?!data:)", page)
    assert "default-src 'none'" in page


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("alert 7017262a-d24d-5a84-acb7-44f6dcf86764", "alert …6764"),
        ("shared drive 0A064h035igkterjyya", "shared drive …jyya"),
        ("client 103312345678901234567", "client …4567"),
        ("Ana Field <ana@clinic.example>", "Ana Field"),
        ("Maximiliana Featherstonehaugh-Cholmondeley", "Maximiliana Featherstonehaugh-Cholmondeley"),
        ("Pixel 8 of dr.abara@brightwater.example", "Pixel 8 of dr.abara@brightwater.example"),
        ("7017262a-d24d-5a84-acb7-44f6dcf86764", "7017262a-d24d-5a84-acb7-44f6dcf86764"),
    ],
)
def test_a_thing_is_named_with_the_end_of_its_id_only(label: str, shown: str) -> None:
    found = letter(happened=[Happening("new", "LIFE-2", label)])
    assert found.changes[0].lines == (f"{shown}: accounts nobody uses",)


@pytest.mark.parametrize("seed", range(12))
def test_two_pages_hold_however_much_there_is(seed: int) -> None:
    chance = random.Random(seed)
    full, titles = worst(), [control.title for control in controls().values()]

    def some(words: list[str], most: int) -> str:
        return " ".join(chance.choice(words) for _ in range(chance.randint(3, most)))

    def todo() -> Todo:
        steps = tuple(
            some(["Microsoft", "click", "the", "Set-OwaMailboxPolicy"], 90) for _ in range(chance.randint(1, 3))
        )
        codes = tuple(f"SHARE-{chance.randint(1, 44)}" for _ in range(chance.randint(1, 12)))
        return replace(
            full.todo[0], how=steps, controls=codes, concerned=full.todo[0].concerned[: chance.randint(0, 4)]
        )

    found = replace(
        full,
        todo=tuple(todo() for _ in range(chance.randint(1, 3))),
        rest=tuple(("SHARE-44", chance.choice(titles), 999) for _ in range(chance.randint(0, 140))),
        unseen=tuple(f"{chance.choice(titles)}: {some(['grant', 'that', 'permission'], 40)}" for _ in range(seed)),
        accepted=full.accepted[: chance.randint(0, 6)],
        lapsing=tuple(f"How your forms are kept ({n}): until December 4, 2026" for n in range(chance.randint(0, 4))),
    )
    text = pages(found)
    assert len(text) == 2
    shown = second_page(found)
    for _, title, _ in shown.rest[:1] + shown.rest[-1:]:
        assert title in " ".join(text[1].split())


def test_nothing_is_cut_where_there_is_room() -> None:
    for name in ("microsoft-well-run", "google-typical", "microsoft-typical"):
        found = letter(name)
        assert second_page(found).steps == tuple(todo.how for todo in found.todo)
    small = letter("microsoft-well-run")
    assert second_page(small).rest == small.rest
    assert "page two lists all that is open" in later(small)
    assert "Everything that is open" in html.render(small)
    assert "What is open, the most urgent first" in html.render(letter())


def test_what_would_let_us_see_more_says_what_for() -> None:
    found = letter("google-typical")
    titles = {control.title for control in controls().values()}
    assert all(line.split(" (and ")[0].split(": ")[0] in titles for line in found.unseen), found.unseen
    quiet = compose(nothing_open(blind=True), month=MONTH, happened=[], since=date(2026, 10, 24))
    (text,) = pages(quiet)
    assert quiet.quiet
    assert not CODE.search(text)


def test_how_many_mailboxes_were_looked_at() -> None:
    assert letter().seen.endswith("We looked at the settings of all 15 mailboxes.")


def test_a_name_of_sixty_characters_is_not_cut() -> None:
    name = "Maximiliana-Theodora Featherstonehaugh-Cholmondeley of Wells"
    assert len(name) == 60
    found = letter(happened=[Happening("new", "LIFE-2", name)])
    assert f"{name}: accounts nobody uses" in found.changes[0].lines
    assert name in html.render(found)
