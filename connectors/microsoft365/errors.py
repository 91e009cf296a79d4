"""What Microsoft's errors mean: permission, license, or something else (microsoft365.md 2.3 and 4.7).

Error messages of Exchange and Outlook may quote what people wrote, so only known codes and fixed sentences of ours go on.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from connectors.gap import Gap, Reason
from connectors.microsoft365.calls import Service
from connectors.signin import SignInFailed
from connectors.source import Source
from connectors.transport import untrusted

_LICENCE = re.compile(
    r"premium license|AadPremiumLicenseRequired|NonPremiumTenant|Request not applicable to target tenant|not licensed for this feature|"
    r"Entra ID P2 or Microsoft Entra ID Governance license",
    re.IGNORECASE,
)
_ROLE = re.compile(r"isn't supported in this scenario|CmdletAccessDenied", re.IGNORECASE)
_NO_CMDLET = re.compile(r"is not recognized as a name of a cmdlet|CommandNotFound", re.IGNORECASE)
_GONE = re.compile(r"ManagementObjectNotFound|couldn't be found|ResourceNotFound|ErrorItemNotFound", re.IGNORECASE)
_NO_MAILBOX = re.compile(r"MailboxNotEnabledForRESTAPI|MailboxNotHostedInExchangeOnline", re.IGNORECASE)
_NO_WAY = re.compile(
    r"Max retries exceeded|NewConnectionError|NameResolutionError|Connection (refused|aborted|reset)|timed out",
    re.IGNORECASE,
)
_CODE = re.compile(r"^[A-Za-z][A-Za-z0-9_.]{2,80}$")

LICENCES = {
    "p1": "Microsoft Entra ID P1 (in Business Premium)",
    "p2": "Microsoft Entra ID P2",
    "intune": "Microsoft Intune (in Business Premium)",
    "defender": "Microsoft Defender for Office 365 Plan 1 (in Business Premium)",
    "defender-p2": "Microsoft Defender for Office 365 Plan 2 (in E5)",
    "dlp": "data loss prevention (in Business Premium and E3)",
    "exchange": "an Exchange Online plan",
    "sharepoint": "a SharePoint Online plan",
    "teams": "Microsoft Teams",
}
"""The plans that open sources, by license gate."""


_BEYOND_GLOBAL_READER = {
    "exchange.inbox_rules_hidden": "put the application into a role group of Exchange whose role holds Get-InboxRule: Global Reader may "
    "not run it (Microsoft's page of the cmdlet)"
}
"""What Global Reader does not open in Exchange."""


def words(content: bytes) -> tuple[str, str]:
    """(code, all messages) of an error answer, from wherever Graph or Exchange put them; empty where there are none."""
    try:
        error: Any = msgspec.json.decode(content).get("error", {})
    except (msgspec.DecodeError, AttributeError):
        return "", content[:2000].decode("utf-8", "replace")
    if not isinstance(error, dict):
        return "", str(error)
    code = error.get("code")
    texts = [str(code), str(error.get("message"))]
    for detail in error.get("details") or []:
        if isinstance(detail, dict):
            texts += [str(detail.get("code")), str(detail.get("message"))]
    inner = error.get("innererror") or error.get("innerError") or {}
    while isinstance(inner, dict) and inner:
        texts += [str(inner.get("code")), str(inner.get("message"))]
        inner = inner.get("internalexception") or inner.get("innererror") or {}
    return code if isinstance(code, str) and _CODE.match(code) else "", " ".join(texts)


def is_licence(content: bytes) -> bool:
    """Whether an error that looks like a refusal is about the plan."""
    return _LICENCE.search(words(content)[1]) is not None


def no_mailbox(status: int, content: bytes) -> bool:
    """Whether Exchange Online holds no mailbox for this account: on premises, inactive, or none at all."""
    return status == 404 and _NO_MAILBOX.search(words(content)[1]) is not None


def gone(status: int, content: bytes) -> bool:
    """Whether the object was deleted since it was listed."""
    return status in {400, 404, 500} and _GONE.search(words(content)[1]) is not None


def gap(source: Source, status: int, content: bytes) -> Gap:
    """The gap behind an error answer, with what to grant or buy."""
    code, text = words(content)
    shown = f"HTTP {status}{f' {code}' if code else ''}"
    exchange = source.lane in {"exchange", "compliance"}
    if _LICENCE.search(text):
        return licence_gap(source, f"Microsoft answers that the plan does not include it ({shown})")
    if exchange and status == 403 and source.name in _BEYOND_GLOBAL_READER:
        return Gap(
            source.name, Reason.PERMISSION, f"Microsoft refuses this ({shown})", _BEYOND_GLOBAL_READER[source.name]
        )
    if exchange and _ROLE.search(text):
        return Gap(
            source.name, Reason.PERMISSION, f"the application has no directory role that may read this ({shown})",
            "assign the role Global Reader to the application; a new assignment may take half an hour to work",
        )  # fmt: skip
    if exchange and (status == 404 or _NO_CMDLET.search(text)):
        return Gap(
            source.name, Reason.LICENCE if source.licence == "dlp" else Reason.PERMISSION,
            f"Exchange does not know this request for the application ({shown})",
            f"it needs the role Global Reader{' and ' + LICENCES[source.licence] if source.licence in LICENCES else ''}",
        )  # fmt: skip
    if status in {401, 403}:
        detail = f"Microsoft refuses this ({shown})"
        if exchange:
            return Gap(
                source.name,
                Reason.PERMISSION,
                detail,
                f"grant {source.permission} and assign the role Global Reader to the application",
            )
        if code == "Authentication_RequestFromUnsupportedUserRole":
            return Gap(
                source.name, Reason.PERMISSION, detail, "sign in with an account that holds the role Global Reader"
            )
        if code == "ErrorAccessDenied":
            return Gap(
                source.name,
                Reason.PERMISSION,
                detail,
                f"grant {source.permission}, or widen the application access policy that leaves this mailbox out",
            )
        return Gap(
            source.name,
            Reason.PERMISSION,
            detail,
            f"grant the application permission {source.permission} and consent to it",
        )
    return _not_answered(source.name, status, shown)


def _not_answered(name: str, status: int, shown: str) -> Gap:
    """Neither the plan nor a permission: throttled, or an error of Microsoft's own."""
    if status == 429:
        detail = f"Microsoft asked to wait longer than the run allows ({shown})"
        return Gap(name, Reason.THROTTLED, detail, "scan again later")
    detail = f"Microsoft answered with an error ({shown})"
    return Gap(name, Reason.PROVIDER_ERROR, detail, "scan again; if it stays, report it with the code")


