"""Asking DNS: one place for time-outs and for telling "there is none" from "nobody answered"."""

from __future__ import annotations

from dataclasses import dataclass

import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver

from connectors.dns.sources import Status


class NoAnswer(Exception):
    """Nobody answered, or the servers of the domain are broken: nothing is known."""


@dataclass(frozen=True)
class Found:
    """What a look-up gave."""

    status: Status
    texts: tuple[str, ...] = ()
    target: str | None = None  # where the name points, if it is an alias


@dataclass(frozen=True)
class Resolver:
    """Whom to ask: the machine's own servers unless some are named. `timeout` is for one look-up, in seconds.

    `mta_sts_base` replaces https://mta-sts.<domain> for policies; loopback only.
    """

    nameservers: tuple[str, ...] = ()
    port: int = 53
    timeout: float = 5.0
    mta_sts_base: str = ""

    def _ask(self, name: str, kind: str) -> tuple[Status, dns.resolver.Answer | None]:
        try:
            asked = dns.resolver.Resolver(configure=not self.nameservers)
            if self.nameservers:
                asked.nameservers = list(self.nameservers)
                asked.port = self.port
            asked.lifetime = self.timeout
            return "ok", asked.resolve(dns.name.from_text(name), kind, search=False)
        except dns.resolver.NXDOMAIN:
            return "nxdomain", None
        except dns.resolver.NoAnswer:
            return "nodata", None
        except dns.resolver.NoNameservers as err:
            raise NoAnswer(f"the servers of {name} answer with an error") from err
        except dns.exception.Timeout as err:
            raise NoAnswer(f"no answer for {name} within {self.timeout:g} seconds") from err
        except (dns.exception.DNSException, UnicodeError, OSError) as err:
            raise NoAnswer(f"{name} cannot be looked up ({type(err).__name__})") from err

    def texts(self, name: str) -> Found:
        """The TXT records of a name, each joined from its parts."""
        status, answer = self._ask(name, "TXT")
        if answer is None:
            return Found(status)
        canonical = str(answer.canonical_name).rstrip(".")
        texts = tuple(b"".join(record.strings).decode("utf-8", "replace") for record in answer)
        return Found("ok", texts, canonical if canonical.casefold() != name.rstrip(".").casefold() else None)

    def mail_servers(self, name: str) -> tuple[Status, list[tuple[int, str]]]:
        """The MX records of a name, most preferred first."""
        status, answer = self._ask(name, "MX")
        if answer is None:
            return status, []
        return "ok", sorted((record.preference, str(record.exchange).rstrip(".").casefold()) for record in answer)

    def exists(self, name: str, kind: str) -> bool:
        """Whether a name has a record of this kind."""
        return self._ask(name, kind)[1] is not None
