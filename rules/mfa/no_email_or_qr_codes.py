"""Email codes and QR-code PINs are not sign-in factors.

Why it matters
    A code that arrives in a mailbox protects that mailbox with itself, and a printed QR code can be photographed at the front desk.

How to fix it
    Microsoft 365: Entra, Authentication methods, Policies: Email OTP: Off, QR code: Off.

Does not cover
    Guests, whom Microsoft may send a code by mail when their own organization has no sign-in.
"""

from __future__ import annotations

from connectors.microsoft365.sources.access import AuthenticationMethodsPolicy
from connectors.source import MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, not_assessed, passed
from rules.tables import One
from rules.view import Tenant

CONTROL = Control("MFA-9", Severity.MEDIUM, cites=["164.312(d)", "164.308(a)(5)(ii)(D)"])


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.AAD.3.5v2"],
    cis=["CIS M365 v7.0.0 5.2.3.7", "CIS M365 v6.0.0 5.2.3.7"],
    prowler=["entra_authentication_method_email_otp_disabled"],
)
def email_codes_are_off(tenant: Tenant, allowed: One[AuthenticationMethodsPolicy]) -> Result:
    """A code sent by mail is no sign-in factor."""
    method = allowed.value.method("Email")
    if method is None:
        return not_assessed(
            "Microsoft's answer does not speak of codes by mail",
            source="graph.authentication_methods_policy:authenticationMethodConfigurations",
            remedy="look at Authentication methods, Policies, Email OTP",
        )
    if method.state == "disabled":
        return passed("codes by mail are off")
    return failed("a code that was sent by mail counts as a factor")


@CONTROL.check(MICROSOFT_365)
def qr_codes_are_off(tenant: Tenant, allowed: One[AuthenticationMethodsPolicy]) -> Result:
    """A printed QR code with a PIN is no sign-in factor."""
    method = allowed.value.method("QRCodePin")
    if method is None or method.state == "disabled":  # tenants without the feature do not list it
        return passed("QR codes with a PIN are off")
    return failed("a QR code with a PIN opens accounts")
