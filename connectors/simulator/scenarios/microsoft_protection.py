"""Exchange's and Defender's protection of mail: what a new tenant has, and what a careful administrator makes of it.

Field names and values follow Microsoft's documents and a published export of a real tenant; names and addresses are made up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from connectors.simulator.scenarios.microsoft_clinic import Clinic

Record = dict[str, Any]

STANDARD, STRICT = "Standard Preset Security Policy", "Strict Preset Security Policy"
BUILT_IN = "Built-In Protection Policy"
_SERIALS = {STANDARD: "1700000000001", STRICT: "1700000000002"}
_FILE_TYPES = ["ace", "ani", "apk", "app", "cmd", "com", "exe", "jar", "js", "reg", "scr", "vbe", "vbs"]
_NO_CONDITION = dict.fromkeys(
    [
        "SentTo",
        "SentToMemberOf",
        "RecipientDomainIs",
        "ExceptIfSentTo",
        "ExceptIfSentToMemberOf",
        "ExceptIfRecipientDomainIs",
    ]
)


def _content(name: str, **fields: Any) -> Record:
    return {
        "Name": name,
        "Identity": name,
        "IsDefault": False,
        "SpamAction": "MoveToJmf",
        "HighConfidenceSpamAction": "MoveToJmf",
        "PhishSpamAction": "MoveToJmf",
        "HighConfidencePhishAction": "Quarantine",
        "BulkSpamAction": "MoveToJmf",
        "BulkThreshold": 7,
        "AllowedSenders": [],
        "AllowedSenderDomains": [],
        "BlockedSenders": [],
        "BlockedSenderDomains": [],
        "SpamZapEnabled": True,
        "PhishZapEnabled": True,
        "InlineSafetyTipsEnabled": True,
        "QuarantineRetentionPeriod": 15,
        "SpamQuarantineTag": "DefaultFullAccessPolicy",
        "HighConfidenceSpamQuarantineTag": "DefaultFullAccessPolicy",
        "PhishQuarantineTag": "DefaultFullAccessPolicy",
        "HighConfidencePhishQuarantineTag": "AdminOnlyAccessPolicy",
        "EnableRegionBlockList": False,
        "EnableLanguageBlockList": False,
        "RecommendedPolicyType": "Custom",
    } | fields


def _malware(name: str, **fields: Any) -> Record:
    return {
        "Name": name,
        "Identity": name,
        "IsDefault": False,
        "EnableFileFilter": True,
        "FileTypes": list(_FILE_TYPES),
        "FileTypeAction": "Reject",
        "ZapEnabled": True,
        "EnableInternalSenderAdminNotifications": False,
        "InternalSenderAdminAddress": None,
        "EnableExternalSenderAdminNotifications": False,
        "QuarantineTag": "AdminOnlyAccessPolicy",
        "RecommendedPolicyType": "Custom",
    } | fields


def _phish(name: str, **fields: Any) -> Record:
    return {
        "Name": name,
        "Identity": name,
        "IsDefault": False,
        "Enabled": True,
        "EnableSpoofIntelligence": True,
        "AuthenticationFailAction": "MoveToJmf",
        "HonorDmarcPolicy": True,
        "DmarcRejectAction": "Reject",
        "DmarcQuarantineAction": "Quarantine",
        "EnableFirstContactSafetyTips": False,
        "EnableUnauthenticatedSender": True,
        "EnableViaTag": True,
        "EnableSimilarUsersSafetyTips": False,
        "EnableSimilarDomainsSafetyTips": False,
        "EnableUnusualCharactersSafetyTips": False,
        "ImpersonationProtectionState": "Automatic",
        "EnableTargetedUserProtection": False,
        "TargetedUsersToProtect": [],
        "TargetedUserProtectionAction": "NoAction",
        "EnableTargetedDomainsProtection": False,
        "TargetedDomainsToProtect": [],
        "TargetedDomainProtectionAction": "NoAction",
        "EnableOrganizationDomainsProtection": False,
        "EnableMailboxIntelligence": True,
        "EnableMailboxIntelligenceProtection": False,
        "MailboxIntelligenceProtectionAction": "NoAction",
        "PhishThresholdLevel": 1,
        "ExcludedSenders": [],
        "ExcludedDomains": [],
        "RecommendedPolicyType": "Custom",
    } | fields


def _links(name: str, **fields: Any) -> Record:
    return {
        "Name": name,
        "Identity": name,
        "IsBuiltInProtection": False,
        "EnableSafeLinksForEmail": True,
        "EnableSafeLinksForTeams": True,
        "EnableSafeLinksForOffice": True,
        "EnableForInternalSenders": True,
        "ScanUrls": True,
        "DeliverMessageAfterScan": True,
        "DisableUrlRewrite": False,
        "AllowClickThrough": False,
        "TrackClicks": True,
        "DoNotRewriteUrls": [],
        "RecommendedPolicyType": "Custom",
    } | fields


def _attachments(name: str, **fields: Any) -> Record:
    return {
        "Name": name,
        "Identity": name,
        "IsBuiltInProtection": False,
        "Enable": True,
        "Action": "Block",
        "Redirect": False,
        "RedirectAddress": "",
        "QuarantineTag": "AdminOnlyAccessPolicy",
        "RecommendedPolicyType": "Custom",
    } | fields


def _quarantine(name: str, permissions: int, *, notifies: bool) -> Record:
    return {
        "Name": name,
        "Identity": name,
        "EndUserQuarantinePermissionsValue": permissions,
        "ESNEnabled": notifies,
        "QuarantinePolicyType": "QuarantinePolicy",
    }


def protection_settings() -> Record:
    """The policies of a new tenant, by cmdlet. Those of Defender are answered only where a licence opens them."""
    return {
        "Get-HostedConnectionFilterPolicy": [
            {
                "Name": "Default",
                "Identity": "Default",
                "IsDefault": True,
                "IPAllowList": [],
                "IPBlockList": [],
                "EnableSafeList": False,
            }
        ],
        "Get-HostedContentFilterPolicy": [_content("Default", IsDefault=True)],
        "Get-HostedContentFilterRule": [],
        "Get-MalwareFilterPolicy": [_malware("Default", IsDefault=True)],
        "Get-MalwareFilterRule": [],
        "Get-AntiPhishPolicy": [_phish("Office365 AntiPhish Default", IsDefault=True)],
        "Get-AntiPhishRule": [],
        "Get-SafeLinksPolicy": [
            _links(BUILT_IN, IsBuiltInProtection=True, EnableForInternalSenders=False, AllowClickThrough=True)
        ],
        "Get-SafeLinksRule": [],
        "Get-SafeAttachmentPolicy": [_attachments(BUILT_IN, IsBuiltInProtection=True)],
        "Get-SafeAttachmentRule": [],
        "Get-ATPBuiltInProtectionRule": [
            {
                "Name": "ATP Built-In Protection Rule",
                "Identity": "ATP Built-In Protection Rule",
                "State": "Enabled",
                "SafeLinksPolicy": BUILT_IN,
                "SafeAttachmentPolicy": BUILT_IN,
                **{key: None for key in _NO_CONDITION if key.startswith("Except")},
            }
        ],
        "Get-AtpPolicyForO365": [
            {
                "Name": "Default",
                "Identity": "Default",
                "EnableATPForSPOTeamsODB": True,
                "EnableSafeDocs": False,
                "AllowSafeDocsOpen": False,
            }
        ],
        "Get-EOPProtectionPolicyRule": [],
        "Get-ATPProtectionPolicyRule": [],
        "Get-QuarantinePolicy": [
            _quarantine("AdminOnlyAccessPolicy", 0, notifies=False),
            _quarantine("DefaultFullAccessPolicy", 23, notifies=False),
            _quarantine("DefaultFullAccessWithNotificationPolicy", 23, notifies=True),
        ],
        "Get-TenantAllowBlockListItems": [],
        "Get-ReportSubmissionPolicy": [
            {
                "Identity": "DefaultReportSubmissionPolicy",
                "EnableReportToMicrosoft": True,
                "ReportJunkToCustomizedAddress": False,
                "ReportPhishToCustomizedAddress": False,
                "ReportPhishAddresses": [],
                "EnableThirdPartyAddress": False,
                "ThirdPartyReportAddresses": [],
                "ReportChatMessageEnabled": True,
                "ReportChatMessageToCustomizedAddressEnabled": False,
            }
        ],
        "Get-ExternalInOutlook": [{"Identity": "ExternalInOutlook", "Enabled": False, "AllowList": []}],
        "Get-InboundConnector": [],
        "Get-OutboundConnector": [],
    }


def preset(exchange: Record, name: str, *, watched: list[str], domains: list[str], **conditions: Any) -> None:
    """Turn one of Microsoft's preset policies on: its rules, and the policies that come with it."""
    serial = _SERIALS[name]
    kind = "Strict" if name == STRICT else "Standard"
    policy = f"{name}{serial}"
    held = "Quarantine" if kind == "Strict" else "MoveToJmf"
    exchange["Get-HostedContentFilterPolicy"].append(
        _content(
            policy,
            SpamAction=held,
            HighConfidenceSpamAction="Quarantine",
            PhishSpamAction="Quarantine",
            BulkThreshold=5 if kind == "Strict" else 6,
            QuarantineRetentionPeriod=30,
            PhishQuarantineTag="DefaultFullAccessWithNotificationPolicy",
            RecommendedPolicyType=kind,
        )
    )
    exchange["Get-MalwareFilterPolicy"].append(_malware(policy, RecommendedPolicyType=kind))
    exchange["Get-AntiPhishPolicy"].append(
        _phish(
            policy,
            AuthenticationFailAction=held,
            EnableFirstContactSafetyTips=True,
            EnableSimilarUsersSafetyTips=True,
            EnableSimilarDomainsSafetyTips=True,
            EnableUnusualCharactersSafetyTips=True,
            ImpersonationProtectionState="Manual",
            EnableTargetedUserProtection=True,
            TargetedUsersToProtect=watched,
            TargetedUserProtectionAction="Quarantine",
            EnableTargetedDomainsProtection=True,
            TargetedDomainsToProtect=domains,
            TargetedDomainProtectionAction="Quarantine",
            EnableOrganizationDomainsProtection=True,
            EnableMailboxIntelligenceProtection=True,
            MailboxIntelligenceProtectionAction="Quarantine",
            PhishThresholdLevel=4 if kind == "Strict" else 3,
            RecommendedPolicyType=kind,
        )
    )
    exchange["Get-SafeLinksPolicy"].append(_links(policy, RecommendedPolicyType=kind))
    exchange["Get-SafeAttachmentPolicy"].append(_attachments(policy, RecommendedPolicyType=kind))
    rule = {
        "Name": name,
        "Identity": name,
        "State": "Enabled",
        "Priority": 0 if kind == "Strict" else 1,
        **_NO_CONDITION,
        **conditions,
    }
    exchange["Get-EOPProtectionPolicyRule"].append(
        {**rule, "HostedContentFilterPolicy": policy, "AntiPhishPolicy": policy, "MalwareFilterPolicy": policy}
    )
    exchange["Get-ATPProtectionPolicyRule"].append({**rule, "SafeAttachmentPolicy": policy, "SafeLinksPolicy": policy})


