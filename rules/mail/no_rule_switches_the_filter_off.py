"""No mail rule switches the filter off.

Why it matters
    One old rule, made so that a newsletter arrives, lets every message through that meets it, bad ones too.

How to fix it
    Microsoft 365: Exchange admin center, Mail flow, Rules: remove rules that set the spam confidence level to -1 or add a header
    that skips Safe Links or Safe Attachments.
    Google Workspace: Admin console, Apps, Gmail, Spam, phishing and malware, Spam: do not bypass the filter for internal senders,
    and do not hide warnings for everybody.

Does not cover
    Allow lists (MAIL-13) and servers (MAIL-15). Overrides for phishing simulations and for mailboxes of a security team.
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import SpamOverride
from connectors.microsoft365.sources.mailflow import TransportRule
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.mail.gmail_safety import NOBODY
from rules.mail.spam_exceptions import exceptions
from rules.result import Result, Severity, Verdict, failed, not_applicable, passed, review
from rules.views.google_policy import PolicyCell

CONTROL = Control("MAIL-14", Severity.HIGH, cites=["164.308(a)(5)(ii)(B)"])
NEVER_SPAM = -1
SKIPPING = {
    "x-ms-exchange-organization-skipsafelinksprocessing": "links are not checked",
    "x-ms-exchange-organization-skipsafeattachmentprocessing": "attachments are not checked",
}
OPENING = {
    "hide_warning_banner_for_all": "the filter and its warnings are off for all mail",
    "bypass_internal_senders": "mail from internal senders is not filtered",
}
PROOF = "authentication-results"


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 6.2.2", "CIS M365 v6.0.0 6.2.2"],
    prowler=["exchange_transport_rules_whitelist_disabled"],
    none=passed("there are no mail flow rules"),
)
def rule_leaves_the_filter_on(rule: TransportRule) -> Result:
    """No mail flow rule that is at work switches the spam filter or Safe Links off."""
    if rule.state == "Disabled":
        return not_applicable("is switched off")
    skips = ["the spam filter is skipped"] if rule.set_s_c_l == NEVER_SPAM else []
    header = (rule.set_header_name or "").casefold()
    if header in SKIPPING:
        skips.append(SKIPPING[header])
    if not skips:
        return passed("leaves the filter on")
    headers = (rule.header_contains_message_header, rule.header_matches_message_header)
    if rule.sender_ip_ranges and any((name or "").casefold() == PROOF for name in headers):
        return review(
            f"for mail of one server with proof of its sender, {' and '.join(skips)}", servers=rule.sender_ip_ranges
        )
    return failed(f"for mail that meets it, {' and '.join(skips)}")


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.GMAIL.18.3v1"], cis=["CIS GWS v1.3 3.1.3.6.2"], none=NOBODY)
def everybody_is_filtered(cell: PolicyCell) -> list[Result]:
    """No exception lets all internal senders skip the spam filter, or hides warnings for everybody."""
    if not cell.service_on("gmail"):
        return [not_applicable("Gmail is off here")]
    results: list[Result] = []
    try:
        for override in exceptions(cell):
            if what := _opens(override):
                results.append(failed(what, about={"rule": override.rule_id}, people=cell.names))
    except Unreadable as err:
        results.append(Result(Verdict.NOT_ASSESSED, err.gap.detail, gap=err.gap))
    return results or [passed("everybody's mail is filtered", people=len(cell.names))]


def _opens(override: SpamOverride) -> str | None:
    """What an exception opens for everybody; `Unreadable` if that is not known, and nothing else is open."""
    unread: Unreadable | None = None
    for switch, what in OPENING.items():
        try:
            if getattr(override, switch):
                return what
        except Unreadable as err:
            unread = unread or err
    if unread is not None:
        raise unread
    return None
