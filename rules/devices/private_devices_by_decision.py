"""Personal devices enrol only by decision.

Why it matters
    A private device that anybody can enrol counts as the clinic's own afterwards, with all that such a device may do.

How to fix it
    Microsoft 365: Intune, Devices, Enrollment, Device platform restriction, All users: block personally owned devices, for every
    platform. Conditional Access: a policy for everybody and the application Microsoft Intune Enrollment, Session: sign-in frequency
    every time.

Does not cover
    Protected apps on private phones, which need no enrolment (DEV-5).
"""

from __future__ import annotations

from connectors.microsoft365.sources.access import ConditionalAccessPolicy
from connectors.microsoft365.sources.intune import EnrollmentConfiguration
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.data.service_plans import Capability
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed
from rules.tables import Table
from rules.view import Tenant
from rules.views.device_access import DeviceAccess
from rules.views.device_policies import LABELS, kind

CONTROL = Control("DEV-10", Severity.LOW, cites=["164.310(d)(1)", "164.310(b)", "164.310(c)"], level=Level.SHOULD)
ENROLLMENT_APP = "d4ebce55-015a-49b5-a083-c84d1797ae8c"  # Microsoft Intune Enrollment
RESTRICTIONS = "deviceEnrollmentPlatformRestrictionsConfiguration"


@CONTROL.check(MICROSOFT_365, cis=["CIS M365 v7.0.0 4.2", "CIS M365 v6.0.0 4.2"])
def private_devices_are_blocked(
    tenant: Tenant, access: DeviceAccess, configurations: Table[EnrollmentConfiguration]
) -> Result:
    """By default nobody enrols a private device, on any platform."""
    if not access.licences.has(Capability.INTUNE):
        return not_applicable("the clinic's plans do not hold Intune")
    default = next((one for one in configurations if kind(one.odata_type) == RESTRICTIONS and one.priority == 0), None)
    if default is None:
        return not_assessed(
            "Intune lists no default restriction of platforms, although it always has one",
            source="graph.enrollment_configurations",
        )
    platforms = {
        "iOS": default.ios_restriction,
        "Android": default.android_restriction,
        "Windows": default.windows_restriction,
        "macOS": default.mac_o_s_restriction,
    }
    opened = [
        LABELS[name]
        for name, restriction in platforms.items()
        if not restriction.platform_blocked and not restriction.personal_device_enrollment_blocked
    ]
    if opened:
        return failed("anybody may enrol a private device", platforms=opened)
    return passed("private devices cannot be enrolled by default")


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 5.2.2.11", "CIS M365 v6.0.0 5.2.2.11"],
    prowler=["entra_intune_enrollment_sign_in_frequency_every_time"],
)
def enrolling_asks_again(tenant: Tenant, access: DeviceAccess) -> Result:
    """Enrolling a device asks for a fresh sign-in every time."""
    if not access.licences.has(Capability.INTUNE):
        return not_applicable("the clinic's plans do not hold Intune")
    rule = access.rule(_every_time, applies=_speaks_of_enrolling)
    if rule.met:
        return passed("enrolling asks for a fresh sign-in", policies=rule.policies)
    return failed(
        "no rule for everybody asks for a fresh sign-in when a device is enrolled", near_misses=rule.objections
    )


def _every_time(policy: ConditionalAccessPolicy) -> bool:
    session = policy.session_controls
    frequency = session.sign_in_frequency if session is not None else None
    return frequency is not None and bool(frequency.is_enabled) and frequency.frequency_interval == "everyTime"


def _speaks_of_enrolling(policy: ConditionalAccessPolicy) -> bool:
    applications = policy.conditions.applications
    named = {application.casefold() for application in applications.include_applications}
    left = {application.casefold() for application in applications.exclude_applications}
    return ENROLLMENT_APP in named - left or ("all" in named and ENROLLMENT_APP not in left)
