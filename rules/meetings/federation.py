"""With which outside organizations Teams lets people chat, whatever shape the service answers in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from connectors.gap import Gap, Reason
from connectors.microsoft365.sources.teams import ExternalAccessPolicy, TenantFederation
from connectors.record import Unreadable

_PATH = "teams.tenant_federation:AllowedDomains"
_IN_TEXT = re.compile(r"Domain=([^,;\s]+)")


def domains(federation: TenantFederation) -> list[str] | None:
    """The domains that people may chat with; None if it is all of them, `Unreadable` if that is not clear."""
    value = federation.allowed_domains
    if value is None or value == {} or _is_all(value):
        return None
    found = list(_names(value.get("AllowedDomain") if isinstance(value, dict) else value))
    if not found:
        # Whether an empty list means nobody or everybody is documented nowhere.
        raise Unreadable(Gap(_PATH, Reason.UNREADABLE, "the list of allowed domains is empty, or of an unknown shape"))
    return found


def _is_all(value: Any) -> bool:
    text = value if isinstance(value, str) else " ".join(value) if isinstance(value, dict) else ""
    return "allowallknowndomains" in text.casefold()


def _names(value: Any) -> Iterable[str]:
    """Domain names in a text, a list of texts or a list of objects."""
    if isinstance(value, str):
        yield from _IN_TEXT.findall(value) or ([value] if "." in value and " " not in value else [])
    elif isinstance(value, dict):
        yield from _names(value.get("Domain"))
    elif isinstance(value, list):
        for item in value:
            yield from _names(item)


def nobody_may(policies: Iterable[ExternalAccessPolicy], permission: str) -> bool:
    """Whether no external access policy that the clinic made gives a permission (our name of the field).

    Then what the tenant allows reaches nobody, but for those who were given one of Microsoft's ready-made policies.
    """
    own = [policy for policy in policies if not policy.is_template]
    return any(policy.is_global for policy in own) and not any(getattr(policy, permission) for policy in own)
