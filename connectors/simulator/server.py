"""The server: every simulated tenant on one loopback address, over http and https.

One ASGI application answers for all providers. It runs in a thread of the caller (so tests see the log at once) or,
for benchmarks, in a process of its own.
"""

from __future__ import annotations

import asyncio
import atexit
import importlib
import multiprocessing
import shutil
import socket
import tempfile
import threading
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from connectors.simulator.certificate import client_certificate, server_certificate
from connectors.simulator.dns import DnsServer, policy_routes
from connectors.simulator.faults import Fault
from connectors.simulator.gate import Call, Gate, Place, ProviderApp, Reply
from connectors.simulator.requestlog import LoggedRequest, RequestLog
from connectors.simulator.tenant import Provider, SimulatedTenant

_HOST = "127.0.0.1"
_MODULES: dict[Provider, tuple[str, str]] = {
    "microsoft365": ("microsoft", "connectors.simulator.microsoft.app"),
    "google_workspace": ("google", "connectors.simulator.google.app"),
}
_CLOSING_TURNS = 3000
_START_SECONDS = 30


def _providers(tenants: Sequence[SimulatedTenant]) -> dict[str, ProviderApp]:
    """The modules of the providers in use; a provider nobody asked for is not even imported."""
    wanted = {tenant.provider for tenant in tenants}
    return {name: cast("ProviderApp", importlib.import_module(_MODULES[name][1])) for name in sorted(wanted)}


class _AbortableProtocol(HttpToolsProtocol):
    """uvicorn's protocol, with its transport within reach of the application, so that a fault can cut it."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["simulator.transport"] = self.transport  # type: ignore[typeddict-unknown-key]


class _Front:
    """Passes each request through the gate and on to the provider's routes.

    Handlers find the gate in ``request.scope["simulator.gate"]`` and the call in ``request.scope["simulator.call"]``;
    they need them to answer the items of a batch one by one.
    """

    def __init__(self, app: ASGIApp, gate: Gate, tenants: Sequence[SimulatedTenant]) -> None:
        self._app = app
        self._gate = gate
        self._provider_of = {short: name for name, (short, _) in _MODULES.items()}
        # Client libraries put the tenant's id (or a domain of it) first in the path of the login service.
        self._login = {
            name: tenant.key
            for tenant in tenants
            if tenant.provider == "microsoft365"
            for name in (tenant.state["tenant_id"], *(row["id"] for row in tenant.state["graph"]["domains"]))
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError(f"the simulator speaks http only, not {scope['type']}")
        body = await _read(receive)
        parts = scope["path"].split("/", 4)
        if len(parts) > 1 and parts[1] in self._login:
            scope["path"] = f"/microsoft/{self._login[parts[1]]}/login{scope['path']}"
            scope["raw_path"] = scope["path"].encode()
            parts = scope["path"].split("/", 4)
        parts += [""] * (5 - len(parts))
        call = Call(
            provider=self._provider_of.get(parts[1], parts[1]),
            tenant=parts[2],
            area=parts[3],
            method=scope["method"],
            path=f"/{parts[4]}",
            query=scope["query_string"].decode("latin-1"),
            headers={name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
            body=body,
        )
        scope["simulator.gate"], scope["simulator.call"] = self._gate, call
        reply = await self._gate.answer(call, lambda: _inner(self._app, scope, body))
        if reply.abort:
            scope["simulator.transport"].abort()
            return
        reply.headers["content-length"] = str(len(reply.body))
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers.items()]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.body})


async def _read(receive: Receive) -> bytes:
    chunks = []
    while True:
        message = await receive()
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(chunks)


async def _inner(app: ASGIApp, scope: Scope, body: bytes) -> Reply:
    """Ask the provider's routes and gather what they send."""
    reply, chunks = Reply(500), []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            reply.status = message["status"]
            reply.headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in message["headers"]}
        elif message["type"] == "http.response.body":
            chunks.append(message.get("body", b""))

    await app(scope, receive, send)
    reply.body = b"".join(chunks)
    return reply


class _Service:
    """Two listening ports and the loop that serves them, in whatever thread calls `run`."""

    def __init__(
        self,
        tenants: Sequence[SimulatedTenant],
        log: RequestLog,
        server_pem: Path,
        client_pem: Path,
        options: dict[str, Any],
    ) -> None:
        for tenant in tenants:
            if tenant.provider == "microsoft365":
                tenant.state["client_certificate"] = str(client_pem)
        providers = _providers(tenants)
        routes = policy_routes(tenants) + [
            route
            for name, provider in providers.items()
            for route in provider.routes([tenant for tenant in tenants if tenant.provider == name])
        ]
        app = _Front(Starlette(routes=routes), Gate(providers, log, **options), tenants)
        self._sockets = [_listening_socket(), _listening_socket()]
        self.port, self.secure_port = (s.getsockname()[1] for s in self._sockets)
        self._servers = [
            uvicorn.Server(
                uvicorn.Config(
                    app,
                    http=_AbortableProtocol,
                    ws="none",
                    lifespan="off",
                    log_config=None,
                    access_log=False,
                    server_header=False,
                    ssl_certfile=certificate,
                )
            )
            for certificate in (None, str(server_pem))
        ]

    def run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        await asyncio.gather(
            *(server.serve(sockets=[s]) for server, s in zip(self._servers, self._sockets, strict=True))
        )
        # A transport closes its socket in the loop's next turns, and a connection may just be on its way in; on a busy
        # machine both may take their time.
        for _ in range(_CLOSING_TURNS):
            # The loop knows also those that are still shaking hands, of which the server has not heard yet, and those under a
            # TLS connection that uvicorn has forgotten.
            open_ = _open_transports()
            for transport in open_:
                transport.abort()
            if not open_ and len(asyncio.all_tasks()) == 1:
                break
            await asyncio.sleep(0.01)

    def stop(self) -> None:
        for server in self._servers:
            # Clients keep idle connections open, which nobody needs to wait for.
            server.should_exit = server.force_exit = True


