"""The assessment as OCSF compliance findings, one JSON object a line, built with the models of py-ocsf-models."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from reports import wording
from reports.escape import visible
from rules.assess import Assessment, CheckOutcome, ControlOutcome, Judgment
from rules.result import Severity, Verdict

_PRODUCT = "Clinic tenant auditor"


def lines(assessment: Assessment) -> Iterator[str]:
    """One compliance finding (class 2003) for each entity that passes, fails or is to be looked at, and for each gap's check."""
    from py_ocsf_models.events.findings.activity_id import ActivityID  # noqa: PLC0415 - only what is asked for is imported
    from py_ocsf_models.events.findings.compliance_finding import ComplianceFinding  # noqa: PLC0415
    from py_ocsf_models.events.findings.compliance_finding_type_id import ComplianceFindingTypeID  # noqa: PLC0415
    from py_ocsf_models.events.findings.severity_id import SeverityID  # noqa: PLC0415
    from py_ocsf_models.events.findings.status_id import StatusID  # noqa: PLC0415
    from py_ocsf_models.objects.compliance import Compliance  # noqa: PLC0415
    from py_ocsf_models.objects.compliance_status import StatusID as ComplianceStatus  # noqa: PLC0415
    from py_ocsf_models.objects.finding_info import FindingInformation  # noqa: PLC0415
    from py_ocsf_models.objects.metadata import Metadata  # noqa: PLC0415
    from py_ocsf_models.objects.product import Product  # noqa: PLC0415
    from py_ocsf_models.objects.remediation import Remediation  # noqa: PLC0415
    from py_ocsf_models.objects.resource_details import ResourceDetails  # noqa: PLC0415

    statuses = {
        Verdict.PASS: ComplianceStatus.Pass,
        Verdict.FAIL: ComplianceStatus.Fail,
        Verdict.REVIEW: ComplianceStatus.Warning,
        Verdict.NOT_ASSESSED: ComplianceStatus.Other,
    }
    severities = {
        Severity.CRITICAL: SeverityID.Critical,
        Severity.HIGH: SeverityID.High,
        Severity.MEDIUM: SeverityID.Medium,
        Severity.LOW: SeverityID.Low,
    }
    when = int(assessment.finished.timestamp() * 1000)
    metadata = Metadata(
        product=Product(name=_PRODUCT, vendor_name=_PRODUCT, uid="clinic-tenant-auditor"),
        tenant_uid=assessment.tenant.key,
        original_time=assessment.finished.isoformat(),
        uid=assessment.snapshot_id,
    )
    for outcome, check, judgment in _judgments(assessment):
        result, control = judgment.result, outcome.control
        open_ = judgment.verdict in {Verdict.FAIL, Verdict.REVIEW}
        finding = ComplianceFinding(
            activity_id=ActivityID.Create,
            activity_name="Create",
            type_uid=ComplianceFindingTypeID.Create,
            class_uid=2003,
            category_uid=2,
            time=when,
            metadata=metadata,
            message=visible(result.message) or control.title,
            severity_id=severities[result.severity or control.severity] if open_ else SeverityID.Informational,
            status_id=StatusID.Suppressed if judgment.waiver else StatusID.New if open_ else StatusID.Other,
            status_detail=judgment.verdict.value,
            finding_info=FindingInformation(
                uid=_uid(assessment, control.id, check, judgment),
                title=control.title,
                desc=check.check.statement,
                types=[control.family],
                created_time=when,
            ),
            compliance=Compliance(
                control=control.id,
                desc=check.check.statement,
                standards=["HIPAA Security and Privacy Rules"],
                requirements=[f"45 CFR {cite}" if cite[:1].isdigit() else cite for cite in control.cites],
                status_id=statuses[judgment.verdict],
            ),
            remediation=Remediation(desc=wording.steps(control.page.get("How to fix it", ""), str(check.provider)))
            if open_
            else None,
            resources=[
                ResourceDetails(
                    uid=judgment.entity.id,
                    name=visible(judgment.entity.label),
                    type=judgment.entity.kind,
                    namespace=str(check.provider),
                )
            ],
            unmapped={
                "check": check.check.name,
                "references": {name: list(ids) for name, ids in check.check.references.items()},
                "about": dict(result.about),
                "waived_until": judgment.waiver.until.isoformat() if judgment.waiver else None,
            },
        )
        yield finding.model_dump_json(exclude_none=True) + "\n"


def _judgments(assessment: Assessment) -> Iterator[tuple[ControlOutcome, CheckOutcome, Judgment]]:
    for outcome in assessment.controls:
        for check in outcome.checks:
            for judgment in check.judgments:
                if judgment.verdict is not Verdict.NOT_APPLICABLE:
                    yield outcome, check, judgment


def _uid(assessment: Assessment, control: str, check: CheckOutcome, judgment: Judgment) -> str:
    """The same for the same finding in every scan."""
    about: list[Any] = sorted(judgment.result.about.items())
    parts = [
        assessment.tenant.key,
        control,
        check.check.name,
        str(check.provider),
        judgment.entity.kind,
        judgment.entity.id,
        about,
    ]
    return hashlib.sha256(repr(parts).encode()).hexdigest()
