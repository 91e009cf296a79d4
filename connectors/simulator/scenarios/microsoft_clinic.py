"""A Microsoft 365 tenant under construction: people, mailboxes, rules, policies, apps.

`Clinic` starts as a new tenant (see ``microsoft_defaults``) and each method adds what an administrator, a member of
staff or an attacker would have added. Dates are counted back from today, so that "dormant for 120 days" stays true
whenever the simulator runs; ids depend only on the clinic's key.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

from connectors.simulator.dkim import public_key as dkim_key
from connectors.simulator.scenarios import microsoft_defaults as defaults
from connectors.simulator.tenant import SimulatedTenant

Record = dict[str, Any]

_METHOD_TYPES = {
    "microsoftAuthenticatorPush": "microsoftAuthenticatorAuthenticationMethod",
    "mobilePhone": "phoneAuthenticationMethod",
    "fido2": "fido2AuthenticationMethod",
    "passKeyDeviceBound": "fido2AuthenticationMethod",
    "windowsHelloForBusiness": "windowsHelloForBusinessAuthenticationMethod",
    "softwareOneTimePasscode": "softwareOathAuthenticationMethod",
    "email": "emailAuthenticationMethod",
}
_NOT_A_FACTOR = frozenset({"email"})
_PHONE_LIKE = "+1 2025550{:03d}"


def days_ago(days: float) -> str:
    """A Graph timestamp this many days before today."""
    today = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0)
    return (today - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def exchange_days_ago(days: float) -> str:
    """The same in the form Exchange uses, with seven fractional digits."""
    return days_ago(days).replace("Z", ".0000000+00:00")


class Clinic:
    """Builds one `SimulatedTenant`."""

    def __init__(self, key: str, name: str, label: str, *, custom_domain: bool = True) -> None:
        self.key = key
        self.name = name
        self.initial_domain = f"{label}-example.onmicrosoft.com"
        self.domain = f"{label}.example" if custom_domain else self.initial_domain
        self.canaries: list[str] = []
        self.dns: Record = {}
        self._sku_keys: list[str] = []
        self._users: dict[str, Record] = {}
        self._mailboxes: dict[str, Record] = {}
        self.synchronizes = False
        self.remote_shell: frozenset[str] | None = None
        self.priority: frozenset[str] = frozenset()  # priority accounts, which Defender watches more closely
        self.technical_contacts = [f"it@{self.domain}"]
        self.security_contacts: list[str] = []
        self.graph: Record = {
            **defaults.graph_settings(),
            "users": [],
            "groups": [],
            "members": {},
            "servicePrincipals": [],
            "applications": [],
            "devices": [],
            "managedDevices": [],
            "roleAssignments": [],
            "appRoleAssignments": [],
            "oauth2PermissionGrants": [],
            "conditionalAccessPolicies": [],
            "namedLocations": [],
            "userRegistrationDetails": [],
            "authenticationMethods": {},
            "authenticationRequirements": {},
            "messageRules": {},
            "mailboxSettings": {},
            "calendarPermissions": {},
        }
        self.exchange: Record = {
            **defaults.exchange_settings(self.initial_domain),
            "Get-Mailbox": [],
            "Get-CASMailbox": [],
            "Get-Recipient": [],
            "Get-MailContact": [],
            "Get-MailUser": [],
            "Get-RecipientPermission": [],
            "Get-MailboxAuditBypassAssociation": [],
            "Get-TransportRule": [],
            "Get-InboundConnector": [],
            "Get-OutboundConnector": [],
            "Get-JournalRule": [],
            "Get-MobileDevice": [],
            "Get-DistributionGroup": [],
            "Get-DistributionGroupMember": {},
            "Get-MailboxPermission": {},
            "Get-MailboxFolderPermission": {},
            "Get-MailboxFolderStatistics": {},
            "Get-MailboxStatistics": {},
            "Get-MailboxCalendarFolder": {},
            "Get-InboxRule": {},
        }
        self.compliance: Record = defaults.compliance_settings()
        self.sharepoint: Record = defaults.sharepoint_settings()
        self.sites: list[Record] = []
        self.site("", name, "SITEPAGEPUBLISHING#0", sharing=0)
        self.teams: Record = defaults.teams_settings()
        self.power: Record = {}  # powerplatform and powerbi, where the application was let in
        self.permissions = list(defaults.READ_PERMISSIONS)  # what the auditor's application is granted on Graph
        self.teams["TeamsMeetingPolicy"][0]["Description"] = f"Visits such as {self.canary('teams-description')}"
        domains = [self.initial_domain] if not custom_domain else [self.domain, self.initial_domain]
        self.graph["domains"] = [self._domain(name) for name in domains]
        self.exchange["Get-AcceptedDomain"] = [
            {
                "DomainName": name,
                "Name": name,
                "Identity": name,
                "DomainType": "Authoritative",
                "Default": name == self.domain,
                "InitialDomain": name == self.initial_domain,
                "AuthenticationType": "Managed",
                "OutboundOnly": False,
                "MatchSubDomains": False,
                "IsCoexistenceDomain": False,
            }
            for name in domains
        ]
        for app_id, app_name in (
            (defaults.GRAPH_APP, "Microsoft Graph"),
            (defaults.EXCHANGE_APP, "Office 365 Exchange Online"),
            (defaults.SHAREPOINT_APP, "Office 365 SharePoint Online"),
        ):
            self._service_principal(app_id, app_name, defaults.MICROSOFT_OWNER, id_=self.id("sp", app_id))

    # --- small helpers

    def id(self, kind: str, name: str) -> str:
        return str(uuid5(NAMESPACE_DNS, f"{self.key}/{kind}/{name}"))

    def canary(self, place: str) -> str:
        """A unique string, like a patient's name, to plant in a free text."""
        text = f"CANARY-{self.key}-{place}-{len(self.canaries) + 1:03d} Pat Imaginary"
        self.canaries.append(text)
        return text

    def _domain(self, name: str) -> Record:
        return {
            "id": name,
            "authenticationType": "Managed",
            "isVerified": True,
            "isDefault": name == self.domain,
            "isInitial": name == self.initial_domain,
            "isRoot": True,
            "isAdminManaged": True,
            "supportedServices": ["Email", "OfficeCommunicationsOnline"],
            "passwordValidityPeriodInDays": 2147483647,
            "passwordNotificationWindowInDays": 14,
            "availabilityStatus": None,
            "state": None,
        }

    # --- people

    def person(
        self,
        first: str,
        last: str,
        title: str,
        *,
        skus: Sequence[str] = ("standard",),
        methods: Sequence[str] = ("microsoftAuthenticatorPush",),
        enabled: bool = True,
        seen: float | None = 1,
        per_user_mfa: str = "disabled",
        mailbox: str | None = "UserMailbox",
        alias: str | None = None,
    ) -> str:
        """Add a member of staff (or an account) and return the object id. ``seen`` is days since the last sign-in."""
        alias = alias or f"{first}.{last}".lower().replace(" ", "").replace("'", "")
        address = f"{alias}@{self.domain}"
        user_id = self.id("user", alias)
        display = f"{first} {last}".strip()
        licensed = bool(skus)
        self._sku_keys += skus
        plans = [plan for sku in skus for plan in defaults.SKUS[sku][2]]
        user: Record = {
            "id": user_id,
            "userPrincipalName": address,
            "displayName": display,
            "givenName": first,
            "surname": last,
            "mail": address if mailbox else None,
            "otherMails": [],
            "proxyAddresses": [f"SMTP:{address}"] if mailbox else [],
            "accountEnabled": enabled,
            "userType": "Member",
            "externalUserState": None,
            "createdDateTime": days_ago(900),
            "onPremisesSyncEnabled": None,
            "onPremisesImmutableId": None,
            "passwordPolicies": None,
            "lastPasswordChangeDateTime": days_ago(200),
            "assignedLicenses": [{"skuId": defaults.SKUS[sku][0], "disabledPlans": []} for sku in skus],
            "licenseAssignmentStates": [
                {
                    "skuId": defaults.SKUS[sku][0],
                    "disabledPlans": [],
                    "assignedByGroup": None,
                    "state": "Active",
                    "error": "None",
                    "lastUpdatedDateTime": days_ago(300),
                }
                for sku in skus
            ],
            "assignedPlans": [
                {
                    "servicePlanId": plan_id,
                    "service": service,
                    "capabilityStatus": "Enabled",
                    "assignedDateTime": days_ago(300),
                }
                for plan_id, _, service in plans
            ],
            "usageLocation": "US" if licensed else None,
            "jobTitle": title,
            "department": "Clinic",
            "companyName": self.name,
            "creationType": None,
            "businessPhones": [],
            "mobilePhone": None,
            "officeLocation": None,
            "preferredLanguage": "en-US",
        }
        if seen is not None:
            moment = days_ago(seen)
            user["signInActivity"] = {
                "lastSignInDateTime": moment,
                "lastSignInRequestId": self.id("request", alias),
                "lastNonInteractiveSignInDateTime": moment,
                "lastNonInteractiveSignInRequestId": self.id("request2", alias),
                "lastSuccessfulSignInDateTime": moment,
                "lastSuccessfulSignInRequestId": self.id("request", alias),
            }
        self.graph["users"].append(user)
        self._users[user_id] = user
        self._factors(user, methods)
        self.graph["authenticationRequirements"][user_id] = {"perUserMfaState": per_user_mfa}
        if mailbox:
            self._mailbox(user, mailbox)
        return user_id

    def _factors(self, user: Record, methods: Sequence[str]) -> None:
        rows: list[Record] = [
            {
                "@odata.type": "#microsoft.graph.passwordAuthenticationMethod",
                "id": "28c10230-6103-485e-b985-444c60001490",
                "password": None,
                "createdDateTime": user["lastPasswordChangeDateTime"],
            }
        ]
        for number, method in enumerate(methods):
            row: Record = {
                "@odata.type": f"#microsoft.graph.{_METHOD_TYPES[method]}",
                "id": self.id("method", f"{user['id']}{method}"),
            }
            if method == "mobilePhone":
                phone = _PHONE_LIKE.format(len(self.graph["users"]) * 3 % 1000 + number)
                row |= {"phoneNumber": phone, "phoneType": "mobile", "smsSignInState": "notAllowedByPolicy"}
            elif method == "email":
                row["emailAddress"] = f"{user['givenName'].lower()}.home@gmail.com"
            elif method == "microsoftAuthenticatorPush":
                row |= {"displayName": "Phone", "deviceTag": "SoftwareTokenActivated", "phoneAppVersion": "6.2401.1"}
            rows.append(row)
        self.graph["authenticationMethods"][user["id"]] = rows
        if not user["accountEnabled"]:
            return  # the report omits disabled accounts
        factors = [method for method in methods if method not in _NOT_A_FACTOR]
        strongest = {"microsoftAuthenticatorPush": "push", "mobilePhone": "sms", "softwareOneTimePasscode": "oath"}
        self.graph["userRegistrationDetails"].append(
            {
                "id": user["id"],
                "userPrincipalName": user["userPrincipalName"],
                "userDisplayName": user["displayName"],
                "userType": "guest" if user["userType"] == "Guest" else "member",
                "isAdmin": False,
                "isMfaCapable": bool(factors),
                "isMfaRegistered": bool(factors),
                "isPasswordlessCapable": any(m in {"fido2", "passKeyDeviceBound"} for m in factors),
                "isSsprCapable": bool(methods),
                "isSsprEnabled": False,
                "isSsprRegistered": bool(methods),
                "isSystemPreferredAuthenticationMethodEnabled": True,
                "systemPreferredAuthenticationMethods": [strongest.get(factors[0], "none")] if factors else [],
                "userPreferredMethodForSecondaryAuthentication": strongest.get(factors[0], "none")
                if factors
                else "none",
                "methodsRegistered": list(methods),
                "lastUpdatedDateTime": days_ago(0.5),
            }
        )

    def guest(self, display: str, mail: str, *, seen: float | None = 20, accepted: bool = True) -> str:
        """Invite somebody from outside."""
        alias = mail.replace("@", "_")
        user_id = self.id("guest", mail)
        user: Record = {
            "id": user_id,
            "userPrincipalName": f"{alias}#EXT#@{self.initial_domain}",
            "displayName": display,
            "givenName": display.split(maxsplit=1)[0],
            "surname": None,
            "mail": mail,
            "otherMails": [mail],
            "proxyAddresses": [f"SMTP:{mail}"],
            "accountEnabled": True,
            "userType": "Guest",
            "externalUserState": "Accepted" if accepted else "PendingAcceptance",
            "createdDateTime": days_ago(400),
            "creationType": "Invitation",
            "onPremisesSyncEnabled": None,
            "passwordPolicies": None,
            "lastPasswordChangeDateTime": days_ago(400),
            "assignedLicenses": [],
            "licenseAssignmentStates": [],
            "assignedPlans": [],
        }
        if seen is not None:
            user["signInActivity"] = {
                "lastSignInDateTime": days_ago(seen),
                "lastSuccessfulSignInDateTime": days_ago(seen),
            }
        self.graph["users"].append(user)
        self._users[user_id] = user
        self._factors(user, ())
        self.graph["authenticationRequirements"][user_id] = {"perUserMfaState": "disabled"}
        row = {
            "Identity": alias,
            "Name": alias,
            "DisplayName": display,
            "Guid": self.id("recipient", mail),
            "ExternalDirectoryObjectId": user_id,
            "PrimarySmtpAddress": mail,
            "ExternalEmailAddress": f"SMTP:{mail}",
            "RecipientType": "MailUser",
            "RecipientTypeDetails": "GuestMailUser",
        }
        self.exchange["Get-MailUser"].append(row)
        self.exchange["Get-Recipient"].append(row)
        return user_id

    def shared(self, alias: str, display: str, *, sign_in: bool = False, methods: Sequence[str] = ()) -> str:
        """Add a shared mailbox. With ``sign_in`` its account is not blocked, as good practice would have it."""
        return self.person(
            display,
            "",
            "",
            skus=(),
            methods=methods,
            enabled=sign_in,
            seen=2 if sign_in else None,
            mailbox="SharedMailbox",
            alias=alias,
        )

    # --- mailboxes

    def _mailbox(self, user: Record, kind: str) -> None:
        address, user_id = user["mail"], user["id"]
        alias = address.split("@")[0]
        guid = self.id("mailbox", alias)
        common = {
            "ExternalDirectoryObjectId": user_id,
            "Identity": alias,
            "Name": alias,
            "DisplayName": user["displayName"],
            "PrimarySmtpAddress": address,
            "Guid": self.id("recipient", alias),
        }
        mailbox = self._mailboxes[user_id] = {
            **common,
            "ExchangeGuid": guid,
            "UserPrincipalName": user["userPrincipalName"],
            "EmailAddresses": [f"SMTP:{address}", f"smtp:{alias}@{self.initial_domain}"],
            "RecipientType": "UserMailbox",
            "RecipientTypeDetails": kind,
            "IsShared": kind == "SharedMailbox",
            "ForwardingSmtpAddress": None,
            "ForwardingAddress": None,
            "DeliverToMailboxAndForward": False,
            "AuditEnabled": True,
            "AuditLogAgeLimit": "90.00:00:00",
            "AuditAdmin": [
                "Update",
                "MoveToDeletedItems",
                "SoftDelete",
                "HardDelete",
                "SendAs",
                "UpdateInboxRules",
            ],
            "AuditDelegate": ["Update", "SoftDelete", "HardDelete", "SendAs", "UpdateInboxRules"],
            "AuditOwner": ["Update", "SoftDelete", "HardDelete", "UpdateInboxRules", "MailItemsAccessed"],
            "DefaultAuditSet": ["Admin", "Delegate", "Owner"],
            "LitigationHoldEnabled": False,
            "LitigationHoldDuration": "Unlimited",
            "InPlaceHolds": [],
            "ComplianceTagHoldApplied": False,
            "RetentionHoldEnabled": False,
            "RetentionPolicy": "Default MRM Policy",
            "SingleItemRecoveryEnabled": True,
            "RetainDeletedItemsFor": "14.00:00:00",
            "GrantSendOnBehalfTo": [],
            "RoleAssignmentPolicy": "Default Role Assignment Policy",
            "SharingPolicy": "Default Sharing Policy",
            "HiddenFromAddressListsEnabled": False,
            "AccountDisabled": not user["accountEnabled"],
            "IsInactiveMailbox": False,
            "IsDirSynced": False,
            "ArchiveStatus": "None",
            "ArchiveGuid": "00000000-0000-0000-0000-000000000000",
            "WhenMailboxCreated": exchange_days_ago(900),
            "WhenChanged": exchange_days_ago(10),
            "MessageCopyForSentAsEnabled": kind == "SharedMailbox",
            "MessageCopyForSendOnBehalfEnabled": kind == "SharedMailbox",
        }
        self.exchange["Get-Mailbox"].append(mailbox)
        self.exchange["Get-CASMailbox"].append(
            {
                **common,
                "ImapEnabled": True,
                "PopEnabled": True,
                "ActiveSyncEnabled": True,
                "OWAEnabled": True,
                "MAPIEnabled": True,
                "EwsEnabled": None,
                "SmtpClientAuthenticationDisabled": None,
                "OwaMailboxPolicy": "OwaMailboxPolicy-Default",
                "ActiveSyncMailboxPolicy": "Default",
                "OutlookMobileEnabled": True,
                "MacOutlookEnabled": True,
            }
        )
        self.exchange["Get-Recipient"].append({**common, "RecipientType": "UserMailbox", "RecipientTypeDetails": kind})
        self.exchange["Get-RecipientPermission"].append(
            {
                "Identity": alias,
                "Trustee": r"NT AUTHORITY\SELF",
                "AccessControlType": "Allow",
                "AccessRights": ["SendAs"],
                "IsInherited": False,
            }
        )
        self.exchange["Get-MailboxAuditBypassAssociation"].append(
            {"Identity": alias, "Name": alias, "ObjectId": user_id, "AuditBypassEnabled": False}
        )
        self.exchange["Get-MailboxPermission"][user_id] = [
            self._permission(alias, r"NT AUTHORITY\SELF", ["FullAccess", "ReadPermission"])
        ]
        self.exchange["Get-MailboxFolderPermission"][user_id] = [
            self.folder_right("Default", ["AvailabilityOnly"]),
            self.folder_right("Anonymous", ["None"]),
        ]
        self.exchange["Get-MailboxFolderStatistics"][user_id] = [
            {
                "Name": "Calendar",
                "Identity": f"{address}\\Calendar",
                "FolderPath": "/Calendar",
                "FolderType": "Calendar",
                "ItemsInFolder": 12,
                "OldestItemReceivedDate": exchange_days_ago(500),
            },
            {
                "Name": "Inbox",
                "Identity": f"{address}\\Inbox",
                "FolderPath": "/Inbox",
                "FolderType": "Inbox",
                "ItemsInFolder": 2100,
                "OldestItemReceivedDate": exchange_days_ago(700),
            },
        ]
        self.fill(user_id, gigabytes=1.5)
        self.exchange["Get-MailboxCalendarFolder"][user_id] = [
            {
                "Identity": f"{address}:\\Calendar",
                "PublishEnabled": False,
                "DetailLevel": "AvailabilityOnly",
                "PublishedCalendarUrl": None,
                "SearchableUrlEnabled": False,
            }
        ]
        self.graph["mailboxSettings"][user_id] = {
            "userPurpose": "shared" if kind == "SharedMailbox" else "user",
            "timeZone": "Eastern Standard Time",
            "automaticRepliesSetting": {
                "status": "disabled",
                "externalAudience": "none",
                "internalReplyMessage": "",
                "externalReplyMessage": "",
            },
            "delegateMeetingMessageDeliveryOptions": "sendToDelegateOnly",
        }

    @staticmethod
    def _permission(owner: str, user: str, rights: list[str]) -> Record:
        return {
            "Identity": owner,
            "User": user,
            "AccessRights": rights,
            "IsInherited": False,
            "Deny": False,
            "InheritanceType": "All",
        }

    @staticmethod
    def folder_right(user: str, rights: list[str]) -> Record:
        return {"FolderName": "Calendar", "User": user, "AccessRights": rights, "SharingPermissionFlags": None}

    def user(self, user_id: str) -> Record:
        return self._users[user_id]

    def mailbox(self, user_id: str, **changes: Any) -> Record:
        """Somebody's mailbox as ``Get-Mailbox`` shows it, after these changes."""
        self._mailboxes[user_id].update(changes)
        return self._mailboxes[user_id]

    def access(self, user_id: str, **changes: Any) -> None:
        """Change a mailbox's client access settings (POP, IMAP, SMTP)."""
        rows = self.exchange["Get-CASMailbox"]
        next(row for row in rows if row["ExternalDirectoryObjectId"] == user_id).update(changes)

    def full_access(self, owner: str, user: str) -> None:
        """Let ``user`` open ``owner``'s mailbox."""
        row = self._permission(self.mailbox(owner)["Identity"], self.user(user)["userPrincipalName"], ["FullAccess"])
        self.exchange["Get-MailboxPermission"][owner].append(row)

    def send_as(self, owner: str, user: str) -> None:
        self.exchange["Get-RecipientPermission"].append(
            {
                "Identity": self.mailbox(owner)["Identity"],
                "Trustee": self.user(user)["userPrincipalName"],
                "AccessControlType": "Allow",
                "AccessRights": ["SendAs"],
                "IsInherited": False,
            }
        )

    def away(self, user_id: str) -> None:
        """Switch on an automatic reply; its text names a patient."""
        reply = self.graph["mailboxSettings"][user_id]["automaticRepliesSetting"]
        reply |= {
            "status": "alwaysEnabled",
            "externalAudience": "all",
            "internalReplyMessage": f"Away. {self.canary('away-inside')} is seen by Dr. Okafor.",
            "externalReplyMessage": f"Away. Records of {self.canary('away-outside')} are at the desk.",
        }

    def fill(self, user_id: str, *, gigabytes: float, days: float | None = None) -> None:
        """Say how much lies in a mailbox, and with ``days`` how old the oldest message in its inbox is."""
        size = int(gigabytes * 1024**3)
        self.exchange["Get-MailboxStatistics"][user_id] = [
            {
                "DisplayName": self.user(user_id)["displayName"],
                "MailboxGuid": self.mailbox(user_id)["ExchangeGuid"],
                "ItemCount": int(gigabytes * 9000),
                "TotalItemSize": f"{gigabytes:.4g} GB ({size:,} bytes)",
                "TotalDeletedItemSize": "12 MB (12,582,912 bytes)",
                "LastLogonTime": exchange_days_ago(1),
            }
        ]
        if days is not None:
            for row in self.exchange["Get-MailboxFolderStatistics"][user_id]:
                if row["FolderType"] == "Inbox":
                    row["OldestItemReceivedDate"] = exchange_days_ago(days)

    def folder(self, user_id: str, place: str) -> None:
        """Add a mail folder named after a patient."""
        name = self.canary(place)
        address = self.mailbox(user_id)["PrimarySmtpAddress"]
        self.exchange["Get-MailboxFolderStatistics"][user_id].append(
            {
                "Name": name,
                "Identity": f"{address}\\Inbox\\{name}",
                "FolderPath": f"/Inbox/{name}",
                "FolderType": "User Created",
                "ItemsInFolder": 44,
            }
        )

    def rule(
        self,
        user_id: str,
        *,
        forward: Iterable[str] = (),
        redirect: Iterable[str] = (),
        attach: Iterable[str] = (),
        enabled: bool = True,
        delete: bool = False,
        read_only: bool = False,
        hidden: bool = False,
    ) -> None:
        """Add an inbox rule; its name and conditions carry canaries, as real ones carry patients' names.

        A ``hidden`` rule is left out of Graph and shows only in ``Get-InboxRule`` with ``IncludeHidden``.
        """
        rules = self.graph["messageRules"].setdefault(user_id, [])
        name = self.canary("rule-name")
        actions: Record = {"stopProcessingRules": True}
        for field, addresses in (("forwardTo", forward), ("redirectTo", redirect), ("forwardAsAttachmentTo", attach)):
            listed = [{"emailAddress": {"name": address.split("@")[0], "address": address}} for address in addresses]
            if listed:
                actions[field] = listed
        if delete:
            actions["delete"] = True
        if len(actions) == 1:
            actions["moveToFolder"] = self.id("folder", f"{user_id}{len(rules)}")
        row: Record = {
            "id": f"AQAAA{len(rules) + 1:03d}{user_id[:8]}",
            "displayName": name,
            "sequence": len(rules) + 1,
            "isEnabled": enabled,
            "hasError": False,
            "isReadOnly": read_only,
            "conditions": {
                "subjectContains": [self.canary("rule-subject")],
                "bodyContains": [self.canary("rule-body")],
                "senderContains": [self.canary("rule-sender")],
            },
            "exceptions": {"subjectContains": [self.canary("rule-exception")]},
            "actions": actions,
        }
        if read_only:
            row |= {"conditions": {}, "exceptions": {}, "actions": {}}
        if not hidden:
            rules.append(row)
        self.exchange["Get-InboxRule"].setdefault(user_id, []).append(
            {
                "_hidden": hidden,
                "Name": name,
                "Identity": f"{self.mailbox(user_id)['Identity']}\\{row['id']}",
                "Enabled": enabled,
                "ForwardTo": list(forward) or None,
                "RedirectTo": list(redirect) or None,
                "ForwardAsAttachmentTo": list(attach) or None,
                "DeleteMessage": delete,
                "MoveToFolder": None,
                "Description": f"If the message includes {row['conditions'].get('subjectContains')}",
            }
        )

    def contact(self, name: str, address: str) -> str:
        """Add a mail contact; returns its identity, as ``ForwardingAddress`` names it."""
        row = {
            "Identity": name,
            "Name": name,
            "DisplayName": name,
            "Guid": self.id("contact", address),
            "ExternalDirectoryObjectId": self.id("contact-object", address),
            "PrimarySmtpAddress": address,
            "ExternalEmailAddress": f"SMTP:{address}",
            "RecipientType": "MailContact",
            "RecipientTypeDetails": "MailContact",
            "Notes": f"Relative of {self.canary('contact-notes')}",
        }
        self.exchange["Get-MailContact"].append(row)
        self.exchange["Get-Recipient"].append(row)
        return name

    def distribution_group(self, alias: str, members: Sequence[str], outside: Sequence[str] = ()) -> None:
        """Add a mailing list; ``outside`` are addresses of mail contacts on it."""
        guid = self.id("dl", alias)
        listed = {
            "Identity": alias,
            "Name": alias,
            "DisplayName": alias.title(),
            "Guid": guid,
            "ExternalDirectoryObjectId": guid,
            "PrimarySmtpAddress": f"{alias}@{self.domain}",
            "RecipientTypeDetails": "MailUniversalDistributionGroup",
        }
        self.exchange["Get-Recipient"].append({**listed, "RecipientType": "MailUniversalDistributionGroup"})
        self.exchange["Get-DistributionGroup"].append(
            {
                **listed,
                "RequireSenderAuthenticationEnabled": True,
                "HiddenFromAddressListsEnabled": False,
                "ManagedBy": [],
                "MemberJoinRestriction": "Closed",
                "Description": [self.canary("list-description")],
            }
        )
        rows = [
            {
                "Identity": self.mailbox(member)["Identity"],
                "Name": self.mailbox(member)["Name"],
                "DisplayName": self.user(member)["displayName"],
                "PrimarySmtpAddress": self.user(member)["mail"],
                "ExternalDirectoryObjectId": member,
                "RecipientTypeDetails": "UserMailbox",
            }
            for member in members
        ]
        rows += [
            {
                "Identity": address,
                "Name": address,
                "PrimarySmtpAddress": address,
                "ExternalDirectoryObjectId": None,
                "RecipientTypeDetails": "MailContact",
            }
            for address in outside
        ]
        self.exchange["Get-DistributionGroupMember"][guid] = rows

    def transport_rule(self, name: str, **fields: Any) -> None:
        """Add a mail flow rule; words and disclaimers in it carry canaries."""
        row: Record = dict.fromkeys(
            [
                "SenderDomainIs",
                "RecipientDomainIs",
                "FromAddressContainsWords",
                "SenderIpRanges",
                "SetSCL",
                "SetHeaderName",
                "SetHeaderValue",
                "RedirectMessageTo",
                "BlindCopyTo",
                "CopyTo",
                "AddToRecipients",
                "RouteMessageOutboundConnector",
                "ApplyRightsProtectionTemplate",
                "ApplyRightsProtectionCustomizationTemplate",
                "PrependSubject",
                "MessageContainsDataClassifications",
                "FromScope",
                "SentToScope",
                "ActivationDate",
                "ExpiryDate",
                "Exceptions",
                "SentTo",
                "From",
                "FromMemberOf",
                "SentToMemberOf",
            ]
        )
        row |= {
            "Name": name,
            "Identity": name,
            "Guid": self.id("transport-rule", name),
            "Priority": len(self.exchange["Get-TransportRule"]),
            "State": "Enabled",
            "Mode": "Enforce",
            "ApplyOME": False,
            "RemoveOME": False,
            "RemoveOMEv2": False,
            "RouteMessageOutboundRequireTls": False,
            "DeleteMessage": False,
            "Quarantine": False,
            "StopRuleProcessing": False,
            "SubjectOrBodyContainsWords": [self.canary("transport-words")],
            "ApplyHtmlDisclaimerText": f"<p>About {self.canary('disclaimer')}</p>",
            "Comments": f"Asked for by {self.canary('transport-comment')}",
            "Description": f"If the message includes {self.canary('transport-description')}",
            "Conditions": ["Microsoft.Exchange.MessagingPolicies.Rules.Tasks.SubjectOrBodyContainsPredicate"],
            "Actions": [],
            **fields,
        }
        self.exchange["Get-TransportRule"].append(row)

    def mobile_device(self, user_id: str, model: str, system: str, state: str = "Allowed") -> None:
        address = self.user(user_id)["mail"]
        self.exchange["Get-MobileDevice"].append(
            {
                "Identity": f"{address}\\ExchangeActiveSyncDevices\\{model}",
                "Guid": self.id("phone", f"{address}{model}"),
                "DeviceId": self.id("phone-id", f"{address}{model}"),
                "FriendlyName": self.canary("phone-name"),
                "UserDisplayName": self.user(user_id)["displayName"],
                "DeviceModel": model,
                "DeviceType": "Outlook",
                "DeviceOS": system,
                "DeviceAccessState": state,
                "DeviceAccessStateReason": "Global",
                "ClientType": "Outlook",
                "IsManaged": False,
                "IsCompliant": False,
                "FirstSyncTime": exchange_days_ago(300),
            }
        )

    # --- directory

    def role(self, principal: str, role: str) -> None:
        """Give a directory role, tenant-wide and permanently."""
        self.graph["roleAssignments"].append(
            {
                "id": self.id("assignment", f"{principal}{role}"),
                "principalId": principal,
                "roleDefinitionId": defaults.ROLES[role],
                "directoryScopeId": "/",
                "appScopeId": None,
            }
        )
        for row in self.graph["userRegistrationDetails"]:
            if row["id"] == principal:
                row["isAdmin"] = True

    def group(
        self,
        name: str,
        members: Sequence[str],
        *,
        kind: str = "security",
        visibility: str | None = None,
        owners: Sequence[str] = (),
        role_assignable: bool | None = None,
    ) -> str:
        """Add a group; ``kind`` is ``security``, ``microsoft365`` or ``team``."""
        group_id = self.id("group", name)
        unified = kind in {"microsoft365", "team"}
        alias = name.lower().replace(" ", "")
        self.graph["groups"].append(
            {
                "id": group_id,
                "displayName": name,
                "description": f"For the family of {self.canary('group-description')}",
                "mail": f"{alias}@{self.domain}" if unified else None,
                "mailEnabled": unified,
                "mailNickname": alias,
                "securityEnabled": not unified,
                "groupTypes": ["Unified"] if unified else [],
                "visibility": visibility or ("Private" if unified else None),
                "resourceProvisioningOptions": ["Team"] if kind == "team" else [],
                "isAssignableToRole": role_assignable,
                "membershipRule": None,
                "onPremisesSyncEnabled": None,
                "createdDateTime": days_ago(500),
                "expirationDateTime": None,
                "classification": None,
                "assignedLabels": [],
                "owners": [{"@odata.type": "#microsoft.graph.user", "id": owner} for owner in owners],
            }
        )
        self.graph["members"][group_id] = list(members)
        if unified:
            self.site(f"/sites/{alias}", name, "GROUP#0")
        return group_id

    def site(self, path: str, title: str, template: str, *, sharing: int = 1, scripts: bool = False) -> None:
        """Add a site; `sharing` is SharePoint's number, which the tenant's own caps. New group sites allow new guests."""
        host = self.initial_domain.partition(".")[0]
        self.sites.append(
            {
                "SiteId": self.id("site", path or "root"),
                "Url": f"https://{host}.sharepoint.com{path}",
                "Title": title,
                "Template": template,
                "Status": "Active",
                "LockState": "Unlock",
                "SharingCapability": sharing,
                "DenyAddAndCustomizePages": 1 if scripts else 2,
                "ConditionalAccessPolicy": 0,
            }
        )

    def _capped(self) -> list[Record]:
        """The sites, none of them wider than the tenant: off, existing guests, new guests, anyone."""
        order = [0, 3, 1, 2]
        tenant = self.sharepoint["SharingCapability"]
        return [
            site | {"SharingCapability": min(site["SharingCapability"], tenant, key=order.index)} for site in self.sites
        ]

    def access_policy(
        self,
        name: str,
        *,
        state: str = "enabled",
        users: Record | None = None,
        applications: Sequence[str] = ("All",),
        client_apps: Sequence[str] = ("all",),
        grant: Sequence[str] | None = ("mfa",),
        strength: str | None = None,
        session: Record | None = None,
        conditions: Record | None = None,
    ) -> str:
        """Add a Conditional Access policy. ``users`` overrides the default of everybody."""
        policy_id = self.id("ca", name)
        who: Record = {
            "includeUsers": ["All"],
            "excludeUsers": [],
            "includeGroups": [],
            "excludeGroups": [],
            "includeRoles": [],
            "excludeRoles": [],
            "includeGuestsOrExternalUsers": None,
            "excludeGuestsOrExternalUsers": None,
        }
        found = next((s for s in self.graph["authenticationStrengths"] if s["displayName"] == strength), None)
        controls: Record | None = None
        if grant is not None or found is not None:
            controls = {
                "operator": "OR",
                "builtInControls": list(grant or ()),
                "customAuthenticationFactors": [],
                "termsOfUse": [],
                "authenticationStrength": found,
            }
        self.graph["conditionalAccessPolicies"].append(
            {
                "id": policy_id,
                "templateId": None,
                "displayName": name,
                "createdDateTime": days_ago(300),
                "modifiedDateTime": days_ago(100),
                "state": state,
                "conditions": {
                    "userRiskLevels": [],
                    "signInRiskLevels": [],
                    "insiderRiskLevels": None,
                    "servicePrincipalRiskLevels": [],
                    "agentIdRiskLevels": None,
                    "clientAppTypes": list(client_apps),
                    "platforms": None,
                    "locations": None,
                    "devices": None,
                    "clientApplications": None,
                    "authenticationFlows": None,
                    "users": who | (users or {}),
                    "applications": {
                        "includeApplications": list(applications),
                        "excludeApplications": [],
                        "includeUserActions": [],
                        "includeAuthenticationContextClassReferences": [],
                        "applicationFilter": None,
                    },
                    **(conditions or {}),
                },
                "grantControls": controls,
                "sessionControls": session,
            }
        )
        return policy_id

    def third_party_storage(self, *, enabled: bool) -> None:
        """Make the entry by which an administrator switches private cloud drives in Microsoft 365 on the web."""
        self._service_principal(
            "c1f33bc0-bdb4-4248-ba9b-096807ddb43e",
            "Microsoft 365 on the web",
            defaults.MICROSOFT_OWNER,
            id_=self.id("sp", "third-party storage"),
        )
        self.graph["servicePrincipals"][-1]["accountEnabled"] = enabled

    def app(
        self,
        name: str,
        *,
        application_permissions: Sequence[str] = (),
        delegated_scopes: Sequence[str] = (),
        everyone: bool = True,
        verified: bool = False,
        secret_days: int | None = None,
        own: bool = False,
        owners: Sequence[str] = (),
        app_id: str | None = None,
    ) -> str:
        """Connect an app, with Graph permissions of its own or on behalf of people; ``own`` registers it here."""
        app_id, sp_id = app_id or self.id("app", name), self.id("sp", name)
        tenant_id = self.id("tenant", "id")
        owner = tenant_id if own else self.id("vendor", name)
        credentials = []
        if secret_days is not None:
            credentials = [
                {
                    "keyId": self.id("secret", name),
                    "displayName": "integration",
                    "hint": "abc",
                    "startDateTime": days_ago(300),
                    "endDateTime": days_ago(-secret_days),
                }
            ]
        publisher = {"displayName": f"{name}, Inc.", "verifiedPublisherId": "1234567", "addedDateTime": days_ago(700)}
        nobody = {"displayName": None, "verifiedPublisherId": None, "addedDateTime": None}
        self._service_principal(app_id, name, owner, id_=sp_id, publisher=publisher if verified else nobody)
        if own:
            self.graph["applications"].append(
                {
                    "id": self.id("application", name),
                    "appId": app_id,
                    "displayName": name,
                    "description": f"Exports the chart of {self.canary('app-description')}",
                    "notes": self.canary("app-notes"),
                    "createdDateTime": days_ago(400),
                    "signInAudience": "AzureADMyOrg",
                    "requiredResourceAccess": [],
                    "passwordCredentials": credentials,
                    "keyCredentials": [],
                    "publisherDomain": self.domain,
                    "verifiedPublisher": nobody,
                    "web": {"redirectUris": []},
                    "spa": {"redirectUris": []},
                    "publicClient": {"redirectUris": []},
                    "owners": [{"@odata.type": "#microsoft.graph.user", "id": owner} for owner in owners],
                }
            )
        graph = next(sp for sp in self.graph["servicePrincipals"] if sp["appId"] == defaults.GRAPH_APP)
        for permission in application_permissions:
            role_id = self.id("approle", permission)
            if all(role["value"] != permission for role in graph["appRoles"]):
                graph["appRoles"].append(
                    {
                        "id": role_id,
                        "value": permission,
                        "displayName": permission,
                        "isEnabled": True,
                        "allowedMemberTypes": ["Application"],
                    }
                )
            self.graph["appRoleAssignments"].append(
                {
                    "id": self.id("grant", f"{name}{permission}"),
                    "appRoleId": role_id,
                    "createdDateTime": days_ago(300),
                    "principalDisplayName": name,
                    "principalId": sp_id,
                    "principalType": "ServicePrincipal",
                    "resourceDisplayName": "Microsoft Graph",
                    "resourceId": graph["id"],
                }
            )
        if delegated_scopes:
            first = self.graph["users"][0]["id"] if self.graph["users"] else None
            self.graph["oauth2PermissionGrants"].append(
                {
                    "id": self.id("delegated", name),
                    "clientId": sp_id,
                    "consentType": "AllPrincipals" if everyone else "Principal",
                    "principalId": None if everyone else first,
                    "resourceId": graph["id"],
                    "scope": " " + " ".join(delegated_scopes),
                }
            )
        return sp_id

    def service_principal(self, app_id: str, name: str, owner: str | None) -> Record:
        """Add an application's entry with no permissions, secrets or owners; ``owner`` is the tenant it comes from, if any."""
        self._service_principal(app_id, name, owner, id_=self.id("sp", app_id))
        entry: Record = self.graph["servicePrincipals"][-1]
        return entry

    def _service_principal(
        self, app_id: str, name: str, owner: str | None, *, id_: str, publisher: Record | None = None
    ) -> None:
        self.graph["servicePrincipals"].append(
            {
                "id": id_,
                "appId": app_id,
                "displayName": name,
                "accountEnabled": True,
                "servicePrincipalType": "Application",
                "appOwnerOrganizationId": owner,
                "signInAudience": "AzureADMultipleOrgs",
                "tags": ["WindowsAzureActiveDirectoryIntegratedApp"],
                "verifiedPublisher": publisher,
                "passwordCredentials": [],
                "keyCredentials": [],
                "appRoles": [],
                "oauth2PermissionScopes": [],
                "appRoleAssignmentRequired": False,
                "notes": None,
            }
        )

    def sign_in(self, user_id: str, client: str, *, days: float = 2, app: str = "Office 365 Exchange Online") -> None:
        """Record a successful sign-in with this kind of client, for example ``Authenticated SMTP``."""
        user, rows = self.user(user_id), self.graph.setdefault("signIns", [])
        rows.append(
            {
                "id": self.id("sign-in", f"{user_id}{len(rows)}"),
                "createdDateTime": days_ago(days),
                "userId": user_id,
                "userPrincipalName": user["userPrincipalName"],
                "userDisplayName": user["displayName"],
                "appDisplayName": app,
                "appId": "00000002-0000-0ff1-ce00-000000000000",
                "clientAppUsed": client,
                "conditionalAccessStatus": "notApplied",
                "isInteractive": True,
                "ipAddress": "192.0.2.17",
                "status": {
                    "errorCode": 0,
                    "failureReason": "Other.",
                    "additionalDetails": self.canary("sign-in-details"),
                },
                "location": {"city": "Springfield", "state": "Ohio", "countryOrRegion": "US"},
            }
        )

    def group_setting(self, template: str, name: str, **values: str) -> None:
        """Change a directory setting; Graph keeps only settings that somebody changed, and all values as text."""
        self.graph.setdefault("groupSettings", []).append(
            {
                "id": self.id("setting", name),
                "displayName": name,
                "templateId": template,
                "values": [{"name": key, "value": value} for key, value in values.items()],
            }
        )

    def idle_timeout(self, after: str) -> None:
        """Sign browsers out that nobody uses for this long ("01:00:00"), in every application."""
        rule = {"Version": 1, "ApplicationPolicies": [{"ApplicationId": "default", "WebSessionIdleTimeout": after}]}
        self.graph.setdefault("activityTimeoutPolicies", []).append(
            {
                "id": self.id("timeout", after),
                "displayName": "Idle sessions",
                "description": None,
                "definition": [json.dumps({"ActivityBasedTimeoutPolicy": rule})],
                "isOrganizationDefault": True,
            }
        )

    def synchronized(self, user_ids: Iterable[str]) -> None:
        """Let these accounts come from an on-premises directory, with a sync account of its own."""
        for user_id in user_ids:
            self.user(user_id).update(
                onPremisesSyncEnabled=True,
                onPremisesImmutableId=self.id("immutable", user_id)[:22] + "==",
                onPremisesLastSyncDateTime=days_ago(0),
            )
        account = self.person(
            "On-Premises",
            "Directory Synchronization Service Account",
            "",
            skus=(),
            methods=(),
            mailbox=None,
            alias="sync",
        )
        self.role(account, "Directory Synchronization Accounts")
        self.synchronizes = True
        self.graph["onPremisesSynchronization"] = [
            {
                "id": self.id("tenant", "id"),
                "configuration": {"accidentalDeletionPrevention": {"synchronizationPreventionType": "enabledForCount"}},
                "features": {
                    "passwordSyncEnabled": True,
                    "passwordWritebackEnabled": False,
                    "blockSoftMatchEnabled": False,
                    "blockCloudObjectTakeoverThroughHardMatchEnabled": False,
                    "allowOnPremUpdateOfOnPremisesObjectIdentifierEnabled": False,
                    "cloudPasswordPolicyForPasswordSyncedUsersEnabled": False,
                },
            }
        ]

    def federate(self, issuer: str, mfa: str = "acceptIfMfaDoneByFederatedIdp") -> None:
        """Hand the clinic domain's sign-in to another identity provider."""
        domain = next(row for row in self.graph["domains"] if row["id"] == self.domain)
        domain["authenticationType"] = "Federated"
        accepted = next(row for row in self.exchange["Get-AcceptedDomain"] if row["DomainName"] == self.domain)
        accepted["AuthenticationType"] = "Federated"
        self.graph["federationConfiguration"] = {
            self.domain: [
                {
                    "@odata.type": "#microsoft.graph.internalDomainFederation",
                    "id": self.id("federation", self.domain),
                    "displayName": "Clinic directory",
                    "issuerUri": issuer,
                    "preferredAuthenticationProtocol": "wsFed",
                    "federatedIdpMfaBehavior": mfa,
                }
            ]
        }

    def computer(self, user_id: str, name: str, system: str, *, compliant: bool = True, encrypted: bool = True) -> None:
        """Enrol a computer or phone in Intune."""
        self.graph["managedDevices"].append(
            {
                "id": self.id("device", name),
                "deviceName": name,
                "userId": user_id,
                "userPrincipalName": self.user(user_id)["userPrincipalName"],
                "operatingSystem": system,
                "osVersion": {"Windows": "10.0.26200.7171", "iOS": "18.1", "Android": "15"}.get(system, "15.1"),
                "complianceState": "compliant" if compliant else "noncompliant",
                "isEncrypted": encrypted,
                "jailBroken": "False",
                "managedDeviceOwnerType": "company",
                "managementAgent": "mdm",
                "enrolledDateTime": days_ago(400),
                "lastSyncDateTime": days_ago(1),
                "azureADDeviceId": self.id("aad-device", name),
                "partnerReportedThreatState": "unknown",
                "isSupervised": False,
                "model": "Simulated",
                "manufacturer": "Example",
                "notes": f"Loaned at the bedside of {self.canary('device-notes')}",
            }
        )
        self.graph["devices"].append(
            {
                "id": self.id("directory-device", name),
                "deviceId": self.id("aad-device", name),
                "displayName": name,
                "operatingSystem": system,
                "operatingSystemVersion": "10.0",
                "isCompliant": compliant,
                "isManaged": True,
                "trustType": "AzureAd",
                "accountEnabled": True,
                "approximateLastSignInDateTime": days_ago(2),
                "profileType": "RegisteredDevice",
            }
        )

    def dlp(
        self,
        name: str,
        *,
        mode: str = "Enable",
        block: bool = True,
        scope: str = "PerUser",
        workload: str = "Exchange, SharePoint",
    ) -> None:
        """Add a DLP policy for patient identifiers with one rule; its texts carry canaries."""
        guid = self.id("dlp", name)
        locations = {
            f"{place}Location": ["All"] if place in workload or place == "Exchange" else []
            for place in ("Exchange", "SharePoint", "OneDrive", "Teams", "EndpointDlp")
        }
        self.compliance["Get-DlpCompliancePolicy"].append(
            {
                "Name": name,
                "DisplayName": name,
                "Identity": name,
                "Guid": guid,
                "Mode": mode,
                "Enabled": True,
                "Type": "Dlp",
                "Workload": workload,
                "Comment": f"Written after the case of {self.canary('dlp-comment')}",
                "IsSimulationPolicy": False,
                "EnforcementPlanes": [],
                "PolicyTemplateInfo": None,
                "DistributionStatus": "Success",
                **locations,
                **{f"{place}Exception": [] for place in locations},
            }
        )
        kinds = [
            {
                "name": "U.S. Social Security Number (SSN)",
                "id": "a44669fe-0d48-453d-a9b1-2cc83f2cba77",
                "mincount": "1",
            },
            {
                "name": "U.S. Individual Taxpayer Identification Number (ITIN)",
                "id": self.id("sit", "itin"),
                "mincount": "1",
            },
            {
                "name": "Credit Card Number",
                "id": "50842eb7-edc8-4019-85dd-5a5c1f2bb085",
                "mincount": "1",
            },
            {
                "name": "Drug Enforcement Agency (DEA) Number",
                "id": "9a5445ad-406e-43eb-8bd7-cac17ab6d0e4",
                "mincount": "1",
            },
            {
                "name": "International Classification of Diseases (ICD-10-CM)",
                "id": self.id("sit", "icd10"),
                "mincount": "1",
            },
        ]
        self.compliance["Get-DlpComplianceRule"].append(
            {
                "Name": f"{name} rule",
                "Identity": f"{name} rule",
                "Guid": self.id("dlp-rule", name),
                "ParentPolicyName": name,
                "Policy": guid,
                "Disabled": False,
                "Mode": "Enforce",
                "Priority": 0,
                "BlockAccess": block,
                "BlockAccessScope": scope if block else None,
                "AccessScope": "NotInOrganization",
                "NotifyUser": ["SiteAdmin", "LastModifier", "Owner"],
                "GenerateAlert": ["SiteAdmin"],
                "GenerateIncidentReport": [],
                "EncryptRMSTemplate": None,
                "ReportSeverityLevel": "High",
                "ContentContainsSensitiveInformation": kinds,
                "IsAdvancedRule": False,
                "AdvancedRule": None,
                "Workload": workload,
                "SubjectOrBodyContainsWords": [self.canary("dlp-words")],
                "NotifyEmailCustomText": f"Do not send {self.canary('dlp-text')} out.",
                "NotifyPolicyTipCustomText": f"About {self.canary('dlp-tip')}?",
                "Comment": self.canary("dlp-rule-comment"),
            }
        )

    # --- the domain's mail records

    def mail_records(self, *, spf: str | None, dmarc: str | None, dkim: bool, mta_sts: bool = False) -> None:
        """Publish the clinic's DNS. ``spf`` and ``dmarc`` are the records' texts; None leaves them out."""
        name = f"{self.domain}."
        dashed = self.domain.replace(".", "-")
        self.dns[name] = {"MX": [[0, f"{dashed}.mail.protection.outlook.com."]], "TXT": [f"MS=ms{len(self.name):08d}"]}
        if spf:
            self.dns[name]["TXT"].append(spf)
            self.dns["spf.protection.outlook.com."] = {"TXT": ["v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/48 -all"]}
        if dmarc:
            self.dns[f"_dmarc.{name}"] = {"TXT": [dmarc]}
        for number in (1, 2) if dkim else ():
            target = f"selector{number}-{dashed}._domainkey.{self.initial_domain}."
            self.dns[f"selector{number}._domainkey.{name}"] = {"CNAME": target}
            self.dns[target] = {"TXT": [f"v=DKIM1; k=rsa; p={dkim_key(2048)}"]}
        if mta_sts:
            self.dns[f"_mta-sts.{name}"] = {"TXT": ["v=STSv1; id=20260101000000Z"]}
            self.dns[f"_smtp._tls.{name}"] = {"TXT": [f"v=TLSRPTv1; rua=mailto:tls@{self.domain}"]}
            policy = "version: STSv1\nmode: enforce\nmx: *.mail.protection.outlook.com\nmax_age: 604800\n"
            self.dns[f"mta-sts.{name}"] = {"A": ["192.0.2.10"], "MTA-STS": policy}
        for domain in (self.domain, self.initial_domain):
            signed = dkim or domain == self.initial_domain
            self.exchange.setdefault("Get-DkimSigningConfig", []).append(
                {
                    "Domain": domain,
                    "Name": domain,
                    "Identity": domain,
                    "Enabled": signed,
                    "IsDefault": domain == self.domain,
                    "Status": "Valid" if signed else "CnameMissing",
                    "Selector1CNAME": f"selector1-{dashed}._domainkey.{self.initial_domain}",
                    "Selector2CNAME": f"selector2-{dashed}._domainkey.{self.initial_domain}",
                    "Selector1KeySize": 2048,
                    "Selector2KeySize": 2048,
                    "KeyCreationTime": exchange_days_ago(700),
                    "RotateOnDate": exchange_days_ago(700),
                }
            )

    # --- finish

    def tenant(self, *, extra_seats: int = 1, trial: bool = False) -> SimulatedTenant:
        """The finished tenant, with its subscriptions counted from the licences people hold."""
        counted = Counter(self._sku_keys)
        tenant_id = self.id("tenant", "id")
        self.graph["subscribedSkus"] = [
            {
                "id": f"{tenant_id}_{defaults.SKUS[sku][0]}",
                "accountId": tenant_id,
                "skuId": defaults.SKUS[sku][0],
                "skuPartNumber": defaults.SKUS[sku][1],
                "capabilityStatus": "Enabled",
                "appliesTo": "User",
                "consumedUnits": count,
                "prepaidUnits": {"enabled": count + extra_seats, "lockedOut": 0, "suspended": 0, "warning": 0},
                "servicePlans": [
                    {
                        "servicePlanId": plan_id,
                        "servicePlanName": plan_name,
                        "provisioningStatus": "Success",
                        "appliesTo": "User",
                    }
                    for plan_id, plan_name, _ in defaults.SKUS[sku][2]
                ],
                "subscriptionIds": [self.id("subscription", sku)],
            }
            for sku, count in sorted(counted.items())
        ]
        self.graph["subscriptions"] = [
            {
                "id": self.id("subscription", sku),
                "skuId": defaults.SKUS[sku][0],
                "skuPartNumber": defaults.SKUS[sku][1],
                "isTrial": trial,
                "status": "Enabled",
                "totalLicenses": count + extra_seats,
                "createdDateTime": days_ago(900),
                "nextLifecycleDateTime": days_ago(-25 if trial else -200),
            }
            for sku, count in sorted(counted.items())
        ]
        self.graph["organization"] = [
            {
                "id": tenant_id,
                "displayName": self.name,
                "tenantType": "AAD",
                "createdDateTime": days_ago(1200),
                "countryLetterCode": "US",
                "verifiedDomains": [
                    {
                        "name": domain["id"],
                        "type": "Managed",
                        "isDefault": domain["isDefault"],
                        "isInitial": domain["isInitial"],
                        "capabilities": "Email, OfficeCommunicationsOnline",
                    }
                    for domain in self.graph["domains"]
                ],
                "assignedPlans": [],
                "onPremisesSyncEnabled": True if self.synchronizes else None,
                "onPremisesLastSyncDateTime": days_ago(0) if self.synchronizes else None,
                "securityComplianceNotificationMails": self.security_contacts,
                "technicalNotificationMails": self.technical_contacts,
                "partnerTenantType": None,
            }
        ]
        self.exchange["Get-User"] = [
            {
                "Name": user["displayName"],
                "Identity": user["displayName"],
                "DisplayName": user["displayName"],
                "UserPrincipalName": user["userPrincipalName"],
                "ExternalDirectoryObjectId": user["id"],
                "RecipientTypeDetails": "UserMailbox" if user["id"] in self._mailboxes else "User",
                # Open for everybody until somebody closes it (Set-User, RemotePowerShellEnabled).
                "RemotePowerShellEnabled": self.remote_shell is None or user["id"] in self.remote_shell,
                "IsVIP": user["id"] in self.priority,
            }
            for user in self.graph["users"]
            if user["userType"] != "Guest"
        ]
        client_id = self.id("auditor", "client")
        state: Record = {
            "tenant_id": tenant_id,
            "initial_domain": self.initial_domain,
            "default_app": client_id,
            "managed_identity": client_id,
            "apps": {
                client_id: {
                    "name": "Clinic auditor (read-only)",
                    "secret": f"simulated-{self.id('auditor', 'secret')}",
                    "grants": {
                        "graph": self.permissions,
                        "exchange": ["Exchange.ManageAsApp"],
                        "sharepoint": ["Sites.FullControl.All"],
                        "teams": [],
                    },
                    "directory_roles": ["Global Reader"],
                }
            },
            "graph": self.graph,
            "exchange": self.exchange,
            "compliance": self.compliance,
            "sharepoint": self.sharepoint,
            "sharepoint_sites": self._capped(),
            "teams": self.teams,
            **self.power,
        }
        return SimulatedTenant(
            key=self.key,
            provider="microsoft365",
            name=self.name,
            state=state,
            dns=self.dns,
            licences=tuple(defaults.SKUS[sku][1] for sku in sorted(counted)),
            canaries=self.canaries,
        )
