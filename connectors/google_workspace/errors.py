"""Google's errors, and the gap that each of them leaves: what happened, and who must do what about it.

Google's own sentences are never repeated: they may quote a subject or a name. Only the status and the reason's keyword are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import msgspec

from connectors.gap import Gap, Reason
from connectors.google_workspace.scopes import CONSOLE, CONSOLE_PATH, GROUPS, url
from connectors.transport import Response

_KEYWORD = re.compile(r"[A-Za-z_]{1,60}")
TITLES = {
    "admin": "Admin SDK API",
    "cloudidentity": "Cloud Identity API",
    "drive": "Google Drive API",
    "gmail": "Gmail API",
    "groupssettings": "Groups Settings API",
    "licensing": "Enterprise License Manager API",
    "reseller": "Google Workspace Reseller API",
}
"""What the Cloud console calls each API."""
API_OFF = frozenset({"accessNotConfigured", "SERVICE_DISABLED"})
FOR_EVERYONE = API_OFF | {"dailyLimitExceeded", "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficientPermissions"}
"""Reasons that will meet every further request of the source as well."""
NO_MAILBOX = "mail service not enabled"
NOT_DELEGATED = frozenset({"unauthorized_client", "access_denied", "invalid_scope"})


class TokenRefused(Exception):
    """The token endpoint refused: `error` is its keyword, `description` its sentence, which is never shown."""

    def __init__(self, error: str, description: str = "") -> None:
        super().__init__(error)
        self.error, self.description = error, description

    @property
    def not_delegated(self) -> bool:
        """Whether the service account was not allowed, or not for these scopes; else it is about the person."""
        return self.error in NOT_DELEGATED


@dataclass(frozen=True)
class Problem:
    """An error answer: status, the reason's keyword, and the sentence, which serves to tell errors apart and is never shown."""

    status: int
    reason: str
    message: str


def problem_of(response: Response) -> Problem:
    """Read either of Google's two error shapes: the classic list of errors, or a status word with details."""
    try:
        error: Any = msgspec.json.decode(response.content).get("error")
    except (msgspec.DecodeError, AttributeError):
        return Problem(response.status, "", "")
    if not isinstance(error, dict):
        return Problem(response.status, "", "")
    reasons = [e.get("reason") for e in _dicts(error.get("errors"))]
    details = [d.get("reason") for d in _dicts(error.get("details"))]
    words = [*details, *reasons, error.get("status")]
    reason = next((w for w in words if isinstance(w, str) and _KEYWORD.fullmatch(w)), "")
    message = error.get("message")
    return Problem(response.status, reason, message if isinstance(message, str) else "")


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def no_mailbox(found: Problem) -> bool:
    """Whether Gmail says that the person has no mailbox: no license, or the service is off for the unit."""
    return found.status == 400 and NO_MAILBOX in found.message.lower()


def gap_of(source: str, response: Response, *, api: str, group: str, subject: str) -> Gap:
    """The gap that an error answer leaves in a source."""
    found = problem_of(response)
    said = f"Google answers {found.status}" + (f" ({found.reason})" if found.reason else "")
    if found.reason in API_OFF:
        return Gap(
            source,
            Reason.PERMISSION,
            f"{said}: the {TITLES[api]} is not switched on in the service account's project",
            f"in the Google Cloud console of that project, APIs & Services > Library, enable the {TITLES[api]}",
        )
    if found.reason == "domainPolicy":
        return Gap(
            source,
            Reason.PERMISSION,
            f"{said}: the customer blocks this API",
            "Admin console > Apps > Google Workspace: the service must be on for the person asked, with API access",
        )
    if found.reason in {"ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficientPermissions"}:
        return Gap(
            source, Reason.PERMISSION, f"{said}: the token lacks the scope", delegation_remedy("", GROUPS[group].scopes)
        )
    if found.status == 429 or found.reason.lower().endswith(("limitexceeded", "quotaexceeded")):
        return Gap(
            source,
            Reason.THROTTLED,
            f"{said} after several tries",
            "scan again later; if it happens daily, raise the quota of the service account's project",
        )
    if found.status in {401, 403}:
        return Gap(
            source,
            Reason.PERMISSION,
            f"{said}: {subject} may not read this",
            f"give {subject} {GROUPS[group].role} (Admin console > Account > Admin roles)",
        )
    if found.status == 404:
        return Gap(source, Reason.PROVIDER_ERROR, f"{said}: it is not there, or hidden from {subject}", "scan again")
    if found.status == 400 and found.reason in {"failedPrecondition", "FAILED_PRECONDITION"}:
        return Gap(
            source,
            Reason.UNREADABLE,
            f"{said}: Google will not show this for {subject}",
            "check that the account is active and its mailbox is set up",
        )
    return Gap(source, Reason.PROVIDER_ERROR, said, "scan again; report it if it stays")


