"""Opening an export, whatever a shell or an archive did to it, and putting its shapes straight (imports.md, rules 1 to 6)."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from connectors.gap import Gap, Reason
from connectors.record import Record, moment
from connectors.snapshot import Line, Snapshot, SourceState, TenantInfo
from connectors.source import Provider, Source, declared

Export = str | Path | Mapping[str, Any]
_HALF = re.compile(rb"\\\x00?u\x00?[dD]")
"""An escaped half of a letter outside the basic plane, in UTF-8 or UTF-16."""
LACKS = "the export does not hold this"
SCAN = "scan the tenant itself"


class ImportRefused(Exception):
    """A file is not the export it should be; `advice` says what to do."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice


def read(export: Export) -> Mapping[str, Any]:
    """The export as one JSON object: from a mapping, or a file, also gzipped, with any mark PowerShell puts before it."""
    if isinstance(export, Mapping):
        return export
    path = Path(export)
    try:
        content = path.read_bytes()
        if content[:2] == b"\x1f\x8b":
            content = gzip.decompress(content)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise ImportRefused(f"{path} is cut short or damaged", "copy the export again") from None
    except OSError as err:
        raise ImportRefused(f"{path} cannot be read ({err.strerror})", "check the path") from None
    encoding = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        found = json.loads(content.decode(encoding))
    except (UnicodeDecodeError, ValueError, RecursionError):
        kind = "an archive" if content[:2] == b"PK" else "not JSON"
        raise ImportRefused(
            f"{path} is {kind}", "name the export file itself, not a report or an archive of it"
        ) from None
    if _HALF.search(content):
        found = _whole(found)
    if not isinstance(found, dict):
        raise ImportRefused(
            f"{path} is not an export: it holds a {type(found).__name__}", "name the export file itself"
        )
    return found


