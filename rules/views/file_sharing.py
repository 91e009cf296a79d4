"""How files leave SharePoint and OneDrive: the same settings from Graph or from SharePoint's own interface, whichever was read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from connectors.microsoft365.sources.sharing import SharePointSettings, SharePointTenant
from connectors.record import Unreadable, derived
from rules.tables import One
from rules.view import View

V = TypeVar("V")
LEVELS = {
    0: "disabled",
    1: "externalUserSharingOnly",
    2: "externalUserAndGuestSharing",
    3: "existingExternalUserSharingOnly",
}
"""SharePoint's own numbers by Graph's names (imports.md, rule 7)."""
EXPOSURE = {0: 0, 3: 1, 1: 2, 2: 3}
"""How wide each of SharePoint's numbers is: nobody, existing guests, new guests, anyone (microsoft365.md 5.1)."""
MODES = {0: "none", 1: "allowList", 2: "blockList"}


class FileSharing(View[None]):
    """The clinic's sharing settings that both interfaces show."""

    def __init__(self, settings: One[SharePointSettings], tenant: One[SharePointTenant]) -> None:
        self._settings, self._tenant = settings, tenant

    def _either(self, graph: Callable[[SharePointSettings], V], rest: Callable[[SharePointTenant], V]) -> V:
        try:
            return graph(self._settings.value)
        except Unreadable as err:
            try:
                return rest(self._tenant.value)
            except Unreadable:
                raise err from None

    @derived
    def level(self) -> str:
        """With whom files may be shared, in Graph's words."""
        return self._either(lambda s: s.sharing_capability, lambda t: LEVELS[t.sharing_capability])

    @property
    def is_off(self) -> bool:
        """Whether nothing can be shared outside at all."""
        return self.level == "disabled"

    @derived
    def domain_mode(self) -> str:
        """Whether sharing is limited to some domains (allowList), kept from some (blockList), or neither (none)."""
        return self._either(
            lambda s: s.sharing_domain_restriction_mode, lambda t: MODES[t.sharing_domain_restriction_mode]
        )

    @derived
    def allowed_domains(self) -> list[str]:
        """The domains that files may be shared with, where sharing is limited to some."""
        return self._either(
            lambda s: s.sharing_allowed_domain_list, lambda t: (t.sharing_allowed_domain_list or "").split()
        )

    @derived
    def blocked_domains(self) -> list[str]:
        """The domains that files may not be shared with."""
        return self._either(
            lambda s: s.sharing_blocked_domain_list, lambda t: (t.sharing_blocked_domain_list or "").split()
        )

    @derived
    def guests_may_reshare(self) -> bool:
        """Whether guests may pass on what was shared with them."""
        return self._either(
            lambda s: s.is_resharing_by_external_users_enabled, lambda t: not t.prevent_external_users_from_resharing
        )

    @derived
    def people_create_sites(self) -> bool:
        """Whether anybody at the clinic may make sites."""
        return self._either(lambda s: s.is_site_creation_enabled, lambda t: not t.self_service_site_creation_disabled)
