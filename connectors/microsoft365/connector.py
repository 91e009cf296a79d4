"""One clinic's Microsoft 365, as the collector sees it."""

from __future__ import annotations

import dataclasses
import math
import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from connectors import quick as quick_scan
from connectors.collect import Fetch, Page
from connectors.gap import Gap, Reason, SourceGap
from connectors.microsoft365 import clouds, csom, errors, lanes
from connectors.microsoft365.calls import Cmdlet, Elsewhere, Graph, Rest, SiteListing
from connectors.microsoft365.client import Tokens
from connectors.microsoft365.connection import PROFILES, Connection
from connectors.microsoft365.exchange import BATCH as CMDLETS
from connectors.microsoft365.exchange import PAGE, Exchange
from connectors.microsoft365.graph import BATCH, Item, wanted
from connectors.microsoft365.graph import Graph as GraphReader
from connectors.microsoft365.licences import GATES, open_gates
from connectors.microsoft365.profiles import beyond, held_by, owner_of, sources_of
from connectors.microsoft365.rest import RestReader, service_of
from connectors.microsoft365.together import Together, groups
from connectors.signin import SignInFailed
from connectors.source import MICROSOFT_365, Source, declared
from connectors.transport import Transport

_SKUS = "graph.subscribed_skus"
ADMINISTRATORS = 5
"""How many administrators a plan counts with."""
SHARE_OF_SHARED = 30
"""One in so many mailboxes is taken to be a shared one."""
FEW_PARENTS = 4
"""How many domains, distribution groups or pages for appointments a plan counts with."""
_ORGANIZATION = "graph.organization"
_PER_MAILBOX = frozenset(
    f"exchange.{name}"
    for name in ("cas_mailboxes", "mailbox_audit_bypass", "mailboxes", "recipient_permissions", "recipients", "users")
)
"""Listings that hold a line for every mailbox."""


