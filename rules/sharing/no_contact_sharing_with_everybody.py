"""Contact folders are not shared with every domain.

Why it matters
    A contact folder at a clinic is a list of patients.

How to fix it
    Microsoft 365: Exchange admin center, Organization, Sharing (or Set-SharingPolicy): take contact sharing out of every entry for
    all domains.

Does not cover
    Contacts that are shared with one named organization.
"""

from __future__ import annotations

from connectors.microsoft365.sources.mailflow import SharingPolicy
from connectors.source import MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, passed

CONTROL = Control("SHARE-27", Severity.MEDIUM, cites=["164.502(a)", "164.312(a)(1)"])
EVERYBODY = {"*": "every organization", "anonymous": "anybody on the internet"}


@CONTROL.check(MICROSOFT_365, scuba=["MS.EXO.6.1v1"], none=passed("there is no sharing policy"))
def contacts_stay_inside(policy: SharingPolicy) -> list[Result]:
    """No sharing policy shares contacts with all domains or with the internet."""
    if not policy.enabled:
        return [not_applicable("is switched off")]
    results = []
    for entry in policy.domains:
        domain, _, given = entry.partition(":")
        actions = {action.strip() for action in given.split(",")}
        who = EVERYBODY.get(domain.strip().casefold())
        if who is not None and "ContactsSharing" in actions:
            results.append(failed(f"lets people share contacts with {who}", about={"domain": domain}))
    return results or [passed("shares no contacts with everybody")]
