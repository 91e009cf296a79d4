"""Personal mail accounts cannot be added in Outlook.

Why it matters
    With the private mailbox next to the clinic's in one window, one wrong click sends a patient's message from the private
    account.

How to fix it
    Microsoft 365: Exchange Online: Set-OwaMailboxPolicy -PersonalAccountsEnabled $false -PersonalAccountCalendarsEnabled
    $false, for every policy in use.

Does not cover
    Classic Outlook on Windows, and other mail programs on a person's own device.
"""

from __future__ import annotations

from connectors.microsoft365.sources.mailboxes import CasMailbox
from connectors.microsoft365.sources.mailflow import OwaMailboxPolicy
from connectors.source import MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed
from rules.tables import Table

CONTROL = Control("FWD-14", Severity.HIGH, cites=["164.310(b)", "164.312(a)(1)", "164.308(a)(4)(i)"])


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 6.3.2"],
    prowler=["exchange_owa_mailbox_policy_personal_accounts_disabled"],
    none=not_assessed(
        "Exchange lists no Outlook policy, though it always keeps one", source="exchange.owa_mailbox_policies"
    ),
)
def policy_forbids_them(policy: OwaMailboxPolicy, mailboxes: Table[CasMailbox]) -> Result:
    """Every Outlook policy in use forbids personal accounts and personal calendars."""
    if (
        not policy.is_default
        and policy.name != "OwaMailboxPolicy-Default"
        and not any(box.owa_mailbox_policy == policy.name for box in mailboxes)
    ):
        return not_applicable("no mailbox uses this policy")
    # Null or absent means allowed (Set-OwaMailboxPolicy).
    accounts, calendars = policy.personal_accounts_enabled, policy.personal_account_calendars_enabled
    allowed = [
        what
        for what, value in (("personal mail accounts", accounts), ("personal calendars", calendars))
        if value is not False
    ]
    if allowed:
        return failed(f"lets people add {' and '.join(allowed)} to Outlook")
    return passed("people cannot add personal accounts or calendars to Outlook")
