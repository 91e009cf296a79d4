"""Every connected app with access to mail, files or calendars is known.

Why it matters
    A meeting assistant, a mail-merge tool or a forgotten backup app may be reading patient mail every day. Each such company is a
    business associate and needs an agreement, or has to go.

How to fix it
    Microsoft 365: Entra admin center, Enterprise applications, the app, Permissions: revoke them, or delete the app. Name those
    you know in approved_apps.
    Google Workspace: Admin console, Security, API controls, Manage app access: block the app, then remove it from the person's
    account (Directory, Users, the person, Security, Connected applications). Name those you know in approved_apps.

Does not cover
    Whether the app's maker has signed an agreement (BAA-11), and which permissions of an approved app are more than it needs.
"""

from __future__ import annotations

from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.views.connected_apps import ConnectedApp

CONTROL = Control("APP-8", Severity.HIGH, cites=["164.308(a)(4)(ii)(B)", "164.312(a)(1)", "164.308(b)(1)"])


@CONTROL.check(
    MICROSOFT_365,
    GOOGLE_WORKSPACE,
    cis=["CIS GWS v1.3 4.2.1.2"],
    prowler=["entra_app_registration_no_unused_privileged_permissions"],
    none=passed("no app of another company was let in"),
)
def app_is_known(app: ConnectedApp, profile: Profile) -> Result:
    """The clinic has approved of every app that can open mail, files, calendars, contacts, notes, chats or the directory."""
    if app.is_approved(profile):
        return passed("is approved by the clinic", **app.facts())
    opens = app.opens
    if not opens:
        return not_applicable("opens nothing that patient data lies in")
    about = {"client": app.id, "opens": ", ".join(opens)}
    what = f"can open {_words(opens)}"
    if app.to_everybody:
        return failed(f"{what} of everybody in the clinic, and nobody has approved of it", about=about, **app.facts())
    who = f"{len(app.people)} people" if len(app.people) != 1 else next(iter(app.people))
    return review(f"{what} of {who}; find out what it is and approve of it or remove it", about=about, **app.facts())


def _words(opens: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(opens[:-1]), opens[-1]]))
