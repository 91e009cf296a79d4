"""Admin accounts are not everyday mailboxes.

Why it matters
    Phishing comes by mail. An administrator who reads mail with the administrator's account is one click away from losing everything.

How to fix it
    Microsoft 365: Make an account for administration only, without a license for mail, files or Teams, and take the role from the
    everyday account.
    Google Workspace: Make an account for administration only, on Cloud Identity Free, and take the role from the everyday account.

Does not cover
    A clinic with a single owner who does everything may accept this with a waiver.
"""

from __future__ import annotations

from connectors.google_workspace.sources.activity import UserUsage
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.tables import Keyed
from rules.views.people import MicrosoftPerson, Person
from rules.views.privileged import ORDINARY, privileged_roles

CONTROL = Control(
    "ADMIN-4",
    Severity.HIGH,
    level=Level.SHOULD,
    cites=["164.308(a)(4)(ii)(B)", "164.308(a)(3)(ii)(A)", "164.312(a)(2)(i)"],
)
EVERYDAY = {
    "exchange": "mail",
    "SharePoint": "files",
    "TeamspaceAPI": "Teams",
    "ProcessSimple": "Power Automate",
    "MicrosoftOffice": "Office",
}
"""Services of plans that are for daily work (Graph, assignedPlan.service)."""
NO_SUPER_ADMIN = not_applicable("is no working super administrator")


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 1.1.4", "CIS M365 v6.0.0 1.1.4"],
    prowler=["admincenter_users_admins_reduced_license_footprint"],
)
def admin_holds_no_everyday_license(person: Person) -> Result:
    """Nobody with a privileged role holds a license for mail, files or Teams with the same account."""
    assert isinstance(person, MicrosoftPerson)
    if not person.can_sign_in:
        return not_applicable("cannot sign in")
    roles = privileged_roles(person)
    if not roles:
        return ORDINARY
    plans = person.record.assigned_plans
    services = {plan.service for plan in plans if plan.capability_status in {"Enabled", "Warning"}}
    found = sorted(EVERYDAY[service] for service in services & set(EVERYDAY))
    if found:
        return failed(f"holds a privileged role and works with {', '.join(found)} in the same account", roles=roles)
    return passed("is an account for administration only", roles=roles)


@CONTROL.check(GOOGLE_WORKSPACE, cis=["CIS GWS v1.3 1.1.3"], prowler=["directory_super_admin_only_admin_roles"])
def super_admin_holds_no_other_role(person: Person) -> Result:
    """No super administrator also holds a smaller role: smaller work is done from another account."""
    if not person.can_sign_in or not person.is_highest_admin:
        return NO_SUPER_ADMIN
    others = sorted({held.name for held in person.held_roles() if not held.highest})
    if others:
        return failed(f"is a super administrator and also {', '.join(others)}", roles=others)
    return passed("holds no role beside super administrator")


@CONTROL.check(GOOGLE_WORKSPACE)
def super_admin_reads_no_mail(person: Person, usage: Keyed[UserUsage]) -> Result:
    """No super administrator's account is a mailbox."""
    if not person.can_sign_in or not person.is_highest_admin:
        return NO_SUPER_ADMIN
    if not person.has_mailbox:
        return passed("has no mailbox")
    try:
        report = usage.get(person.id)
        counter = report.counter("gmail:timestamp_last_access") if report is not None else None
        used = counter.datetime_value if counter is not None else None
    except Unreadable:
        used = None  # how often the mailbox is used is shown beside the finding, and decides nothing
    when = f", last used on {used.date().isoformat()}" if used is not None and used.year > 1970 else ""
    return review(f"is a super administrator with a mailbox{when}")
