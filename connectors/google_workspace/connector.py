"""The connector of Google Workspace: which sources a tier reads, and how each is read."""

from __future__ import annotations

import math
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec

from connectors import quick as quick_scan
from connectors.collect import WORKERS, Fetch, Page
from connectors.gap import Gap, Reason, SourceGap
from connectors.google_workspace import sources as declarations
from connectors.google_workspace.client import Client, Tokens
from connectors.google_workspace.connection import Connection
from connectors.google_workspace.guard import guard
from connectors.google_workspace.lanes import QUOTAS, lanes, retries
from connectors.google_workspace.listing import PARENTS, Listings
from connectors.google_workspace.mailboxes import AT_ONCE, Mailboxes
from connectors.google_workspace.mailboxes import GROUP as MAILBOX_GROUP
from connectors.google_workspace.owners import Owners
from connectors.google_workspace.scopes import GROUPS, delegation, reaches
from connectors.source import GOOGLE_WORKSPACE, Provider, Source, declared
from connectors.transport import Transport, Unreachable

assert declarations.__all__  # importing them declares the sources


def google_sources() -> list[Source]:
    """Every source of Google Workspace, whatever the tier."""
    return [source for source in declared().values() if source.provider is GOOGLE_WORKSPACE]


class GoogleWorkspace:
    """Reads one clinic's Google Workspace. Implements `connectors.collect.Connector`."""

    provider: Provider = GOOGLE_WORKSPACE

    def __init__(
        self,
        connection: Connection,
        *,
        stop: threading.Event | None = None,
        skip: Collection[str] = (),
        budget: int | None = None,
        quick: bool = False,
    ) -> None:
        """`skip` names sources that are not read; `budget` is the most requests a run may send."""
        self.connection = connection
        self._quick = quick
        self._skip = frozenset(skip)
        self.transport = Transport(
            guard(local=connection.local, more=connection.token_hosts),
            lanes(paced=connection.keeps_pace),
            retry=retries(paced=connection.keeps_pace),
            stop=stop,
            budget=budget,
            backoff_base=0.2 if connection.local else 1.0,
        )
        client = Client(connection, self.transport)
        self._client = client
        self._listings = Listings(client, self.identify, connection.subject)
        self._mailboxes = Mailboxes(client, [s for s in self.sources() if s.call.group == MAILBOX_GROUP])
        self._owners = Owners(client)
        self._identity = ""
        self._identifying = threading.Lock()

    def sources(self) -> Sequence[Source]:
        """The sources of this connection's tier that nobody skips."""
        tier = self.connection.tier
        return [
            s
            for s in google_sources()
            if reaches(tier, s.tier)
            and s.name not in self._skip
            and not self._of_others(s)
            and not (self._quick and quick_scan.left_out(s))
        ]

    def _of_others(self, source: Source) -> bool:
        """Whether a source is read as each person in turn, which somebody who signed in cannot (google-workspace.md 1.1)."""
        return self.connection.signed_in and source.call.subject == "user"

    @property
    def tokens(self) -> Tokens:
        """The tokens of this connection."""
        return self._client.tokens

    def address(self, source: Source, **parameters: str) -> str:
        """Where a source is asked for."""
        return self._client.requests.url(source, **parameters)

    def try_one(self, source: Source) -> Gap | None:
        """Ask for the first page of a listing: the gap that the answer leaves, None if it can be read."""
        try:
            answer = self._client.get(source, self._client.requests.url(source))
        except SourceGap as err:
            return err.gap
        except Unreachable as err:
            return Gap(source.name, Reason.PROVIDER_ERROR, str(err), "check the network path to Google and scan again")
        return None if answer.ok else self._listings.gap(source, answer)

    def skipped(self) -> Mapping[str, Gap]:
        """The other sources, with the tier and scope that would read them."""
        gaps = {}
        for source in google_sources():
            if source.name in self._skip:
                gaps[source.name] = Gap(
                    source.name, Reason.NOT_COLLECTED, "it is switched off", f"take {source.name} out of the skip list"
                )
            elif self._of_others(source):
                gaps[source.name] = Gap(
                    source.name,
                    Reason.NOT_COLLECTED,
                    "a signed-in administrator cannot read other people's mailboxes",
                    "use a service account with domain-wide delegation: `auditor connect google`",
                )
            elif not reaches(self.connection.tier, source.tier):
                gaps[source.name] = Gap(
                    source.name,
                    Reason.NOT_COLLECTED,
                    f"the tier {self.connection.tier} does not read it",
                    f'set tier = "{source.tier}" for google_workspace and delegate the scope {source.permission}',
                )
            elif self._quick and quick_scan.left_out(source):
                gaps[source.name] = quick_scan.gap(source)
        return gaps

    def identify(self) -> str:
        """The customer id (C0...) that Google gives for the administrator. `SourceGap` if sign-in fails or it is another's."""
        with self._identifying:
            if not self._identity:
                self._identity = self._ask_identity()
            return self._identity

    def _ask_identity(self) -> str:
        source = declared()["directory.customer"]
        wanted = self.connection.customer_id
        address = self._client.requests.url(source, customerKey="my_customer")
        try:
            answer = self._client.get(source, address)
        except Unreachable as err:
            gap = Gap(source.name, Reason.PROVIDER_ERROR, str(err), "check the network path to Google and scan again")
            raise SourceGap(gap) from err
        if not answer.ok:
            raise SourceGap(self._listings.gap(source, answer))
        try:
            found = answer.json().get("id")
        except (msgspec.DecodeError, AttributeError):
            found = None
        if not isinstance(found, str) or not found:
            raise SourceGap(Gap(source.name, Reason.UNREADABLE, "Google's answer names no customer id", "report it"))
        if wanted and found != wanted:
            detail = f"{self.connection.admin} administers the customer {found}, but the configuration says {wanted}"
            remedy = "correct customer_id or the administrator's address: nothing was read"
            raise SourceGap(Gap(source.name, Reason.NEEDS_INPUT, detail, remedy))
        return found

    def pages(self, fetch: Fetch) -> Iterator[Page]:
        """The pages of one source."""
        if fetch.source.call.group == MAILBOX_GROUP:
            return self._mailboxes.pages(fetch)
        if fetch.source.call.subject == "user":
            return self._owners.pages(fetch)
        if fetch.source.fan_out:
            return self._listings.each_parent(fetch)
        return self._listings.pages(fetch)

    def disclosures(self) -> Sequence[str]:
        """What the scopes of this run would allow beyond what is read, in plain words."""
        groups = {source.call.group for source in self.sources()}
        said = [f"Google Workspace: {g.beyond}." for g in GROUPS.values() if g.name in groups and g.beyond]
        return [quick_scan.NOTE, *said] if self._quick else said

    def delegation(self) -> str:
        """What a super administrator pastes into the Admin console for this tier: client id and scopes."""
        return delegation(self.connection.client_id, self.connection.tier)

    def plan(self, users: int, mailboxes: int, groups: int, policies: int) -> list[tuple[str, int, str, float]]:
        """An estimate before a run: (source, requests, lane, seconds on that lane).

        Tokens are counted with the source that needs them. Seconds take a tenth of a second an answer, and what the lane
        waits to keep its quota; lanes run side by side, so the run takes about as long as its slowest lane.
        """
        rows = []
        spent = dict.fromkeys(QUOTAS, 0)
        for source in self.sources():
            size = source.page_size or 1
            count = {
                "directory.users": users,
                "reports.usage.users": users,
                "directory.groups": groups,
                "policy.policies": policies,
            }.get(source.name, 1)
            requests, items = max(1, math.ceil(count / size)), 0
            if source.call.subject == "user" and source.call.group != MAILBOX_GROUP:
                requests, items = 2 * users, 0  # a token and one page each
            elif source.call.subject == "user":
                # One token a mailbox, and one batch of all settings of some; told with the first of the sources.
                first = source.name == "gmail.auto_forwarding"
                batch = max(1, min(AT_ONCE, mailboxes // WORKERS))
                requests, items = (mailboxes + math.ceil(mailboxes / batch), mailboxes * 7) if first else (0, 0)
            elif source.fan_out:
                items = users if source.after[0] == "directory.users" else groups
                items = 1 if source.after[0] == "drive.shared_drives" else items
                requests = math.ceil(items / PARENTS)
            elif source.call.each is not None:
                # A page for each product or event; further ones for as many records as there are people, of whichever.
                requests = len(source.call.each[1]) + max(1, math.ceil(users / size)) - 1
            quota, before = QUOTAS[source.lane], spent[source.lane]
            spent[source.lane] += max(requests, items)
            waits = quota.least(spent[source.lane]) - quota.least(before) if self.connection.keeps_pace else 0.0
            seconds = max(requests * 0.1 / quota.at_once, waits)
            rows.append((source.name, requests, source.lane, round(seconds, 1)))
        return rows
