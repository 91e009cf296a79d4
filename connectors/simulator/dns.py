"""A name server on loopback for the simulated clinics' domains, over UDP and TCP.

It answers with authority for the zones it was given and says NXDOMAIN for every other name, so that no test ever
asks the real DNS. MTA-STS policies, which mail servers fetch by HTTPS, are kept with the names and served by a route.
"""

from __future__ import annotations

import socket
import socketserver
import struct
import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rdtypes.ANY.TXT
import dns.rrset
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Route

from connectors.simulator.tenant import SimulatedTenant

HOST = "127.0.0.1"
TTL = 300  # seconds
STRING_LIMIT = 255  # bytes in one character-string of a TXT record (RFC 1035, 3.3)
PLAIN_UDP_LIMIT = 512  # bytes of a UDP answer to a client that does not speak EDNS (RFC 1035, 4.2.1)
LONGEST_CHAIN = 8  # aliases followed for one question
POLICY_KEY = "MTA-STS"
NOT_RECORDS = frozenset({"rcode", POLICY_KEY})
PORT_TRIES = 20


class DnsServer:
    """Answers for ``zones``: fully qualified names with their final dot, each with its records.

    ``{"clinic.example.": {"TXT": ["v=spf1 -all"], "MX": [[10, "mx.example."]], "CNAME": "x.", "A": ["192.0.2.1"]}}``.
    ``"rcode"`` overrides the answer: ``"SERVFAIL"``, ``"REFUSED"``, ``"NXDOMAIN"``, or ``"TIMEOUT"`` for silence.
    A TXT value is one record; it is split into strings of at most 255 bytes, or given as a list of strings.
    """

    def __init__(self, zones: Mapping[str, Mapping[str, Any]]) -> None:
        self._zones = {dns.name.from_text(name.lower()): dict(records) for name, records in zones.items()}
        # A name above an existing one exists too, without records of its own (RFC 8020).
        self._above = {name.parent() for name in self._zones if name != dns.name.root}
        grown = True
        while grown:
            higher = {name.parent() for name in self._above if name != dns.name.root} - self._above
            grown = bool(higher)
            self._above |= higher
        self._servers: list[socketserver.BaseServer] = []

    def start(self) -> tuple[str, int]:
        """Listen on one free port for UDP and TCP and answer from threads of our own. Returns host and port."""
        for _ in range(PORT_TRIES):
            udp = _UdpServer((HOST, 0), _UdpHandler)
            try:
                tcp = _TcpServer(udp.server_address[:2], _TcpHandler)
            except OSError:
                # Somebody else has this port for TCP; take another one for both.
                udp.server_close()
                continue
            break
        else:
            raise OSError("no port is free for both UDP and TCP")
        for server in (udp, tcp):
            server.answers = self
            threading.Thread(target=server.serve_forever, args=(0.05,), name="simulated-dns", daemon=True).start()
        self._servers = [udp, tcp]
        return HOST, udp.server_address[1]

    def stop(self) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()
        self._servers = []

    def reply(self, wire: bytes, *, over_tcp: bool) -> bytes | None:
        """The answer to one question on the wire; None where the zone says to stay silent or the bytes are no DNS."""
        try:
            query = dns.message.from_wire(wire)
        except dns.exception.DNSException:
            return None
        response = dns.message.make_response(query, recursion_available=True)
        response.flags |= dns.flags.AA
        if not query.question:
            response.set_rcode(dns.rcode.FORMERR)
            return response.to_wire()
        question = query.question[0]
        rcode = self._fill(response, question.name, question.rdtype)
        if rcode is None:
            return None
        response.set_rcode(rcode)
        if over_tcp:
            return response.to_wire(max_size=65535)
        limit = max(query.payload, PLAIN_UDP_LIMIT) if query.edns >= 0 else PLAIN_UDP_LIMIT
        try:
            return response.to_wire(max_size=limit)
        except dns.exception.TooBig:
            # The client asks again over TCP.
            response.answer.clear()
            response.flags |= dns.flags.TC
            return response.to_wire(max_size=limit)

    def _fill(
        self, response: dns.message.Message, name: dns.name.Name, kind: dns.rdatatype.RdataType
    ) -> dns.rcode.Rcode | None:
        """Add the records, following aliases; the response code, or None for no answer at all."""
        for _ in range(LONGEST_CHAIN):
            records = self._zones.get(dns.name.from_text(name.to_text().lower()))
            if records is None:
                below = dns.name.from_text(name.to_text().lower()) in self._above
                return dns.rcode.NOERROR if below else dns.rcode.NXDOMAIN
            forced = records.get("rcode")
            if forced == "TIMEOUT":
                return None
            if forced is not None:
                return dns.rcode.from_text(forced)
            alias = records.get("CNAME")
            wanted = records.get(dns.rdatatype.to_text(kind))
            if alias is None or kind == dns.rdatatype.CNAME:
                if wanted is not None and dns.rdatatype.to_text(kind) not in NOT_RECORDS:
                    values = [wanted] if isinstance(wanted, str) else wanted
                    response.answer.append(
                        dns.rrset.from_rdata_list(name, TTL, [_rdata(kind, value) for value in values])
                    )
                return dns.rcode.NOERROR
            target = _rdata(dns.rdatatype.CNAME, alias)
            response.answer.append(dns.rrset.from_rdata_list(name, TTL, [target]))
            name = dns.name.from_text(alias)
        return dns.rcode.SERVFAIL


