"""Self-service password reset is set up and noisy.

Why it matters
    Without it people call somebody who resets passwords by voice, and anybody can call. With it, a reset must ask for two proofs, and
    tell the person and the administrators.

How to fix it
    Microsoft 365: Entra, Password reset: All; two methods; no security questions; Notify users on password resets: Yes; Notify all
    admins when other admins reset their password: Yes.
    Evidence folder: a statement of the kind sspr with covers = ["two methods", "no security questions", "users are told",
    "administrators are told"].

Does not cover
    What people answer on the telephone. Of the settings Microsoft's report tells only for whom reset is allowed and which methods are
    registered; the rest shows in no API.
"""

from __future__ import annotations

from connectors.microsoft365.sources.people import UserRegistrationDetails
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.tables import Keyed
from rules.view import Tenant
from rules.views.access_rules import AccessRules
from rules.views.attestations import Attestations
from rules.views.people import Person

CONTROL = Control(
    "AUTH-23",
    Severity.LOW,
    cites=["164.308(a)(5)(ii)(D)", "164.312(d)", "164.308(a)(5)(ii)(C)"],
    level=Level.SHOULD,
)
COVERS = ("two methods", "no security questions", "users are told", "administrators are told")


NOBODY = not_applicable("there is nobody whom Microsoft's report speaks of, or no plan with self-service reset")


@CONTROL.check(MICROSOFT_365, cis=["CIS M365 v7.0.0 5.2.4.1", "CIS M365 v6.0.0 5.2.4.1"], none=NOBODY)
def may_reset(person: Person, rules: AccessRules, report: Keyed[UserRegistrationDetails]) -> list[Result]:
    """Everybody on staff may reset a forgotten password without calling somebody."""
    if rules.unlicensed or not person.can_sign_in or person.is_guest or not person.is_licensed:
        return []
    row = report.get(person.id)
    if row is None:
        return []  # the report leaves out accounts that were made in the last hours
    if row.is_sspr_enabled:
        return [passed("may reset a forgotten password")]
    return [failed("must call somebody to get a new password")]


@CONTROL.check(MICROSOFT_365, none=not_applicable("nobody has registered answers to security questions"))
def no_questions_are_answered(
    person: Person, rules: AccessRules, report: Keyed[UserRegistrationDetails]
) -> list[Result]:
    """Nobody can reset a password by answering questions."""
    if rules.unlicensed or not person.can_sign_in or person.is_guest:
        return []
    row = report.get(person.id)
    if row is None or "securityQuestion" not in row.methods_registered:
        return []
    return [failed("has registered answers to security questions, which others may know")]


@CONTROL.check(
    MICROSOFT_365,
    cis=[
        "CIS M365 v7.0.0 5.2.4.2",
        "CIS M365 v7.0.0 5.2.4.3",
        "CIS M365 v7.0.0 5.2.4.4",
        "CIS M365 v7.0.0 5.2.4.5",
    ],
)
def reset_is_noisy(tenant: Tenant, rules: AccessRules, attestations: Attestations) -> Result:
    """A reset asks for two proofs, and people and administrators are told."""
    if rules.unlicensed:
        return not_applicable("self-service reset comes with Entra ID P1 (in Business Premium), which is missing")
    statement = attestations.newest("sspr")
    if fault := attestations.fault(statement):
        return fault
    missing = attestations.missing(statement, COVERS)
    if missing:
        return failed(f"the statement does not say: {', '.join(missing)}", about={"statement": statement.id})
    return passed("the clinic states that a reset asks for two proofs and is told")
