"""The simulator's name server, asked over UDP and TCP with dnspython."""

from __future__ import annotations

from collections.abc import Iterator

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.resolver
import pytest
import requests

from connectors.simulator import Simulator, scenario
from connectors.simulator.dns import DnsServer

LONG_KEY = "v=DKIM1; k=rsa; p=" + "A" * 392
ZONES = {
    "clinic.example.": {
        "TXT": ["v=spf1 include:_spf.google.com -all", "unrelated=1"],
        "MX": [[10, "mx1.clinic.example."], [20, "mx2.clinic.example."]],
        "NS": ["ns1.clinic.example."],
    },
    "google._domainkey.clinic.example.": {"TXT": [LONG_KEY]},
    "selector1._domainkey.clinic.example.": {"CNAME": "selector1.hosted.example."},
    "selector1.hosted.example.": {"TXT": [["v=DKIM1; p=", "QUJD"]]},
    "dangling.clinic.example.": {"CNAME": "gone.hosted.example."},
    "broken.clinic.example.": {"rcode": "SERVFAIL"},
    "refused.clinic.example.": {"rcode": "REFUSED"},
    "hidden.clinic.example.": {"rcode": "NXDOMAIN"},
    "silent.clinic.example.": {"rcode": "TIMEOUT"},
    "big.clinic.example.": {"TXT": [f"{number:03d}" + "x" * 240 for number in range(12)]},
    "loop.clinic.example.": {"CNAME": "loop.clinic.example."},
    "mx1.clinic.example.": {"A": ["192.0.2.1"], "AAAA": ["2001:db8::1"]},
}


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    server = DnsServer(ZONES)
    yield server.start()
    server.stop()


@pytest.fixture
def resolver(address: tuple[str, int]) -> dns.resolver.Resolver:
    made = dns.resolver.Resolver(configure=False)
    made.nameservers, made.port = [address[0]], address[1]
    made.lifetime = 1.0
    return made


def texts(resolver: dns.resolver.Resolver, name: str) -> list[str]:
    return [b"".join(record.strings).decode() for record in resolver.resolve(name, "TXT")]


def test_records(resolver: dns.resolver.Resolver) -> None:
    assert sorted(texts(resolver, "clinic.example")) == ["unrelated=1", "v=spf1 include:_spf.google.com -all"]
    found = sorted(
        (record.preference, record.exchange.to_text().lower()) for record in resolver.resolve("CLINIC.example", "MX")
    )
    assert found == [(10, "mx1.clinic.example."), (20, "mx2.clinic.example.")]
    assert resolver.resolve("mx1.clinic.example", "A")[0].address == "192.0.2.1"
    assert resolver.resolve("mx1.clinic.example", "AAAA")[0].address == "2001:db8::1"


def test_long_texts_are_split_into_strings(resolver: dns.resolver.Resolver) -> None:
    record = resolver.resolve("google._domainkey.clinic.example", "TXT")[0]
    assert [len(part) for part in record.strings] == [255, len(LONG_KEY) - 255]
    assert texts(resolver, "google._domainkey.clinic.example") == [LONG_KEY]


def test_aliases_are_followed(resolver: dns.resolver.Resolver) -> None:
    assert texts(resolver, "selector1._domainkey.clinic.example") == ["v=DKIM1; p=QUJD"]
    assert (
        resolver.resolve("selector1._domainkey.clinic.example", "CNAME")[0].target.to_text()
        == "selector1.hosted.example."
    )
    with pytest.raises(dns.resolver.NXDOMAIN):
        texts(resolver, "dangling.clinic.example")


def test_missing_names_differ_from_missing_records(resolver: dns.resolver.Resolver) -> None:
    for name in ("nothing.clinic.example", "elsewhere.example", "hidden.clinic.example", "www.google.com"):
        with pytest.raises(dns.resolver.NXDOMAIN):
            texts(resolver, name)
    # The name exists with other records, or only because names below it do.
    for name in ("mx1.clinic.example", "_domainkey.clinic.example"):
        with pytest.raises(dns.resolver.NoAnswer):
            texts(resolver, name)


def test_failures(resolver: dns.resolver.Resolver) -> None:
    for name in ("broken.clinic.example", "refused.clinic.example", "loop.clinic.example"):
        with pytest.raises(dns.resolver.NoNameservers):
            texts(resolver, name)
    with pytest.raises(dns.resolver.LifetimeTimeout):
        texts(resolver, "silent.clinic.example")


def test_big_answers_are_truncated_and_whole_over_tcp(
    resolver: dns.resolver.Resolver, address: tuple[str, int]
) -> None:
    question = dns.message.make_query("big.clinic.example", "TXT")
    short = dns.query.udp(question, address[0], port=address[1], timeout=2)
    assert short.flags & dns.flags.TC
    assert not short.answer
    whole = dns.query.tcp(question, address[0], port=address[1], timeout=2)
    assert len(whole.answer[0]) == 12
    assert len(texts(resolver, "big.clinic.example")) == 12


def test_silence_over_tcp_closes_the_connection(address: tuple[str, int]) -> None:
    question = dns.message.make_query("silent.clinic.example", "TXT")
    with pytest.raises((EOFError, dns.exception.Timeout)):
        dns.query.tcp(question, address[0], port=address[1], timeout=1)


def test_noise_is_ignored(address: tuple[str, int], resolver: dns.resolver.Resolver) -> None:
    import socket

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as noisy:
        noisy.sendto(b"not dns", address)
    assert texts(resolver, "clinic.example")


def test_a_clinics_records_and_its_mail_policy_come_with_the_simulator() -> None:
    with Simulator([scenario("google-well-run"), scenario("google-bad")]) as simulator:
        connection = simulator.connection("google-well-run")
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = [connection["dns"][0]], connection["dns"][1]
        resolver.lifetime = 0.5
        assert "p=reject" in texts(resolver, "_dmarc.stillwater.example")[0]
        assert texts(resolver, "_mta-sts.stillwater.example")[0].startswith("v=STSv1")
        with pytest.raises(dns.resolver.NoNameservers):
            texts(resolver, "harrowlane-old.example")
        base = connection["mta_sts_base"]
        policy = requests.get(f"{base}/stillwater.example/.well-known/mta-sts.txt", timeout=5)
        assert policy.text.splitlines()[:2] == ["version: STSv1", "mode: enforce"]
        assert policy.headers["content-type"].startswith("text/plain")
        assert requests.get(f"{base}/harrowlane.example/.well-known/mta-sts.txt", timeout=5).status_code == 404