def _rdata(kind: dns.rdatatype.RdataType, value: Any) -> dns.rdata.Rdata:
    if kind == dns.rdatatype.TXT:
        return dns.rdtypes.ANY.TXT.TXT(dns.rdataclass.IN, kind, _strings(value))
    if kind == dns.rdatatype.MX:
        preference, host = value
        return dns.rdata.from_text(dns.rdataclass.IN, kind, f"{preference} {host}")
    return dns.rdata.from_text(dns.rdataclass.IN, kind, value)


def _strings(value: str | Sequence[str]) -> list[bytes]:
    if not isinstance(value, str):
        return [part.encode() for part in value]
    data = value.encode()
    return [data[start : start + STRING_LIMIT] for start in range(0, len(data), STRING_LIMIT)] or [b""]


class _UdpServer(socketserver.ThreadingUDPServer):
    daemon_threads = True
    answers: DnsServer


class _TcpServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    answers: DnsServer


class _UdpHandler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        server = self.server
        assert isinstance(server, _UdpServer)
        wire, sender = self.request
        answer = server.answers.reply(wire, over_tcp=False)
        if answer is not None:
            sender.sendto(answer, self.client_address)


class _TcpHandler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        server = self.server
        assert isinstance(server, _TcpServer)
        connection: socket.socket = self.request
        connection.settimeout(10)
        try:
            while True:
                (length,) = struct.unpack("!H", _exactly(connection, 2))
                answer = server.answers.reply(_exactly(connection, length), over_tcp=True)
                if answer is None:
                    return
                connection.sendall(struct.pack("!H", len(answer)) + answer)
        except (EOFError, TimeoutError, ConnectionError):
            # The client has gone, which is how every conversation over TCP ends.
            return


def _exactly(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        chunk = connection.recv(count - len(data))
        if not chunk:
            raise EOFError
        data += chunk
    return data


def policy_routes(tenants: Iterable[SimulatedTenant]) -> list[BaseRoute]:
    """The route of MTA-STS policies: ``/mta-sts/{domain}/.well-known/mta-sts.txt``.

    It stands for ``https://mta-sts.{domain}/.well-known/mta-sts.txt``. The text is kept in the zones, as
    ``{"mta-sts.clinic.example.": {"MTA-STS": "version: STSv1 ..."}}``.
    """
    policies = {
        name.removeprefix("mta-sts.").rstrip("."): records[POLICY_KEY]
        for tenant in tenants
        for name, records in tenant.dns.items()
        if POLICY_KEY in records
    }

    async def policy(request: Request) -> PlainTextResponse:
        text = policies.get(request.path_params["domain"].lower())
        return PlainTextResponse("not found\n", 404) if text is None else PlainTextResponse(text)

    return [Route("/mta-sts/{domain}/.well-known/mta-sts.txt", policy, methods=["GET"])]
