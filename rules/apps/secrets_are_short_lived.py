"""App secrets are blocked or short-lived.

Why it matters
    The secret of an app is a password without a second factor. One that was copied into a script years ago opens the tenant for
    whoever finds it.

How to fix it
    Microsoft 365: Entra admin center, Enterprise apps, Application policies (or Graph, defaultAppManagementPolicy): block new
    passwords for all apps, or let them live for 180 days at most, and certificates for a year at most. Renew or remove the secrets
    that this control names.

Does not cover
    Secrets that were made before a limit (they are named here), and who knows them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from connectors.gap import Gap, Reason
from connectors.microsoft365.sources.registrations import (
    Application,
    AppManagementDefault,
    AppManagementPolicy,
    KeyRestriction,
    OwnRestrictions,
    Restrictions,
    SecretRestriction,
)
from connectors.record import Unreadable
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.tables import One
from rules.view import Now, Tenant

CONTROL = Control(
    "APP-6", Severity.LOW, cites=["164.308(a)(4)(ii)(B)", "164.312(a)(1)", "164.312(d)"], level=Level.SHOULD
)
EVERYTHING = datetime(1, 1, 2, tzinfo=UTC)
SECRET_DAYS, CERTIFICATE_DAYS, LONG = timedelta(days=181), timedelta(days=366), timedelta(days=365)
DURATION = re.compile(r"^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$")


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.AAD.5.5v1", "MS.AAD.5.6v1"],
    cis=["CIS M365 v7.0.0 5.1.5.3", "CIS M365 v7.0.0 5.1.5.4", "CIS M365 v7.0.0 5.1.5.5"],
    prowler=["entra_default_app_management_policy_enabled"],
)
def passwords_are_limited(tenant: Tenant, default: One[AppManagementDefault]) -> Result:
    """Apps get no new passwords, or passwords that end within 180 days."""
    return _judge(default.value, _passwords, "new passwords of apps are blocked or end soon")


@CONTROL.check(MICROSOFT_365, scuba=["MS.AAD.5.7v1"], cis=["CIS M365 v7.0.0 5.1.5.6"])
def certificates_are_limited(tenant: Tenant, default: One[AppManagementDefault]) -> Result:
    """Certificates of apps end within a year."""
    return _judge(default.value, _certificates, "new certificates of apps end within a year")


@CONTROL.check(MICROSOFT_365, none=passed("no app is excepted"))
def no_app_is_excepted(policy: AppManagementPolicy) -> Result:
    """No rule excepts single apps from the limits."""
    if not policy.is_enabled:
        return not_applicable("is switched off")
    if any(one.state == "disabled" for one in _all(policy.restrictions)):
        return failed("takes single apps out of the limits")
    if not all(_limited(one) for one in _all(policy.restrictions)):
        return failed("lets single apps have secrets that live long")
    return passed("sets limits of its own")


@CONTROL.check(
    MICROSOFT_365,
    prowler=["entra_app_registration_client_secret_unused"],
    none=not_applicable("no app was registered here"),
)
def secrets_end_soon(app: Application, now: Now) -> Result:
    """No registered app holds a secret that has ended, or that ends in more than a year."""
    ends = [one.end_date_time for one in [*app.password_credentials, *app.key_credentials]]
    if not ends:
        return passed("holds no secret")
    endless = sum(end is None or end - now > LONG for end in ends)
    over = sum(end is not None and end <= now for end in ends)
    said = []
    if endless:
        said.append(f"{endless} that {'lasts' if endless == 1 else 'last'} for more than a year")
    if over:
        said.append(f"{over} that have ended")
    if said:
        return review(f"holds secrets to clean up: {' and '.join(said)}", secrets=len(ends))
    return passed("all its secrets end within a year", secrets=len(ends))


def _judge(policy: AppManagementDefault, missing: Callable[[Restrictions], str | None], good: str) -> Result:
    if not policy.is_enabled:
        return failed("nothing limits the secrets of apps")
    for what, restrictions in (
        ("apps", policy.application_restrictions),
        ("entries of apps in the tenant", policy.service_principal_restrictions),
    ):
        if (fault := missing(restrictions)) is not None:
            return failed(f"for {what}: {fault}")
    return passed(good)


def _passwords(restrictions: Restrictions) -> str | None:
    found = [one for one in restrictions.password_credentials if one.state == "enabled"]
    blocked = [one for one in found if one.restriction_type == "passwordAddition"]
    short = [one for one in found if one.restriction_type == "passwordLifetime" and _limited(one)]
    if not blocked and not short:
        return "passwords are neither blocked nor short-lived"
    if not any(_for_all(one) for one in [*blocked, *short]):
        return "the limit on passwords spares older apps"
    return None


def _certificates(restrictions: Restrictions) -> str | None:
    short = [one for one in restrictions.key_credentials if one.state == "enabled" and _limited(one)]
    if not short:
        return "certificates may live for more than a year"
    if not any(_for_all(one) for one in short):
        return "the limit on certificates spares older apps"
    return None


def _all(restrictions: OwnRestrictions) -> list[SecretRestriction | KeyRestriction]:
    return [*restrictions.password_credentials, *restrictions.key_credentials]


def _for_all(one: SecretRestriction | KeyRestriction) -> bool:
    """Whether a limit holds for apps of any age."""
    since: datetime | None = one.restrict_for_apps_created_after_date_time
    return since is None or since < EVERYTHING


def _limited(one: SecretRestriction | KeyRestriction) -> bool:
    """Whether a limit is short enough; one without a lifetime blocks."""
    most = {"passwordLifetime": SECRET_DAYS, "asymmetricKeyLifetime": CERTIFICATE_DAYS}.get(one.restriction_type)
    if most is None:
        return True
    said: str | None = one.max_lifetime
    if said is None:
        return False
    found = DURATION.match(said)
    if found is None:
        raise Unreadable(
            Gap(
                "graph.default_app_management_policy:maxLifetime",
                Reason.UNREADABLE,
                f"the lifetime {said!r} cannot be read",
                "look at the application policies in the Entra admin center",
            )
        )
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds) <= most
