"""A page that is too long for a tenant is asked for again in the usual length."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import responses

from connectors.gap import SourceGap
from connectors.source import declared
from tests.connectors.microsoft365.test_batch import Graphs, ok

USERS = "https://graph.microsoft.com/v1.0/users"
TOO_MANY = "Cannot query data for more than 120 users at a time."


def sizes(*, most: int) -> list[str]:
    """The page sizes that were asked for, of a service that allows so many."""
    asked: list[str] = []

    def answer(request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        asked.append(parse_qs(urlsplit(str(request.url)).query)["$top"][0])
        good = int(asked[-1]) <= most
        body = {"value": [{"id": "ann"}]} if good else {"@odata.context": "auditLogs", "value": TOO_MANY}
        return 200 if good else 400, {"Content-Type": "application/json"}, json.dumps(body)

    graph = Graphs(lambda path, before: ok()).graph
    with responses.RequestsMock() as mock:
        mock.add_callback(responses.GET, USERS, answer)
        list(graph.pages(declared()["graph.user_sign_in_activity"], None, licensed=True))
    return asked


def test_sign_in_times_come_in_long_pages() -> None:
    assert sizes(most=500) == ["500"]


def test_where_long_pages_are_refused_the_usual_length_is_asked_for() -> None:
    assert sizes(most=120) == ["500", "100"]


def test_where_that_is_refused_too_there_is_a_gap() -> None:
    with pytest.raises(SourceGap):
        sizes(most=50)
