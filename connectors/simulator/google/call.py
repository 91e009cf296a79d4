"""One call of an API method, and the register of functions that answer such calls."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.simulator.google.discovery import ApiMethod
from connectors.simulator.google.errors import ApiError, forbidden, not_found
from connectors.simulator.google.tokens import Grant
from connectors.simulator.google.workspace import SUPER_ADMIN, Workspace


@dataclass(slots=True)
class Call:
    """A method with its path variables (``path``, decoded, in order), checked query and the caller's grant."""

    workspace: Workspace
    method: ApiMethod
    path: Sequence[str]
    query: dict[str, str]
    grant: Grant

    def flag(self, name: str) -> bool:
        return self.query.get(name, "").lower() == "true"

    def sees_customer(self, key: str) -> bool:
        """Whether the id means the caller's own customer. A service account by itself has no ``my_customer``."""
        return self.workspace.is_customer(key, allow_alias=self.grant.subject is not None)

    def require_customer(self, key: str) -> None:
        """Only the caller's own customer is visible; any other id does not exist for it."""
        if not self.sees_customer(key):
            raise not_found("Resource Not Found: customerId")

    def page(
        self,
        items: Sequence[Any],
        key: str,
        *,
        size: str = "maxResults",
        default: int,
        maximum: int,
        leading_empty: int = 0,
    ) -> dict[str, Any]:
        """The asked-for page of ``items`` under ``key``; no key when the page is empty, as Google does.

        A page token belongs to one set of parameters. ``leading_empty`` puts that many empty pages, each with a
        token, before the first items.
        """
        asked = int(self.query.get(size) or 0) or default
        count = min(asked, maximum)
        mark = self._query_mark()
        page, position = self._place(mark)
        if page <= leading_empty:
            return {"nextPageToken": _page_token(page + 1, 0, mark)}
        chunk = items[position : position + count]
        answer: dict[str, Any] = {key: list(chunk)} if chunk else {}
        if position + count < len(items):
            answer["nextPageToken"] = _page_token(page + 1, position + count, mark)
        return answer

    def _query_mark(self) -> int:
        ordered = sorted((name, value) for name, value in self.query.items() if name != "pageToken")
        return zlib.crc32(repr((self.method.id, list(self.path), ordered)).encode())

    def _place(self, mark: int) -> tuple[int, int]:
        """The number of the page asked for, from 1, and the position of its first item."""
        token = self.query.get("pageToken")
        if not token:
            return 1, 0
        page, position, found = read_page_token(token)
        if found != mark:
            raise ApiError(400, "invalid", "Invalid Input: pageToken", location="pageToken")
        return page, position


def _page_token(page: int, position: int, mark: int) -> str:
    return base64.urlsafe_b64encode(f"{page}/{position}/{mark}".encode()).decode().rstrip("=")


def read_page_token(token: str) -> tuple[int, int, int]:
    """Page number, position, and the mark of the parameters that the token belongs to; zeros when it is not ours."""
    try:
        page, position, mark = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode().split("/")
        return int(page), int(position), int(mark)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return 0, 0, 0


@dataclass(frozen=True, slots=True)
class Service:
    """The function that answers a method, and the administrator privilege it needs (None: any user)."""

    answer: Callable[[Call], Any]
    privilege: str | None

    def run(self, call: Call) -> Any:
        if self.privilege is not None and not call.workspace.may(call.grant.principal, self.privilege):
            if call.method.grpc:
                raise ApiError(403, "forbidden", "The caller does not have permission")
            raise forbidden()
        return self.answer(call)


SERVICES: dict[str, Service] = {}


def serves(*methods: str, privilege: str | None = None) -> Callable[[Callable[[Call], Any]], Callable[[Call], Any]]:
    """Register a function as the answer to API methods, named as in the discovery documents."""

    def register(answer: Callable[[Call], Any]) -> Callable[[Call], Any]:
        for method in methods:
            SERVICES[method] = Service(answer, privilege)
        return answer

    return register


__all__ = ["SERVICES", "SUPER_ADMIN", "Call", "Service", "serves"]
