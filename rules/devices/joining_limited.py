"""Joining computers to the tenant is limited and leaves no spare admins.

Why it matters
    A computer that joined counts as one of the clinic's own. Somebody who rules many computers with one password rules all of
    them when it is stolen.

How to fix it
    Microsoft 365: Entra, Devices, Device settings: who may join: selected or none; at most 10 devices a person; neither Global
    Administrators nor the person who joins become local administrators; Local Administrator Password Solution (LAPS): on.

Does not cover
    Computers that joined before.
"""

from __future__ import annotations

from connectors.microsoft365.sources.devices import DeviceRegistrationPolicy
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, passed, review
from rules.tables import One
from rules.view import Tenant

CONTROL = Control("DEV-11", Severity.LOW, cites=["164.310(d)(1)", "164.310(b)", "164.310(c)"], level=Level.SHOULD)
ALL = "#microsoft.graph.allDeviceRegistrationMembership"
MOST, HIGH = 10, 20


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 5.1.4.1", "CIS M365 v6.0.0 5.1.4.1"],
    prowler=["entra_device_registration_join_restricted"],
)
def joining_is_for_some(tenant: Tenant, policy: One[DeviceRegistrationPolicy]) -> Result:
    """Only chosen people, or nobody, may join a computer."""
    if policy.value.azure_a_d_join.allowed_to_join.odata_type == ALL:
        return failed("everybody may join a computer to the tenant")
    return passed("only chosen people, or nobody, may join a computer")


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 5.1.4.2", "CIS M365 v6.0.0 5.1.4.2"],
    prowler=["entra_device_registration_max_devices_per_user_limited"],
)
def devices_are_few(tenant: Tenant, policy: One[DeviceRegistrationPolicy]) -> Result:
    """Nobody may register more than ten devices."""
    quota = policy.value.user_device_quota
    if quota <= MOST:
        return passed(f"a person may register {quota} devices at most", quota=quota)
    if quota <= HIGH:
        return review(f"a person may register {quota} devices, more than the usual ten", quota=quota)
    return failed(f"a person may register {quota} devices", quota=quota)


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 5.1.4.3", "CIS M365 v6.0.0 5.1.4.3"],
    prowler=["entra_device_registration_global_admins_not_local_admins"],
)
def highest_admins_rule_no_computer(tenant: Tenant, policy: One[DeviceRegistrationPolicy]) -> Result:
    """Global Administrators do not rule every computer that joins."""
    if policy.value.azure_a_d_join.local_admins.enable_global_admins:
        return failed("Global Administrators rule every computer that joins, so their password lies on all of them")
    return passed("Global Administrators do not rule the computers that join")


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 5.1.4.4", "CIS M365 v6.0.0 5.1.4.4"],
    prowler=["entra_device_registration_registering_user_not_local_admin"],
)
def joining_makes_no_admin(tenant: Tenant, policy: One[DeviceRegistrationPolicy]) -> Result:
    """Whoever joins a computer does not become its administrator."""
    if policy.value.azure_a_d_join.local_admins.registering_users.odata_type == ALL:
        return failed("everybody becomes the administrator of the computer they join")
    return passed("joining a computer makes nobody, or only chosen people, its administrator")


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 5.1.4.5", "CIS M365 v6.0.0 5.1.4.5"],
    prowler=["entra_device_registration_laps_enabled"],
)
def local_passwords_differ(tenant: Tenant, policy: One[DeviceRegistrationPolicy]) -> Result:
    """Each computer's own administrator has a password of its own, kept in Entra."""
    if policy.value.local_admin_password.is_enabled:
        return passed("local administrator passwords are managed")
    return failed("local administrator passwords are not managed, so one may open all computers")
