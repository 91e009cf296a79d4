"""What goes wrong at a provider ends as a precise gap or not at all, and everything else is read as if nothing had happened."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

import msgspec
import pytest
import requests

from connectors import transport
from connectors.gap import Gap, Reason
from connectors.simulator import Fault, SimulatedTenant, scenario
from connectors.simulator.faults import Action, ExpireToken, Refuse, Reset, Status, Throttle, Truncate
from connectors.snapshot import Snapshot
from tests.connectors.google_workspace.clinics import serving
from tests.promises import scanned

MICROSOFT, GOOGLE = "microsoft-typical", "google-typical"
RULES = "microsoft365 graph /v1.0/users/*/mailFolders/inbox/messageRules"
ACCESS = "microsoft365 graph /v1.0/identity/conditionalAccess/policies"
FILTERS = "google_workspace * /gmail/v1/users/me/settings/filters"
TOKEN = "google_workspace * /token"
SLOWER = Status(
    403,
    {
        "error": {
            "code": 403,
            "message": "Slower.",
            "errors": [{"reason": "rateLimitExceeded", "domain": "usageLimits"}],
        }
    },
    (("Retry-After", "0"),),
)
REFUSED = {"error": "invalid_grant", "error_description": "Invalid email or User ID"}
# Keyed by a secret of each scan's own, or counted from its moment.
OWN = re.compile(rb'"h:[0-9a-f]{16}"|\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)?')


@cache
def clean(name: str) -> Snapshot:
    return scanned([name])[0][name]


def content(snapshot: Snapshot, source: str) -> Counter[bytes]:
    """Everything that is known of a source, without what is different in every scan."""
    return Counter(OWN.sub(b"", msgspec.json.encode(line)) for line in snapshot.lines(source))


def differing(
    name: str, *faults: Fault, change: Callable[[SimulatedTenant], None] = lambda tenant: None
) -> tuple[Snapshot, set[str]]:
    """The snapshot of a scan under faults, and the sources that differ from those of an undisturbed scan."""
    found = scanned([name], faults=faults, change=change)[0][name]
    whole = clean(name)
    assert set(found.sources) == set(whole.sources)
    return found, {
        source
        for source, state in found.sources.items()
        if state.gap != whole.sources[source].gap or content(found, source) != content(whole, source)
    }


def gap_of(snapshot: Snapshot, source: str) -> Gap:
    gap = snapshot.sources[source].gap
    assert gap is not None
    return gap


def boxes(name: str, source: str) -> list[str]:
    return list(dict.fromkeys(line.of for line in clean(name).lines(source) if line.of is not None))


def lacking(snapshot: Snapshot, source: str) -> set[str]:
    return {line.of for line in snapshot.lines(source) if line.gap is not None and line.of is not None}


@pytest.mark.parametrize(
    ("name", "faults"),
    [
        (
            MICROSOFT,
            [
                Fault("microsoft365 graph *", Throttle(0), times=30),
                Fault("microsoft365 exchange *", Throttle(0), times=20),
                Fault(RULES, Refuse("unavailable"), times=3),
                Fault("microsoft365 graph /v1.0/users", Truncate(), times=2),
                Fault("microsoft365 graph /v1.0/groups", Reset(), times=2),
                Fault("microsoft365 graph /v1.0/organization", ExpireToken(), after=1),
            ],
        ),
        (
            GOOGLE,
            [
                Fault("google_workspace * /admin/*", SLOWER, times=30),
                Fault("google_workspace * /v1/policies", Throttle(0), times=3),
                Fault(FILTERS, SLOWER, times=4, batch=True),
                Fault("google_workspace * /admin/directory/v1/groups", Truncate(), times=2),
                Fault("google_workspace * /admin/*/orgunits", Reset(), times=2),
                Fault("google_workspace * /admin/*/roles", ExpireToken()),
            ],
        ),
    ],
    ids=[MICROSOFT, GOOGLE],
)
def test_passing_trouble_leaves_nothing_behind(name: str, faults: list[Fault]) -> None:
    assert differing(name, *faults)[1] == set()


@pytest.mark.parametrize(
    ("match", "action", "source", "reason", "names"),
    [
        (ACCESS, Status(403), "graph.conditional_access_policies", Reason.PERMISSION, "Policy.Read.All"),
        (ACCESS, Throttle(0), "graph.conditional_access_policies", Reason.THROTTLED, ""),
        (
            "microsoft365 graph /v1.0/policies/authorizationPolicy",
            Status(302, "", (("Location", "https://elsewhere.example/v1.0/policies/authorizationPolicy"),)),
            "graph.authorization_policy",
            Reason.PROVIDER_ERROR,
            "302",
        ),
        ("microsoft365 exchange Get-TransportRule", Status(403), "exchange.transport_rules", Reason.PERMISSION, "Reader"),
    ],
    ids=["empty-403", "endless-storm", "redirect", "exchange-empty-403"],
)  # fmt: skip
def test_what_stays_darkens_one_source_of_microsoft_alone(
    match: str, action: Action, source: str, reason: Reason, names: str
) -> None:
    found, changed = differing(MICROSOFT, Fault(match, action))
    gap = gap_of(found, source)
    assert changed == {source}
    assert gap.reason is reason
    assert names in f"{gap.detail} {gap.remedy}"


@pytest.mark.parametrize(
    ("match", "action", "source", "reason"),
    [
        ("google_workspace * /admin/*/roles", SLOWER, "directory.roles", Reason.THROTTLED),
        ("google_workspace * /v1beta1/alerts", Status(403), "alerts.alerts", Reason.PERMISSION),
        ("google_workspace * /admin/*/roleassignments", Truncate(), "directory.role_assignments", Reason.UNREADABLE),
    ],
    ids=["endless-storm", "empty-403", "torn-page"],
)  # fmt: skip
def test_what_stays_darkens_one_source_of_google_alone(match: str, action: Action, source: str, reason: Reason) -> None:
    found, changed = differing(GOOGLE, Fault(match, action))
    assert changed == {source}
    assert gap_of(found, source).reason is reason


def test_of_half_failed_batches_only_the_failed_half_is_missing() -> None:
    owners = boxes(MICROSOFT, "graph.message_rules")
    late, refused = set(owners[::4]), set(owners[1::4])
    faults = [Fault(RULES.replace("*", owner), Status(504, "", (("Retry-After", "0"),)), batch=True) for owner in late]
    faults += [Fault(RULES.replace("*", owner), Status(403), batch=True) for owner in refused]
    found, changed = differing(MICROSOFT, *faults)
    state, gap = found.sources["graph.message_rules"], gap_of(found, "graph.message_rules")
    left = len(owners) - len(late) - len(refused)
    assert changed == {"graph.message_rules"}
    assert (gap.reason, state.parents, state.parents_read) == (Reason.PARTIAL, len(owners), left)
    assert f"{left} of {len(owners)} were read" in gap.detail
    assert lacking(found, "graph.message_rules") == late | refused


def test_a_region_that_exchange_sends_elsewhere_is_found_again() -> None:
    hint = {"error": {"code": "ErrorIncorrectRoutingHint", "message": "The tenant is in another region."}}
    moved = Fault("microsoft365 exchange Get-RemoteDomain", Status(400, hint), times=1)

    def send_away(tenant: SimulatedTenant) -> None:
        tenant.state["exchange_redirect"] = "elsewhere.example"

    assert differing(MICROSOFT, moved, change=send_away)[1] == set()


def test_a_mailbox_that_google_never_shows_is_the_only_one_that_lacks() -> None:
    owner = boxes(GOOGLE, "gmail.filters")[3]

    def refuse(tenant: SimulatedTenant) -> None:
        address = next(user["primaryEmail"] for user in tenant.state["users"] if user["id"] == owner)
        tenant.state["tokenErrors"] = {address: (REFUSED["error"], REFUSED["error_description"])}

    found, changed = differing(GOOGLE, change=refuse)
    mail = {name for name in found.sources if name.startswith("gmail.")}
    assert mail < changed
    assert all(name.startswith(("gmail.", "calendar.", "drive.exposed")) for name in changed)
    for name in mail:
        assert lacking(found, name) == {owner}
        assert f"{len(boxes(GOOGLE, name)) - 1} of {len(boxes(GOOGLE, name))} were read" in gap_of(found, name).detail


MAIL = ("directory.users", "gmail.filters", "gmail.imap")


def test_a_token_that_is_withdrawn_and_refused_in_mid_run_is_one_mailboxs_gap(tmp_path: Path) -> None:
    people = len(boxes(GOOGLE, "gmail.filters"))
    faults = [
        Fault(FILTERS, ExpireToken(), nth=people, batch=True),
        Fault(TOKEN, Status(400, REFUSED), after=people + 1),  # one for the administrator, one for each mailbox
    ]
    with serving(scenario(GOOGLE), tmp_path, faults=faults) as clinic:
        found = clinic.read(*MAIL)
    states = [found.sources[name] for name in MAIL[1:]]
    lost = lacking(found, "gmail.filters") | lacking(found, "gmail.imap")
    assert len(lost) == 1
    assert {state.parents_read for state in states} <= {people, people - 1}
    gap = next(line.gap for name in MAIL[1:] for line in found.lines(name) if line.gap is not None)
    assert "refuses a token" in gap.detail
    assert found.sources["directory.users"].gap is None


@pytest.mark.parametrize("name", [MICROSOFT, GOOGLE])
def test_a_mailbox_that_no_answer_ever_comes_from_is_asked_for_alone(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, match = ("graph.message_rules", RULES) if name == MICROSOFT else ("gmail.filters", FILTERS)
    owners = boxes(name, source)
    lost = owners[2]
    real = transport.Transport._exchange

    def exchange(self: transport.Transport, request: transport.Request, headers: dict[str, str]) -> transport.Response:
        # A batch holds the mailbox by its id in a path (Microsoft) or by its owner's token (Google).
        sent = (request.body or b"") + str(headers).encode()
        if "batch" in request.url and marked(lost).encode() in sent:
            raise requests.Timeout
        return real(self, request, headers)

    def marked(owner: str) -> str:
        return f"/users/{owner}/mailFolders" if name == MICROSOFT else f"{owner}-"

    monkeypatch.setattr(transport.Transport, "_exchange", exchange)
    found, changed = differing(name)
    state = found.sources[source]
    assert {n for n in changed if not n.startswith("gmail.")} <= {source}
    assert (state.parents, state.parents_read) == (len(owners), len(owners) - 1)
    assert lacking(found, source) == {lost}
    assert "Timeout" in gap_of(found, source).detail
