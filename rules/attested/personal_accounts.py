"""Personal accounts are off work devices.

Why it matters
    The wrong account in the same window is how patient mail is sent from a personal address, or saved to a personal drive.

How to fix it
    Evidence folder: Remove personal profiles from work computers, use separate browser profiles, and put a statement of the kind
    personal_accounts there, with covers = ["mail apps on shared computers"] and an [[event]] with on and what = the device for each
    device that was checked, named as in the inventory (POL-1).

Does not cover
    What the providers show of personal accounts: FWD-14 (Outlook), FWD-13 (senders), APP-8 (apps).
"""

from __future__ import annotations

from connectors.evidence.sources import Statement
from connectors.source import EVIDENCE
from rules.attested.paper import Paper, done
from rules.control import Control
from rules.result import Result, Severity
from rules.view import Now, Tenant
from rules.views.attestations import Attestations

CONTROL = Control("POL-18", Severity.HIGH, cites=["164.310(b)", "164.308(a)(3)(ii)(A)"])
PAPER = Paper("personal_accounts", "the check", ("mail apps on shared computers",))


@CONTROL.check(EVIDENCE)
def devices_were_checked(tenant: Tenant, attestations: Attestations, now: Now) -> Result:
    """Every device on the clinic's list was checked for personal accounts in the last year."""

    def unchecked(statement: Statement) -> str | None:
        checked = {(event.what or "").casefold() for event in done(statement, now)}
        # Without a list of the clinic's devices, how many there are is not known: that is for POL-1 to ask for.
        devices = attestations.newest("inventory").device
        missing = sorted(device for device in devices if device.casefold() not in checked)
        if not devices:
            return "the inventory names no device"
        return f"not checked in the last year: {', '.join(missing[:5])}" if missing else None

    return PAPER.judge(attestations, "every device was checked for personal accounts in the last year", unchecked)
