"""Staff can send an encrypted message to a patient.

Why it matters
    Ordinary mail may travel and rest in the clear outside the clinic. When mail is the only way, staff need a button that
    encrypts.

How to fix it
    Microsoft 365: Purview, message encryption: switch it on (Set-IRMConfiguration), then make a mail flow rule, for example for
    subjects with [secure]. If a secure-mail service of another maker is used, say so in the evidence folder, kind secure_messaging.
    Google Workspace: Use a secure-mail service with an agreement, and say so in the evidence folder, kind secure_messaging; or
    hosted S/MIME in the Enterprise editions: Admin console, Gmail, User settings, S/MIME.

Does not cover
    Whether staff use it. Portals of the health record (POL-7).
"""

from __future__ import annotations

from connectors.evidence.sources import Statement
from connectors.google_workspace.sources.settings import GmailConfidentialMode, GmailEnhancedSmime
from connectors.microsoft365.sources.compliance import SensitivityLabel
from connectors.microsoft365.sources.mailflow import IrmConfiguration, TransportRule
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed, review
from rules.tables import One, Table
from rules.view import Now, Tenant
from rules.views.google_policy import PolicyCell

CONTROL = Control("MAIL-8", Severity.HIGH, cites=["164.312(e)(2)(ii)", "164.312(a)(2)(iv)"])


def _stated(statements: Table[Statement], now: Now) -> str | None:
    """The secure-mail product that the clinic states it uses; None if no valid statement is there."""
    for statement in statements.known():
        try:
            ended = statement.valid_until is not None and statement.valid_until.date() < now.date()
            if (
                statement.topic == "secure_messaging"
                and statement.file_state not in {"missing", "altered"}
                and not ended
            ):
                return statement.name or statement.statement
        except Unreadable:
            continue
    return None


@CONTROL.check(MICROSOFT_365)
def exchange_can_encrypt(
    tenant: Tenant,
    irm: One[IrmConfiguration],
    rules: Table[TransportRule],
    labels: Table[SensitivityLabel],
    statements: Table[Statement],
    now: Now,
) -> Result:
    """Exchange can encrypt mail, and a rule or label does so."""
    config = irm.value
    ready = (
        config.azure_r_m_s_licensing_enabled
        and config.internal_licensing_enabled
        and config.simplified_client_access_enabled
    )
    product = _stated(statements, now)
    if not ready:
        if product:
            return review(f"Exchange cannot encrypt; the clinic states that it uses {product} instead", product=product)
        return failed("staff have no way to encrypt a message: message encryption is not set up")
    unread: Unreadable | None = None
    try:
        if any(
            rule.state == "Enabled"
            and rule.mode == "Enforce"
            and (rule.apply_o_m_e or rule.apply_rights_protection_template)
            for rule in rules
        ):
            return passed("a mail rule encrypts messages")
    except Unreadable as err:
        unread = err
    try:
        if any(label.encryption_enabled and not label.disabled for label in labels):
            return passed("a label that staff can choose encrypts messages")
    except Unreadable as err:
        unread = unread or err
    if unread is not None:
        raise unread
    return review(
        "message encryption is set up, but no mail rule or label uses it; staff must find the button by themselves"
    )


@CONTROL.check(GOOGLE_WORKSPACE, none=not_applicable("no active person works in any unit"))
def gmail_can_encrypt(cell: PolicyCell, statements: Table[Statement], now: Now) -> Result:
    """People in every unit and group can encrypt a message from end to end, or by a service with an agreement."""
    if not cell.service_on("gmail"):
        return not_applicable("Gmail is off here")
    product = _stated(statements, now)
    if cell.given(GmailEnhancedSmime) and cell.setting(GmailEnhancedSmime).enable_smime_encryption:
        return passed("hosted S/MIME is on", people=len(cell.names))
    if product:
        return review(f"the clinic states that it uses {product}; see that its agreement is on file", product=product)
    if cell.gap is not None:
        raise Unreadable(cell.gap)
    if cell.given(GmailConfidentialMode) and cell.setting(GmailConfidentialMode).enable_confidential_mode:
        return review("only confidential mode is there, and that is no encryption", people=cell.names)
    if statements.gap is not None and statements.gap.reason != "not-collected":
        return not_assessed("whether a secure-mail service is used could not be read", source="evidence.statements")
    return failed("people here have no way to encrypt a message", people=cell.names)