class Microsoft365:
    """Reads one tenant. Construction does no network; `identify` signs in."""

    provider = MICROSOFT_365

    def __init__(
        self,
        connection: Connection,
        *,
        stop: threading.Event | None = None,
        skip: set[str] | None = None,
        budget: int | None = None,
        quick: bool = False,
    ) -> None:
        self.connection = connection
        self.transport = Transport(
            lanes.guard(connection),
            lanes.lanes(paced=connection.keeps_pace),
            retry=lanes.retry,
            stop=stop,
            budget=budget,
            backoff_base=0.05 if connection.local else 2.0,
            verify=connection.ca_file or True,
        )
        self.tokens = Tokens(connection, self.transport)
        self.graph = GraphReader(self.transport, self.tokens, connection.base("graph"))
        self.exchange = Exchange(connection, self.transport, self.tokens)
        self.rest = RestReader(connection, self.transport, self.tokens)
        self.together = Together(self.graph, self.exchange)
        self._skip = skip or set()
        self._quick = quick
        self._gates: set[str] | None = None

    def sources(self) -> Sequence[Source]:
        """What this run reads; sources behind a license wait until the licenses are known, SharePoint's until its address is."""
        skipped = self.skipped()
        return [_ready(source) for source in sources_of(self.connection.profile) if source.name not in skipped]

    def skipped(self) -> Mapping[str, Gap]:
        """What this run does not read, and why."""
        found = {}
        wanted_tiers = PROFILES[: PROFILES.index(self.connection.profile) + 1]
        for source in declared().values():
            if source.provider is not MICROSOFT_365:
                continue
            if isinstance(source.call, Elsewhere):
                found[source.name] = Gap(source.name, Reason.NOT_COLLECTED, source.call.why, source.call.remedy)
            elif source.tier not in wanted_tiers:
                remedy = f"use the profile {source.tier} and grant {source.permission}"
                found[source.name] = Gap(
                    source.name,
                    Reason.NOT_COLLECTED,
                    f"the profile {self.connection.profile} does not read this",
                    remedy,
                )
            elif source.name in self._skip:
                found[source.name] = Gap(
                    source.name, Reason.NOT_COLLECTED, "it is switched off by `skip`", "scan without --skip"
                )
            elif self._not_in_this_cloud(source):
                found[source.name] = Gap(
                    source.name,
                    Reason.NOT_COLLECTED,
                    f"Microsoft's cloud {self.connection.cloud} does not offer this",
                    "look at it in the admin center",
                )
            elif switch := self.connection.switched_off(source.name):
                found[source.name] = Gap(
                    source.name, Reason.NOT_COLLECTED, "it is switched off", f"set {switch} = true"
                )
            elif self._quick and quick_scan.left_out(source):
                found[source.name] = quick_scan.gap(source)
        return found

    def _not_in_this_cloud(self, source: Source) -> bool:
        if self.connection.cloud not in clouds.GOVERNMENT or not isinstance(source.call, Graph) or source.fan_out:
            return False
        return clouds.lacks(self.graph.paths.of(source), self.connection.cloud)

    def identify(self) -> str:
        """Sign in and learn the tenant's id; `SignInFailed` if it is not the one that was configured."""
        self.tokens.header("graph")
        source = declared()["graph.organization"]
        response = self.graph.get(self.graph.base + self.graph.paths.of(source), source)
        if not response.ok:
            claimed = str(self.tokens.claims("graph").get("tid") or self.connection.tenant_id)
            return self._checked(claimed)
        found = response.json().get("value") or [{}]
        return self._checked(str(found[0].get("id") or self.connection.tenant_id))

    def _checked(self, found: str) -> str:
        wanted_id = self.connection.tenant_id
        if "." not in wanted_id and found.casefold() != wanted_id.casefold():
            raise SignInFailed(
                f"the credentials open the tenant {found}, not {wanted_id}",
                "check tenant_id and the credentials: nothing was read",
            )
        return found

    def disclosures(self) -> Sequence[str]:
        """What the run was allowed to touch beyond what it needs, by the tokens it was given."""
        more: dict[tuple[str, str], None] = {}
        for resource in self.tokens.resources():
            try:
                held = held_by(self.tokens.claims(resource))
            except SignInFailed:
                continue
            service = owner_of(resource)
            more |= dict.fromkeys((name, service) for name in beyond(held, self.connection.profile, service))
        quick = [quick_scan.NOTE] if self._quick else []
        if not more:
            return quick
        shown = [name if service == "graph" else f"{name} ({service})" for name, service in more]
        return [
            *quick,
            f"The application in Microsoft 365 holds more than this scan needs: {', '.join(shown)}. Take these permissions away.",
        ]

    def pages(self, fetch: Fetch) -> Iterator[Page]:
        """The pages of one source."""
        source = fetch.source
        try:
            licensed = self._licensed(fetch)
            if isinstance(source.call, Cmdlet):
                yield from self._cmdlet(fetch, source.call)
            elif isinstance(source.call, Rest | SiteListing):
                yield from self._rest(fetch)
            elif source.fan_out:
                yield from self._graph_fan_out(fetch)
            else:
                yield from self.graph.pages(source, fetch.following, licensed=licensed, first=self._first(fetch))
        except SignInFailed as err:
            raise SourceGap(Gap(source.name, Reason.PERMISSION, err.message, err.advice)) from err

    def _first(self, fetch: Fetch) -> Item | None:
        """A source's first answer, if it came along with those of others."""

        def asked(source: Source) -> bool:
            return source.licence not in GATES or self._gates is None or source.licence in self._gates

        return self.together.first(fetch, lambda: together(self.sources()), asked)

    def _licensed(self, fetch: Fetch) -> bool:
        """Whether the tenant holds the plan behind a source; `SourceGap` if it is known that it does not."""
        source = fetch.source
        if source.licence not in GATES:
            return False
        state = fetch.state(_SKUS)
        if state is None or state.gap is not None:
            return False
        if self._gates is None:
            self._gates = open_gates(fetch.records(_SKUS))
        if source.licence not in self._gates:
            raise SourceGap(
                errors.licence_gap(
                    source, f"the tenant holds no plan with {errors.LICENCES.get(source.licence, source.licence)}"
                )
            )
        return True

    def _cmdlet(self, fetch: Fetch, call: Cmdlet) -> Iterator[Page]:
        if not call.per:
            yield from self.exchange.pages(fetch, self._first(fetch))
            return
        of = call.of or call.per
        parents, listed = {}, 0
        for listed, r in enumerate(fetch.each(fetch.source.after[0]), 1):  # noqa: B007 - the last one is their number
            if r.get(of) and r.get(call.per) and (call.only is None or call.only(r)):
                parents[str(r[of])] = f"{r[call.per]}{call.folder}"
        yield from self.exchange.fan_out(fetch, parents)
        self._complete(fetch, missing=listed - len(parents) if call.only is None else 0)

    def _rest(self, fetch: Fetch) -> Iterator[Page]:
        call = fetch.source.call
        if service_of(fetch.source) == "sharepoint" and not self.rest.sharepoint_name:
            self.rest.sharepoint_name = sharepoint_name(fetch.records(_ORGANIZATION))
        if isinstance(call, SiteListing):
            yield from csom.pages(self.rest, fetch)
        elif not call.per:
            yield from self.rest.pages(fetch)
        else:
            records = fetch.records(fetch.source.after[0])
            parents = wanted(records, fetch.source)
            if call.together:
                named = {str(record.get(call.per)): str(record.get(call.together) or "") for record in records}
                yield from csom.fan_out(self.rest, fetch, {parent: named[parent] for parent in parents})
            else:
                yield from self.rest.fan_out(fetch, {parent: parent for parent in parents})
            self._complete(fetch, missing=sum(call.per not in record for record in records))

    def _graph_fan_out(self, fetch: Fetch) -> Iterator[Page]:
        source = fetch.source
        records = fetch.each(source.after[0])
        narrowed = _NARROWED.get(source.name)
        chosen = None
        if narrowed is not None:
            chosen, fetch.note = narrowed(fetch)
        parents = [parent for parent in wanted(records, source) if chosen is None or parent in chosen]
        note = fetch.note
        yield from self.graph.fan_out(fetch, parents)
        fetch.note = "; ".join(dict.fromkeys(part for part in (note, fetch.note) if part))
        self._complete(fetch)

    def _complete(self, fetch: Fetch, missing: int = 0) -> None:
        """A fan-out over an incomplete list of parents is itself incomplete."""
        parent = fetch.state(fetch.source.after[0])
        if parent is not None and parent.gap is not None:
            gap = parent.gap
            raise SourceGap(
                Gap(
                    fetch.source.name,
                    Reason.PARTIAL,
                    f"{fetch.source.after[0]} is incomplete: {gap.detail}",
                    gap.remedy,
                )
            )
        if missing:
            raise SourceGap(
                Gap(
                    fetch.source.name,
                    Reason.PARTIAL,
                    f"{missing} of {fetch.source.after[0]} have no id to ask for",
                    "report this",
                )
            )


