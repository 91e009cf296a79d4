"""A signed or accepted BAA with the mail provider is on file.

Why it matters
    A business associate agreement (BAA) is the provider's written promise to protect patient data. Without one, keeping patient
    mail with the provider is itself a breach, however safe the settings are.

How to fix it
    Microsoft 365: the agreement is part of Microsoft's Product Terms: save a dated copy of the Data Protection Addendum and the
    HIPAA agreement, and put a statement of the kind provider_baa into the evidence folder.
    Google Workspace: Admin console, Account, Account settings, Legal and compliance: accept the HIPAA agreement as super
    administrator, save a picture of the page, and put a statement of the kind provider_baa into the evidence folder.

Does not cover
    Whether each service in use lies within the agreement (BAA-2, BAA-5). No interface tells whether an agreement was accepted.
"""

from __future__ import annotations

from connectors.evidence.sources import Statement
from connectors.gap import Reason
from connectors.google_workspace.sources.customer import Customer
from connectors.microsoft365.sources.tenant import Organization
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, passed, review
from rules.tables import One
from rules.view import Tenant, age
from rules.views.attestations import FILES, YEAR, Attestations

CONTROL = Control(
    "BAA-1",
    Severity.CRITICAL,
    cites=["164.308(b)(1)", "164.502(e)(1)", "164.504(e)(1)", "164.314(a)(1)", "164.316(b)(1)"],
)


@CONTROL.check(MICROSOFT_365)
def microsoft_agreement_is_on_file(
    tenant: Tenant, organization: One[Organization], attestations: Attestations
) -> Result:
    """The agreement with Microsoft is on file for this very tenant, and was looked at within a year."""
    return _judge(attestations, "microsoft365", "Microsoft", organization.value.id)


@CONTROL.check(GOOGLE_WORKSPACE)
def google_agreement_is_on_file(tenant: Tenant, customer: One[Customer], attestations: Attestations) -> Result:
    """The agreement with Google is on file for this very customer, and was looked at within a year."""
    return _judge(attestations, "google_workspace", "Google", customer.value.id)


def _judge(attestations: Attestations, provider: str, name: str, tenant: str) -> Result:
    statements = _stated(attestations)
    mine = [one for one in statements if one.provider == provider]
    if not mine:
        return failed(f"nobody has put on file that the agreement with {name} was accepted")
    found = next((one for one in mine if (one.tenant_id or "").casefold() == tenant.casefold()), None)
    if found is None:
        return failed(f"the agreement on file with {name} is for another account ({mine[0].tenant_id or 'not named'})")
    about = {"statement": found.id}
    if found.file_state in FILES:
        return failed(f"the record of the agreement does not hold: {FILES[found.file_state]}", about=about)
    if found.accepted_on is None or not found.accepted_by:
        return failed("the record does not say when the agreement was accepted, or by whom", about=about)
    if found.file_state == "none":
        return failed("the record names no copy or picture of the agreement", about=about)
    now = attestations.now
    if found.accepted_on > now or found.signed_on > now:
        return failed("the record carries a date that has not come yet", about=about)
    if found.valid_until is not None and found.valid_until.date() < now.date():
        return failed(f"the agreement ran out on {found.valid_until.date().isoformat()}", about=about)
    accepted = found.accepted_on.date().isoformat()
    overdue = found.review_on is not None and found.review_on < now
    if overdue or age(now, found.signed_on) > YEAR:
        return review(f"the agreement of {accepted} was not looked at within the last year", about=about)
    return passed(f"the agreement was accepted on {accepted}", by=found.accepted_by)


def _stated(attestations: Attestations) -> list[Statement]:
    """The statements on file, newest first. A folder that was read and holds none is an answer here: the row says fail."""
    try:
        return attestations.of("provider_baa")
    except Unreadable as err:
        if err.gap.reason is Reason.NEEDS_INPUT and attestations.whole:
            return []
        raise
