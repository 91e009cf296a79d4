"""The audit log is recording.

Why it matters
    After an incident the log is the only way to show what was and what was not seen. Without it, everything must be presumed seen.

How to fix it
    Microsoft 365: Purview portal, Audit: "Start recording user and admin activity".

Does not cover
    How long entries are kept, and whether anybody reads them. Google's audit log cannot be switched off.
"""

from __future__ import annotations

from connectors.microsoft365.sources.mailflow import AdminAuditLogConfig
from connectors.source import MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, passed
from rules.tables import One
from rules.view import Tenant

CONTROL = Control("AUDIT-1", Severity.CRITICAL, cites=["164.312(b)", "164.308(a)(1)(ii)(D)"])


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.SECURITYSUITE.5.1v1"],
    cis=["CIS M365 v7.0.0 3.1.1", "CIS M365 v6.0.0 3.1.1"],
    prowler=["purview_audit_log_search_enabled"],
)
def log_records(tenant: Tenant, config: One[AdminAuditLogConfig]) -> Result:
    """The audit log records what people and administrators do."""
    if config.value.unified_audit_log_ingestion_enabled:
        return passed("the audit log is recording")
    return failed("the audit log is switched off: nothing that happens now can be shown later")
