"""What people in a pretend clinic have: mailboxes, calendars, files, apps and phones, and traces in the logs."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from connectors.simulator.google.editions import SCOPE_ROOT
from connectors.simulator.google.notebook import Notebook, letters


class Belongings(Notebook):
    """Everything that belongs to a person already written down."""

    # -- mailboxes -----------------------------------------------------------------------------------------------

    def box(self, local: str) -> dict[str, Any]:
        found: dict[str, Any] = self.state["mailboxes"][self.address(local)]
        return found

    def forward(self, local: str, to: str, *, disposition: str = "leaveInInbox") -> None:
        self.forwarding_address(local, to)
        self.box(local)["autoForwarding"] = {"enabled": True, "emailAddress": to, "disposition": disposition}

    def forwarding_address(self, local: str, to: str, *, status: str = "accepted") -> None:
        self.box(local)["forwardingAddresses"].append({"forwardingEmail": to, "verificationStatus": status})

    def mail_filter(self, local: str, criteria: Mapping[str, Any], **action: Any) -> None:
        found = self.box(local)["filters"]
        identity = f"ANe1Bm{letters(f'{local}{len(found)}', 20)}"
        found.append({"id": identity, "criteria": dict(criteria), "action": action})

    def send_as(self, local: str, address: str, name: str, **more: Any) -> None:
        self.box(local)["sendAs"].append(
            {
                "sendAsEmail": address,
                "displayName": name,
                "replyToAddress": "",
                "signature": "",
                "isDefault": False,
                "treatAsAlias": True,
                "verificationStatus": "accepted",
                **more,
            }
        )

    def signature(self, local: str, text: str) -> None:
        self.box(local)["sendAs"][0]["signature"] = f"<div>{text}</div>"

    def delegate(self, local: str, to: str, *, status: str = "accepted") -> None:
        self.box(local)["delegates"].append({"delegateEmail": self.address(to), "verificationStatus": status})

    def vacation(self, local: str, subject: str, text: str) -> None:
        self.box(local)["vacation"] = {
            "enableAutoReply": True,
            "responseSubject": subject,
            "responseBodyPlainText": text,
            "restrictToContacts": False,
            "restrictToDomain": False,
            "startTime": self.milliseconds(2),
            "endTime": self.milliseconds(-7),
        }

    # -- calendars and files -------------------------------------------------------------------------------------

    def calendar(
        self, local: str, identity: str, *, summary: str = "", primary: bool = False, rules: Sequence[str] = ()
    ) -> None:
        """A calendar owned by the person; a rule reads ``"default reader"`` or ``"user:x@y.example writer"``."""
        owner = self.address(local)
        acl = [_acl_rule(f"user:{owner} owner"), *(_acl_rule(rule) for rule in rules)]
        entry: dict[str, Any] = {
            "kind": "calendar#calendarListEntry",
            "id": identity,
            "summary": summary or owner,
            "accessRole": "owner",
            "acl": acl,
        }
        if primary:
            entry["primary"] = True
        self.state["calendars"].setdefault(owner, []).append(entry)

    def share_calendar(self, local: str, rule: str) -> None:
        self.state["calendars"][self.address(local)][0]["acl"].append(_acl_rule(rule))

    def shared_drive(
        self, name: str, permissions: Sequence[tuple[str, str]], *, restrictions: Mapping[str, bool] | None = None
    ) -> str:
        """A shared drive with members of (address, role)."""
        identity = f"0A{letters(self.key + name, 17)}"
        limits = dict.fromkeys(
            (
                "adminManagedRestrictions",
                "copyRequiresWriterPermission",
                "domainUsersOnly",
                "driveMembersOnly",
                "sharingFoldersRequiresOrganizerPermission",
            ),
            False,
        )
        self.state["sharedDrives"].append(
            {
                "kind": "drive#drive",
                "id": identity,
                "name": name,
                "createdTime": self.time(500),
                "hidden": False,
                "orgUnitId": self.state["orgUnits"][0]["orgUnitId"].removeprefix("id:"),
                "restrictions": {**limits, **(restrictions or {})},
            }
        )
        self.state["drivePermissions"][identity] = [
            {
                "kind": "drive#permission",
                "id": f"{zlib.crc32(who.encode()):020d}",
                "type": "user",
                "role": role,
                "emailAddress": self.address(who),
                "deleted": False,
            }
            for who, role in permissions
        ]
        return identity

    def file(self, local: str, name: str, *permissions: Mapping[str, Any], mime: str = "application/pdf") -> None:
        """A file owned by the person, with permissions besides the owner's."""
        owner = self.address(local)
        listed = self.state["files"].setdefault(owner, [])
        listed.append(
            {
                "kind": "drive#file",
                "id": f"1{letters(f'{owner}{len(listed)}', 32)}",
                "name": name,
                "mimeType": mime,
                "ownedByMe": True,
                "shared": bool(permissions),
                "modifiedTime": self.time(20),
                "permissions": [
                    {
                        "id": f"{zlib.crc32(owner.encode()):020d}",
                        "type": "user",
                        "role": "owner",
                        "emailAddress": owner,
                    },
                    *(dict(permission) for permission in permissions),
                ],
            }
        )

    # -- apps, devices, logs -------------------------------------------------------------------------------------

    def app_grant(self, local: str, name: str, client: str, scopes: Sequence[str], *, days: float = 30) -> None:
        """An outside app that the person allowed; also written to the token log, and counted."""
        email = self.address(local)
        full = [scope if "/" in scope else SCOPE_ROOT + scope for scope in scopes]
        self.state["tokens"].setdefault(email, []).append(
            {
                "kind": "admin#directory#token",
                "clientId": client,
                "displayText": name,
                "anonymous": False,
                "nativeApp": False,
                "userKey": self.user(local)["id"],
                "scopes": full,
            }
        )
        self.event(
            "token",
            days,
            local,
            "auth/authorize",
            {"client_id": client, "app_name": name, "client_type": "WEB", "scope": full},
        )
        self.usage(local, "accounts:num_authorized_apps", intValue=str(len(self.state["tokens"][email])))

    def app_password(self, local: str, name: str, *, created: float, used: float | None) -> None:
        listed = self.state["asps"].setdefault(self.address(local), [])
        listed.append(
            {
                "kind": "admin#directory#asp",
                "codeId": len(listed) + 1,
                "name": name,
                "creationTime": self.milliseconds(created),
                "lastTimeUsed": "0" if used is None else self.milliseconds(used),
                "userKey": self.user(local)["id"],
            }
        )

    def phone(self, local: str, model: str, *, encrypted: bool = True, locked: bool = True, **more: Any) -> None:
        """A phone, as the Directory and Cloud Identity both list it."""
        email = self.address(local)
        number = len(self.state["mobileDevices"])
        identity = letters(f"{email}{number}", 22)
        apple = model.startswith("iP")
        self.state["mobileDevices"].append(
            {
                "kind": "admin#directory#mobiledevice",
                "resourceId": f"AFi{identity}",
                "deviceId": identity,
                "name": [self.user(local)["name"]["fullName"]],
                "email": [email],
                "model": model,
                "os": "iOS 19.1" if apple else "Android 16",
                "type": "IOS_SYNC" if apple else "ANDROID",
                "status": "APPROVED",
                "encryptionStatus": "Encrypted" if encrypted else "Not Encrypted",
                "devicePasswordStatus": "On" if locked else "Off",
                "deviceCompromisedStatus": "No compromise detected",
                "firstSync": self.time(300),
                "lastSync": self.time(1),
                "managedAccountIsOnOwnerProfile": True,
                **more,
            }
        )
        self.state["devices"].append(
            {
                "name": f"devices/{identity}",
                "deviceType": "IOS" if apple else "ANDROID",
                "ownerType": "BYOD",
                "model": model,
                "encryptionState": "ENCRYPTED" if encrypted else "NOT_ENCRYPTED",
                "compromisedState": "UNCOMPROMISED",
                "managementState": "APPROVED",
                "createTime": self.time(300),
                "lastSyncTime": self.time(1),
            }
        )
        self.state["deviceUsers"].append(
            {
                "name": f"devices/{identity}/deviceUsers/{number}",
                "userEmail": email,
                "managementState": "APPROVED",
                "passwordState": "PASSWORD_SET" if locked else "PASSWORD_NOT_SET",
                "compromisedState": "NOT_COMPROMISED",
                "createTime": self.time(300),
                "lastSyncTime": self.time(1),
            }
        )

    def laptop(self, local: str, model: str, *, system: str = "WINDOWS", encrypted: bool = True) -> None:
        """A computer with endpoint verification; Cloud Identity alone lists it."""
        email = self.address(local)
        number = len(self.state["devices"])
        identity = letters(f"{email}{model}{number}", 22)
        self.state["devices"].append(
            {
                "name": f"devices/{identity}",
                "deviceType": system,
                "ownerType": "COMPANY",
                "model": model,
                "encryptionState": "ENCRYPTED" if encrypted else "NOT_ENCRYPTED",
                "compromisedState": "UNCOMPROMISED",
                "managementState": "APPROVED",
                "createTime": self.time(300),
                "lastSyncTime": self.time(1),
            }
        )
        self.state["deviceUsers"].append(
            {
                "name": f"devices/{identity}/deviceUsers/{number}",
                "userEmail": email,
                "managementState": "APPROVED",
                "passwordState": "PASSWORD_SET",
                "compromisedState": "NOT_COMPROMISED",
                "createTime": self.time(300),
                "lastSyncTime": self.time(1),
            }
        )

    def event(self, application: str, days: float, actor: str, what: str, parameters: Mapping[str, Any]) -> None:
        """One activity of the audit log; ``what`` is ``type/name``. A list becomes ``multiValue``, a truth ``boolValue``."""
        kind, _, name = what.partition("/")
        log = self.state["activities"].setdefault(application, [])
        log.append(
            {
                "kind": "admin#reports#activity",
                "id": {
                    "time": self.time(days),
                    "uniqueQualifier": str(-(zlib.crc32(f"{name}{days}{actor}".encode()) << 16) - len(log)),
                    "applicationName": application,
                    "customerId": self.customer_id,
                },
                "etag": '"simulated"',
                "actor": {
                    "callerType": "USER",
                    "email": self.address(actor),
                    "profileId": self.user(actor)["id"],
                },
                "ipAddress": "203.0.113.7",
                "events": [
                    {"type": kind, "name": name, "parameters": [_parameter(*item) for item in parameters.items()]}
                ],
            }
        )

    def alert(
        self,
        kind: str,
        source: str,
        days: float,
        data: Mapping[str, Any],
        *,
        severity: str = "HIGH",
        status: str = "NOT_STARTED",
    ) -> None:
        self.state["alerts"].append(
            {
                "customerId": self.customer_id.removeprefix("C"),
                "alertId": letters(f"{kind}{days}", 32),
                "type": kind,
                "source": source,
                "createTime": self.time(days),
                "startTime": self.time(days),
                "updateTime": self.time(days),
                "data": dict(data),
                "metadata": {"severity": severity, "status": status},
                "deleted": False,
            }
        )

    def usage(self, local: str, name: str, **value: Any) -> None:
        """Overwrite one counter of a person: ``usage("jo", "gmail:timestamp_last_imap", datetimeValue=...)``."""
        counters = self.state["usage"]["users"][self.address(local)]
        for entry in counters:
            if entry["name"] == name:
                entry.clear()
                entry |= {"name": name, **value}
                return
        counters.append({"name": name, **value})


def _acl_rule(text: str) -> dict[str, Any]:
    scope, _, role = text.rpartition(" ")
    kind, _, value = scope.partition(":")
    return {
        "kind": "calendar#aclRule",
        "id": scope,
        "role": role,
        "scope": {"type": kind, "value": value} if value else {"type": kind},
    }


def _parameter(name: str, value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"name": name, "boolValue": value}
    if isinstance(value, list):
        return {"name": name, "multiValue": value}
    return {"name": name, "value": value}
