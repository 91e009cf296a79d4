"""The one module that loads Google's libraries: requests built from the discovery documents they ship, and tokens.

Requests are built here and sent by `connectors.transport`, so that a path or parameter that Google does not document cannot be
asked for, and nothing but a read can leave. Google's libraries are loaded when the first request is built.
"""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import quote, urljoin

from connectors.gap import Gap, SourceGap
from connectors.google_workspace import batch
from connectors.google_workspace.calls import Call
from connectors.google_workspace.connection import Connection, Key, Keyless, SignedIn
from connectors.google_workspace.errors import TokenRefused, problem_of, token_gap
from connectors.google_workspace.lanes import is_busy
from connectors.google_workspace.scopes import GROUPS, url
from connectors.record import Record
from connectors.source import Source
from connectors.transport import Request, Response, Retry, Stopped, Transport, Tries, Unreachable, WriteRefused, backoff

TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
IAM = "https://iamcredentials.googleapis.com"
CLOUD_PLATFORM = "https://www.googleapis.com/auth/cloud-platform"
_PLACE = "value-of-the-path"  # holds nothing that is written otherwise in an address
SPARE = timedelta(minutes=5)
"""A token that ends sooner than this is not used any more."""


def mask(record: type[Record]) -> str:
    """The fields of a record as Google's `fields=` writes them, those of nested records in brackets."""
    parts = []
    for field in record.fields().values():
        inner = mask(field.nested) if field.nested is not None else ""
        parts.append(f"{field.key}({inner})" if inner else field.key)
    return ",".join(dict.fromkeys(parts))


def fields_of(source: Source) -> str:
    """The `fields=` of a source: only what its record declares, and the next page's token where there are pages."""
    call: Call = source.call
    wanted = mask(source.record)
    if call.items is None:
        return wanted
    listing = f"{call.items}({wanted})"
    return f"nextPageToken,{listing}" if source.page_size is not None else listing


class Requests:
    """Builds requests. Each API's description is read once, when the first source needs it."""

    def __init__(self, base: str = "") -> None:
        """`base` stands in for Google's own addresses."""
        self._base = base.rstrip("/") + "/" if base else ""
        self._lock = threading.Lock()
        self._services: dict[tuple[str, str], tuple[Any, str]] = {}
        self._methods: dict[str, Callable[..., Any]] = {}
        self._frames: dict[tuple[str, str], list[str] | None] = {}

    def url(self, source: Source, **parameters: Any) -> str:
        """The address of one GET of a source. `TypeError` if Google documents no such parameter."""
        call: Call = source.call
        given = {**call.parameters, **parameters, "fields": fields_of(source)}
        if source.page_size is not None:
            given[call.size] = source.page_size
        return str(self._method(source)(**given).uri)

    def urls(self, source: Source, name: str, values: Sequence[str]) -> list[str]:
        """The addresses that differ in one parameter of the path, as `url` builds them; it takes a millisecond for each.

        One is built, and tells where the parameter stands; where it does not tell, all are built.
        """
        if (source.name, name) not in self._frames:
            frame = self.url(source, **{name: _PLACE}).split(_PLACE)
            self._frames[source.name, name] = frame if len(frame) == 2 and "?" not in frame[0] else None
        parts = self._frames[source.name, name]
        if parts is None:
            return [self.url(source, **{name: value}) for value in values]
        return [quote(value, safe="").join(parts) for value in values]

    def batch_url(self, source: Source) -> str:
        """The address that takes batches of this source's API."""
        return self._service(source.call)[1]

    def _method(self, source: Source) -> Callable[..., Any]:
        known = self._methods.get(source.name)
        if known is None:
            service = self._service(source.call)[0]
            with self._lock:  # many threads come for it at once, and making it is slow
                known = self._methods.get(source.name)
                if known is None:
                    known = self._methods[source.name] = source.call.method(service)
        return known

    def _service(self, call: Call) -> tuple[Any, str]:
        with self._lock:
            known = self._services.get((call.api, call.version))
            if known is None:
                known = self._services[call.api, call.version] = self._describe(call.api, call.version)
            return known

    def _describe(self, api: str, version: str) -> tuple[Any, str]:
        from googleapiclient import discovery, discovery_cache  # noqa: PLC0415 - takes 0.2 s to load

        document = json.loads(discovery_cache.get_static_doc(api, version))  # type: ignore[no-untyped-call]
        if self._base:
            document["rootUrl"] = self._base
        # The transport of the built service is never used; without one the library would look for credentials.
        service = discovery.build_from_document(document, http=_Unused())  # type: ignore[attr-defined]  # absent from the stubs
        return service, urljoin(document["rootUrl"], document["batchPath"])


