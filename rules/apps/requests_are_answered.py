"""Requests for apps go to an admin and get an answer.

Why it matters
    Where staff cannot let apps in by themselves, they must be able to ask. A request that nobody answers ends in a private
    account or a private phone.

How to fix it
    Microsoft 365: Entra admin center, Enterprise apps, Consent and permissions, Admin consent settings: users can request admin
    consent: Yes; name reviewers who work here, with mails and reminders, and let requests expire after 30 days at most.

Does not cover
    What the reviewers answer. A reviewer who is named by a query or a role is not followed to people.
"""

from __future__ import annotations

import re

from connectors.gap import Reason
from connectors.microsoft365.sources.groups import Group
from connectors.microsoft365.sources.registrations import ConsentRequests
from connectors.record import Unreadable
from connectors.source import MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.tables import Keyed, One
from rules.view import Tenant
from rules.views.directory_settings import CONSENT, DirectorySettings
from rules.views.people import People

CONTROL = Control("APP-3", Severity.MEDIUM, cites=["164.308(a)(4)(ii)(B)", "164.312(a)(1)"])
LONGEST = 30
WHO = re.compile(r"^/?(?:(?:v1\.0|beta)/)?(users|groups)/([0-9a-fA-F-]{36})(?:/[\w.]+)*$")


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.AAD.5.3v1"],
    cis=["CIS M365 v7.0.0 5.1.5.2", "CIS M365 v6.0.0 5.1.5.2"],
    prowler=["entra_admin_consent_workflow_enabled"],
)
def staff_can_ask(tenant: Tenant, requests: One[ConsentRequests], settings: DirectorySettings) -> Result:
    """Staff can ask an administrator for an app, and somebody is named to answer."""
    try:
        policy = requests.value
    except Unreadable as err:
        said = settings.value(CONSENT, "EnableAdminConsentRequests") if err.gap.reason is Reason.NOT_COLLECTED else None
        if said not in {"true", "false"}:
            raise
        if said == "false":
            return failed("staff cannot ask for an app")
        return review("staff can ask for an app; who answers was not read")
    if not policy.is_enabled:
        return failed("staff cannot ask for an app")
    if not policy.reviewers:
        return failed("staff can ask for an app, but nobody is named to answer")
    return passed("staff can ask for an app, and somebody is named to answer", reviewers=len(policy.reviewers))


@CONTROL.check(MICROSOFT_365)
def requests_are_brought_up(tenant: Tenant, requests: One[ConsentRequests]) -> Result:
    """Reviewers get mails and reminders, and requests do not lie for more than a month."""
    policy = requests.value
    if not policy.is_enabled:
        return not_applicable("staff cannot ask for an app")
    wrong = []
    if not policy.notify_reviewers:
        wrong.append("reviewers get no mail")
    if not policy.reminders_enabled:
        wrong.append("nobody is reminded")
    if policy.request_duration_in_days > LONGEST:
        wrong.append(f"a request may lie for {policy.request_duration_in_days} days")
    if wrong:
        return failed("; ".join(wrong))
    return passed("reviewers get mails and reminders", days=policy.request_duration_in_days)


@CONTROL.check(MICROSOFT_365)
def reviewers_work_here(tenant: Tenant, requests: One[ConsentRequests], people: People, groups: Keyed[Group]) -> Result:
    """At least one of those who are named to answer still works here."""
    policy = requests.value
    if not policy.is_enabled or not policy.reviewers:
        return not_applicable("nobody is named to answer")
    unknown, gone = [], []
    for reviewer in policy.reviewers:
        found = WHO.match(reviewer.query)
        if found is None:
            unknown.append(reviewer.query)
        elif found[1] == "groups":
            if groups.get(found[2]) is not None:
                return passed("a group is named to answer")
            gone.append(found[2])
        else:
            person = people.by_id(found[2])
            if person is not None and person.can_sign_in:
                return passed(f"{person.label} answers")
            gone.append(found[2])
    if unknown:
        return review("those who answer are named by a query that is not followed here", queries=unknown)
    return failed("everybody who is named to answer has left", gone=gone)
