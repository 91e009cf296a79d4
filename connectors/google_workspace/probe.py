"""Trying a connection to Google Workspace: every scope of the tier, the administrator's role, and what is delegated beyond."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.gap import SourceGap
from connectors.google_workspace.connector import GoogleWorkspace, google_sources
from connectors.google_workspace.errors import TokenRefused
from connectors.google_workspace.scopes import GROUPS, PREFIX, reaches, url
from connectors.probe import Probe, State
from connectors.source import declared
from connectors.transport import Unreachable

FAR = (
    "https://mail.google.com/",
    PREFIX + "gmail.modify",
    PREFIX + "gmail.readonly",
    PREFIX + "gmail.settings.sharing",
    PREFIX + "drive",
    PREFIX + "calendar",
    PREFIX + "admin.directory.user",
    PREFIX + "admin.directory.group",
    PREFIX + "admin.directory.orgunit",
    PREFIX + "admin.directory.rolemanagement",
    PREFIX + "cloud-identity.policies",
    PREFIX + "cloud-platform",
)
"""Far-reaching scopes that are often delegated and that no tier needs. Google lists no client's scopes, so each is asked for."""

_OF_OTHERS = frozenset(source.call.group for source in google_sources() if source.call.subject == "user")
"""Scope groups whose tokens stand for each person in turn."""


def probe(connector: GoogleWorkspace) -> Iterator[Probe]:
    """Everything that can be told about the connection without a scan."""
    tokens, connection = connector.tokens, connector.connection
    delegated = not connection.signed_in
    for group in GROUPS.values():
        if not reaches(connection.tier, group.tier):
            continue
        subject = connection.subject(group.name)
        what = f"scope group {group.name}"
        if not delegated and group.name in _OF_OTHERS:
            yield Probe(
                what,
                State.MISSING,
                "a signed-in administrator cannot read other people's mailboxes",
                "use a service account with domain-wide delegation for this",
            )
            continue
        try:
            refused = tokens.refusal(subject, [url(scope) for scope in group.scopes])
            missing = (
                [scope for scope in group.scopes if tokens.refusal(subject, [url(scope)])]
                if refused is not None and refused.not_delegated
                else []
            )
        except Unreachable as err:
            yield Probe(what, State.FAILED, str(err), "check the network path to Google")
            return
        if refused is None:
            yield Probe(what, State.OK, group.beyond, permission=",".join(group.scopes))
            continue
        gap = tokens.gap(declared()["directory.customer"], refused, subject, missing or list(group.scopes))
        state = State.MISSING if refused.not_delegated else State.FAILED
        yield Probe(what, state, gap.detail, gap.remedy, ",".join(missing or group.scopes))
        if state is State.FAILED:
            return  # it is about the account or the key, and every further group would say the same
    yield from _administrator(connector)
    if delegated:
        yield from _beyond(connector)


def _administrator(connector: GoogleWorkspace) -> Iterator[Probe]:
    """Whether the administrator is one, of this customer, and a super administrator."""
    try:
        found = connector.identify()
    except SourceGap as err:
        yield Probe("administrator", State.FAILED, err.gap.detail, err.gap.remedy)
        return
    yield Probe("administrator", State.OK, f"administers the customer {found}")
    gap = connector.try_one(declared()["policy.policies"])
    if gap is None:
        yield Probe("settings of the Admin console", State.OK, "can be read")
    else:
        yield Probe("settings of the Admin console", State.MISSING, gap.detail, gap.remedy)


def _beyond(connector: GoogleWorkspace) -> Iterator[Probe]:
    """Scopes that are delegated and that this tier does not need."""
    connection = connector.connection
    higher = [url(s) for g in GROUPS.values() if not reaches(connection.tier, g.tier) for s in g.scopes]
    needed = {url(s) for g in GROUPS.values() if reaches(connection.tier, g.tier) for s in g.scopes}
    for scope in dict.fromkeys([*higher, *FAR]):
        if scope in needed:
            continue
        try:
            if connector.tokens.refusal(connection.admin, [scope]) is None:
                yield Probe(
                    "domain-wide delegation",
                    State.BEYOND,
                    f"is delegated, and the tier {connection.tier} does not need it",
                    "take it out of the client's list of scopes",
                    scope.removeprefix(PREFIX),
                )
        except (Unreachable, TokenRefused):
            yield Probe("domain-wide delegation", State.UNKNOWN, "could not be told", "try again", scope)
            return
