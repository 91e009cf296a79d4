"""A clinic of thousands: what needs nobody's hands is folded on the page, and the JSON names everybody and stays small."""

from __future__ import annotations

import json
import re
from functools import cache

from reports import render
from reports.html import FOLD
from rules import Assessment, assess
from tests.rules.identity import NOW, microsoft, report, user

MANY = FOLD + 37


@cache
def assessment() -> Assessment:
    """So many people whose second factor is fine, and as many who have none."""
    fine = [report(f"fine{number}", "microsoftAuthenticatorPush") for number in range(MANY)]
    bad = [report(f"bad{number}") for number in range(MANY)]
    names = [record["id"] for record in (*fine, *bad)]
    sources = {"graph.user_registration_details": fine + bad}
    return assess(microsoft([user(name) for name in names], sources), now=NOW, only=["MFA-2"])


def rows(verdict: str) -> list[str]:
    page = render(assessment(), "html").partition('id="h-controls"')[2]
    return [row for row in re.findall(r"<tr>.*?</tr>", page) if f'<span class="{verdict}">' in row]


def test_passes_beyond_a_number_are_one_row_and_failures_never_are() -> None:
    folded = rows("pass")
    assert len(folded) == FOLD + 1
    assert f"{MANY - FOLD} more" in folded[-1]
    assert len(rows("fail")) == MANY


def test_the_json_names_everybody_and_what_their_results_rest_on_once() -> None:
    check = next(
        check
        for control in json.loads(render(assessment(), "json"))["controls"]
        for check in control["checks"]
        if len(check["results"]) >= 2 * MANY
    )
    assert len(check["evidence"]) < 10
    rest = [check["evidence"][result["evidence"]] for result in check["results"]]
    assert all("graph.user_registration_details:isMfaRegistered" in fields for fields in rest)
