"""What each mailbox does with its mail: forwarding, filters, other senders, delegates, IMAP and POP.

All seven are read in one batch per mailbox, with a token that stands for the mailbox's owner. Message content is out of
reach of the code: only paths below `/settings/` may leave. Texts that may name patients (filter criteria, signatures,
display names) are not asked for, or reduced to whether they are there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar, Literal

from connectors.google_workspace.calls import Call
from connectors.google_workspace.explicit import Explicit
from connectors.record import Presence, Record, named
from connectors.source import GOOGLE_WORKSPACE, source


def _settings(method: Callable[[Any], Any], items: str | None = None) -> Call:
    return Call(
        "gmail",
        "v1",
        lambda s: method(s.users().settings()),
        "gmail_settings",
        {"userId": "me"},
        items=items,
        per="userId",
        by="primaryEmail",
        subject="user",
    )


_MAILBOX: dict[str, Any] = {
    "permission": "gmail.settings.basic",
    "lane": "gmail",
    "after": ("directory.users",),
    "fan_out": True,
    "tier": "mailbox",
}


@source("gmail.auto_forwarding", GOOGLE_WORKSPACE, _settings(lambda s: s.getAutoForwarding), **_MAILBOX)
class AutoForwarding(Record, key="email_address"):
    """Whether a mailbox sends all its mail on to another address."""

    kind = "forwarding"

    enabled: bool
    email_address: str
    disposition: Literal["dispositionUnspecified", "leaveInInbox", "archive", "trash", "markRead"] | None = (
        None  # left out while forwarding is off
    )

    @classmethod
    def project(cls, raw: Mapping[str, Any], secret: bytes) -> dict[str, Any]:
        """The declared fields. Gmail leaves out a mark that is off, and an address that was never chosen.

        An address without a mark is left as it is: whether mail goes there cannot be read.
        """
        kept = super().project(raw, secret)
        if "emailAddress" not in kept:
            kept.setdefault("enabled", False)
            if kept["enabled"] is False:
                kept["emailAddress"] = ""
        return kept

    @property
    def label(self) -> str:
        """The address that mail is sent on to."""
        return str(self.email_address)


@source(
    "gmail.forwarding_addresses",
    GOOGLE_WORKSPACE,
    _settings(lambda s: s.forwardingAddresses().list, "forwardingAddresses"),
    **_MAILBOX,
)
class ForwardingAddress(Record, key="forwarding_email"):
    """An address that a mailbox may forward to, whether it does so or not."""

    kind = "forwarding address"

    forwarding_email: str
    verification_status: Literal["verificationStatusUnspecified", "accepted", "pending"]

    @property
    def label(self) -> str:
        """The address."""
        return str(self.forwarding_email)


class FilterCriteria(Record):
    """What a filter looks for. Only that a condition is there is kept; the words themselves may name patients."""

    # Every condition is optional; Gmail leaves out what is not asked for.
    from_: Annotated[bool, Presence] = named("from", default=False)
    to: Annotated[bool, Presence] = False
    subject: Annotated[bool, Presence] = False
    query: Annotated[bool, Presence] = False
    negated_query: Annotated[bool, Presence] = False
    has_attachment: bool = False


class FilterAction(Explicit):
    """What a filter does with the mail it finds. `forward` is empty when the filter does not forward."""

    _unset: ClassVar[Mapping[str, Any]] = {"forward": "", "addLabelIds": [], "removeLabelIds": []}

    forward: str
    add_label_ids: list[str]
    remove_label_ids: list[str]


@source(
    "gmail.filters",
    GOOGLE_WORKSPACE,
    _settings(lambda s: s.filters().list, "filter"),  # the key of this list is singular on the wire
    **_MAILBOX,
)
class Filter(Record):
    """A filter of a mailbox: what it does with the mail it finds. What it looks for is reduced to yes and no."""

    kind = "filter"

    id: str
    criteria: FilterCriteria | None = None  # a filter without conditions has none
    action: FilterAction

    @property
    def label(self) -> str:
        """The filter's id."""
        return str(self.id)


class SmtpMsa(Record, key="host"):
    """The mail server that a sender address uses; an empty host means Gmail's own."""

    host: str
    port: int
    security_mode: Literal["securityModeUnspecified", "none", "ssl", "starttls"]


@source("gmail.send_as", GOOGLE_WORKSPACE, _settings(lambda s: s.sendAs().list, "sendAs"), **_MAILBOX)
class SendAs(Explicit, key="send_as_email"):
    """An address that a mailbox may send from. Signature and display name are not read."""

    kind = "sender address"
    _unset: ClassVar[Mapping[str, Any]] = {
        "replyToAddress": "",
        "isPrimary": False,
        "isDefault": False,
        "treatAsAlias": False,
        "verificationStatus": "verificationStatusUnspecified",
        "smtpMsa": {"host": ""},
    }

    send_as_email: str
    reply_to_address: str  # empty when replies go to the sender
    is_primary: bool
    is_default: bool
    treat_as_alias: bool
    # Only custom addresses are verified; the mailbox's own is "unspecified".
    verification_status: Literal["verificationStatusUnspecified", "accepted", "pending"]
    smtp_msa: SmtpMsa  # with an empty host unless mail leaves through a foreign server

    @property
    def label(self) -> str:
        """The address."""
        return str(self.send_as_email)


@source("gmail.delegates", GOOGLE_WORKSPACE, _settings(lambda s: s.delegates().list, "delegates"), **_MAILBOX)
class Delegate(Record, key="delegate_email"):
    """A person who may read and send mail in somebody else's mailbox. At most 25 are listed."""

    kind = "delegate"

    delegate_email: str
    verification_status: Literal["verificationStatusUnspecified", "accepted", "pending", "rejected", "expired"]

    @property
    def label(self) -> str:
        """The delegate's address."""
        return str(self.delegate_email)


@source("gmail.imap", GOOGLE_WORKSPACE, _settings(lambda s: s.getImap), **_MAILBOX)
class Imap(Record, key="enabled"):
    """Whether a mailbox can be read by IMAP, as far as the person decides; the tenant's setting may forbid it."""

    kind = "mailbox setting"
    label = "IMAP"

    enabled: bool


@source("gmail.pop", GOOGLE_WORKSPACE, _settings(lambda s: s.getPop), **_MAILBOX)
class Pop(Record, key="access_window"):
    """Whether a mailbox can be read by POP, as far as the person decides; the tenant's setting may forbid it."""

    kind = "mailbox setting"
    label = "POP"

    access_window: Literal["accessWindowUnspecified", "disabled", "fromNowOn", "allMail"]
