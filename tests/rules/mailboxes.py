"""Hand-made records of mail: mailboxes, their rules and lists, and the mailbox settings of Google."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from connectors.snapshot import Snapshot
from tests.rules.identity import Row, domain, google, google_user, microsoft, of, setting, user

OWN = "brightwater.example"


def mailbox(id: str, kind: str = "UserMailbox", **fields: Any) -> Row:
    """A mailbox that forwards nothing and is audited as Microsoft sets it."""
    return {
        "ExternalDirectoryObjectId": id,
        "Guid": f"{id}-guid",
        "DisplayName": id.title(),
        "PrimarySmtpAddress": f"{id}@{OWN}",
        "EmailAddresses": [f"SMTP:{id}@{OWN}"],
        "LegacyExchangeDN": f"/o=ex/cn={id}",
        "DistinguishedName": f"CN={id}",
        "RecipientTypeDetails": kind,
        "ForwardingAddress": None,
        "ForwardingSmtpAddress": None,
        "DeliverToMailboxAndForward": False,
        "GrantSendOnBehalfTo": [],
        "AuditEnabled": True,
        "AuditLogAgeLimit": "90.00:00:00",
        "AuditOwner": ["MailItemsAccessed"],
        "AuditDelegate": ["MailItemsAccessed"],
        "AuditAdmin": ["MailItemsAccessed"],
        "DefaultAuditSet": ["Admin", "Delegate", "Owner"],
        "SharingPolicy": None,
        "HiddenFromAddressListsEnabled": False,
    } | fields


def recipient(name: str, kind: str = "UserMailbox", *, to: str | None = None) -> Row:
    """An entry of the address book; `to` is where a contact's mail really goes."""
    address = f"{name}@{OWN}"
    return {
        "Guid": f"{name}-recipient",
        "Name": name,
        "Alias": name,
        "DisplayName": name.title(),
        "DistinguishedName": f"CN={name}",
        "Identity": name,
        "ExternalDirectoryObjectId": None if to else name,
        "PrimarySmtpAddress": address,
        "ExternalEmailAddress": None if to is None else f"SMTP:{to}",
        "EmailAddresses": [f"SMTP:{address}"],
        "RecipientTypeDetails": "MailContact" if to else kind,
    }


def accepted(name: str = OWN) -> Row:
    return {
        "DomainName": name,
        "DomainType": "Authoritative",
        "Default": True,
        "InitialDomain": False,
        "MatchSubDomains": False,
    }


def outlook(sources: Mapping[str, Iterable[Any] | None] | None = None, *, gaps: Iterable[str] = ()) -> Snapshot:
    """A clinic with Ann and Bob on Exchange, a contact that leads outside, and everything else empty."""
    people = [user("ann"), user("bob"), user("gone", accountEnabled=False)]
    held: dict[str, Any] = {
        "graph.domains": [domain(OWN)],
        "exchange.accepted_domains": [accepted()],
        "exchange.mailboxes": [mailbox("ann"), mailbox("bob")],
        "exchange.recipients": [
            recipient("ann"),
            recipient("bob"),
            recipient("gone"),
            recipient("away", to="ann.field@gmail.com"),
        ],
        "exchange.mail_contacts": [],
        "exchange.mail_users": [],
        "exchange.distribution_groups": [],
        "exchange.distribution_group_members": [],
        "exchange.outbound_spam_policies": [{"Name": "Default", "IsDefault": True, "AutoForwardingMode": "On"}],
        "exchange.outbound_spam_rules": [],
        "exchange.remote_domains": [{"DomainName": "*", "AutoForwardEnabled": True}],
        "evidence.statements": [],
    }
    held |= sources or {}
    return microsoft(people, {name: rows for name, rows in held.items() if name not in gaps}, gaps=gaps)


GMAIL_ON = setting("gmail.service_status", {"serviceState": "ENABLED"})


def gmail(
    source: str = "", *rows: Row, sources: Mapping[str, Iterable[Any] | None] | None = None, gaps: Iterable[str] = ()
) -> Snapshot:
    """A Google clinic with Ann and Bob; `rows` are what one mailbox source holds for Ann, and Bob has none of it."""
    held: dict[str, Any] = {
        "directory.domains": [{"domainName": OWN, "isPrimary": True, "verified": True}],
        "directory.domain_aliases": [],
        "reports.activity.login_forwarding": [],
        "evidence.statements": [],
        "policy.policies": [GMAIL_ON],
    }
    if source:
        held[source] = [*of("ann", *rows), *of("bob")]
    return google([google_user("ann"), google_user("bob")], held | dict(sources or {}), gaps=gaps)


def without(row: Row, path: str) -> Row:
    """The record without one field ("actions.forwardTo")."""
    name, _, rest = (path, "", "") if path in row else path.partition(".")
    return {
        key: without(value, rest) if key == name and rest else value
        for key, value in row.items()
        if rest or key != name
    }
