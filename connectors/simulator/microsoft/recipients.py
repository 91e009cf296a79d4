"""What Exchange adds to every recipient by itself: ids, names in the directory, and properties that are there though empty."""

from __future__ import annotations

import uuid
from typing import Any

_SPACE = uuid.UUID("6f1d0b0e-7c3b-5a8e-9d0a-3f2b6d1c4e55")
_RECIPIENTS = frozenset(
    {
        "Get-Mailbox",
        "Get-Recipient",
        "Get-MailContact",
        "Get-MailUser",
        "Get-DistributionGroup",
        "Get-DistributionGroupMember",
        "Get-CASMailbox",
    }
)
_IDENTIFIED = _RECIPIENTS | {
    "Get-CASMailboxPlan",
    "Get-MailboxAuditBypassAssociation",
    "Get-MobileDevice",
    "Get-TransportRule",
}


def complete(cmdlet: str, row: dict[str, Any], domain: str) -> dict[str, Any]:
    """The row with the properties that Exchange never leaves out; `domain` is the tenant's initial one."""
    if cmdlet not in _IDENTIFIED:
        return row
    name = str(row.get("Name") or row.get("Identity") or "")
    added: dict[str, Any] = {"Guid": str(uuid.uuid5(_SPACE, f"{domain}/{cmdlet}/{name}"))}
    if cmdlet == "Get-TransportRule":
        added |= dict.fromkeys(["ModerateMessageByUser", "HeaderContainsMessageHeader", "HeaderMatchesMessageHeader"])
    if cmdlet in _RECIPIENTS:
        place = f"OU={domain},OU=Microsoft Exchange Hosted Organizations,DC=example,DC=prod,DC=outlook,DC=com"
        address = row.get("PrimarySmtpAddress")
        outside = str(row.get("RecipientTypeDetails", "")) in {"MailContact", "MailUser", "GuestMailUser"}
        added |= {
            "Alias": name.partition("@")[0],
            "DisplayName": name,
            "DistinguishedName": f"CN={name},{place}",
            "EmailAddresses": [f"SMTP:{address}"] if address else [],
            "ExternalEmailAddress": f"SMTP:{address}" if outside and address else None,
            "ExternalDirectoryObjectId": None,
        }
        if cmdlet == "Get-Mailbox":
            folded = "/o=ExchangeLabs/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn="
            added["LegacyExchangeDN"] = folded + uuid.uuid5(_SPACE, f"{domain}/{name}").hex + "-" + name
    return {**added, **row}
