"""What to ask Graph for: relative addresses, built by msgraph-sdk's request builders, so that a path that does not exist cannot be.

The SDK costs half a second and 20 MiB a scan, and says the same each time. So what it builds for the sources of this package is
written down in `paths.json` (`make paths`; a test builds all of it anew and compares), and whatever is not written there, because
a source is asked for in another way, is built when it is asked for.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from connectors.microsoft365.calls import Graph
from connectors.source import MICROSOFT_365, Source, declared

_PARENT = "00000000-1111-2222-3333-444444444444"
_SINCE = "2001-02-03T04:05:06Z"
_LOCK = threading.Lock()
_FILE = Path(__file__).with_name("paths.json")
USUAL_PAGE = 100
"""Records a page where the number asked for is refused: what most of Graph gives unasked."""


class Adapter:
    """Stands where the SDK expects its own HTTP client: the builders need nothing of it but an address."""

    base_url = ""

    def enable_backing_store(self, factory: object) -> None:
        """The SDK's client asks for it; there are no models here to store."""


class Paths:
    """Relative addresses of Graph reads; `written` are those that need not be built."""

    def __init__(self, written: Mapping[str, str] | None = None) -> None:
        self._written = _table() if written is None else written
        self._built: dict[tuple[str, int | None], str] = {}
        self._root: Any = None

    def of(self, source: Source, parent: str | None = None, *, top: int | None = None) -> str:
        """The path and query of a source, for one parent where it is a fan-out."""
        template = self._built.get((source.name, top))
        if template is None:
            template = self._written.get(_asked(source, top))
            if template is None:
                with _LOCK:
                    template = self._build(source, top)
            if source.call.days:
                template = template.replace(_quoted(_SINCE), _quoted(_since(source.call)))
            self._built[source.name, top] = template
        return template.replace(_PARENT, parent) if parent is not None else template

    def _build(self, source: Source, top: int | None) -> str:
        from kiota_abstractions.base_request_configuration import RequestConfiguration  # noqa: PLC0415
        from msgraph.generated.base_graph_service_client import BaseGraphServiceClient  # noqa: PLC0415

        if self._root is None:
            self._root = BaseGraphServiceClient(Adapter())  # type: ignore[arg-type]
        call: Graph = source.call
        builder = call.path(self._root, _PARENT) if call.per else call.path(self._root)
        options = query_options(builder)
        query = options(**_options(call)) if options is not None else None
        if query is not None and call.select:
            query.select = selected(source)
        if query is not None and (top or source.page_size):
            query.top = top or source.page_size
        if query is not None and call.advanced:
            query.count = True
        address = builder.to_get_request_information(RequestConfiguration(query_parameters=query)).url
        address = re.sub(r"^\{\+baseurl\}", "", address).replace("%24", "$")
        if call.suffix:
            path, mark, rest = address.partition("?")
            address = path + call.suffix + mark + rest
        if call.extra:
            address += ("&" if "?" in address else "?") + call.extra
        return ("/beta" if call.beta else "/v1.0") + address


def _options(call: Graph) -> dict[str, Any]:
    """The options of a call, with a day that stands for the one from which on it asks."""
    asked = dict(call.query)
    if call.days:
        asked["filter"] = asked["filter"].format(since=_SINCE)
    return asked


def _since(call: Graph) -> str:
    return (datetime.now(UTC) - timedelta(days=call.days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _quoted(moment: str) -> str:
    return moment.replace(":", "%3A")


def query_options(builder: Any) -> Any:
    """The class of the query options that a builder's GET takes; None if it takes none."""
    name = type(builder).__name__ + "GetQueryParameters"
    return getattr(type(builder), name, None)


def selected(source: Source) -> list[str]:
    """The property names for `$select`: the record's fields, less annotations and what only imports hold."""
    return [key for key in source.record.wire_names() if not key.startswith("@") and key not in source.call.omit]


# --- what is written down ---------------------------------------------------------------------------------------------------


def _asked(source: Source, top: int | None) -> str:
    """Equal for two ways of asking that give the same address, as far as a declaration tells: all but the builder's own path."""
    call: Graph = source.call
    fields = selected(source) if call.select else []
    parts = [
        fields,
        top or source.page_size,
        sorted(call.query.items()),
        call.advanced,
        call.beta,
        call.suffix,
        call.per,
    ]
    return f"{source.name} {hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:12]}"


@cache
def _table() -> Mapping[str, str]:
    return msgspec.json.decode(_FILE.read_bytes(), type=dict[str, str]) if _FILE.exists() else {}


def table() -> dict[str, str]:
    """What is to be written down: every Graph source of this package, as it is asked for first and with usual pages."""
    import connectors.microsoft365.sources  # noqa: F401, PLC0415 - declares them

    built = Paths({})
    return {
        _asked(source, top): built._build(source, top)
        for _, source in sorted(declared().items())
        if source.provider == MICROSOFT_365 and isinstance(source.call, Graph)
        for top in ([None, USUAL_PAGE] if source.page_size else [None])
    }


if __name__ == "__main__":
    _FILE.write_bytes(msgspec.json.format(msgspec.json.encode(table()), indent=1) + b"\n")
