"""Clinical messages go through the EHR portal.

Why it matters
    The portal of the health record is built for clinical messages; mail is not. A clinic needs a rule for which goes where.

How to fix it
    Evidence folder: Turn the portal on, tell patients, and put a statement of the kind portal there, with name, and covers =
    ["when email is allowed", "de-identification"]. The agreement with its maker stands in a statement of the kind vendor_baas.

Does not cover
    What people write in mail all the same.
"""

from __future__ import annotations

from connectors.source import EVIDENCE
from rules.control import Control
from rules.result import Result, Severity, failed, passed
from rules.view import Tenant
from rules.views.attestations import Attestations

CONTROL = Control("POL-7", Severity.HIGH, cites=["164.312(e)(1)", "164.530(c)(1)", "164.522(b)(1)"])
COVERS = ("when email is allowed", "de-identification")


@CONTROL.check(EVIDENCE)
def portal_is_used(tenant: Tenant, attestations: Attestations) -> Result:
    """A portal with an agreement is used for clinical messages, with a rule for mail."""
    statement = attestations.newest("portal")
    if fault := attestations.fault(statement, within=None):
        return fault
    about = {"statement": statement.id}
    if not statement.name:
        return failed("the statement names no portal", about=about)
    missing = attestations.missing(statement, COVERS)
    if missing:
        return failed(f"the rule is not stated to say: {' and '.join(missing)}", about=about)
    signed = [
        vendor
        for other in attestations.of("vendor_baas")
        if attestations.fault(other, within=None) is None
        for vendor in other.vendor
        if vendor.name.casefold() == statement.name.casefold() and vendor.signed_on is not None
    ]
    if not signed:
        return failed(f"no agreement with {statement.name} is on file", about=about)
    return passed(f"clinical messages go through {statement.name}")
