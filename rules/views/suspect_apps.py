"""Applications in a Microsoft tenant that speak against themselves: on the lists of abused apps, or calling themselves Microsoft.

for app in suspects: ...        app.known -> KnownApp | None, app.poses_as -> "Microsoft" | None
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from connectors.gap import Gap
from connectors.microsoft365.sources.apps import ServicePrincipal
from connectors.microsoft365.sources.tenant import Organization
from connectors.record import Unreadable
from rules.data import app_permissions, malicious_apps
from rules.data.malicious_apps import KnownApp
from rules.tables import Table
from rules.view import View

NAMES = re.compile(r"^\W*(microsoft|office|outlook|azure|sharepoint|teams)(?![^\W_])", re.IGNORECASE)
"""What Microsoft's own applications are called, as the first word of a name."""


@dataclass(frozen=True)
class SuspectApp:
    """One application, and what speaks against it."""

    id: str  # the application id
    label: str
    known: KnownApp | None
    poses_as: str | None  # the first word of Microsoft's that it uses
    verified_as: str | None  # the company that Microsoft has verified behind it
    switched_off: bool
    kind: str = "app"


class SuspectApps(View[SuspectApp]):
    """The applications of a tenant that speak against themselves, then `Unreadable` if some could not be read."""

    def __init__(self, principals: Table[ServicePrincipal], organization: Table[Organization]) -> None:
        self._principals, self._organization = principals, organization

    def __iter__(self) -> Iterator[SuspectApp]:
        gap: Gap | None = self._principals.gap
        ours: frozenset[str] | None = None
        try:
            ours = app_permissions.microsoft_tenants() | {one.id for one in self._organization}
        except Unreadable as err:
            gap = gap or err.gap  # without the tenant's own id, its own apps would be taken for strangers
        for principal in self._principals.known():
            try:
                found = self._look(principal, ours)
            except Unreadable as err:
                gap = gap or err.gap
                continue
            if found is not None:
                yield found
        if gap is not None:
            raise Unreadable(gap)

    def _look(self, principal: ServicePrincipal, ours: frozenset[str] | None) -> SuspectApp | None:
        known = malicious_apps.find(principal.app_id)
        posing = NAMES.match(principal.display_name) if ours is not None else None
        if posing is not None and ours is not None:
            # Managed identities belong to no tenant; whoever makes one in the clinic's own Azure may call it as they like.
            owner = principal.app_owner_organization_id
            posing = None if owner is None or owner in ours else posing
        if known is None and posing is None:
            return None
        publisher = principal.verified_publisher
        verified = publisher is not None and publisher.verified_publisher_id is not None
        return SuspectApp(
            principal.app_id,
            principal.display_name,
            known,
            posing[1] if posing is not None else None,
            (publisher.display_name or "a company") if verified and publisher is not None else None,
            principal.account_enabled is False,
        )
