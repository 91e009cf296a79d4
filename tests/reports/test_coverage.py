"""How many mailboxes were read stands at the top of every report, with who was left out and why."""

from __future__ import annotations

import pytest

from connectors.gap import Gap, Reason
from connectors.snapshot import Snapshot, SourceState, TenantInfo
from reports import reading, render
from rules import assess
from rules.assess import Assessment
from tests.promises import NOW

NOTE = "read with a token of each owner; not asked for: 3 archived, 12 suspended, 1 without a mailbox"


def clinic(**sources: SourceState) -> Assessment:
    tenant = TenantInfo("clinic", "Clinic", ["google_workspace", "microsoft365"])
    states = {name.replace("__", "."): state for name, state in sources.items()}
    return assess(Snapshot.of(tenant, {}, states=states, taken=NOW), now=NOW)


def mail(read: int, of: int, note: str = NOTE) -> SourceState:
    gap = None if read == of else Gap("gmail", Reason.PARTIAL, "some were not read", "scan again")
    return SourceState("google_workspace", gap=gap, parents=of, parents_read=read, note=note)


@pytest.mark.parametrize("form", ["text", "html"])
def test_every_report_says_how_many_mailboxes_were_read(form: str) -> None:
    shown = " ".join(render(clinic(gmail__filters=mail(412, 500), gmail__imap=mail(500, 500)), form).split())
    assert "412 of 500 mailboxes read" in shown
    assert "3 archived, 12 suspended, 1 without a mailbox" in shown


def test_the_source_that_lacks_most_is_counted() -> None:
    found = clinic(gmail__filters=mail(9, 10), gmail__imap=mail(7, 10), gmail__pop=mail(10, 10))
    assert reading.coverage(found) == [f"Google Workspace: settings of 7 of 10 mailboxes read ({NOTE})."]


def test_where_no_mailbox_was_to_be_read_nothing_is_counted() -> None:
    gap = Gap("gmail.filters", Reason.NOT_COLLECTED, "the tier does not read it", "")
    assert reading.coverage(clinic(gmail__filters=SourceState("google_workspace", gap=gap))) == []


def test_both_providers_are_counted_each() -> None:
    outlook = SourceState("microsoft365", parents=4, parents_read=4)
    found = reading.coverage(clinic(graph__message_rules=outlook, gmail__imap=mail(1, 1, "")))
    assert found == [
        "Microsoft 365: settings of 4 of 4 mailboxes read.",
        "Google Workspace: settings of 1 of 1 mailbox read.",
    ]