def _ready(source: Source) -> Source:
    """A source that waits for everything it needs."""
    return dataclasses.replace(source, after=tuple(dict.fromkeys((*source.after, *_needed(source)))))


def together(sources: Iterable[Source]) -> list[list[Source]]:
    """The sources whose first answers are asked in one request: some need nothing, others only the licences."""
    return list(groups(sources, {_SKUS}))


def _needed(source: Source) -> Iterator[str]:
    """What must be read before a source, beyond what it says itself."""
    if source.licence in GATES:
        yield _SKUS
    if isinstance(source.call, Rest | SiteListing) and service_of(source) == "sharepoint":
        yield _ORGANIZATION


def sharepoint_name(organization: Sequence[Mapping[str, Any]]) -> str:
    """What stands before -admin.sharepoint.com: the first label of the tenant's first domain (microsoft365.md 1.2)."""
    for record in organization:
        for domain in record.get("verifiedDomains") or []:
            if domain.get("isInitial") is True:
                label = str(domain.get("name", "")).partition(".")[0].lower()
                return label if re.fullmatch(r"[a-z0-9-]+", label) else ""
    return ""


def _admins(fetch: Fetch) -> set[str]:
    """Everybody who holds a role directly."""
    try:
        return {
            str(record["principalId"]) for record in fetch.records("graph.role_assignments") if "principalId" in record
        }
    except SourceGap:
        return set()


def _methods_for(fetch: Fetch) -> tuple[set[str] | None, str]:
    """Whose factors are read one by one: everybody's without the report, else only administrators', whom it must not be wrong on."""
    report = fetch.state("graph.user_registration_details")
    if report is not None and report.gap is None:
        return _admins(fetch), "read for administrators only; Microsoft's report tells the rest"
    return None, "read person by person, because Microsoft's report is not available"


FEW = 200
"""Up to so many people, everybody's switch is read: ten requests, for an answer about each."""


def _few(fetch: Fetch) -> bool:
    try:
        return len(fetch.records("graph.users")) <= FEW
    except SourceGap:
        return False


def _per_user_for(fetch: Fetch) -> tuple[set[str] | None, str]:
    """Whose old per-person switch is read: everybody's in a small clinic; in a large one nobody's while security defaults are on,
    and where one policy asks everybody for a second factor, those it leaves out and administrators; else everybody's.
    """
    if _few(fetch):
        return None, ""
    try:
        defaults = fetch.records("graph.security_defaults")
        if defaults and defaults[0].get("isEnabled") is True:
            return set(), "not needed: security defaults are on"
    except SourceGap:
        return None, ""
    try:
        policies = fetch.records("graph.conditional_access_policies")
    except SourceGap:
        return None, ""
    if "p1" not in _gates(fetch):
        return None, ""  # rules that are left from a former licence ask nobody
    for policy in policies:
        if _asks_everybody(policy):
            left_out = set(policy["conditions"]["users"].get("excludeUsers") or [])
            note = "read only for those whom the policy for everybody leaves out, and administrators"
            return left_out | _admins(fetch), note
    return None, ""


def _gates(fetch: Fetch) -> set[str]:
    try:
        return open_gates(fetch.records("graph.subscribed_skus"))
    except SourceGap:
        return set()


