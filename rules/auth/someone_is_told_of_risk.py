"""Someone is told when a high-risk user appears.

Why it matters
    A rule stops the account; a person must still ask what was read, and whether patients have to be told. That clock starts when
    Microsoft knew.

How to fix it
    Microsoft 365: Entra, ID Protection, Users at risk detected alerts: name people who read mail at the clinic's own addresses.
    Evidence folder: a statement of the kind alert_recipients with covers = ["users at risk"] and a [[person]] with an address for each.

Does not cover
    The list itself: Microsoft shows it in no API, so that the clinic states it.
"""

from __future__ import annotations

from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.data import consumer_domains
from rules.data.service_plans import Capability
from rules.result import Result, Severity, failed, needs_input, not_applicable, passed
from rules.view import Tenant
from rules.views.attestations import Attestations
from rules.views.licences import Licences

CONTROL = Control("AUTH-11", Severity.MEDIUM, cites=["164.308(a)(5)(ii)(C)", "164.308(a)(6)(ii)"], level=Level.SHOULD)
TOPIC = "alert_recipients"
COVERS = ("users at risk",)


@CONTROL.check(MICROSOFT_365, scuba=["MS.AAD.2.2v1"])
def alerts_reach_somebody(tenant: Tenant, licences: Licences, attestations: Attestations) -> Result:
    """Microsoft's alerts on accounts at risk go to somebody at the clinic's own address."""
    if not licences.has(Capability.ENTRA_P2):
        return not_applicable("Microsoft sends such alerts only with Entra ID P2")
    spoken = [one for one in attestations.of(TOPIC) if not attestations.missing(one, COVERS)]
    if not spoken:
        return needs_input(
            "no statement says who gets the alerts on users at risk",
            remedy='put a statement of the kind alert_recipients with covers = ["users at risk"] on file',
            source="evidence.statements",
        )
    statement = spoken[0]
    if fault := attestations.fault(statement):
        return fault
    about = {"statement": statement.id}
    addresses = sorted(person.address for person in statement.person if person.address)
    if not addresses:
        return failed("the statement names no address that the alerts go to", about=about)
    private = [one for one in addresses if consumer_domains.find(one.rpartition("@")[2]) is not None]
    if private:
        return failed("the alerts go to private addresses", about=about, addresses=private)
    return passed("the alerts reach somebody", addresses=addresses)
