"""Health-specific detectors are in use.

Why it matters
    Most of what a clinic must not send has no Social Security number in it: a diagnosis code, a prescription, a chart number.

How to fix it
    Microsoft 365: Purview, Data loss prevention: the template "U.S. Health Insurance Act (HIPAA) Enhanced", or a custom type for the
    clinic's chart numbers.
    Google Workspace: Admin console, Security, Data protection: rules with the predefined detectors for ICD codes, DEA and NPI numbers,
    or a detector of the clinic's own for chart numbers.

Does not cover
    How well the detectors find.
"""

from __future__ import annotations

import re

from connectors.google_workspace.sources.settings import DlpRule as GoogleRule
from connectors.google_workspace.sources.settings import RegularExpression, WordList
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.data.service_plans import Capability
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.view import Tenant
from rules.views.content_checks import ContentChecks
from rules.views.google_policy import PolicyCell
from rules.views.licences import Licences

CONTROL = Control("DATA-4", Severity.MEDIUM, cites=["164.312(e)(1)", "164.502(b)", "164.530(c)(1)"], level=Level.SHOULD)
HEALTH = re.compile(
    r"\bICD-?(9|10)|classification of diseases|drug enforcement|\bDEA\b|medicare beneficiary|all medical terms"
    r"|national provider identifier",
    re.IGNORECASE,
)
"""Names of Microsoft's own types of health data; their ids differ from cloud to cloud, so the name counts."""
OWN = re.compile(r"\bMRN\b|medical record|\bchart|patient", re.IGNORECASE)
GOOGLE = re.compile(r"ICD9|ICD10|US_DEA_NUMBER|US_HEALTHCARE_NPI|FDA_CODE|MEDICAL|MEDICARE")
"""Google's predefined detectors of health data (Sensitive Data Protection, infoType reference)."""


@CONTROL.check(MICROSOFT_365)
def rules_know_health_data(tenant: Tenant, checks: ContentChecks) -> Result:
    """A rule that works looks for health data."""
    for rule in checks.active():
        known = sorted(kind for kind in rule.sensitive_types if HEALTH.search(kind) or OWN.search(kind))
        if known:
            return passed("a rule looks for health data", rule=rule.name, types=known)
    return failed("no rule that is on looks for health data")


@CONTROL.check(GOOGLE_WORKSPACE, none=not_applicable("no active person works in any unit"))
def unit_rules_know_health_data(cell: PolicyCell, licences: Licences) -> Result:
    """An active rule of every unit and group looks for health data."""
    active = [rule for rule in cell.every(GoogleRule) if rule.state == "ACTIVE"]
    detectors = {name for rule in active for name in rule.condition.content_condition}
    known = sorted(name for name in detectors if GOOGLE.search(name))
    if known:
        return passed("a rule looks for health data", detectors=known, people=len(cell.names))
    own = [one.display_name for one in cell.every(RegularExpression)]
    own += [one.display_name for one in cell.every(WordList)]
    named = sorted(name for name in own if OWN.search(name))
    if named and any(name.startswith("policies/") for name in detectors):
        return review(
            "the clinic has detectors for health data, and rules use detectors of its own: are they the same?",
            detectors=named,
        )
    if not active and not licences.has(Capability.DLP):  # a rule that is active shows that the plan has them
        return not_applicable("the clinic's plans hold no data protection; Enterprise Standard and Frontline do")
    return failed("no active rule looks for health data", people=cell.names)