def _open_transports() -> list[asyncio.Transport]:
    """The running loop's connections whose sockets are open; closed ones stay in its table until they are collected."""
    known: Any = getattr(asyncio.get_running_loop(), "_transports", {})
    return [transport for transport in known.values() if getattr(transport, "_sock", None) is not None]


def _listening_socket() -> socket.socket:
    # asyncio switches Nagle's delay off only on sockets that name their protocol.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind((_HOST, 0))
    listening.listen(1024)
    return listening


def _child(
    pipe: Connection, tenants: Sequence[SimulatedTenant], server_pem: Path, client_pem: Path, options: dict[str, Any]
) -> None:
    """The simulator's process: serves, and obeys the parent over the pipe until it says stop or goes away."""
    log = RequestLog()
    service = _Service(tenants, log, server_pem, client_pem, options)
    thread = threading.Thread(target=service.run, daemon=True)
    thread.start()
    pipe.send((service.port, service.secure_port))
    while True:
        try:
            command = pipe.recv()
        except EOFError:
            break
        if command == "stop":
            break
        if command == "reset":
            log.clear()
        pipe.send(log.entries())
    service.stop()
    thread.join(5)


class Simulator:
    """Simulated tenants on loopback, for as long as the ``with`` block lasts.

    ``latency`` is in seconds per request and per batch item; ``quotas`` turns on the providers' published limits;
    ``process`` serves from a child process, so that a benchmark does not share its interpreter.
    """

    base: str
    secure_base: str

    def __init__(
        self,
        tenants: Sequence[SimulatedTenant],
        *,
        latency: float = 0.0,
        quotas: bool = False,
        faults: Sequence[Fault] = (),
        process: bool = False,
    ) -> None:
        self._tenants = {tenant.key: tenant for tenant in tenants}
        if len(self._tenants) != len(tenants):
            raise ValueError("two tenants share a key")
        self._options = {"latency": latency, "quotas": quotas, "faults": tuple(faults)}
        self._process_wanted = process
        self._log = RequestLog()
        self._service: _Service | None = None
        self._thread: threading.Thread | None = None
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None
        self._dns: DnsServer | None = None
        self._dns_address: tuple[str, int] | None = None

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="auditor-simulator-"))
        atexit.register(self._remove_folder)
        try:
            self._start()
        except BaseException:  # an interrupt too: no process and no folder may be left behind
            self.__exit__(None, None, None)
            raise
        return self

    def _start(self) -> None:
        self._ca_file, server_pem = server_certificate(self._folder)
        self._client_pem = client_certificate(self._folder)
        tenants = list(self._tenants.values())
        if self._process_wanted:
            context = multiprocessing.get_context("spawn")
            self._pipe, theirs = context.Pipe()
            self._process = context.Process(
                target=_child, args=(theirs, tenants, server_pem, self._client_pem, self._options), daemon=True
            )
            self._process.start()
            theirs.close()
            if not self._pipe.poll(_START_SECONDS):
                raise RuntimeError("the simulator's process did not start")
            port, secure_port = self._pipe.recv()
        else:
            self._service = _Service(tenants, self._log, server_pem, self._client_pem, self._options)
            port, secure_port = self._service.port, self._service.secure_port
            self._thread = threading.Thread(target=self._service.run, name="simulator", daemon=True)
            self._thread.start()
        self.base = f"http://{_HOST}:{port}"
        self.secure_base = f"https://{_HOST}:{secure_port}"

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._service is not None and self._thread is not None:
            self._service.stop()
            self._thread.join(60)
        if self._process is not None and self._pipe is not None:
            if self._process.is_alive():
                self._pipe.send("stop")
            self._process.join(5)
            if self._process.is_alive():
                self._process.terminate()
            self._pipe.close()
        if self._dns is not None:
            self._dns.stop()
        self._remove_folder()
        atexit.unregister(self._remove_folder)

    def _remove_folder(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def _dns_server(self) -> tuple[str, int] | None:
        """The name server's address, started when first asked for; None when no tenant has zones."""
        if self._dns_address is None:
            zones = {name: records for tenant in self._tenants.values() for name, records in tenant.dns.items()}
            if zones:
                self._dns = DnsServer(zones)
                self._dns_address = self._dns.start()
        return self._dns_address

    def connection(self, key: str) -> dict[str, Any]:
        """Everything a client needs to reach one tenant, as plain JSON: endpoints, throw-away credentials, CA, DNS."""
        tenant = self._tenants[key]
        place = Place(self.base, self.secure_base, self._folder, self._ca_file, self._client_pem)
        provider = _providers([tenant])[tenant.provider]
        address = self._dns_server()
        return {
            "provider": tenant.provider,
            "key": tenant.key,
            "name": tenant.name,
            "ca_file": str(self._ca_file),
            "dns": list(address) if address else None,
            "mta_sts_base": f"{self.base}/mta-sts",
            **provider.connection(tenant, place),
        }

    def log(self) -> list[LoggedRequest]:
        """Every request so far, including the items of batches, in the order they were answered."""
        if self._pipe is None:
            return self._log.entries()
        self._pipe.send("log")
        entries: list[LoggedRequest] = self._pipe.recv()
        return entries

    def reset_log(self) -> None:
        if self._pipe is None:
            self._log.clear()
        else:
            self._pipe.send("reset")
            self._pipe.recv()
