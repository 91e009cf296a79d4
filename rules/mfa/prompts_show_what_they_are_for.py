"""Authenticator prompts show number, app and place, and weak modes are off.

Why it matters
    People who only see "Approve?" approve. A prompt that shows from where somebody signs in, to what, and asks for a number, is
    harder to talk somebody into.

How to fix it
    Microsoft 365: Entra, Authentication methods, Policies, Microsoft Authenticator, Configure: application name and place: Enabled
    for all users; companion applications: Disabled; and in its basics: Allow use of Microsoft Authenticator OTP: No.

Does not cover
    Codes from other apps. A clinic that relies on codes without network may accept that finding.
"""

from __future__ import annotations

from connectors.microsoft365.sources.access import (
    AuthenticationMethodsPolicy,
    AuthenticationMethodsSettings,
    MethodConfiguration,
)
from connectors.record import Unreadable
from connectors.source import MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, Verdict, failed, not_applicable, not_assessed, passed, review
from rules.tables import One
from rules.view import Tenant
from rules.views.access_rules import AccessRules

CONTROL = Control("MFA-10", Severity.MEDIUM, cites=["164.312(d)", "164.308(a)(5)(ii)(D)"])
NAME = "MicrosoftAuthenticator"
OFF = "the Authenticator app is switched off"
SURER = "a rule asks everybody for a passkey or a key, so that no such prompt opens an account"


def _unless_surer(result: Result, rules: AccessRules) -> Result:
    """The result, unless everybody must use a passkey: then prompts open nothing. Only what fails need ask."""
    if result.verdict not in {Verdict.FAIL, Verdict.REVIEW}:
        return result
    try:
        return not_applicable(SURER) if rules.phishing_resistant.policies else result
    except Unreadable:
        return result


def _app(policy: AuthenticationMethodsPolicy) -> MethodConfiguration | Result:
    found = policy.method(NAME)
    if found is None:
        return not_assessed(
            "Microsoft's answer does not speak of the Authenticator app",
            source="graph.authentication_methods_policy:authenticationMethodConfigurations",
            remedy="look at Authentication methods, Policies, Microsoft Authenticator",
        )
    return found if found.state == "enabled" else not_applicable(OFF)


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.AAD.3.3v2"],
    cis=["CIS M365 v7.0.0 5.2.3.1", "CIS M365 v6.0.0 5.2.3.1"],
    prowler=["entra_authentication_method_authenticator_show_context"],
)
def prompts_show_app_and_place(tenant: Tenant, allowed: One[AuthenticationMethodsPolicy], rules: AccessRules) -> Result:
    """Prompts show everybody which application asks, and from which place."""
    app = _app(allowed.value)
    if isinstance(app, Result):
        return app
    features = app.feature_settings
    missing = []
    for feature, words in (
        (features.display_app_information_required_state, "the application"),
        (features.display_location_information_required_state, "the place"),
    ):
        if feature.state != "enabled" or not feature.for_everybody:
            missing.append(words)
    if not missing:
        return passed("prompts show the application and the place")
    return _unless_surer(failed(f"prompts do not show everybody {' and '.join(missing)}", missing=missing), rules)


@CONTROL.check(MICROSOFT_365)
def prompts_ask_for_a_number(
    tenant: Tenant,
    allowed: One[AuthenticationMethodsPolicy],
    settings: One[AuthenticationMethodsSettings],
    rules: AccessRules,
) -> Result:
    """Prompts ask for the number that the sign-in page shows."""
    app = _app(allowed.value)
    if isinstance(app, Result):
        return app
    for method in settings.value.authentication_method_configurations:
        if method.id == NAME:
            # "default" is on: Microsoft enforces it (Entra page on number matching).
            if method.feature_settings.number_matching_required_state.state == "disabled":
                return _unless_surer(failed("prompts can be approved without typing a number"), rules)
            return passed("prompts ask for a number")
    return _no_beta()


@CONTROL.check(MICROSOFT_365, cis=["CIS M365 v7.0.0 5.2.3.10"])
def weak_modes_are_off(
    tenant: Tenant,
    allowed: One[AuthenticationMethodsPolicy],
    settings: One[AuthenticationMethodsSettings],
    rules: AccessRules,
) -> Result:
    """The app gives no codes to type, and prompts are not answered on a watch or in another app."""
    app = _app(allowed.value)
    if isinstance(app, Result):
        return app
    if app.is_software_oath_enabled:
        return _unless_surer(failed("the app also gives codes to type, which can be talked out of somebody"), rules)
    for method in settings.value.authentication_method_configurations:
        if method.id == NAME:
            match method.feature_settings.companion_app_allowed_state.state:
                case "disabled":
                    return passed("codes and companion apps are off")
                case "enabled":
                    return _unless_surer(failed("prompts may be answered in companion apps"), rules)
            return _unless_surer(
                review("whether prompts may be answered in companion apps is left to Microsoft: choose Disabled"), rules
            )
    return _no_beta()


def _no_beta() -> Result:
    return not_assessed(
        "Microsoft's answer does not speak of the Authenticator app's features",
        source="graph.authentication_methods_settings:authenticationMethodConfigurations",
        remedy="look at Authentication methods, Policies, Microsoft Authenticator, Configure",
    )
