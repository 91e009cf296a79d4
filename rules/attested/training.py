"""Everyone was trained this year.

Why it matters
    Most break-ins begin with somebody who clicked. Half an hour a year is the cheapest protection there is.

How to fix it
    Evidence folder: Hold a session on phishing, message handling and incident reporting; put a statement of the kind training there
    with a [[person]] for everybody, on = the date and topics = ["phishing", "message handling", "incident reporting"].

Does not cover
    Whether it helped.
"""

from __future__ import annotations

from connectors.source import EVIDENCE
from rules.attested.email_policy import staff
from rules.control import Control
from rules.profile import Profile
from rules.result import Result, Severity, failed, passed
from rules.view import Across, Now, Tenant, age
from rules.views.attestations import FILES, YEAR, Attestations
from rules.views.people import People

CONTROL = Control("POL-3", Severity.HIGH, cites=["164.308(a)(5)(i)", "164.530(b)(1)"])
TOPICS = {"phishing", "message handling", "incident reporting"}


@CONTROL.check(EVIDENCE)
def everybody_was_trained(
    tenant: Tenant, attestations: Attestations, profile: Profile, everybody: Across[People], now: Now
) -> Result:
    """Everybody who works here was trained on all three topics in the last year."""
    statements = attestations.of("training")
    learned: dict[str, set[str]] = {}
    for statement in statements:
        if statement.file_state in FILES:
            return failed(
                f"a training statement does not hold: {FILES[statement.file_state]}", about={"statement": statement.id}
            )
        for person in statement.person:
            on = person.on or statement.signed_on
            if on <= now and age(now, on) <= YEAR:
                for name in (person.name.casefold(), (person.address or "").casefold()):
                    learned.setdefault(name, set()).update(topic.casefold() for topic in person.topics)
    untrained = []
    for name, addresses in staff(profile, everybody, now):
        known = set().union(*(learned.get(key, set()) for key in (name.casefold(), *addresses)))
        if not known >= TOPICS:
            untrained.append(name)
    if untrained:
        return failed(
            f"not trained this year: {', '.join(sorted(untrained)[:5])}",
            about={"statement": statements[0].id},
            people=sorted(untrained),
        )
    return passed("everybody was trained this year")
