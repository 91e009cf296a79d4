"""Old personal mail cannot be bulk-imported and relays are closed.

Why it matters
    An import mixes years of private mail, and its malware, into a mailbox that patients write to. An open relay lets strangers send
    as the clinic.

How to fix it
    Google Workspace: Admin console, Apps, Gmail, Setup, User email uploads: off. Routing, SMTP relay service: only addresses of the
    clinic, from known servers, with a sign-in and TLS.

Does not cover
    Google shows the relay service by no interface: it stays open here until somebody has looked.
"""

from __future__ import annotations

from connectors.gap import Reason
from connectors.google_workspace.sources.settings import GmailUploads
from connectors.source import GOOGLE_WORKSPACE
from rules.control import Control
from rules.mail.gmail_safety import NOBODY, switched
from rules.result import Result, Severity, not_assessed
from rules.view import Tenant
from rules.views.google_policy import PolicyCell

CONTROL = Control("MAIL-31", Severity.LOW, cites=["164.308(a)(5)(ii)(B)", "164.310(b)"])


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.GMAIL.8.1v1"], none=NOBODY)
def imports_are_off(cell: PolicyCell) -> Result:
    """People cannot import mail and contacts from other accounts."""
    return switched(
        cell,
        GmailUploads,
        "enable_mail_and_contacts_import",
        off="people may import mail and contacts from other accounts",
        on="nobody can import mail from other accounts",
        wanted=False,
    )


@CONTROL.check(GOOGLE_WORKSPACE)
def relay_is_closed(tenant: Tenant) -> Result:
    """The SMTP relay service is off, or closed to strangers."""
    return not_assessed(
        "no interface shows Google's SMTP relay service",
        reason=Reason.NOT_COLLECTED,
        source="policy.policies",
        remedy="look at Admin console, Apps, Gmail, Routing, SMTP relay service, and accept what is there by a waiver",
    )
