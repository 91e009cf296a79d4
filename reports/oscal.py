"""The assessment as OSCAL assessment results (NIST), version 1.1.2, JSON."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import msgspec

from reports import wording
from reports.escape import visible
from rules.assess import Assessment, CheckOutcome, ControlOutcome, Judgment
from rules.result import Verdict

_HOME = uuid.UUID("6f1c0d0a-2f1b-5a39-9d0e-0f6a5f3f7b11")
_NS = "urn:clinic-tenant-auditor"


def render(assessment: Assessment) -> str:
    """The document; the same assessment gives the same bytes, identifiers included."""
    text: bytes = msgspec.json.format(msgspec.json.encode({"assessment-results": _results(assessment)}), indent=1)
    return text.decode() + "\n"


def _id(*parts: object) -> str:
    # OSCAL takes random identifiers (version 4) only, so ours are made to look like one.
    digest = uuid.uuid5(_HOME, "\n".join(str(part) for part in parts))
    return str(uuid.UUID(bytes=digest.bytes, version=4))


def _results(assessment: Assessment) -> dict[str, Any]:
    when = assessment.finished.isoformat()
    tenant, scan = assessment.tenant.key, assessment.snapshot_id
    judged = [outcome for outcome in assessment.controls if outcome.verdict is not Verdict.NOT_APPLICABLE]
    observations, findings, risks = [], [], []
    for outcome in judged:
        mine = []
        for check, judgment in _judgments(outcome):
            observation = _observation(assessment, outcome, check, judgment)
            observations.append(observation)
            mine.append({"observation-uuid": observation["uuid"]})
        finding = _finding(assessment, outcome, mine)
        findings.append(finding)
        risks += [risk for risk in [_risk(assessment, outcome)] if risk is not None]
    result: dict[str, Any] = {
        "uuid": _id(tenant, scan, "result"),
        "title": f"Scan of {wording.day(assessment.finished)}",
        "description": "What the providers' interfaces showed, judged by the controls named here. "
        + wording.DISCLAIMER,
        "start": assessment.started.isoformat(),
        "end": when,
        "reviewed-controls": {
            "control-selections": [
                {"include-controls": [{"control-id": outcome.control.id.lower()} for outcome in judged]}
                if judged
                else {"include-all": {}}
            ]
        },
    }
    # OSCAL allows no empty lists.
    lists = {"observations": observations, "risks": risks, "findings": findings}
    result |= {name: found for name, found in lists.items() if found}
    return {
        "uuid": _id(tenant, scan, "document"),
        "metadata": {
            "title": f"{visible(assessment.tenant.name)}: assessment of mail and files",
            "last-modified": when,
            "version": scan,
            "oscal-version": "1.1.2",
        },
        "import-ap": {"href": "#" + _id("plan"), "remarks": "The plan is the auditor's list of controls."},
        "results": [result],
    }


def _judgments(outcome: ControlOutcome) -> Iterator[tuple[CheckOutcome, Judgment]]:
    for check in outcome.checks:
        for judgment in check.judgments:
            if judgment.verdict is not Verdict.NOT_APPLICABLE:
                yield check, judgment


def _observation(
    assessment: Assessment, outcome: ControlOutcome, check: CheckOutcome, judgment: Judgment
) -> dict[str, Any]:
    entity, result = judgment.entity, judgment.result
    key = (assessment.tenant.key, assessment.snapshot_id, outcome.control.id, check.check.name, check.provider)
    text = visible(result.message) or "meets the criterion"
    return {
        "uuid": _id(*key, entity.kind, entity.id, sorted(result.about.items()), text),
        "title": check.check.statement,
        "description": f"{visible(entity.label)}: {text}",
        "props": [
            {"name": "verdict", "ns": _NS, "value": judgment.verdict.value},
            {"name": "provider", "ns": _NS, "value": str(check.provider)},
            {"name": "kind", "ns": _NS, "value": entity.kind},
            {"name": "entity", "ns": _NS, "value": visible(entity.id).strip() or "none"},
        ],
        "methods": ["EXAMINE" if str(check.provider) == "evidence" else "TEST"],
        "types": ["finding" if judgment.verdict in {Verdict.FAIL, Verdict.REVIEW} else "control-objective"],
        "collected": assessment.finished.isoformat(),
    }


def _finding(assessment: Assessment, outcome: ControlOutcome, observations: list[dict[str, str]]) -> dict[str, Any]:
    control = outcome.control
    met = outcome.verdict is Verdict.PASS
    reasons = {Verdict.PASS: "pass", Verdict.FAIL: "fail"}
    gaps = "; ".join(dict.fromkeys(visible(gap.remedy or gap.detail) for gap in outcome.gaps))
    finding: dict[str, Any] = {
        "uuid": _id(assessment.tenant.key, assessment.snapshot_id, control.id, "finding"),
        "title": control.title,
        "description": f"{control.id}: {wording.VERDICTS[outcome.verdict].lower()}."
        + (f" Not everything was seen: {gaps}" if gaps else ""),
        "props": [
            {"name": "verdict", "ns": _NS, "value": outcome.verdict.value},
            {"name": "severity", "ns": _NS, "value": outcome.severity.value},
            *({"name": "hipaa", "ns": _NS, "value": cite} for cite in control.cites),
        ],
        "target": {
            "type": "objective-id",
            "target-id": control.id.lower(),
            "status": {
                "state": "satisfied" if met else "not-satisfied",
                "reason": reasons.get(outcome.verdict, "other"),
            },
        },
    }
    if observations:
        finding["related-observations"] = observations
    if outcome.verdict in {Verdict.FAIL, Verdict.REVIEW} or outcome.waived:
        finding["related-risks"] = [{"risk-uuid": _risk_id(assessment, control.id)}]
    return finding


def _risk_id(assessment: Assessment, control: str) -> str:
    return _id(assessment.tenant.key, assessment.snapshot_id, control, "risk")


def _risk(assessment: Assessment, outcome: ControlOutcome) -> dict[str, Any] | None:
    if outcome.verdict not in {Verdict.FAIL, Verdict.REVIEW} and not outcome.waived:
        return None
    control, waived = outcome.control, outcome.waived
    why = " ".join(control.page.get("Why it matters", "").split()) or control.title
    accepted = all(j.waiver for j in outcome.judgments if j.verdict in {Verdict.FAIL, Verdict.REVIEW}) and bool(waived)
    risk: dict[str, Any] = {
        "uuid": _risk_id(assessment, control.id),
        "title": control.title,
        "description": why,
        "statement": why,
        "status": "deviation-approved" if accepted else "open",
    }
    if waived:
        risk["remediations"] = [
            {
                "uuid": _id(
                    assessment.tenant.key, assessment.snapshot_id, control.id, judgment.entity.id, "waiver", number
                ),
                "lifecycle": "recommendation",
                "title": f"Accepted until {judgment.waiver.until.isoformat()}",
                "description": f"{visible(judgment.entity.label)}: {visible(judgment.waiver.reason)} "
                f"(accepted by {visible(judgment.waiver.approver)})",
            }
            for number, judgment in enumerate(waived)
            if judgment.waiver is not None
        ]
    return risk
