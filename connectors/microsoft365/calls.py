"""How a source of Microsoft 365 is asked for: small declarations that only the client of this folder reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Area = Literal["exchange", "compliance"]
Service = Literal["sharepoint", "teams", "powerbi", "powerplatform"]
GRAPH_APP = "00000003-0000-0000-c000-000000000000"
EXCHANGE_APP = "00000002-0000-0ff1-ce00-000000000000"
SHAREPOINT_APP = "00000003-0000-0ff1-ce00-000000000000"
MANAGEMENT_APP = "c5393580-f805-4401-95e8-94b7a6ef2fc2"
RESOURCE_APPS = (GRAPH_APP, EXCHANGE_APP, SHAREPOINT_APP, MANAGEMENT_APP)
"""Application ids of the resources whose permissions open mail, files and directory (microsoft365.md 1.5)."""


@dataclass(frozen=True)
class Graph:
    """One Graph read.

    `path` takes msgraph-sdk's service client, and for a fan-out the parent's id, and returns the request builder.
    `query` holds further options by the builder's own parameter names (`filter`, `expand`). `$select` comes from the record's
    fields unless `select` is False (the resource takes none, or takes it badly); `$top` is the source's page size.
    `single` marks an answer that is one object. `advanced` adds ConsistencyLevel and $count. `beta` asks the beta endpoint and
    says why there is no other way; `suffix` is a last part of the path that only beta knows, and `extra` are query options that the
    builder knows no parameters for. `omit` names fields that only imported
    exports hold and Graph is not asked for. `per` names the key of the parent's record that the path is built from; `only` says for
    which parents the source is read at all, given that record. `batch` allows a single read to travel inside `$batch`.
    A filter that holds `{since}` asks for the last `days`; `most` ends the listing after so many pages, which is a gap if there are
    more.
    """

    path: Callable[..., Any]
    query: Mapping[str, Any] = field(default_factory=dict)
    select: bool = True
    single: bool = False
    advanced: bool = False
    beta: str = ""
    suffix: str = ""
    extra: str = ""
    omit: tuple[str, ...] = ()
    per: str = ""
    only: Callable[[Mapping[str, Any]], bool] | None = None
    batch: bool = True
    days: int = 0
    most: int | None = None

    def __repr__(self) -> str:
        return "Graph(" + ("beta, " if self.beta else "") + (f"per {self.per}" if self.per else "") + ")"


@dataclass(frozen=True)
class Cmdlet:
    """One Get cmdlet of Exchange Online or Purview, through the admin API's InvokeCommand.

    `per` makes it a fan-out: the cmdlet's `Identity` is this key of each record of the first source in `after`, and pages carry
    the value of `of` (the parent's own id; `per` if not given). `by` is the parameter that names the parent. `folder` names a folder
    of the mailbox, as it stands behind the Identity. `select` asks for the record's fields only, where the cmdlet is known to honour it.
    """

    name: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    area: Area = "exchange"
    per: str = ""
    of: str = ""
    by: str = "Identity"
    folder: str = ""
    only: Callable[[Mapping[str, Any]], bool] | None = None
    select: bool = False

    def __repr__(self) -> str:
        return f"Cmdlet({self.name}, {self.area})"


@dataclass(frozen=True)
class Rest:
    """One read of an admin service that is neither Graph nor Exchange (microsoft365.md 5).

    `service` names host, audience and manners (`rest.py`). `path` begins with a slash, is kept as it stands but for `{tenant}` and,
    in a fan-out, `{parent}`, and may carry a query. `items` is the key of the list in the answer, where the answer is not itself the
    list; `single` marks an answer that is one object. Next pages are followed by any link that the service is known to send.
    `post` asks with an empty post, for the reads that the service offers in no other way. `per` names the key of the parent's record
    that the path is built from; `only` says for which parents the source is read at all, given that record. `together` names the key
    by which SharePoint's object model is asked for many parents in one request (`csom.py`).
    """

    service: Service
    path: str
    items: str = "value"
    single: bool = False
    post: bool = False
    per: str = ""
    only: Callable[[Mapping[str, Any]], bool] | None = None
    together: str = ""

    def __repr__(self) -> str:
        return f"Rest({self.service}, {self.path})"


@dataclass(frozen=True)
class SiteListing:
    """SharePoint's listing of all sites, which only its client object model gives (`csom.py`)."""


@dataclass(frozen=True)
class Elsewhere:
    """A source that this version reads from imported exports only; `why` is shown as the gap of a scan."""

    why: str
    remedy: str