def licence_gap(source: Source, detail: str) -> Gap:
    """The gap of a source that the tenant's plan does not include."""
    return Gap(source.name, Reason.LICENCE, detail, f"it needs {LICENCES.get(source.licence, 'another plan')}")


_REFUSED: dict[Service, str] = {
    "teams": "assign the role Global Reader to the application; a new assignment may take half an hour to work. If Microsoft "
    "still refuses, grant the permission application_access of Skype and Teams Tenant Admin API: the role still bounds it",
    "powerbi": "put the application into a security group that the Fabric setting for read-only admin APIs names, without any permission",
    "powerplatform": "a Power Platform administrator registers the application once as a management application",
}
"""What opens a service that has refused (microsoft365.md 1.4)."""


def service_gap(source: Source, service: Service, status: int, content: bytes) -> Gap:
    """The gap behind an error answer of an admin service that is neither Graph nor Exchange."""
    shown = f"HTTP {status}"
    if b"Unsupported app only token" in content:
        return certificate_gap(source)
    if b"Tnm.Common.Http.HttpResponseException" in content:
        return licence_gap(source, f"Microsoft answers that the tenant has no Teams plan ({shown})")
    if status in {401, 403} and service == "sharepoint":
        return full_control_gap(source.name)
    if status in {401, 403}:
        return Gap(source.name, Reason.PERMISSION, f"Microsoft refuses this ({shown})", _REFUSED[service])
    return _not_answered(source.name, status, shown)


def certificate_gap(source: Source) -> Gap:
    """SharePoint takes applications only that signed in with a certificate (microsoft365.md 1.3)."""
    return Gap(
        source.name,
        Reason.PERMISSION,
        "SharePoint takes no application that signs in with a client secret",
        "sign in with a certificate: SharePoint's settings open to nothing less",
    )


def full_control_gap(name: str) -> Gap:
    """SharePoint refuses; it offers no permission that only reads."""
    return Gap(
        name,
        Reason.PERMISSION,
        "SharePoint refuses this",
        "grant the application permission Sites.FullControl.All of SharePoint and consent to it; no lesser one opens these settings",
    )


_SIGN_IN = {
    "AADSTS65001": (
        "nobody has consented to the application in this tenant",
        "an administrator of the tenant opens the consent link once",
    ),
    "AADSTS700016": (
        "the application is not in this tenant",
        "check client_id, and consent to the application in this tenant",
    ),
    "AADSTS700027": (
        "Microsoft does not know the certificate",
        "upload the certificate to the app registration; a new one may take minutes",
    ),
    "AADSTS7000215": (
        "the client secret is wrong",
        "make a new one in the app registration and update the place the configuration names",
    ),
    "AADSTS7000222": (
        "the client secret has expired",
        "make a new one in the app registration, or better, use a certificate",
    ),
    "AADSTS90002": ("there is no such tenant", "check tenant_id"),
    "AADSTS900023": ("there is no such tenant", "check tenant_id"),
    "AADSTS5000224": ("the tenant is gone or not available", "check tenant_id with the customer"),
    "AADSTS53003": (
        "Conditional Access blocked the sign-in",
        "sign in with a certificate, or except the application in that policy",
    ),
    "AADSTS50020": (
        "the account is a guest in this tenant",
        "sign in with an account of the tenant, or one with partner access",
    ),
    "AADSTS50177": (
        "the account has no partner access to this tenant",
        "add it to the group that holds partner access",
    ),
    "AADSTS700082": ("the sign-in has expired", "sign in again"),
    "AADSTS650051": ("the application is still being set up in the tenant", "try again in a minute"),
}


def no_identity() -> SignInFailed:
    """The machine's own identity service gives no token, or there is none."""
    return SignInFailed(
        "this machine has no managed identity that Microsoft knows",
        "run the auditor on an Azure virtual machine that has one, or sign in with a certificate",
    )


def sign_in_failed(text: str) -> SignInFailed:
    """What a token error means for the person at the keyboard; the raw text is not shown, it may name accounts."""
    code = re.search(r"AADSTS\d+", text)
    if code is not None and code[0] in _SIGN_IN:
        what, advice = _SIGN_IN[code[0]]
        return SignInFailed(f"Microsoft 365 refuses the sign-in: {what} ({code[0]})", advice)
    if code is not None:
        return SignInFailed(
            f"Microsoft 365 refuses the sign-in ({code[0]})",
            "look the code up at https://login.microsoftonline.com/error",
        )
    if distrust := untrusted(text):
        return SignInFailed(f"Microsoft's login service: {distrust}", "nothing was read")
    if _NO_WAY.search(text):
        return SignInFailed("Microsoft's login service cannot be reached", "check the network path to it")
    return SignInFailed(
        "Microsoft 365 gives no token",
        "check tenant_id, client_id and the certificate or secret, and the network path to the login service",
    )
