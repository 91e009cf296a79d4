"""How a source of Google Workspace is asked for: small declarations that only the client of this folder reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

CUSTOMER = "{customer}"
"""Stands for the customer id (C0...) in a parameter's value."""

CUSTOMER_FILTER = 'customer=="customers/{customer}"'
"""The filter of Cloud Identity listings; the canonical id is needed, `my_customer` is not enough."""

Subject = Literal["admin", "user"]


@dataclass(frozen=True)
class Call:
    """One API method with its parameters.

    `group` names the scope group (`scopes.py`) whose token is used; `subject` says whom the token stands for.
    `items` is the key that holds the records of a page; None means that the answer itself is the one record.
    `per` makes the source a fan-out: the method is asked once per record of the first source in `after`, with the
    record's field `by` (the provider's key) as this parameter. Pages then carry the parent's own id.
    `each` asks the whole listing once for each value of one parameter: a product, an event name.
    `size` names the parameter that takes the page size. `most` ends a listing (per value of `each`) after so many pages;
    such a source is a sample, newest first, and its note says so. `days` limits a log to so many days before the run.
    `dated` names the parameter that takes the newest day for which Google has counters. `filled` says that the listing
    of a real customer is never empty, so that an empty answer is no answer.
    """

    api: str
    version: str
    method: Callable[[Any], Any]
    group: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    items: str | None = None
    per: str = ""
    by: str = "id"
    each: tuple[str, tuple[str, ...]] | None = None
    subject: Subject = "admin"
    size: str = "maxResults"
    most: int | None = None
    days: int | None = None
    dated: str = ""
    filled: bool = False

    def __repr__(self) -> str:
        return f"Call({self.api} {self.version}, {self.group})"
