"""Passkeys and security keys are available to staff.

Why it matters
    The only factor that a false sign-in page cannot steal must be allowed before anybody can use it.

How to fix it
    Microsoft 365: Entra, Authentication methods, Policies, Passkey (FIDO2): On, Allow self-service set up: Yes.
    Google Workspace: Admin console, Security, Authentication, Passkeys: any device or platform.

Does not cover
    Whether people use them (MFA-5, MFA-6).
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import PasskeysRestriction
from connectors.microsoft365.sources.access import AuthenticationMethodsPolicy
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.tables import One
from rules.view import Tenant
from rules.views.google_policy import PolicyCell

CONTROL = Control("MFA-20", Severity.LOW, cites=["164.312(d)", "164.308(a)(5)(ii)(D)"], level=Level.SHOULD)
ANY = "ANY_DEVICE_OR_PLATFORM"


@CONTROL.check(MICROSOFT_365)
def keys_may_be_registered(tenant: Tenant, allowed: One[AuthenticationMethodsPolicy]) -> Result:
    """People may register passkeys and security keys by themselves."""
    method = allowed.value.method("Fido2")
    if method is None or method.state != "enabled":
        return failed("passkeys and security keys are switched off")
    if not method.is_self_service_registration_allowed:
        return failed("people cannot register a passkey or key by themselves")
    restrictions = method.key_restrictions
    shown = {
        "attested_only": method.is_attestation_enforced,
        "some_makes_only": restrictions is not None and restrictions.is_enforced,
    }
    return passed("people may register passkeys and keys", **shown)


@CONTROL.check(GOOGLE_WORKSPACE, none=not_applicable("no active person works in any unit"))
def passkeys_are_not_limited(cell: PolicyCell) -> Result:
    """Passkeys of any kind may be used in every unit and group."""
    if not cell.given(PasskeysRestriction):
        return passed("no setting limits passkeys")
    kind = cell.setting(PasskeysRestriction).allowed_passkeys_type
    if kind == ANY:
        return passed("passkeys of any kind may be used", allowed=kind)
    return review("only some kinds of passkeys may be used: look whether staff can have them", allowed=kind)
