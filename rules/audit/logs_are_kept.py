"""Logs are kept long enough to answer questions.

Why it matters
    Many break-ins are found months later. Then only the log can show which patients' mail was opened, and what is not in it counts as seen.

How to fix it
    Microsoft 365: with Audit (Premium): Purview portal, Audit, Policies: keep entries for one year or longer. On other plans, export the log
    every few months.
    Google Workspace: export the logs every few months, or send them to BigQuery (Admin console, Reporting, Data integrations). Put a
    statement of the kind log_retention into the evidence folder, with covers = ["12 months"].

Does not cover
    Six years: that is how long policies and reviews must be kept (45 CFR 164.316(b)(2)(i)); for raw logs it is good, not demanded.
"""

from __future__ import annotations

from connectors.gap import Reason
from connectors.microsoft365.sources.compliance import AuditRetentionPolicy
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.data.service_plans import Capability
from rules.result import Result, Severity, failed, passed, review
from rules.tables import Table
from rules.view import Tenant
from rules.views.attestations import Attestations
from rules.views.licences import Licences

CONTROL = Control("AUDIT-4", Severity.HIGH, cites=["164.312(b)", "164.308(a)(1)(ii)(D)", "164.316(b)(2)(i)"])
TOPIC, WANTED = "log_retention", ("12 months",)
LONG = {"TwelveMonths", "ThreeYears", "FiveYears", "SevenYears", "TenYears"}


@CONTROL.check(MICROSOFT_365, scuba=["MS.SECURITYSUITE.5.2v1"])
def microsoft_keeps_a_year(
    tenant: Tenant, licences: Licences, policies: Table[AuditRetentionPolicy], attestations: Attestations
) -> Result:
    """Entries of Microsoft's audit log are kept for a year, by the plan or by an export."""
    if not licences.has(Capability.AUDIT_PREMIUM):
        return _exported(attestations, "the plan keeps entries for 180 days")
    narrow = []
    for policy in policies:
        if policy.enabled is False or policy.retention_duration not in LONG:
            continue
        if not (policy.record_types or policy.operations or policy.user_ids):
            return passed("entries are kept for a year or longer", policy=policy.name, kept=policy.retention_duration)
        narrow.append(policy.name)
    if narrow:
        return review(
            "some entries are kept for a year or longer; see that mail, files and sign-ins are among them",
            policies=narrow,
        )
    return _exported(attestations, "the plan could keep entries for a year, but no policy says so")


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.COMMONCONTROLS.14.2v1"])
def google_log_is_exported(tenant: Tenant, attestations: Attestations) -> Result:
    """Entries of Google's audit log are exported and kept for a year."""
    return _exported(attestations, "Google keeps entries for about six months", enough=True)


def _exported(attestations: Attestations, why: str, *, enough: bool = False) -> Result:
    """What a statement about exports is worth: at Google there is no other way, at Microsoft it is the second best."""
    try:
        statement = attestations.newest(TOPIC)
    except Unreadable as err:
        if err.gap.reason is Reason.NEEDS_INPUT and attestations.whole:
            return failed(f"{why}, and the clinic states no export")
        raise
    if (fault := attestations.fault(statement)) is not None:
        return fault
    if attestations.missing(statement, WANTED):
        return failed(f"{why}, and the statement does not speak of 12 months", about={"statement": statement.id})
    if enough:
        return passed("the clinic states that it keeps an export for 12 months", statement=statement.id)
    return review(f"{why}; the clinic states that it keeps an export for 12 months", statement=statement.id)
