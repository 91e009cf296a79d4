"""The checks cover every place patient data can leave from.

Why it matters
    A check of mail alone sends the same number out through a shared file, a chat, or a USB stick.

How to fix it
    Microsoft 365: Purview, Data loss prevention, Policies: the policy for patient identifiers with Exchange, SharePoint, OneDrive, and
    where the plan holds them Teams and devices, each for all.
    Google Workspace: Admin console, Security, Data protection: rules for Gmail, Drive and Chat messages and attachments.

Does not cover
    Printing, photographs and calls.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import DlpRule as GoogleRule
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.data.service_plans import Capability
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.view import Tenant
from rules.views.content_checks import ContentChecks
from rules.views.google_policy import PolicyCell
from rules.views.licences import Licences

CONTROL = Control("DATA-2", Severity.MEDIUM, cites=["164.312(e)(1)", "164.502(b)", "164.530(c)(1)"], level=Level.SHOULD)
PLACES = {
    "exchange_location": "mail",
    "share_point_location": "SharePoint",
    "one_drive_location": "OneDrive",
}
TRIGGERS = {
    "google.workspace.gmail.email.v1.send": "mail",
    "google.workspace.drive.file.v1.share": "shared files",
    "google.workspace.chat.message.v1.send": "chat messages",
    "google.workspace.chat.attachment.v1.upload": "files in chats",
}


def _judge(checks: ContentChecks, place: str, words: str) -> Result:
    found = checks.at(place)
    about = {"place": words}
    missing = found.missing
    if not missing:
        return passed(f"{words}: checked for patient identifiers", place=words)
    if found.only_tested:
        return review(f"{words}: checked for patient identifiers only in test mode", about=about)
    return failed(f"{words}: not checked for {', '.join(missing)}", about=about, missing=missing)


@CONTROL.check(MICROSOFT_365, scuba=["MS.SECURITYSUITE.3.2v1"])
def mail_and_files_are_checked(tenant: Tenant, checks: ContentChecks) -> list[Result]:
    """Mail and files are checked for patient identifiers, for everybody."""
    return [_judge(checks, place, words) for place, words in PLACES.items()]


@CONTROL.check(MICROSOFT_365, cis=["CIS M365 v7.0.0 3.2.2", "CIS M365 v6.0.0 3.2.2"])
def chats_are_checked(tenant: Tenant, checks: ContentChecks, licences: Licences) -> Result:
    """Teams chats are checked for patient identifiers, where the plan holds that."""
    if not licences.has(Capability.TEAMS_DLP):
        return not_applicable(
            "the clinic's plans do not check Teams chats; Microsoft 365 E5 and its Compliance add-on do"
        )
    return _judge(checks, "teams_location", "Teams chats")


@CONTROL.check(MICROSOFT_365)
def devices_are_checked(tenant: Tenant, checks: ContentChecks, licences: Licences) -> Result:
    """What leaves from computers is checked for patient identifiers, where the plan holds that."""
    if not licences.has(Capability.ENDPOINT_DLP):
        return not_applicable(
            "the clinic's plans do not check computers; Microsoft 365 E5 and its Compliance add-on do"
        )
    return _judge(checks, "endpoint_dlp_location", "computers")


@CONTROL.check(GOOGLE_WORKSPACE, none=not_applicable("no active person works in any unit"))
def unit_checks_every_way(cell: PolicyCell, licences: Licences) -> list[Result]:
    """Active rules check mail, files and chats of every unit and group."""
    active = [rule for rule in cell.every(GoogleRule) if rule.state == "ACTIVE"]
    triggers = {trigger for rule in active for trigger in rule.triggers}
    missing = [words for trigger, words in TRIGGERS.items() if trigger not in triggers]
    if not missing:
        return [passed("mail, files and chats are checked", people=len(cell.names))]
    if not active and not licences.has(Capability.DLP):  # a rule that is active shows that the plan has them
        return [not_applicable("the clinic's plans hold no data protection; Enterprise Standard and Frontline do")]
    return [
        failed(f"nothing checks {words} of people here", about={"place": words}, people=cell.names) for words in missing
    ]