def _asks_everybody(policy: Mapping[str, Any]) -> bool:
    """Whether a Conditional Access policy surely asks everybody for a second factor at every sign-in, but for people named in it."""
    conditions = policy.get("conditions") or {}
    users, apps = conditions.get("users") or {}, conditions.get("applications") or {}
    grant = policy.get("grantControls") or {}
    controls = [*(grant.get("builtInControls") or []), *(grant.get("customAuthenticationFactors") or [])]
    controls += grant.get("termsOfUse") or []
    strength = [grant["authenticationStrength"]] if grant.get("authenticationStrength") else []
    asks = "mfa" in controls or bool(strength)
    another_way = grant.get("operator") == "OR" and len(controls) + len(strength) > 1
    left_out = any(users.get(f"exclude{kind}") for kind in ("Groups", "Roles", "GuestsOrExternalUsers"))
    narrowed = any(conditions.get(name) for name in _NARROWING) or conditions.get("clientAppTypes") != ["all"]
    everything = apps.get("includeApplications") == ["All"] and not apps.get("excludeApplications")
    everybody = "All" in (users.get("includeUsers") or [])
    return (
        policy.get("state") == "enabled"
        and asks
        and everybody
        and everything
        and not (another_way or left_out or narrowed or apps.get("applicationFilter"))
    )


_NARROWING = (
    "authenticationFlows",
    "devices",
    "insiderRiskLevels",
    "locations",
    "platforms",
    "servicePrincipalRiskLevels",
    "signInRiskLevels",
    "userRiskLevels",
)
"""Conditions each of which makes a policy hold for some sign-ins only."""

_NARROWED: dict[str, Any] = {"graph.user_auth_methods": _methods_for, "graph.per_user_mfa": _per_user_for}


def _at_once(source: Source) -> int:
    """How many parents of a fan-out one request asks for."""
    match source.call:
        case Rest(together=together):
            return csom.BATCH if together else 1
        case Cmdlet():
            return CMDLETS
        case _:
            return BATCH


@dataclasses.dataclass(frozen=True)
class Planned:
    """What a scan will ask of one source. `most` is more than `requests` where the tenant's settings decide who is asked for."""

    source: Source
    requests: int
    most: int
    seconds: float


def plan(
    connection: Connection,
    *,
    users: int,
    mailboxes: int,
    groups: int,
    members: int = 50,
    applications: int = 500,
    quick: bool = False,
) -> list[Planned]:
    """What a scan, or a quick one, will ask for in a tenant of this size with every plan; each group has `members`.

    Of sources that are asked together the first carries the request of all. Two sources are read for administrators alone where
    the tenant is as most are: Microsoft's report of factors is there, and one policy asks everybody for a second factor, or security
    defaults do.
    """
    rows = []
    spacing = {lane.name: (lane.spacing, lane.concurrency) for lane in lanes.lanes()}
    read = Microsoft365(connection, quick=quick).sources()
    along = {source.name for group in together(read) for source in group[1:]}
    shared = math.ceil(mailboxes / SHARE_OF_SHARED)
    sizes = {
        "graph.users": users,
        "exchange.mailboxes": mailboxes,
        "graph.groups": groups,
        "sharepoint.site_list": groups,  # most groups have one
    }
    of_their_own = {
        "graph.message_rules": mailboxes,
        "exchange.mailbox_statistics": shared,
        "exchange.shared_mailbox_folders": shared,
    }
    for source in read:
        if source.fan_out:
            parents = of_their_own.get(source.name, sizes.get(source.after[0], FEW_PARENTS))
            usual = min(parents, ADMINISTRATORS) if source.name in _NARROWED else parents
            each = _at_once(source)
            pages = max(1, math.ceil(members / (source.page_size or PAGE))) if source.after[0] == "graph.groups" else 1
            requests, most = math.ceil(usual / each) * pages, math.ceil(parents / each) * pages
            seconds = requests * 0.3 / spacing.get(source.lane, (0.0, 4))[1]
        else:
            total = {
                "graph.users": users,
                "graph.user_registration_details": users,
                "graph.user_sign_in_activity": users,
                "graph.active_users": users,
                "graph.email_app_usage": users,
                "graph.groups": groups,
                "graph.group_owners": groups,
                "graph.service_principals": applications,
                "graph.service_principal_secrets": applications,
            }.get(source.name)
            total = total or (mailboxes if source.name in _PER_MAILBOX else 1)
            pages = max(1, math.ceil(total / (source.page_size or PAGE)))
            requests = most = pages - (source.name in along)
            seconds = requests * max(
                spacing.get(source.lane, (0.0, 4))[0], 2.0 if source.lane in {"exchange", "compliance"} else 0.25
            )
        rows.append(Planned(source, requests, most, round(seconds, 1)))
    return rows
