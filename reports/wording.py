"""Plain names for what the program calls by short ones."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from functools import cache

from rules.result import Severity, Verdict
from rules.waiver import Waiver

PROVIDERS = {
    "microsoft365": "Microsoft 365",
    "google_workspace": "Google Workspace",
    "dns": "Public DNS",
    "evidence": "Evidence folder",
}
SEVERITIES = {
    Severity.CRITICAL: "Fix first",
    Severity.HIGH: "Fix soon",
    Severity.MEDIUM: "Fix when you can",
    Severity.LOW: "Minor",
}
VERDICTS = {
    Verdict.FAIL: "To fix",
    Verdict.REVIEW: "To look at",
    Verdict.NOT_ASSESSED: "Not assessed",
    Verdict.PASS: "Fine",
    Verdict.NOT_APPLICABLE: "Does not apply",
}
MARKS = {
    Verdict.FAIL: "✗",
    Verdict.REVIEW: "?",
    Verdict.NOT_ASSESSED: "–",
    Verdict.PASS: "✓",
    Verdict.NOT_APPLICABLE: "·",
}
REASONS = {
    "not-collected": "Not read in this run",
    "permission": "Permission missing",
    "licence": "Not in the clinic's plan",
    "partial": "Only partly read",
    "unreadable": "The provider's answer does not tell",
    "throttled": "The provider asked to wait",
    "provider-error": "The provider answered with an error",
    "interrupted": "The run was stopped",
    "needs-input": "Only the clinic can say",
    "rule-failed": "A check of ours broke",
}
EVENTS = {
    "new": "New",
    "came back": "Came back",
    "reopened": "No longer accepted",
    "came to light": "Seen again",
    "changed": "Changed",
    "went dark": "Can no longer be seen",
    "waived": "Accepted",
    "fixed": "Fixed",
    "verdict": "Answers that moved",
}
"""What can happen to a finding between two scans, as a heading."""
ORIGINS = {"scubagear": "an export of CISA's ScubaGear", "scubagoggles": "an export of CISA's ScubaGoggles"}
KINDS = {
    "person": "People", "mailbox": "Mailboxes", "unit": "Groups of people", "domain": "Mail domains", "tenant": "The whole clinic",
    "group": "Groups and lists", "policy": "Policies", "application": "Apps", "app": "Apps",
    "app access": "Apps", "device": "Devices", "role assignment": "Administrators",
    "mail flow rule": "Mail rules", "statement": "Paperwork", "remote domain": "Outside domains", "vendor": "Vendors", "site": "Sites",
}  # fmt: skip
FACTORS = {
    "microsoftAuthenticatorPush": "Authenticator app",
    "microsoftAuthenticatorPasswordless": "Authenticator app without password",
    "softwareOneTimePasscode": "code from an app",
    "hardwareOneTimePasscode": "code from a small device",
    "fido2": "security key",
    "fido2SecurityKey": "security key",
    "passKeyDeviceBound": "passkey",
    "passKeyDeviceBoundAuthenticator": "passkey in the Authenticator app",
    "passKeyDeviceBoundWindowsHello": "passkey in Windows",
    "windowsHelloForBusiness": "Windows Hello",
    "macOsSecureEnclaveKey": "Mac fingerprint key",
    "mobilePhone": "text message or call",
    "alternateMobilePhone": "text message or call to a second phone",
    "officePhone": "call to the office phone",
    "email": "e-mail (no second factor)",
    "securityQuestion": "security question (no second factor)",
    "temporaryAccessPass": "temporary pass (no second factor)",
}
"""Microsoft's names of factors in words for people."""
DISCLAIMER = "General information from what the providers' interfaces show; never legal advice."


def factor(name: str) -> str:
    """A factor in words; a name we do not know as the provider writes it."""
    return FACTORS.get(name, name)


def provider(name: str) -> str:
    """A provider's name."""
    return PROVIDERS.get(name, name)


def origin(name: str) -> str | None:
    """What an imported assessment is made from; None for a scan of our own."""
    return None if name == "scan" else ORIGINS.get(name, f"an export ({name})")


def day(when: datetime) -> str:
    """A day as people write it: November 24, 2026."""
    return f"{when:%B} {when.day}, {when.year}"


def waiver_end(waiver: Waiver, judged_for: datetime) -> str:
    """Until when a waiver was given, or what ended it before."""
    if waiver.verdict is Verdict.REVIEW and waiver.holds(judged_for.date()):
        return f"until {waiver.until.isoformat()}, and only while it was something to look at"
    return f"until {waiver.until.isoformat()}"


def count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: 1 thing, 2 things."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(names: Iterable[str], most: int = 4) -> str:
    """Some names in a sentence: a, b and 3 more."""
    found = list(names)
    if len(found) <= 1:
        return "".join(found)
    if len(found) <= most:
        return ", ".join(found[:-1]) + " and " + found[-1]
    return ", ".join(found[: most - 1]) + f" and {len(found) - most + 1} more"


@cache
def steps(text: str, provider_name: str) -> str:
    """The part of a control's "How to fix it" that speaks of one provider; all of it if no part does."""
    wanted = provider(provider_name)
    parts: dict[str, list[str]] = {}
    current = ""
    for line in text.splitlines():
        for name in PROVIDERS.values():
            if line.startswith(f"{name}:"):
                current, line = name, line[len(name) + 1 :].strip()  # noqa: PLW2901 - the rest of the line belongs to that provider
        parts.setdefault(current, []).append(line)
    chosen = parts.get(wanted) or parts.get("") or [text]
    said = " ".join(" ".join(chosen).split())
    return said[:1].upper() + said[1:] if re.match(r"[a-z]+\b(?![.:_/-])", said) else said


def cite(paragraph: str) -> str:
    """A paragraph of 45 CFR with its title."""
    from rules.citations import cite as known  # noqa: PLC0415 - read only when shown

    return f"45 CFR {paragraph} {known(paragraph).title}"
