"""Calendar details stay inside; outsiders see free/busy at most.

Why it matters
    An appointment calendar names patients. A practice paid a settlement because its calendar could be read on the internet.

How to fix it
    Microsoft 365: Exchange admin center, Organization, Sharing: in each policy, share "free/busy information with time only" or
    nothing, and nothing for all domains.
    Google Workspace: Admin console, Apps, Calendar, Sharing settings: external sharing "Only free/busy information", for
    primary and secondary calendars.

Does not cover
    Calendars that people have already published or shared one by one.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import CalendarPrimarySharing, CalendarSecondarySharing, Setting
from connectors.microsoft365.sources.mailboxes import Mailbox
from connectors.microsoft365.sources.mailflow import SharingPolicy
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.data import consumer_domains
from rules.profile import Profile
from rules.result import Result, Severity, Verdict, failed, not_applicable, not_assessed, passed, review
from rules.tables import Table
from rules.views.google_policy import PolicyCell

CONTROL = Control("SHARE-22", Severity.CRITICAL, cites=["164.502(a)", "164.312(a)(1)", "164.530(c)(1)"])
SIMPLE, DETAIL, REVIEWER = (
    "CalendarSharingFreeBusySimple",
    "CalendarSharingFreeBusyDetail",
    "CalendarSharingFreeBusyReviewer",
)
KNOWN = {SIMPLE, DETAIL, REVIEWER, "ContactsSharing"}
EVERYBODY = {"*": "all outside organizations", "anonymous": "anybody on the internet"}


@CONTROL.check(
    MICROSOFT_365,
    scuba=["MS.EXO.6.2v1"],
    cis=["CIS M365 v7.0.0 1.3.3", "CIS M365 v6.0.0 1.3.3"],
    prowler=["admincenter_external_calendar_sharing_disabled"],
    none=passed("there is no sharing policy"),
)
def policy_hides_details(policy: SharingPolicy, mailboxes: Table[Mailbox], profile: Profile) -> list[Result]:
    """No sharing policy in use shows calendar details to outsiders."""
    if not policy.enabled:
        return [not_applicable("is switched off")]
    if not policy.default and not any(
        (box.sharing_policy or "").rpartition("/")[2] == policy.name for box in mailboxes
    ):
        return [not_applicable("no mailbox uses this policy")]
    results = [_entry(entry, profile) for entry in policy.domains]
    worst = [result for result in results if result.verdict is not Verdict.PASS]
    return worst or [passed("shows outsiders free and busy times at most")]


def _entry(entry: str, profile: Profile) -> Result:
    domain, _, given = entry.partition(":")
    actions = {action.strip() for action in given.split(",") if action.strip()}
    about = {"domain": domain}
    if not actions or not actions <= KNOWN:
        return not_assessed(
            f"an entry for {domain} holds a word that is not documented", source="exchange.sharing_policies:Domains"
        )
    details = bool(actions & {DETAIL, REVIEWER})
    if not details and SIMPLE not in actions:
        return passed("shares no calendar")
    who = EVERYBODY.get(domain.casefold())
    if who is not None:
        if details:
            return failed(f"lets people show calendar details to {who}", about=about)
        return review(f"lets people show free and busy times to {who}; CISA's baseline wants none", about=about)
    if consumer_domains.find(domain) is not None:
        return failed(f"lets people show calendars to {domain}, a personal mail service", about=about)
    if not profile.holds(profile.approved_external_domains, domain):
        if details:
            return failed(
                f"lets people show calendar details to {domain}, which the clinic has not approved", about=about
            )
        return review(
            f"lets people show free and busy times to {domain}, which the clinic has not approved", about=about
        )
    if details:
        return review(f"lets people show calendar details to {domain}, which the clinic approves of", about=about)
    return passed("shows free and busy times to an approved domain")


def _unit(cell: PolicyCell, setting: type[Setting], which: str) -> Result:
    if not cell.service_on("calendar"):
        return not_applicable("Calendar is off here")
    value = cell.setting(setting).max_allowed_external_sharing  # type: ignore[attr-defined]
    origin = str(cell.origin(setting, "max_allowed_external_sharing"))
    if value in {"EXTERNAL_FREE_BUSY_ONLY", "EXTERNAL_NO_SHARING"}:
        return passed(f"outsiders see free and busy times of {which} at most", people=len(cell.names), setting=origin)
    return failed(
        f"people here may show all details of {which} to outsiders",
        about={"calendar": which},
        people=cell.names,
        setting=origin,
    )


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.CALENDAR.1.1v1"],
    cis=["CIS GWS v1.3 3.1.1.1.1"],
    prowler=["calendar_external_sharing_primary_calendar"],
    none=not_applicable("no active person works in any unit"),
)
def own_calendars_hide_details(cell: PolicyCell) -> Result:
    """People in every unit and group can show outsiders only free and busy times of their own calendar."""
    return _unit(cell, CalendarPrimarySharing, "their own calendar")


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.CALENDAR.1.2v1"],
    cis=["CIS GWS v1.3 3.1.1.2.1"],
    prowler=["calendar_external_sharing_secondary_calendar"],
    none=not_applicable("no active person works in any unit"),
)
def other_calendars_hide_details(cell: PolicyCell) -> Result:
    """People in every unit and group can show outsiders only free and busy times of further calendars."""
    return _unit(cell, CalendarSecondarySharing, "further calendars")