def _whole(value: Any) -> Any:
    """The value with a mark in the place of half letters, which can be written nowhere."""
    if isinstance(value, dict):
        return {_whole(key): _whole(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(value, str) else value


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects in a value that may be one object, a list, a list in a list, or `[null]`."""
    if isinstance(value, dict):
        return [value]
    if isinstance(value, list):
        return [found for item in value for found in objects(item)]
    return []


def lowered(value: Any) -> Any:
    """The value with the first letter of every property name lowered; names with @ stay as they are (rule 1)."""
    if isinstance(value, dict):
        return {key if "@" in key else key[:1].lower() + key[1:]: lowered(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [lowered(item) for item in value]
    return value


def texts(value: Any) -> list[str]:
    """The texts in a value that may be one text or a list of them."""
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


class Builder:
    """Gathers sources, then makes the snapshot: what nobody added is a gap."""

    def __init__(self, export: Mapping[str, Any], origin: str, provider: Provider) -> None:
        self.export, self.origin, self.provider = export, origin, provider
        self.secret = hashlib.sha256(origin.encode()).digest()
        self.lines: dict[str, list[Line]] = {}
        self.states: dict[str, SourceState] = {}

    def source(self, name: str) -> Source:
        return declared()[name]

    def add(
        self,
        name: str,
        records: Iterable[Mapping[str, Any]],
        *,
        of: str = "",
        note: str = "",
        gap: Gap | None = None,
        whole: Iterable[str] = (),
    ) -> None:
        """A source that the export holds. `of` names the property that is the parent of a fan-out source's record.

        `whole` names the parts of which nothing is missing although there is a gap.
        """
        record: type[Record] = self.source(name).record
        lines = self.lines.setdefault(name, [])
        for raw in records:
            parent = str(raw[of]) if of and raw.get(of) is not None else None
            lines.append(Line(r=record.project(raw, self.secret), of=parent))
        parents = len({line.of for line in lines}) if of else None
        shown = f"from {self.origin}" + (f"; {note}" if note else "")
        self.states[name] = SourceState(
            str(self.source(name).provider),
            pages=1,
            gap=gap,
            note=shown,
            parents=parents,
            parents_read=parents,
            whole=sorted(whole),
        )

    def unread(self, name: str, parent: str, detail: str) -> None:
        """A parent of a fan-out source that the other tool could not read."""
        gap = Gap(name, Reason.PROVIDER_ERROR, detail, SCAN)
        self.lines.setdefault(name, []).append(Line(of=parent, gap=gap))
        self.states[name] = SourceState(
            str(self.source(name).provider), pages=1, gap=Gap(name, Reason.PARTIAL, detail, SCAN)
        )

    def lack(self, name: str, reason: Reason, detail: str, remedy: str = SCAN) -> None:
        """A source that the export says it could not read."""
        self.lines.pop(name, None)
        self.states[name] = SourceState(str(self.source(name).provider), gap=Gap(name, reason, detail, remedy))

    def build(self, key: str, name: str, tenant_id: str, taken: datetime) -> Snapshot:
        """The snapshot; the same export gives the same one."""
        for source in declared().values():
            if source.provider in {self.provider, Provider.DNS} and source.name not in self.states:
                self.lack(source.name, Reason.NOT_COLLECTED, LACKS)
        digest = hashlib.sha256(json.dumps(self.export, sort_keys=True, default=str).encode()).hexdigest()[:4]
        info = TenantInfo(key, name, [str(self.provider)], {str(self.provider): tenant_id} if tenant_id else {})
        return Snapshot.of(
            info,
            self.lines,
            states=self.states,
            taken=taken,
            origin=self.origin,
            id=taken.strftime("%Y-%m-%dT%H%M%SZ-") + digest,
        )


def time_of(*candidates: Any) -> datetime:
    """The first candidate that is a time; the epoch if none is, so that the same export always gives the same snapshot."""
    for candidate in candidates:
        try:
            return moment(candidate).astimezone(UTC)
        except (TypeError, ValueError, OverflowError):
            continue
    return datetime(1970, 1, 1, tzinfo=UTC)


def dns(builder: Builder, export: Mapping[str, Any], *, selectors: tuple[str, ...]) -> None:
    """The look-ups that both tools make: `domain`, `rdata[]`, `log[]` (rule 13)."""
    from connectors.dns.connector import key_bits  # noqa: PLC0415 - needs cryptography, only here
    from connectors.dns.spf import is_spf  # noqa: PLC0415

    for key, name in (("spf_records", "dns.spf"), ("dkim_records", "dns.dkim"), ("dmarc_records", "dns.dmarc")):
        if key not in export:
            continue
        builder.add(name, [])
        for row in objects(export[key]):
            domain, found = row.get("domain"), texts(row.get("rdata"))
            if not isinstance(domain, str) or not domain:
                continue
            log = json.dumps(row.get("log", "")).casefold()
            if (
                not found
                and any(word in log for word in ("timeout", "timed out", "servfail", "no response", "exception"))
                and "nxdomain" not in log
            ):
                builder.unread(name, domain, f"the other tool got no answer for {domain}")
                continue
            status = "ok" if found else ("nxdomain" if "nxdomain" in log and key == "spf_records" else "nodata")
            record: dict[str, Any] = {"domain": domain, "status": status}
            if name == "dns.spf":
                spf = [text for text in found if is_spf(text)]
                record |= {"texts": spf, "lookups": None, "void_lookups": None, **_spf(spf)}
            elif name == "dns.dmarc":
                record |= {
                    "texts": [t for t in found if t.strip().casefold().startswith("v=dmarc1")],
                    "found_at": domain if found else None,
                }
            else:
                joined = [text.replace('" "', "").replace('"', "") for text in found if "p=" in text]
                record["keys_found"] = [
                    {"selector": selectors[0], "status": "ok", "target": None, "text": text, "bits": key_bits(text)}
                    for text in joined
                ]
            state = builder.states[name]
            builder.lines[name].append(Line(r=builder.source(name).record.project(record, builder.secret), of=domain))
            state.parents = state.parents_read = len({line.of for line in builder.lines[name]})


def _spf(records: list[str]) -> dict[str, Any]:
    """What one record says by itself, includes not followed."""
    if len(records) != 1:
        return {"includes": [], "ending": None, "error": None}
    terms = records[0].casefold().split()[1:]
    includes = [term.partition(":")[2] for term in terms if term.lstrip("+-~?").startswith("include:")]
    last = next((term for term in terms if term.lstrip("+-~?") == "all"), None)
    ending = None if last is None else (last if last[0] in "+-~?" else f"+{last}")
    return {"includes": includes, "ending": ending, "error": None}