def delegation_remedy(client_id: str, scopes: tuple[str, ...] | list[str]) -> str:
    """What a super administrator does about scopes that are not delegated."""
    client = f"the client ID {client_id}" if client_id else "the client ID of the service account"
    named = ",".join(url(scope) for scope in scopes)
    return f"{CONSOLE_PATH} ({CONSOLE}): add {named} to {client}; it takes effect within minutes, seldom a day"


def token_gap(source: str, refused: TokenRefused, *, subject: str, client_id: str, missing: list[str]) -> Gap:
    """The gap that a refused token leaves. Source of the wordings: GAM's and Prowler's tables of token errors."""
    said = f"Google refuses a token for {subject} ({refused.error if _KEYWORD.fullmatch(refused.error) else 'error'})"
    text = refused.description.lower()
    if refused.error == "invalid_scope":
        return Gap(
            source,
            Reason.PERMISSION,
            f"{said}: the sign-in was not given {', '.join(missing) or 'the scope'}",
            "sign in again and allow everything that is asked: `auditor connect google --sign-in`",
        )
    if refused.error == "not_delegated_by_person":
        return Gap(
            source,
            Reason.PERMISSION,
            f"the sign-in is one person's, and cannot stand for {subject}",
            "sign in as that administrator, or use a service account with domain-wide delegation",
        )
    if refused.not_delegated:
        what = ", ".join(missing) or "any scope"
        detail = f"{said}: the service account is not delegated {what}"
        return Gap(source, Reason.PERMISSION, detail, delegation_remedy(client_id, missing))
    if refused.error == "invalid_key":
        return Gap(
            source,
            Reason.NEEDS_INPUT,
            "the service account key cannot be read",
            "make a new key of the service account (JSON) and name its file in the configuration",
        )
    if refused.error in {"invalid_client", "invalid_sign_in"}:
        return Gap(
            source,
            Reason.NEEDS_INPUT,
            "Google does not know the OAuth client of the sign-in, or what was kept of the sign-in is damaged",
            "check the client in the Google Cloud console (APIs & Services > Credentials), then sign in again: "
            "`auditor connect google --sign-in`",
        )
    if refused.error == "invalid_federation":
        return Gap(
            source,
            Reason.NEEDS_INPUT,
            "the configuration of workload identity federation cannot be read",
            "download it again: Google Cloud console > IAM & Admin > Workload Identity Federation, the pool's connected "
            "service accounts",
        )
    if refused.error == "invalid_grant" and ("rapt" in text or "reauth" in text):
        return Gap(
            source,
            Reason.PERMISSION,
            f"{said}: the customer's session control asks for a new sign-in",
            "sign in again: `auditor connect google --sign-in`; a service account is not asked (Admin console > Security > "
            "Google Cloud session control)",
        )
    if refused.error == "invalid_grant" and ("expired or revoked" in text or "revoked" in text):
        return Gap(
            source,
            Reason.PERMISSION,
            f"{said}: the sign-in has ended or was taken back",
            "sign in again: `auditor connect google --sign-in`",
        )
    if refused.error == "invalid_grant" and "verifier" in text:
        return Gap(
            source,
            Reason.NEEDS_INPUT,
            f"{said}: Google does not know the service account: it was deleted or disabled, or its key is minutes old",
            "check it in the Google Cloud console (IAM & Admin > Service Accounts); with a new key, try again in a minute",
        )
    if refused.error == "admin_policy_enforced":
        return Gap(
            source,
            Reason.PERMISSION,
            f"{said}: the customer does not let this application in",
            "Admin console > Security > Access and data control > API controls > Manage app access: trust the client ID",
        )
    if refused.error == "invalid_grant" and "jwt" in text:
        return Gap(
            source,
            Reason.NEEDS_INPUT,
            f"{said}: the service account or its key is not known, or this computer's clock is wrong",
            "check that the key was not deleted and that the clock is right",
        )
    if refused.error == "invalid_grant" and "deleted" in text:
        return Gap(source, Reason.UNREADABLE, f"{said}: the account was deleted", "nothing: it no longer exists")
    if refused.error in {"invalid_grant", "invalid_account"}:
        return Gap(
            source,
            Reason.UNREADABLE,
            f"{said}: no such active account, or the address is only an alias",
            f"check that {subject} is the main address of an active account",
        )
    if refused.error == "invalid_request":
        return Gap(
            source,
            Reason.NEEDS_INPUT,
            f"{said}: the address is malformed or belongs to another customer",
            "correct the administrator's address in the configuration",
        )
    if refused.error == "signing_refused":
        return Gap(
            source,
            Reason.PERMISSION,
            "the running identity may not sign for the service account",
            "give it the role Service Account Token Creator on the service account, and enable the IAM Service Account "
            "Credentials API",
        )
    if refused.error == "unknown_identity":
        return Gap(
            source,
            Reason.NEEDS_INPUT,
            "no identity was found here that may sign for the service account",
            "sign in with `gcloud auth application-default login`, use workload identity federation, or name a key",
        )
    return Gap(source, Reason.PROVIDER_ERROR, said, "scan again; check the service account in the Google Cloud console")
