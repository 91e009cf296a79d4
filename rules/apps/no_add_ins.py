"""Staff cannot add Outlook add-ins.

Why it matters
    An add-in reads the message that is open, and some read the whole mailbox. Nobody asks its maker for an agreement.

How to fix it
    Microsoft 365: Exchange admin center, Roles, User roles, the policy: clear My Custom Apps, My Marketplace Apps and My ReadWriteMailbox
    Apps.

Does not cover
    Add-ins that an administrator gives to everybody, and those that were installed before.
"""

from __future__ import annotations

from connectors.microsoft365.sources.mailboxes import Mailbox
from connectors.microsoft365.sources.powers import RoleAssignmentPolicy
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.tables import Table

CONTROL = Control(
    "APP-12", Severity.MEDIUM, cites=["164.308(a)(4)(ii)(B)", "164.312(a)(1)", "164.308(b)(1)"], level=Level.SHOULD
)
ADD_INS = {"mycustomapps", "mymarketplaceapps", "myreadwritemailboxapps"}


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 6.3.1", "CIS M365 v6.0.0 6.3.1"],
    prowler=["exchange_roles_assignment_policy_addins_disabled"],
)
def policy_gives_no_add_ins(policy: RoleAssignmentPolicy, mailboxes: Table[Mailbox]) -> Result:
    """No policy that covers a mailbox lets its owner install add-ins."""
    # The default policy covers the mailboxes that are made from now on.
    if not policy.is_default and not any(mailbox.role_assignment_policy == policy.name for mailbox in mailboxes):
        return not_applicable("covers no mailbox")
    given = sorted(role for role in policy.assigned_roles if role.casefold().replace(" ", "") in ADD_INS)
    if given:
        return failed("lets people install add-ins by themselves", roles=given)
    return passed("lets nobody install add-ins")
