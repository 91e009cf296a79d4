"""Apps that can read every mailbox are limited to the mailboxes they need.

Why it matters
    A reminder or scanning app that needs one mailbox can read all of them, and so can whoever steals its secret.

How to fix it
    Microsoft 365: Exchange Online: New-ApplicationAccessPolicy -AccessRight RestrictAccess for a group with the mailboxes the app needs.
    Or grant the permission in Exchange alone (RBAC for Applications) with a scope, and take the permission away in Entra: what stands
    there reaches every mailbox, whatever the scope says.

Does not cover
    Apps that open IMAP or POP by themselves: they reach only mailboxes that were opened to them one by one.
"""

from __future__ import annotations

from connectors.microsoft365.sources.powers import ApplicationAccessPolicy, ManagementRoleAssignment
from connectors.record import Unreadable
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.tables import Table
from rules.views.connected_apps import ConnectedApp

CONTROL = Control(
    "APP-7", Severity.HIGH, cites=["164.308(a)(4)(ii)(B)", "164.312(a)(1)", "164.502(b)"], level=Level.SHOULD
)
WIDE = ("mail.", "mailboxsettings.", "mailboxfolder.", "mailboxitem.", "calendars.", "contacts.", "full_access_as_app")


@CONTROL.check(
    MICROSOFT_365,
    prowler=["exchange_application_access_policy_restricts_mailbox_apps"],
    none=passed("no app of another company was let in"),
)
def app_is_limited(app: ConnectedApp, policies: Table[ApplicationAccessPolicy], profile: Profile) -> Result:
    """The app reaches no mailbox by itself, or only those of a group."""
    wide = sorted(name for name in app.own if name.casefold().startswith(WIDE))
    if not wide:
        if app.gap is not None:
            raise Unreadable(app.gap)
        return not_applicable("reaches no mailbox by itself")
    if any(
        policy.app_id.casefold() == app.id.casefold() and policy.access_right == "RestrictAccess" and policy.scope_name
        for policy in policies
    ):
        return passed("reaches the mailboxes of a group only", permissions=wide)
    about = {"client": app.id, "permissions": ", ".join(wide)}
    if app.is_approved(profile):
        return review("reaches every mailbox; the clinic has approved of it, but could limit it", about=about)
    return failed("reaches every mailbox of the clinic by itself", about=about, permissions=wide)


@CONTROL.check(MICROSOFT_365, none=not_applicable("Exchange lists no role"))
def role_has_a_scope(assignment: ManagementRoleAssignment) -> Result:
    """A role that Exchange gives to an app holds for some mailboxes only."""
    if assignment.role_assignee_type != "ServicePrincipal":
        return not_applicable("is given to people")
    if not assignment.enabled:
        return not_applicable("is switched off")
    if not assignment.role.casefold().startswith("application "):
        return not_applicable("opens no mailbox")
    if assignment.custom_resource_scope or assignment.recipient_administrative_unit_scope:
        return passed("holds for some mailboxes only", role=assignment.role)
    about = {"app": assignment.role_assignee_name, "role": assignment.role}
    return failed(f"gives an app the role {assignment.role} over every mailbox", about=about)
