"""Labels mark and protect confidential files.

Why it matters
    A label that encrypts travels with the file: whoever gets a copy still cannot open it.

How to fix it
    Microsoft 365: Purview, Information protection: a label that encrypts, published to everybody by a label policy; SharePoint: labels
    for files switched on (Set-SPOTenant -EnableAIPIntegration $true).

Does not cover
    Whether people use the labels.
"""

from __future__ import annotations

from connectors.microsoft365.sources.compliance import LabelPolicy, SensitivityLabel
from connectors.microsoft365.sources.sharing import SharePointTenant
from connectors.record import Unreadable
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.data.service_plans import Capability
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.tables import One, Table
from rules.view import Tenant
from rules.views.licences import Licences

CONTROL = Control("DATA-5", Severity.LOW, cites=["164.312(a)(2)(iv)", "164.502(b)"], level=Level.SHOULD)
NO_PLAN = not_applicable("the clinic's plans hold no sensitivity labels; Business Premium and E3 do")


@CONTROL.check(MICROSOFT_365, cis=["CIS M365 v7.0.0 3.3.1", "CIS M365 v6.0.0 3.3.1"])
def labels_are_published(tenant: Tenant, policies: Table[LabelPolicy], licences: Licences) -> Result:
    """Labels are offered to people."""
    for policy in policies:
        if policy.enabled and policy.labels and policy.exchange_location:
            return passed("labels are offered to people", policy=policy.name)
    if not licences.has(Capability.LABELS):
        return NO_PLAN
    return failed("no policy offers labels to people")


@CONTROL.check(MICROSOFT_365)
def a_label_encrypts(
    tenant: Tenant, labels: Table[SensitivityLabel], policies: Table[LabelPolicy], licences: Licences
) -> Result:
    """A label that is offered encrypts."""
    offered = {name.casefold() for policy in policies.known() if policy.enabled for name in policy.labels}
    encrypting = [label for label in labels if label.encryption_enabled and not label.disabled]
    published = [label.name for label in encrypting if {label.name.casefold(), label.guid.casefold()} & offered]
    if published:
        return passed("a label that is offered encrypts", labels=published)
    if (gap := policies.gap) is not None and encrypting:
        raise Unreadable(gap)
    if not licences.has(Capability.LABELS):
        return NO_PLAN
    return failed("no label that is offered encrypts")


@CONTROL.check(MICROSOFT_365)
def files_take_labels(tenant: Tenant, sharepoint: One[SharePointTenant], licences: Licences) -> Result:
    """SharePoint and OneDrive take labels on files."""
    if sharepoint.value.enable_aip_integration:
        return passed("SharePoint and OneDrive take labels on files")
    if not licences.has(Capability.LABELS):
        return NO_PLAN
    return failed("SharePoint and OneDrive ignore labels on files")