def protect(clinic: Clinic) -> None:
    """The Strict preset for everybody, and every other door shut."""
    exchange = clinic.exchange
    owner = f"Nadia Halloran;nadia.halloran@{clinic.domain}"
    preset(exchange, STRICT, watched=[owner], domains=["countylab.example"])
    security = f"frontdesk@{clinic.domain}"
    exchange["Get-HostedOutboundSpamFilterPolicy"][0] |= {
        "NotifyOutboundSpam": True,
        "NotifyOutboundSpamRecipients": [security],
        "BccSuspiciousOutboundMail": True,
        "BccSuspiciousOutboundAdditionalRecipients": [security],
        "RecipientLimitExternalPerHour": 500,
        "RecipientLimitInternalPerHour": 1000,
        "RecipientLimitPerDay": 1000,
        "ActionWhenThresholdReached": "BlockUser",
    }
    exchange["Get-MalwareFilterPolicy"][0] |= {
        "EnableInternalSenderAdminNotifications": True,
        "InternalSenderAdminAddress": security,
    }
    exchange["Get-ReportSubmissionPolicy"][0] |= {
        "ReportJunkToCustomizedAddress": True,
        "ReportPhishToCustomizedAddress": True,
        "ReportPhishAddresses": [security],
    }
    exchange["Get-ExternalInOutlook"][0]["Enabled"] = True
