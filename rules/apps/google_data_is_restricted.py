"""Gmail, Drive and admin data are restricted to trusted apps.

Why it matters
    A service that is not restricted answers any app that one member of staff let in, with all that person can open.

How to fix it
    Google Workspace: Admin console, Security, API controls, Manage Google services: Gmail, Drive, Calendar, Contacts, Admin and Vault:
    restricted. Then trust the apps the clinic needs (Manage app access).

Does not cover
    Which apps are trusted (APP-8).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from connectors.gap import Gap, Reason
from connectors.google_workspace.sources.settings import GoogleServices
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.views.google_policy import VALUE, GooglePolicy, PolicyCell

CONTROL = Control("APP-2", Severity.HIGH, cites=["164.308(a)(4)(ii)(B)", "164.312(a)(1)"])
SERVICES = {
    "GMAIL": "Gmail",
    "DRIVE": "Drive",
    "CALENDAR": "Calendar",
    "CONTACTS": "Contacts",
    "GSUITE_ADMIN": "Admin",
    "VAULT": "Vault",
}


class Restricted(NamedTuple):
    """How far Google services are restricted at one place, by the names people know."""

    whole: list[str]
    part: list[str]  # only what Google calls high-risk
    open: list[str]
    unlisted: list[str]


def readings(cell: PolicyCell, policy: GooglePolicy) -> list[Restricted]:
    """How far the services that hold patient data are restricted here, in each way that the setting may be meant.

    Google does not say which value restricts. Its page says that services are unrestricted until somebody restricts them, so
    where Google shows its own default, the other value restricts and one reading is left. Else there are two, the one of the
    known tools (off restricts) first.
    """
    on = {one.scopes_group: one.is_enabled for one in cell.setting(GoogleServices).services}
    default = _default(policy)
    return [_read(on, restricts) for restricts in ((False, True) if default is None else (not default,))]


def _default(policy: GooglePolicy) -> bool | None:
    """The value in Google's own policies, which nobody has changed; None if they do not tell, or not with one voice."""
    found: set[bool] = set()
    for rule in policy.rules(GoogleServices.setting):
        if not rule.admin and rule.value is not None:
            services = GoogleServices(rule.value, VALUE).services
            found |= {one.is_enabled for one in services if one.scopes_group in {f"{name}_ALL" for name in SERVICES}}
    return found.pop() if len(found) == 1 else None


def _read(on: Mapping[str, bool], restricts: bool) -> Restricted:
    found = Restricted([], [], [], [])
    for group, name in SERVICES.items():
        everything, risky = on.get(f"{group}_ALL"), on.get(f"{group}_HIGH_RISK")
        if everything is restricts:
            found.whole.append(name)
        elif risky is restricts:
            found.part.append(name)
        elif everything is None and risky is None:
            found.unlisted.append(name)
        else:
            found.open.append(name)
    return found


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.COMMONCONTROLS.10.1v1", "GWS.COMMONCONTROLS.10.2v1"],
    cis=["CIS GWS v1.3 4.2.1.1"],
    prowler=["security_app_access_restricted"],
    none=not_applicable("no active person works in any unit"),
)
def services_are_restricted(cell: PolicyCell, policy: GooglePolicy) -> Result:
    """Apps that nobody has trusted get nothing from Gmail, Drive, Calendar, Contacts, Admin and Vault."""
    read = readings(cell, policy)
    found = read[0]
    raw = {one.scopes_group: one.is_enabled for one in cell.setting(GoogleServices).services}
    if all(reading.open for reading in read):
        where = ", ".join(found.open) if len(read) == 1 else "some of these services"
        return failed(f"any app that staff let in gets at {where}", people=cell.names, services=raw)
    if found.unlisted:
        raise Unreadable(
            Gap(
                "policy.policies:api_controls.google_services",
                Reason.UNREADABLE,
                f"Google does not tell how far {', '.join(found.unlisted)} is restricted",
                "look at Security, API controls, Manage Google services in the Admin console",
            )
        )
    if len(read) > 1:
        seems = f"open to any app: {', '.join(found.open)}" if found.open else "restricted"
        return review(
            f"as other tools read the setting, services are {seems}; Google does not document it, so look at Manage Google "
            "services in the Admin console",
            services=raw,
        )
    if found.part:
        return review(f"of {', '.join(found.part)} only the riskiest part is restricted", services=raw)
    return passed("apps that nobody has trusted get nothing", services=raw)
