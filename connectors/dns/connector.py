"""The public records of one clinic's mail domains, as the collector sees them."""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from connectors.collect import Fetch, Page
from connectors.dns import sources as _declared  # noqa: F401 - declares the sources
from connectors.dns.resolver import NoAnswer, Resolver
from connectors.dns.sources import DOMAIN_SOURCES
from connectors.dns.spf import follow, is_spf
from connectors.gap import Gap, Reason, SourceGap
from connectors.source import DNS, Source, declared
from connectors.suffixes import suffixes
from connectors.transport import ReadOnly, Request, Transport, Unreachable, is_loopback

SELECTORS = {"microsoft365": ("selector1", "selector2"), "google_workspace": ("google",)}
"""The names under which the providers publish keys unless an administrator chose others."""
_RUA = re.compile(r"mailto:[^@,;!\s]+@([A-Za-z0-9.-]+[A-Za-z0-9])", re.IGNORECASE)
_REPORT_LIMIT = 10  # receivers need not send to more than two (RFC 7489 section 6.2)
_POLICY_LIMIT = 65_536  # bytes, RFC 8461 section 3.2 asks for a limit of at least 64 kB


class Dns:
    """Looks up the mail domains that the other connectors of the run found, and those the clinic names."""

    provider = DNS

    def __init__(
        self,
        resolver: Resolver,
        *,
        domains: Sequence[str] = (),
        selectors: Sequence[str] = (),
        providers: Sequence[str] = (),
        stop: threading.Event | None = None,
        skip: set[str] | None = None,
    ) -> None:
        """`domains` are looked up beside those found; `selectors` beside the providers' own."""
        self.resolver = resolver
        self._domains = [domain.casefold() for domain in domains]
        self._selectors = tuple(dict.fromkeys([*selectors, *(s for p in providers for s in SELECTORS.get(p, ()))]))
        self._skip = skip or set()
        base = urlsplit(resolver.mta_sts_base).hostname or ""
        if resolver.mta_sts_base and not is_loopback(base):
            raise ValueError("mta_sts_base may be a loopback address only")
        self._stop = stop or threading.Event()

    def sources(self) -> Sequence[Source]:
        """Every DNS source that is not switched off."""
        return [s for s in declared().values() if s.provider is DNS and s.name not in self._skip]

    def identify(self) -> str:
        """DNS has no tenant."""
        return ""

    def skipped(self) -> Mapping[str, Gap]:
        """What is switched off."""
        gap = "it is switched off by `skip`"
        return {
            s.name: Gap(s.name, Reason.NOT_COLLECTED, gap, "scan without --skip")
            for s in declared().values()
            if s.provider is DNS and s.name in self._skip
        }

    def disclosures(self) -> Sequence[str]:
        """Public records only."""
        return []

    def pages(self, fetch: Fetch) -> Iterator[Page]:
        """One page a domain."""
        domains, missing = self._mail_domains(fetch)
        fetch.parents = len(domains)
        look: Callable[[str], dict[str, Any]] = getattr(self, f"_{fetch.source.call}")

        def read(domain: str) -> Page:
            try:
                return Page([{"domain": domain, **look(domain)}], of=domain)
            except (NoAnswer, Unreachable) as err:
                detail = str(err) if isinstance(err, NoAnswer) else f"the policy of {domain} cannot be fetched"
                return Page(
                    of=domain,
                    gap=Gap(
                        fetch.source.name,
                        Reason.PROVIDER_ERROR,
                        detail,
                        "scan again; if it stays, ask whoever runs the domain's DNS",
                    ),
                )

        yield from fetch.map(read, [domain for domain in domains if domain not in fetch.done])
        if missing is not None:
            raise SourceGap(missing)

    def _mail_domains(self, fetch: Fetch) -> tuple[list[str], Gap | None]:
        """The domains to look up, and why the list may be incomplete."""
        found = dict.fromkeys(self._domains)
        missing: Gap | None = None
        known = [name for name in DOMAIN_SOURCES if fetch.state(name) is not None]
        for name in known:
            try:
                records = fetch.records(name)
            except SourceGap as err:
                # Graph lists Exchange's domains too; either of the two is enough.
                if name in {"exchange.accepted_domains", "graph.domains"} and self._other(fetch, name):
                    continue
                missing = Gap(
                    fetch.source.name,
                    Reason.PARTIAL,
                    f"the clinic's domains are not all known: {err.gap.detail}",
                    err.gap.remedy,
                )
                continue
            for record in records:
                if domain := _domain_of(name, record):
                    found.setdefault(domain)
        if not known and not found:
            missing = Gap(
                fetch.source.name, Reason.NOT_COLLECTED, "no list of domains was read", "scan with the list of domains"
            )
        return list(found), missing

    def _other(self, fetch: Fetch, name: str) -> bool:
        other = "graph.domains" if name == "exchange.accepted_domains" else "exchange.accepted_domains"
        state = fetch.state(other)
        return state is not None and state.gap is None

    def _mx(self, domain: str) -> dict[str, Any]:
        status, hosts = self.resolver.mail_servers(domain)
        return {"status": status, "hosts": [{"preference": preference, "host": host} for preference, host in hosts]}

    def _spf(self, domain: str) -> dict[str, Any]:
        answer = self.resolver.texts(domain)
        texts = [text for text in answer.texts if is_spf(text)]
        record: dict[str, Any] = {
            "status": answer.status,
            "texts": texts,
            "lookups": None,
            "void_lookups": None,
            "includes": [],
            "ending": None,
            "error": None,
        }
        if len(texts) == 1:
            followed = follow(texts[0], domain, self.resolver)
            record |= {
                "lookups": followed.lookups, "void_lookups": followed.void_lookups, "includes": followed.includes,
                "ending": followed.ending, "error": followed.error,
            }  # fmt: skip
        return record

    def _dkim(self, domain: str) -> dict[str, Any]:
        keys = []
        for selector in self._selectors:
            answer = self.resolver.texts(f"{selector}._domainkey.{domain}")
            text = next((t for t in answer.texts if "p=" in t), None)
            keys.append(
                {
                    "selector": selector,
                    "status": answer.status,
                    "target": answer.target,
                    "text": text,
                    "bits": key_bits(text),
                }
            )
        return {"status": "ok" if any(key["text"] for key in keys) else "nodata", "keys_found": keys}

    def _dmarc(self, domain: str) -> dict[str, Any]:
        places = list(dict.fromkeys([domain, self._organizational(domain)]))
        status: str = "nodata"
        for place in places:
            answer = self.resolver.texts(f"_dmarc.{place}")
            texts = [text for text in answer.texts if re.match(r"\s*v\s*=\s*DMARC1\b", text, re.IGNORECASE)]
            if texts:
                return {
                    "status": "ok",
                    "texts": texts,
                    "found_at": place,
                    "report_targets": self._report_targets(texts, place),
                }
            status = answer.status if answer.status != "ok" else "nodata"
        return {"status": status, "texts": [], "found_at": None, "report_targets": []}

    def _report_targets(self, texts: Sequence[str], place: str) -> list[dict[str, Any]]:
        """The domains that reports are mailed to, each with whether it takes reports on the place (RFC 7489 section 7.1)."""
        asked = [tag for text in texts for tag in text.split(";") if tag.strip().casefold().startswith("rua")]
        targets = dict.fromkeys(target.casefold() for tag in asked for target in _RUA.findall(tag))
        found = []
        for target in list(targets)[:_REPORT_LIMIT]:
            if self._organizational(target) == self._organizational(place):
                found.append({"domain": target, "authorized": True})
                continue
            try:
                answer = self.resolver.texts(f"{place}._report._dmarc.{target}")
            except NoAnswer:
                found.append({"domain": target, "authorized": None})
                continue
            said = any(re.match(r"\s*v\s*=\s*DMARC1\b", text, re.IGNORECASE) for text in answer.texts)
            found.append({"domain": target, "authorized": said})
        return found

    def _organizational(self, domain: str) -> str:
        return str(suffixes().privatesuffix(domain) or domain)

    def _mta_sts(self, domain: str) -> dict[str, Any]:
        answer = self.resolver.texts(f"_mta-sts.{domain}")
        texts = [text for text in answer.texts if text.casefold().startswith("v=stsv1")]
        record: dict[str, Any] = {
            "status": answer.status if texts else "nodata",
            "texts": texts,
            "policy_mode": None,
            "policy_hosts": [],
            "policy_max_age": None,
        }
        if len(texts) == 1:
            record |= self._policy(domain)
        return record

    def _policy(self, domain: str) -> dict[str, Any]:
        base = self.resolver.mta_sts_base
        url = (
            f"{base}/{domain}/.well-known/mta-sts.txt" if base else f"https://mta-sts.{domain}/.well-known/mta-sts.txt"
        )
        transport = Transport(
            ReadOnly([f"mta-sts.{domain}"], loopback=bool(base)), stop=self._stop, patience=10, backoff_base=0.5
        )
        response = transport.send(Request("GET", url, "dns.mta_sts", "dns", timeout=10))
        if not response.ok or len(response.content) > _POLICY_LIMIT:
            return {}
        pairs = [line.partition(":") for line in response.content.decode("utf-8", "replace").splitlines()]
        values = [(name.strip().casefold(), value.strip()) for name, _, value in pairs]
        mode = next((value for name, value in values if name == "mode"), None)
        age = next((value for name, value in values if name == "max_age"), "")
        return {
            "policy_mode": mode,
            "policy_hosts": [value for name, value in values if name == "mx"],
            "policy_max_age": int(age) if age.isdigit() and len(age) < 10 else None,
        }

    def _tls_rpt(self, domain: str) -> dict[str, Any]:
        answer = self.resolver.texts(f"_smtp._tls.{domain}")
        texts = [text for text in answer.texts if text.casefold().startswith("v=tlsrptv1")]
        return {"status": answer.status if texts else "nodata", "texts": texts}


def _domain_of(source: str, record: Mapping[str, Any]) -> str | None:
    """The mail domain in a record of one of the lists; None for names that no mail is to be judged by."""
    name = {
        "exchange.accepted_domains": record.get("DomainName"),
        "graph.domains": record.get("id") if record.get("isVerified") is not False else None,
        "directory.domains": record.get("domainName"),
        "directory.domain_aliases": record.get("domainAliasName"),
    }[source]
    domain = str(name or "").rstrip(".").casefold()
    return (
        None
        if not domain or domain.endswith((".test-google-a.com", ".mail.onmicrosoft.com")) or domain.startswith("*")
        else domain
    )


def key_bits(text: str | None) -> int | None:
    """The length of the RSA key in a DKIM record; None for other keys, withdrawn keys and unreadable ones."""
    tags = {
        name.strip().casefold(): value for name, _, value in (part.partition("=") for part in (text or "").split(";"))
    }
    if tags.get("k", "rsa").strip().casefold() != "rsa":
        return None
    try:
        key = load_der_public_key(base64.b64decode("".join(tags.get("p", "").split())))
    except (ValueError, UnsupportedAlgorithm):
        return None
    return key.key_size if isinstance(key, RSAPublicKey) else None
