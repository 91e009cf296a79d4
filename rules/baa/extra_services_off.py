"""Services outside the BAA are switched off.

Why it matters
    The agreement with the provider names its services. Patient data that staff put into any other (notebooks, maps, photos, a
    product trial) is protected by nobody.

How to fix it
    Microsoft 365: Microsoft 365 admin center, Settings, Org settings: user owned apps and services, self-service trials and
    purchases: off. Entra admin center, Users, User settings: LinkedIn account connections: no.
    Google Workspace: Admin console, Apps, Additional Google services: off for everyone; and "services without an individual
    control": off. Name those the clinic needs in allowed_extra_services.

Does not cover
    Services that staff open with private accounts.
"""

from __future__ import annotations

from connectors.gap import Gap, Reason
from connectors.google_workspace.sources.settings import ServiceStatus
from connectors.microsoft365.sources.access import AuthorizationPolicy
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.data import baa_services
from rules.profile import Profile
from rules.result import Result, Severity, failed, needs_input, not_applicable, passed, review
from rules.tables import One
from rules.view import Tenant
from rules.views.google_policy import GooglePolicy, PolicyCell
from rules.views.licences import Licences

CONTROL = Control("BAA-5", Severity.HIGH, cites=["164.308(b)(1)", "164.502(e)(1)", "164.504(e)(1)", "164.308(a)(4)(i)"])
VOICE = frozenset({"1010330002", "1010330003", "1010330004"})
NOBODY = not_applicable("no active person works in any unit")


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.COMMONCONTROLS.16.3v1", "GWS.COMMONCONTROLS.16.4v1"], none=NOBODY)
def extra_services_are_off(cell: PolicyCell, policy: GooglePolicy, profile: Profile) -> Result:
    """No Google service that the agreement does not list is on for anybody."""
    on: list[str] = []
    allowed: list[str] = []
    unlisted: list[str] = []
    gap: Gap | None = None
    for service in baa_services.google_services():
        name = f"{service.service}.service_status"
        if service.covered or service.service == baa_services.google_restriction_setting():
            continue
        if not policy.rules(name):
            unlisted.append(service.name)
            continue
        try:
            if not cell.service_on(service.service):
                continue
        except Unreadable as err:
            gap = gap or err.gap
            continue
        known = profile.holds(profile.allowed_extra_services, service.service, service.name)
        (allowed if known else on).append(service.name)
    as_of = baa_services.source().as_of.isoformat()
    if on:
        return review(
            f"services are on that the agreement does not list ({', '.join(sorted(on)[:5])}); others noted Google's list "
            f"of {as_of}: compare it with your own",
            about={"services": ", ".join(sorted(on))},
            services=sorted(on),
            people=cell.names,
        )
    if gap is not None:
        raise Unreadable(gap)
    if len(unlisted) == sum(1 for one in baa_services.google_services() if not one.covered):
        raise Unreadable(
            Gap(
                "policy.policies:service_status",
                Reason.UNREADABLE,
                "Google lists none of the services outside the agreement",
                "look at Apps, Additional Google services in the Admin console",
            )
        )
    return passed(
        "no listed service outside the agreement is on",
        allowed=sorted(allowed),
        **{"not listed by Google for this clinic": sorted(unlisted)},
    )


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.COMMONCONTROLS.16.1v1"], none=NOBODY)
def services_without_a_switch_are_off(cell: PolicyCell, policy: GooglePolicy) -> Result:
    """Google services that have no switch of their own are off."""
    name = f"{baa_services.google_restriction_setting()}.service_status"
    if not policy.rules(name):
        return failed("Google services without a switch of their own are on, as Google sets them by default")
    state = cell.setting(ServiceStatus, name).service_state
    origin = str(cell.origin(ServiceStatus, "service_state", name))
    if state == "ENABLED":  # the setting restricts: on means that those services are off
        return passed("services without a switch of their own are off", setting=origin)
    return failed("Google services without a switch of their own are on", people=cell.names, setting=origin)


@CONTROL.check(GOOGLE_WORKSPACE, none=NOBODY)
def voice_has_a_licence(cell: PolicyCell, policy: GooglePolicy, licences: Licences) -> Result:
    """Google Voice is on only where somebody has a Voice plan for work."""
    if not policy.rules("voice.service_status"):
        return not_applicable("Google lists no Voice setting for this clinic")
    if not cell.service_on("voice"):
        return passed("Google Voice is off here")
    if any(licence.id in VOICE for licence in licences):
        return passed("Google Voice is on, and the clinic has Voice plans")
    return review("Google Voice is on, but nobody has a Voice plan for work: private numbers lie outside the agreement")


@CONTROL.check(MICROSOFT_365)
def no_trials_by_mail_address(tenant: Tenant, policy: One[AuthorizationPolicy]) -> Result:
    """Staff cannot sign themselves up for Microsoft trials with their clinic address."""
    if policy.value.allowed_to_sign_up_email_based_subscriptions:
        return review(
            "staff can sign up for Microsoft products and trials by themselves, outside what the clinic chose"
        )
    return passed("staff cannot sign up for products by themselves")


@CONTROL.check(MICROSOFT_365, cis=["CIS M365 v7.0.0 5.1.2.6", "CIS M365 v6.0.0 5.1.2.6"])
def consumer_connections_are_off(tenant: Tenant) -> Result:
    """The LinkedIn connection, optional connected experiences and web searches from Copilot are off."""
    return needs_input(
        "Microsoft offers no interface that shows the LinkedIn connection, connected experiences and web search settings",
        "look at Entra, Users, User settings; and at Org settings in the Microsoft 365 admin center",
        "graph.admin_apps_and_services",
    )
