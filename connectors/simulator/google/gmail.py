"""Gmail API: the settings of one mailbox, readable only by a token whose subject is that user."""

from __future__ import annotations

from typing import Any

from connectors.simulator.google.call import Call, serves
from connectors.simulator.google.errors import ApiError, not_found


def mailbox(call: Call) -> dict[str, Any]:
    """The caller's mailbox. Raises the errors that Gmail gives for another user's or for none at all."""
    subject = call.grant.subject
    if subject is None:
        raise ApiError(400, "failedPrecondition", "Precondition check failed.")
    email: str = subject["primaryEmail"]
    wanted = call.path[0].lower()
    if wanted not in {"me", email}:
        raise ApiError(403, "forbidden", f"Delegation denied for {email}")
    if subject.get("suspended"):
        raise ApiError(400, "failedPrecondition", "Precondition check failed.")
    found = call.workspace.mailbox(subject)
    if found is None:
        raise ApiError(400, "failedPrecondition", "Mail service not enabled")
    return found


@serves("gmail.users.settings.getAutoForwarding")
def auto_forwarding(call: Call) -> Any:
    return mailbox(call)["autoForwarding"]


@serves("gmail.users.settings.getImap")
def imap(call: Call) -> Any:
    return mailbox(call)["imap"]


@serves("gmail.users.settings.getPop")
def pop(call: Call) -> Any:
    return mailbox(call)["pop"]


@serves("gmail.users.settings.getVacation")
def vacation(call: Call) -> Any:
    return mailbox(call)["vacation"]


@serves("gmail.users.settings.getLanguage")
def language(call: Call) -> Any:
    return mailbox(call)["language"]


@serves("gmail.users.settings.forwardingAddresses.list")
def forwarding_addresses(call: Call) -> Any:
    return _list("forwardingAddresses", mailbox(call)["forwardingAddresses"])


@serves("gmail.users.settings.filters.list")
def filters(call: Call) -> Any:
    # The key of this list is singular on the wire.
    return _list("filter", mailbox(call)["filters"])


@serves("gmail.users.settings.sendAs.list")
def send_as(call: Call) -> Any:
    return _list("sendAs", mailbox(call)["sendAs"])


@serves("gmail.users.settings.delegates.list")
def delegates(call: Call) -> Any:
    if call.grant.interactive:
        raise ApiError(
            403,
            "forbidden",
            "Access restricted to service accounts that have been delegated domain-wide authority",
        )
    return _list("delegates", mailbox(call)["delegates"])


@serves("gmail.users.settings.sendAs.smimeInfo.list")
def smime(call: Call) -> Any:
    known = {entry["sendAsEmail"]: entry for entry in mailbox(call)["sendAs"]}
    if call.path[1] not in known:
        raise not_found("Requested entity was not found.")
    return _list("smimeInfo", mailbox(call).get("smimeInfo", {}).get(call.path[1], []))


def _list(key: str, items: list[Any]) -> dict[str, Any]:
    """Gmail leaves the key of an empty list out."""
    return {key: items} if items else {}
