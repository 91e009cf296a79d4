"""Scope groups: which scopes are asked for together, and which tier needs them.

A token is asked for a whole group, because Google refuses a token if a single scope in it was not delegated. A missing scope
then darkens its own group only; the client finds out which one it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from connectors.google_workspace.connection import TIERS, Tier

PREFIX = "https://www.googleapis.com/auth/"
CONSOLE = "https://admin.google.com/ac/owl/domainwidedelegation"
CONSOLE_PATH = "Admin console > Security > Access and data control > API controls > Manage domain-wide delegation"


@dataclass(frozen=True)
class ScopeGroup:
    """Scopes of one token. `beyond` says in plain words what they allow beyond what is read; empty if nothing."""

    name: str
    tier: Tier
    scopes: tuple[str, ...]
    role: str = "the privilege to read the users, units and groups of the customer"
    beyond: str = ""


_GROUPS = (
    ScopeGroup(
        "directory",
        "tenant",
        (
            "admin.directory.customer.readonly",
            "admin.directory.domain.readonly",
            "admin.directory.orgunit.readonly",
            "admin.directory.user.readonly",
            "admin.directory.group.readonly",
            "admin.directory.rolemanagement.readonly",
        ),
    ),
    ScopeGroup("policy", "tenant", ("cloud-identity.policies.readonly",), role="the role Super Admin"),
    ScopeGroup("sso", "tenant", ("cloud-identity.inboundsso.readonly",), role="the role Super Admin"),
    ScopeGroup("allowlist", "tenant", ("cloud-identity.allowlisteddomains.readonly",), role="the role Super Admin"),
    ScopeGroup(
        "reports",
        "tenant",
        ("admin.reports.audit.readonly", "admin.reports.usage.readonly"),
        role="the privilege Reports",
    ),
    ScopeGroup("devices", "tenant", ("admin.directory.device.mobile.readonly",), role="the privilege Mobile Devices"),
    ScopeGroup("endpoints", "tenant", ("cloud-identity.devices.readonly",), role="the privilege Mobile Devices"),
    ScopeGroup(
        "groups_settings",
        "standard",
        ("apps.groups.settings",),
        role="the privilege Groups, Read",
        beyond="the scope for group settings could also change them; Google has none that only reads",
    ),
    ScopeGroup(
        "licensing",
        "standard",
        ("apps.licensing",),
        role="the privilege License Management, License Read",
        beyond="the scope for licenses could also assign them; Google has none that only reads",
    ),
    ScopeGroup(
        "alerts",
        "standard",
        ("apps.alerts",),
        role="the privilege Alert Center, View",
        beyond="the scope for alerts could also close and delete them; Google has none that only reads",
    ),
    ScopeGroup("invitations", "standard", ("cloud-identity.userinvitations.readonly",)),
    ScopeGroup(
        "user_security",
        "standard",
        ("admin.directory.user.security",),
        role="the privilege User Security Management",
        beyond="the scope for people's app access could also remove it and read backup codes; Google has none that only reads",
    ),
    ScopeGroup(
        "gmail_settings",
        "mailbox",
        ("gmail.settings.basic",),
        beyond="for each mailbox a token that stands for its owner; the scope reaches settings, no messages, and could also "
        "change them",
    ),
    ScopeGroup(
        "drive_admin",
        "files",
        ("drive.readonly",),
        role="the privilege Drive and Docs, Settings",
        beyond="the scope for shared drives could also open files; Google has none that only lists drives",
    ),
    ScopeGroup(
        "drive_user",
        "files",
        ("drive.metadata.readonly",),
        beyond="for each person a token that stands for them; the scope reaches names and sharing of files, no content",
    ),
    ScopeGroup(
        "calendar_user",
        "files",
        ("calendar.calendarlist.readonly", "calendar.acls.readonly"),
        beyond="for each person a token that stands for them; the scope reaches names and sharing of calendars, no appointments",
    ),
)
GROUPS: Mapping[str, ScopeGroup] = {group.name: group for group in _GROUPS}
"""The scope groups by name. Source: the scopes of each method in Google's discovery documents."""


def url(scope: str) -> str:
    """The scope as Google spells it."""
    return PREFIX + scope


def reaches(tier: Tier, needed: str) -> bool:
    """Whether a tier includes what another one reads."""
    return TIERS.index(tier) >= [str(t) for t in TIERS].index(needed)


def delegation(client_id: str, tier: Tier) -> str:
    """What a super administrator pastes into the page for domain-wide delegation: the client's number and the scopes."""
    scopes = [url(scope) for group in _GROUPS if reaches(tier, group.tier) for scope in group.scopes]
    return f"{CONSOLE_PATH}\n{CONSOLE}\nClient ID: {client_id}\nOAuth scopes: {','.join(scopes)}"