class _Unused:
    """Stands where Google's library keeps its own transport."""

    def request(self, *_: Any, **__: Any) -> Any:
        raise RuntimeError("requests leave through connectors.transport only")


@dataclass(frozen=True)
class _Answer:
    """An answer as google-auth reads it."""

    status: int
    headers: Mapping[str, str]
    data: bytes


class _TokenRequest:
    """Lets google-auth ask through our transport; `moves` replaces the start of addresses (the simulator)."""

    def __init__(self, transport: Transport, moves: Mapping[str, str]) -> None:
        self._transport, self._moves = transport, moves

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002 - the transport has its own
        **_: Any,
    ) -> _Answer:
        for start, instead in self._moves.items():
            if url.startswith(start):
                url = instead + url[len(start) :]
        body = body.encode() if isinstance(body, str) else body
        response = self._transport.send(Request(method, url, "token", "token", dict(headers or {}), body))
        if response.status == 429 or response.status >= 500:
            # google-auth would start its own series of tries; the transport has made them.
            raise Unreachable(f"the token endpoint answers {response.status}")
        return _Answer(response.status, response.headers, response.content)


class Tokens:
    """Access tokens: one for each scope group and subject, kept until shortly before they end."""

    def __init__(self, connection: Connection, transport: Transport) -> None:
        self._connection = connection
        endpoints = connection.endpoints
        moves = {IAM: endpoints["base"].rstrip("/")} if "base" in endpoints else {}
        self._request = _TokenRequest(transport, moves)
        self._lock = threading.Lock()
        self._signer: Any = None
        self._held: dict[tuple[str, str], tuple[str, datetime]] = {}
        self._missing: dict[str, list[str]] = {}
        self._refused: dict[str, TokenRefused] = {}
        self._group_locks = {name: threading.Lock() for name in GROUPS}

    def user(self, group: str, subject: str, *, fresh: bool = False) -> str:
        """The Authorization header for one person. `TokenRefused` if Google refuses; `Unreachable`."""
        return self._token(group, subject, GROUPS[group].scopes, fresh=fresh)

    def admin(self, source: Source, *, fresh: bool = False) -> str:
        """The Authorization header for an administrator's source. `SourceGap` if Google refuses, naming what is missing.

        When a scope of the group is not delegated, the others are asked for without it, so that one source goes dark and not
        the group.
        """
        group = GROUPS[source.call.group]
        subject = self._connection.subject(group.name)
        with self._group_locks[group.name]:
            refused = self._refused.get(group.name)
            missing = self._missing.get(group.name, [])
            if refused is None or (missing and source.permission not in missing):
                try:
                    return self._token(group.name, subject, [s for s in group.scopes if s not in missing], fresh=fresh)
                except TokenRefused as err:
                    refused = self._refused[group.name] = err
                    if err.not_delegated:
                        missing = self._missing[group.name] = self._probe(group.scopes, subject)
                if missing and source.permission not in missing:
                    rest = [s for s in group.scopes if s not in missing]
                    try:
                        return self._token(group.name, subject, rest, fresh=True)
                    except TokenRefused as err:
                        refused = err
        raise SourceGap(self.gap(source, refused, subject, missing or [source.permission]))

    def gap(self, source: Source, refused: TokenRefused, subject: str, missing: list[str]) -> Gap:
        """The gap that a refusal leaves in a source."""
        client = self._connection.client_id
        return token_gap(source.name, refused, subject=subject, client_id=client, missing=missing)

    def _probe(self, scopes: tuple[str, ...], subject: str) -> list[str]:
        missing = []
        for scope in scopes:
            try:
                self._exchange(subject, [scope])
            except TokenRefused:
                missing.append(scope)
        return missing

    def _token(self, group: str, subject: str, scopes: tuple[str, ...] | list[str], *, fresh: bool) -> str:
        held = self._held.get((group, subject))
        if held is not None and not fresh and held[1] > datetime.now(UTC):
            return held[0]
        token, ends = self._exchange(subject, scopes)
        self._held[group, subject] = f"Bearer {token}", ends - SPARE
        return f"Bearer {token}"

    def _exchange(self, subject: str, scopes: tuple[str, ...] | list[str]) -> tuple[str, datetime]:
        from google.auth import exceptions  # noqa: PLC0415 - loaded when needed

        try:
            credentials = self._acting_as(subject, [scope if "/" in scope else url(scope) for scope in scopes])
            credentials.refresh(self._request)
        except exceptions.RefreshError as err:
            if str(err.args[0] if err.args else "").startswith("Reauthentication is needed"):
                raise TokenRefused("invalid_grant", "reauth") from None  # the library's own words for invalid_rapt
            # args are the joined text and, where the answer was JSON, the parsed body.
            body = err.args[1] if len(err.args) > 1 and isinstance(err.args[1], dict) else {}
            error = body.get("error") or str(err.args[0] if err.args else "").partition(":")[0]
            raise TokenRefused(str(error), str(body.get("error_description", ""))) from None
        except exceptions.TransportError:
            # IAM refused to sign; its answer may quote what was to be signed.
            raise TokenRefused("signing_refused") from None
        except WriteRefused:
            # Only the running identity asks anywhere else: a virtual machine's metadata server, a token broker.
            raise TokenRefused("unknown_identity") from None
        return str(credentials.token), credentials.expiry.replace(tzinfo=UTC)

    def refusal(self, subject: str, scopes: list[str]) -> TokenRefused | None:
        """Why Google gives no token for exactly these scopes, as Google spells them; None if it does."""
        try:
            self._exchange(subject, scopes)
        except TokenRefused as err:
            return err
        return None

    def granted(self, subject: str, scopes: list[str]) -> str:
        """An Authorization header for these scopes, as Google spells them, outside of the groups. `TokenRefused`; `Unreachable`."""
        return f"Bearer {self._exchange(subject, scopes)[0]}"

    def _acting_as(self, subject: str, scopes: list[str]) -> Any:
        given = self._connection.credentials
        if isinstance(given, SignedIn):
            if subject.casefold() != self._connection.admin.casefold():
                raise TokenRefused("not_delegated_by_person")
            return self._person(given, scopes)
        return self._base().with_scopes(scopes).with_subject(subject)

    def _person(self, given: SignedIn, scopes: list[str]) -> Any:
        from google.oauth2 import credentials  # noqa: PLC0415 - loaded when needed

        made: Any = credentials.Credentials
        info = given.info
        try:
            return made(
                None,
                refresh_token=info["refresh_token"],
                token_uri=self._connection.endpoints.get("token_uri", TOKEN_URI),
                client_id=info["client_id"],
                client_secret=info["client_secret"],
                scopes=scopes,
            )
        except KeyError:
            raise TokenRefused("invalid_sign_in") from None

    def _base(self) -> Any:
        with self._lock:
            if self._signer is None:
                self._signer = self._credentials()
            return self._signer

    def _credentials(self) -> Any:
        from google.oauth2 import service_account  # noqa: PLC0415 - loaded when needed

        connection = self._connection
        token_uri = connection.endpoints.get("token_uri", TOKEN_URI)
        match connection.credentials:
            case Key(info):
                try:
                    load: Any = service_account.Credentials.from_service_account_info
                    return load({**info, "token_uri": token_uri})
                except (ValueError, KeyError, TypeError):
                    # The library's message may quote the key.
                    raise TokenRefused("invalid_key") from None
            case Keyless(account, _, source, federation):
                from google.auth import iam  # noqa: PLC0415 - loaded when needed

                signer: Any = iam.Signer
                credentials: Any = service_account.Credentials
                identity = source or (self._federated(federation) if federation else self._running_identity())
                return credentials(signer(self._request, identity, account), account, token_uri)

    def _federated(self, info: Mapping[str, Any]) -> Any:
        """Workload identity federation: a token of another provider, for example of a build server, traded for Google's.

        Tokens come from a file or an address; programs are not started. What the file says of impersonation is left out: the
        identity signs for the service account itself.
        """
        from google.auth import exceptions, identity_pool  # noqa: PLC0415 - loaded when needed

        load: Any = identity_pool.Credentials.from_info
        origin = info.get("credential_source")
        if not isinstance(origin, Mapping) or not {"file", "url"} & origin.keys() or "executable" in origin:
            raise TokenRefused("invalid_federation")
        try:
            kept = {name: value for name, value in info.items() if name != "service_account_impersonation_url"}
            return load(kept, scopes=[CLOUD_PLATFORM])
        except (exceptions.GoogleAuthError, ValueError, KeyError, TypeError, AttributeError):
            # The library's message may quote what the file holds.
            raise TokenRefused("invalid_federation") from None

    def _running_identity(self) -> Any:
        """The credentials of whoever runs this program, as google-auth finds them; it too asks through our transport."""
        import google.auth  # noqa: PLC0415 - loaded when needed
        from google.auth import exceptions  # noqa: PLC0415

        find: Any = google.auth.default
        try:
            return find(scopes=[CLOUD_PLATFORM], request=self._request)[0]
        except exceptions.DefaultCredentialsError:
            raise TokenRefused("unknown_identity") from None


