"""Hand-made records of Exchange's and Defender's policies, for the tests of mail protection."""

from __future__ import annotations

from typing import Any

from tests.rules.identity import Row, sku

DEFENDER_P1 = "f20fedf3-f3c3-43c3-8267-2bfdd51c0939"
DEFENDER_P2 = "8e0c0a52-6a6c-4d40-8370-dd62790dcd70"
_CONDITIONS = (
    "SentTo",
    "SentToMemberOf",
    "RecipientDomainIs",
    "ExceptIfSentTo",
    "ExceptIfSentToMemberOf",
    "ExceptIfRecipientDomainIs",
)


def licence(*plans: str) -> Row:
    """The clinic's licence with these service plans beside the usual ones."""
    held = sku()
    held["servicePlans"] += [
        {"servicePlanId": p, "servicePlanName": p, "provisioningStatus": "Success", "appliesTo": "User"} for p in plans
    ]
    return held


def mailbox(name: str, **fields: Any) -> Row:
    address = f"{name}@brightwater.example"
    return {
        "ExternalDirectoryObjectId": name,
        "Guid": f"guid-{name}",
        "DisplayName": name.title(),
        "PrimarySmtpAddress": address,
        "EmailAddresses": [f"SMTP:{address}"],
        "LegacyExchangeDN": f"/o=X/cn={name}",
        "DistinguishedName": f"CN={name}",
        "RecipientTypeDetails": "UserMailbox",
        "ForwardingAddress": None,
        "ForwardingSmtpAddress": None,
        "DeliverToMailboxAndForward": False,
        "GrantSendOnBehalfTo": [],
    } | fields


def rule(name: str, field: str, policy: str, **fields: Any) -> Row:
    """A rule that puts a policy to use; `field` names the kind of policy."""
    return dict.fromkeys(_CONDITIONS) | {"Name": name, "State": "Enabled", "Priority": 0, field: policy} | fields


def preset_rule(name: str, policy: str, **fields: Any) -> Row:
    """A rule of one of Microsoft's presets, for all kinds of policies."""
    kinds = (
        "HostedContentFilterPolicy", "MalwareFilterPolicy", "AntiPhishPolicy", "SafeLinksPolicy", "SafeAttachmentPolicy",
    )  # fmt: skip
    return rule(name, "HostedContentFilterPolicy", policy, **(dict.fromkeys(kinds, policy) | fields))


def content(name: str = "Default", **fields: Any) -> Row:
    """A spam policy in good order."""
    return {
        "Name": name,
        "IsDefault": name == "Default",
        "SpamAction": "MoveToJmf",
        "HighConfidenceSpamAction": "Quarantine",
        "PhishSpamAction": "Quarantine",
        "HighConfidencePhishAction": "Quarantine",
        "BulkThreshold": 6,
        "SpamZapEnabled": True,
        "PhishZapEnabled": True,
        "AllowedSenderDomains": [],
        "QuarantineRetentionPeriod": 30,
        "PhishQuarantineTag": "Notified",
        "HighConfidencePhishQuarantineTag": "AdminOnly",
    } | fields


def malware(name: str = "Default", **fields: Any) -> Row:
    """A malware policy in good order."""
    return {
        "Name": name,
        "IsDefault": name == "Default",
        "EnableFileFilter": True,
        "FileTypes": ["exe", "cmd", "vbe", "js"],
        "ZapEnabled": True,
        "EnableInternalSenderAdminNotifications": True,
        "InternalSenderAdminAddress": "ann@brightwater.example",
        "QuarantineTag": "AdminOnly",
    } | fields


def phish(name: str = "Default", **fields: Any) -> Row:
    """A policy against fakes in good order."""
    switches = (
        "Enabled", "EnableSpoofIntelligence", "HonorDmarcPolicy", "EnableFirstContactSafetyTips", "EnableUnauthenticatedSender",
        "EnableViaTag", "EnableSimilarUsersSafetyTips", "EnableSimilarDomainsSafetyTips", "EnableUnusualCharactersSafetyTips",
        "EnableTargetedUserProtection", "EnableTargetedDomainsProtection", "EnableOrganizationDomainsProtection",
        "EnableMailboxIntelligence", "EnableMailboxIntelligenceProtection",
    )  # fmt: skip
    return dict.fromkeys(switches, True) | {
        "Name": name,
        "IsDefault": name == "Default",
        "AuthenticationFailAction": "MoveToJmf",
        "DmarcRejectAction": "Reject",
        "DmarcQuarantineAction": "Quarantine",
        "ImpersonationProtectionState": "Manual",
        "TargetedUsersToProtect": ["Ann;ann@brightwater.example"],
        "TargetedUserProtectionAction": "Quarantine",
        "TargetedDomainsToProtect": ["lab.example"],
        "TargetedDomainProtectionAction": "Quarantine",
        "PhishThresholdLevel": 3,
        "ExcludedSenders": False,
        "ExcludedDomains": [],
    } | fields  # fmt: skip


def links(name: str = "Built-In", **fields: Any) -> Row:
    """A policy for links in good order."""
    switches = (
        "EnableSafeLinksForEmail", "EnableSafeLinksForTeams", "EnableSafeLinksForOffice", "EnableForInternalSenders", "ScanUrls",
        "DeliverMessageAfterScan", "TrackClicks",
    )  # fmt: skip
    return dict.fromkeys(switches, True) | {"Name": name, "AllowClickThrough": False} | fields


def attachments(name: str = "Built-In", **fields: Any) -> Row:
    """A policy for attachments in good order."""
    return {"Name": name, "Enable": True, "Action": "Block"} | fields


def builtin(**fields: Any) -> Row:
    """Built-in protection for everybody."""
    return {
        "SafeLinksPolicy": "Built-In",
        "SafeAttachmentPolicy": "Built-In",
        "ExceptIfSentTo": None,
        "ExceptIfSentToMemberOf": None,
        "ExceptIfRecipientDomainIs": None,
    } | fields


def protected(mailboxes: list[Row], *plans: str) -> dict[str, list[Row]]:
    """A clinic with default policies in good order, and these service plans."""
    return {
        "exchange.mailboxes": mailboxes,
        "exchange.recipients": [],
        "exchange.mail_contacts": [],
        "exchange.mail_users": [],
        "exchange.distribution_groups": [],
        "exchange.distribution_group_members": [],
        "exchange.accepted_domains": [
            {
                "DomainName": "brightwater.example",
                "DomainType": "Authoritative",
                "Default": True,
                "InitialDomain": False,
                "MatchSubDomains": False,
                "SmtpDaneStatus": "Disabled",
            }
        ],
        "exchange.content_filter_policies": [content()],
        "exchange.content_filter_rules": [],
        "exchange.malware_filter_policies": [malware()],
        "exchange.malware_filter_rules": [],
        "exchange.anti_phish_policies": [phish()],
        "exchange.anti_phish_rules": [],
        "exchange.safe_links_policies": [links()],
        "exchange.safe_links_rules": [],
        "exchange.safe_attachment_policies": [attachments()],
        "exchange.safe_attachment_rules": [],
        "exchange.eop_protection_rules": [],
        "exchange.atp_protection_rules": [],
        "exchange.atp_builtin_rule": [builtin()],
        "exchange.quarantine_policies": [
            {"Name": "AdminOnly", "EndUserQuarantinePermissionsValue": 0, "ESNEnabled": False},
            {"Name": "Notified", "EndUserQuarantinePermissionsValue": 23, "ESNEnabled": True},
        ],
        "graph.subscribed_skus": [licence(*plans)],
    }
