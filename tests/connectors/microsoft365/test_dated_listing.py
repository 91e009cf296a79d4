"""Listings that ask for the last days only, and end after so many pages."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import responses

import connectors.microsoft365.sources.signin as declares
from connectors.collect import Page
from connectors.gap import Reason, SourceGap
from connectors.microsoft365.paths import Paths
from connectors.source import Source, declared
from tests.connectors.microsoft365.test_batch import Graphs, ok

PAGE = "https://graph.microsoft.com/v1.0/auditLogs/signIns"


def log() -> Source:
    return declared()["graph.sign_ins"]


def test_the_filter_names_the_day_and_every_old_program() -> None:
    asked = parse_qs(urlsplit(Paths().of(log())).query)
    text = asked["$filter"][0]
    since = datetime.fromisoformat(text.split()[2])
    assert timedelta(days=30) <= datetime.now(UTC) - since < timedelta(days=31)
    assert all(f"clientAppUsed eq '{name}'" in text for name in declares.OLD_CLIENTS)
    assert "{" not in text
    assert asked["$top"] == ["1000"]
    assert "$select" not in asked


def read(pages: int, most: int | None) -> tuple[list[Page], SourceGap | None]:
    """The pages of a log of so many pages, and the gap at its end."""

    def answer(request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        number = int(parse_qs(urlsplit(str(request.url)).query).get("page", ["1"])[0])
        body: dict[str, object] = {"value": [{"id": str(number)}]}
        if number < pages:
            body["@odata.nextLink"] = f"{PAGE}?page={number + 1}"
        return 200, {"Content-Type": "application/json"}, json.dumps(body)

    source = replace(log(), call=replace(log().call, most=most))
    graph = Graphs(lambda path, before: ok()).graph
    found: list[Page] = []
    with responses.RequestsMock() as mock:
        mock.add_callback(responses.GET, PAGE, answer)
        try:
            found.extend(graph.pages(source, None, licensed=True))
        except SourceGap as err:
            return found, err
    return found, None


@pytest.mark.parametrize(
    ("pages", "most", "kept", "cut"), [(3, None, 3, False), (2, 3, 2, False), (3, 3, 3, False), (4, 3, 3, True)]
)
def test_a_long_log_ends_with_a_gap_and_keeps_what_was_read(pages: int, most: int | None, kept: int, cut: bool) -> None:
    found, missing = read(pages, most)
    assert [record["id"] for page in found for record in page.records] == [str(number + 1) for number in range(kept)]
    assert (missing is not None) is cut
    if missing is not None:
        assert missing.gap.reason is Reason.PARTIAL