class Client:
    """Asks Google: one GET, or a batch of GETs of which each is tried again by itself."""

    def __init__(self, connection: Connection, transport: Transport) -> None:
        self.transport = transport
        self.requests = Requests(connection.endpoints.get("base", ""))
        self.tokens = Tokens(connection, transport)

    def get(self, source: Source, address: str) -> Response:
        """One GET with the administrator's token. `SourceGap` if there is no token; `Unreachable`, `Stopped`."""
        request = Request("GET", address, source.name, source.lane, _HEADERS)
        return self.transport.send(request, lambda fresh: self.tokens.admin(source, fresh=fresh))

    def get_as(self, source: Source, address: str, subject: str) -> Response:
        """One GET in the name of a person. `TokenRefused`, `Unreachable`, `Stopped`."""
        request = Request("GET", address, source.name, source.lane, _HEADERS)
        group = source.call.group
        return self.transport.send(request, lambda fresh: self.tokens.user(group, subject, fresh=fresh))

    def batch(
        self,
        source: Source,
        addresses: Mapping[str, str],
        token: Callable[[str, bool], str],
        refused: dict[str, TokenRefused] | None = None,
        put_off: dict[str, tuple[Retry, Response | None]] | None = None,
    ) -> dict[str, Response]:
        """Several GETs in one request, by key. A part that Google never answered has no entry.

        `token(key, fresh)` gives a part's Authorization header. Parts that are worth another try are asked again together.
        A part whose token is withdrawn meanwhile, and not given again, ends in `refused`. With `put_off` nobody waits here:
        what is worth a later try ends in there, with its answer so far.
        """
        waiting, answers, attempt = dict(addresses), dict[str, Response](), 0
        refused = {} if refused is None else refused
        patience = self.transport.patience
        tries: defaultdict[str, Tries] = defaultdict(Tries)
        tokens = {key: token(key, False) for key in addresses}
        where = self.requests.batch_url(source)
        headers = {**_HEADERS, "Content-Type": batch.CONTENT_TYPE}
        while True:
            attempt += 1
            first = next(iter(waiting))
            own = {key: tokens[key] for key in waiting if tokens[key] != tokens[first]}
            body = batch.encode(waiting, own)
            request = Request("POST", where, source.name, source.lane, headers, body, weight=len(waiting))
            try:
                outer = self.transport.send(request, partial(_once_more, token, first, tokens[first]))
            except TokenRefused as err:
                refused[first] = err
                del waiting[first]
                attempt -= 1
                if waiting:
                    continue
                return answers
            if not outer.ok:
                return answers | dict.fromkeys(waiting, outer)
            parts = batch.decode(outer.headers.get("Content-Type", ""), outer.content, waiting)
            verdicts = {key: self._verdict(parts.get(key)) for key in waiting}
            # One mailbox that asks for an hour does not hold up the rest.
            again = {
                key: verdict
                for key, verdict in verdicts.items()
                if verdict and tries[key].again(verdict) and (verdict.after or 0.0) <= patience
            }
            answers |= {key: answer for key, answer in parts.items() if key not in again}
            if put_off is not None:
                put_off |= {key: (v, parts.get(key)) for key, v in again.items() if not v.fresh_token}
                again = {key: verdict for key, verdict in again.items() if verdict.fresh_token}
            waiting = {key: address for key, address in waiting.items() if key in again}
            if not waiting:
                return answers
            patience -= self._pause(source, attempt, {key: (v, parts.get(key)) for key, v in again.items()})
            for key in [key for key, verdict in again.items() if verdict.fresh_token]:
                try:
                    tokens[key] = token(key, True)
                except TokenRefused as err:
                    refused[key] = err
                    del waiting[key]
            if not waiting:
                return answers

    def _verdict(self, answer: Response | None) -> Retry | None:
        return Retry(tries=3) if answer is None else self.transport.retry(answer)

    def _pause(self, source: Source, attempt: int, again: Mapping[str, tuple[Retry, Response | None]]) -> float:
        """Wait before the next try; where Google said "slower", everybody who draws on the same quota waits."""
        base = self.transport.backoff_base
        seconds = max(
            max(v.at_least, backoff(attempt, base) if v.after is None else v.after) for v, _ in again.values()
        )
        if any(answer is not None and is_busy(answer, problem_of(answer)) for _, answer in again.values()):
            self.transport.lanes[source.lane].pause(seconds)
        if self.transport.stop.wait(seconds):
            raise Stopped
        return seconds


def _once_more(token: Callable[[str, bool], str], key: str, header: str, fresh: bool) -> str:
    """The header in hand, or a new one when Google refused it."""
    return token(key, True) if fresh else header


# Google compresses only for clients whose name says that they can read it.
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "clinic-auditor (gzip)"}
