"""Group owners cannot consent for their group.

Why it matters
    The owner of a team can otherwise let an app into everything the team writes and stores, for all its members, with one click.

How to fix it
    Microsoft 365: Entra admin center, Enterprise apps, Consent and permissions, Group owner consent settings: do not allow group
    owner consent.

Does not cover
    Apps that were let into a team before, and apps that an administrator lets in.
"""

from __future__ import annotations

from connectors.microsoft365.sources.access import AuthorizationPolicy
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, passed, review
from rules.tables import One
from rules.view import Tenant
from rules.views.directory_settings import CONSENT, DirectorySettings

CONTROL = Control("APP-4", Severity.MEDIUM, cites=["164.308(a)(4)(ii)(B)", "164.312(a)(1)"], level=Level.SHOULD)
OWNED = "managepermissiongrantsforownedresource."


@CONTROL.check(MICROSOFT_365)
def no_rule_lets_owners_consent(tenant: Tenant, policy: One[AuthorizationPolicy]) -> Result:
    """No consent rule lets owners of teams and groups let apps in."""
    assigned = policy.value.consent_rules
    owned = sorted(name for name in assigned if name.casefold().startswith(OWNED))
    if owned:
        return failed("owners of teams and chats can let apps into them", rules=owned)
    return passed("no consent rule speaks of owners")


@CONTROL.check(MICROSOFT_365)
def older_switch_is_off(tenant: Tenant, settings: DirectorySettings) -> Result:
    """The older switch for consent by group owners is off."""
    match settings.value(CONSENT, "EnableGroupSpecificConsent"):
        case "false":
            return passed("the older switch is off")
        case "true":
            return failed("the older switch lets owners of groups let apps in")
        case _:
            # Microsoft documents no default for it.
            return review("nobody has set the older switch for consent by group owners; set it to off")
