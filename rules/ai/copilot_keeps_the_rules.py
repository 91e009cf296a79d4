"""Copilot respects labels, DLP and retention.

Why it matters
    Copilot reads whatever its user may read, and writes it into new places. Labels, data loss prevention and retention are the rules it
    knows.

How to fix it
    Microsoft 365: Purview portal, Data loss prevention: a policy with the location Microsoft 365 Copilot; Information protection: publish
    labels; Data lifecycle management: a retention policy for Teams chats and Copilot interactions.

Does not cover
    Whether the rules are the right ones (DATA-1, DATA-2).
"""

from __future__ import annotations

from connectors.microsoft365.sources.compliance import DlpPolicy, LabelPolicy, RetentionPolicy
from connectors.microsoft365.sources.tenant import SubscribedSku
from connectors.source import MICROSOFT_365
from rules.ai import copilot
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.tables import Table
from rules.view import Tenant

CONTROL = Control("AI-5", Severity.LOW, cites=["164.502(b)", "164.316(b)(2)(i)"], level=Level.SHOULD)
NO_COPILOT = not_applicable("the clinic owns no Copilot license")
PLANE = "copilotexperiences"


@CONTROL.check(MICROSOFT_365, cis=["CIS M365 v7.0.0 3.2.3"])
def copilot_is_watched(tenant: Tenant, skus: Table[SubscribedSku], policies: Table[DlpPolicy]) -> Result:
    """A data loss prevention policy watches what Copilot is asked and answers."""
    if not copilot.licences(skus):
        return NO_COPILOT
    for policy in policies:
        planes = {plane.casefold() for plane in policy.enforcement_planes or []}
        if PLANE in planes and policy.enabled and policy.mode == "Enable":
            return passed("a policy watches Copilot", policy=policy.name)
    return failed("no data loss prevention policy watches Copilot")


@CONTROL.check(MICROSOFT_365)
def labels_are_offered(tenant: Tenant, skus: Table[SubscribedSku], policies: Table[LabelPolicy]) -> Result:
    """Labels that Copilot respects are offered to people."""
    if not copilot.licences(skus):
        return NO_COPILOT
    if any(policy.enabled and policy.labels for policy in policies):
        return passed("labels are offered to people")
    return failed("no labels are offered to people, so Copilot knows nothing to respect")


@CONTROL.check(MICROSOFT_365)
def conversations_are_kept(tenant: Tenant, skus: Table[SubscribedSku], policies: Table[RetentionPolicy]) -> Result:
    """What people asked Copilot is kept."""
    if not copilot.licences(skus):
        return NO_COPILOT
    # Chats of Teams and conversations with Copilot are one location (Purview, retention policies).
    if any(policy.works and policy.teams_chat_location for policy in policies):
        return passed("conversations with Copilot are kept")
    return failed("no retention policy covers conversations with Copilot")
