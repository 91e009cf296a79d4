"""No app known to be abused by attackers is present.

Why it matters
    After a password is stolen, attackers let in an app that copies the mailbox. The app stays when the password is changed.

How to fix it
    Microsoft 365: Entra admin center, Enterprise apps, the app: ask whoever let it in; delete it, revoke the person's sessions, and
    check the mailbox's rules and forwards.

Does not cover
    Apps that are on no public list yet, and names that only resemble Microsoft's.
"""

from __future__ import annotations

from typing import Any

from connectors.source import MICROSOFT_365
from rules.control import Control
from rules.data import malicious_apps
from rules.data.malicious_apps import AppKind
from rules.profile import Profile
from rules.result import Result, Severity, failed, passed, review
from rules.views.suspect_apps import SuspectApp

CONTROL = Control("APP-9", Severity.CRITICAL, cites=["164.308(a)(5)(ii)(B)", "164.308(a)(6)(ii)"])


@CONTROL.check(MICROSOFT_365, none=passed("no app is on the lists of abused apps, and none poses as Microsoft's"))
def app_is_no_attack_tool(app: SuspectApp, profile: Profile) -> Result:
    """The app is on no list of abused apps, and does not pose as Microsoft's."""
    as_of = malicious_apps.source().as_of.isoformat()
    if app.known is not None:
        facts: dict[str, Any] = {"known as": app.known.name, "reports": list(app.known.reports), "list of": as_of}
        what = f"is on the lists of apps that attackers use: it {app.known.does}"
        if app.switched_off:
            return review(f"{what}; it is switched off, delete it", **facts)
        if app.known.kind is AppKind.ABUSED and profile.holds(profile.approved_apps, app.id, app.label):
            return review(f"{what}; the clinic has approved of it, see that it is really yours", **facts)
        return failed(what, about={"app": app.id}, **facts)
    if app.verified_as is not None:
        return review(
            f"is called like an app of Microsoft's ({app.poses_as}), but {app.verified_as} makes it", app=app.id
        )
    if app.switched_off:
        return review("is called like an app of Microsoft's, which it is not; it is switched off, delete it")
    return failed("is called like an app of Microsoft's, and nobody knows who makes it", about={"app": app.id})
