"""Logs leave the tenant for safekeeping.

Why it matters
    Whoever takes over an administrator's account can also wipe the tracks. A copy elsewhere stays.

How to fix it
    Microsoft 365: Entra admin center, Diagnostic settings: send audit and sign-in logs to a store of your own; or export them regularly.
    Google Workspace: Admin console, Reporting, Data integrations: BigQuery export. Put a statement of the kind log_export into the evidence
    folder.

Does not cover
    How long the copy is kept (AUDIT-4).
"""

from __future__ import annotations

from connectors.gap import Reason
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, passed, review
from rules.view import Tenant
from rules.views.attestations import Attestations

CONTROL = Control("AUDIT-5", Severity.LOW, cites=["164.312(b)", "164.308(a)(1)(ii)(D)"], level=Level.SHOULD)
TOPIC = "log_export"


@CONTROL.check(MICROSOFT_365, scuba=["MS.AAD.4.1v1"])
def microsoft_logs_are_copied(tenant: Tenant, attestations: Attestations) -> Result:
    """Microsoft's audit and sign-in logs are copied to a place outside the tenant."""
    return _copied(attestations)


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.COMMONCONTROLS.14.1v1"])
def google_logs_are_copied(tenant: Tenant, attestations: Attestations) -> Result:
    """Google's audit logs are copied to a place outside the tenant."""
    return _copied(attestations)


def _copied(attestations: Attestations) -> Result:
    try:
        statement = attestations.newest(TOPIC)
    except Unreadable as err:
        if err.gap.reason is Reason.NEEDS_INPUT and attestations.whole:
            return review("the clinic does not state that its logs are copied anywhere")
        raise
    if (fault := attestations.fault(statement)) is not None:
        return fault
    return passed("the clinic states that its logs are copied elsewhere", statement=statement.id)
