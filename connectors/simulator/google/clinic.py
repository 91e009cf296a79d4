"""Writes a pretend clinic on Google Workspace: the people, groups and settings of one tenant, line by line.

Everything follows from what the scenario says about a person or a setting; identifiers and counters are filled in, so
that a scenario reads like a description of the clinic.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from connectors.simulator.dkim import public_key as dkim_key
from connectors.simulator.google import policies
from connectors.simulator.google.belongings import Belongings
from connectors.simulator.google.editions import (
    ALL_SCOPES,
    GROUP_DEFAULTS,
    PRODUCTS,
    ROLE_SERVICE,
    SKUS,
    STANDARD,
    SUPER_ADMIN_ROLE,
    SYSTEM_ROLES,
)
from connectors.simulator.google.mailbox import plain_mailbox
from connectors.simulator.google.notebook import letters
from connectors.simulator.google.tokens import new_credentials
from connectors.simulator.tenant import SimulatedTenant


class Clinic(Belongings):
    """A clinic being written down. ``build`` makes the tenant.

    Times are given in days before today, so that a scenario stays as old as it was meant to be.
    """

    def __init__(self, key: str, name: str, domain: str, *, age_days: int = 2200, city: str = "Redwater") -> None:
        super().__init__(key, name, domain)
        self._root = f"03ph8a2z{letters(key + '/', 7)}"
        self._units = {"/": self._root}
        self._steps: dict[str, int] = {}
        self._policy_places: dict[tuple[object, ...], dict[str, Any]] = {}
        self.dns: dict[str, dict[str, Any]] = {}
        self.state = {
            "customer": {
                "id": self.customer_id,
                "customerDomain": domain,
                "customerCreationTime": self.time(age_days),
                "alternateEmail": f"registrar@{key}-owner.example",
                "language": "en",
                "postalAddress": {"organizationName": name, "locality": city, "countryCode": "US"},
            },
            "domains": [],
            "domainAliases": [],
            "orgUnits": [
                {
                    "kind": "admin#directory#orgUnit",
                    "name": name,
                    "description": "",
                    "orgUnitPath": "/",
                    "orgUnitId": f"id:{self._root}",
                    "blockInheritance": False,
                }
            ],
            "users": [],
            "roles": [_role(*entry) for entry in SYSTEM_ROLES],
            "roleAssignments": [],
            "groups": [],
            "members": {},
            "groupSettings": {},
            "tokens": {},
            "asps": {},
            "mobileDevices": [],
            "chromeosDevices": [],
            "devices": [],
            "deviceUsers": [],
            "policies": policies.system_policies(self.customer_id, self._root),
            "ssoAssignments": [],
            "samlProfiles": [],
            "oidcProfiles": [],
            "idpCredentials": {},
            "allowlistedDomains": [],
            "userInvitations": [],
            "licenses": [],
            "mailboxes": {},
            "sharedDrives": [],
            "drivePermissions": {},
            "files": {},
            "calendars": {},
            "activities": {},
            "usage": {"lagDays": 2, "customer": [], "users": {}},
            "alerts": [],
            "alertSettings": {},
            "authorizedScopes": list(ALL_SCOPES),
            "adminSubject": "",
        }
        self.add_domain(domain, primary=True, age_days=age_days)
        self.alias_domain(f"{domain}.test-google-a.com", age_days=age_days)

    # -- domains and DNS -----------------------------------------------------------------------------------------

    def add_domain(self, name: str, *, primary: bool = False, verified: bool = True, age_days: float = 900) -> None:
        self.state["domains"].append(
            {
                "kind": "admin#directory#domain",
                "domainName": name,
                "isPrimary": primary,
                "verified": verified,
                "creationTime": self.milliseconds(age_days),
            }
        )

    def alias_domain(self, name: str, *, age_days: float = 900) -> None:
        self.state["domainAliases"].append(
            {
                "kind": "admin#directory#domainAlias",
                "domainAliasName": name,
                "parentDomainName": self.domain,
                "verified": True,
                "creationTime": self.milliseconds(age_days),
            }
        )

    def mail_dns(
        self,
        name: str | None = None,
        *,
        spf: str | Sequence[str] | None = "v=spf1 include:_spf.google.com ~all",
        dmarc: str | None = None,
        dkim_bits: int | None = 2048,
        mx: Sequence[tuple[int, str]] = ((1, "smtp.google.com."),),
        mta_sts: str | None = None,
        tls_rpt: str | None = None,
    ) -> None:
        """Records of one domain; ``mta_sts`` is the policy's mode. None leaves a record out."""
        name = name or self.domain
        texts = [spf] if isinstance(spf, str) else list(spf or ())
        self.dns[f"{name}."] = {
            "TXT": [*texts, f"google-site-verification={letters(name, 20)}"],
            "MX": [list(entry) for entry in mx],
            "NS": ["ns1.dns-host.example.", "ns2.dns-host.example."],
        }
        self.dns["_spf.google.com."] = {"TXT": ["v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 ~all"]}
        self.dns["smtp.google.com."] = {"A": ["192.0.2.25"]}
        if dmarc is not None:
            self.dns[f"_dmarc.{name}."] = {"TXT": [dmarc]}
        if dkim_bits is not None:
            self.dns[f"google._domainkey.{name}."] = {"TXT": [f"v=DKIM1; k=rsa; p={dkim_key(dkim_bits)}"]}
        if mta_sts is not None:
            self.dns[f"_mta-sts.{name}."] = {"TXT": [f"v=STSv1; id={self.today:%Y%m%d}000000Z;"]}
            hosts = "".join(f"mx: {host.rstrip('.')}\n" for _, host in mx)
            text = f"version: STSv1\nmode: {mta_sts}\n{hosts}max_age: 604800\n"
            self.dns[f"mta-sts.{name}."] = {"A": ["192.0.2.80"], "MTA-STS": text}
        if tls_rpt is not None:
            self.dns[f"_smtp._tls.{name}."] = {"TXT": [tls_rpt]}

    # -- units and people ----------------------------------------------------------------------------------------

    def unit(self, path: str, description: str = "") -> None:
        parent, _, name = path.rpartition("/")
        parent = parent or "/"
        identity = f"03ph8a2z{letters(self.key + path, 7)}"
        self._units[path] = identity
        self.state["orgUnits"].append(
            {
                "kind": "admin#directory#orgUnit",
                "name": name,
                "description": description,
                "orgUnitPath": path,
                "orgUnitId": f"id:{identity}",
                "parentOrgUnitPath": parent,
                "parentOrgUnitId": f"id:{self._units[parent]}",
                "blockInheritance": False,
            }
        )

    def person(
        self,
        local: str,
        full_name: str,
        *,
        unit: str = "/",
        sku: str | None = STANDARD,
        admin: bool = False,
        role: str | None = None,
        enrolled: bool = True,
        enforced: bool = False,
        keys: int = 0,
        passkeys: int = 0,
        suspended: str | None = None,
        archived: bool = False,
        deleted_days: float | None = None,
        login_days: float | None = 1,
        created_days: float = 700,
        mailbox: bool = True,
        recovery: str | None = None,
        aliases: Sequence[str] = (),
        weak_password: bool = False,
        guest: bool = False,
        plan_mailbox: bool = True,
    ) -> dict[str, Any]:
        """One user with licence, mailbox, calendar and counters. ``suspended`` is the reason, if any.

        Without ``plan_mailbox`` the mailbox is left to the tenant's ``mailboxSeed``.
        """
        email = self.address(local)
        given, _, family = full_name.partition(" ")
        identity = f"1{zlib.crc32(email.encode()):010d}{len(self.state['users']):010d}"
        user: dict[str, Any] = {
            "kind": "admin#directory#user",
            "id": identity,
            "etag": '"simulated"',
            "primaryEmail": email,
            "name": {"givenName": given, "familyName": family, "fullName": full_name},
            "isAdmin": admin,
            "isDelegatedAdmin": role is not None,
            "lastLoginTime": "1970-01-01T00:00:00.000Z" if login_days is None else self.time(login_days),
            "creationTime": self.time(created_days),
            "agreedToTerms": login_days is not None,
            "suspended": suspended is not None,
            "archived": archived,
            "changePasswordAtNextLogin": False,
            "ipWhitelisted": False,
            "emails": [{"address": email, "primary": True}],
            "languages": [{"languageCode": "en", "preference": "preferred"}],
            "nonEditableAliases": [f"{local.partition('@')[0]}@{self.domain}.test-google-a.com"],
            "customerId": self.customer_id,
            "orgUnitPath": unit,
            "isMailboxSetup": mailbox,
            "isEnrolledIn2Sv": enrolled,
            "isEnforcedIn2Sv": enforced,
            "includeInGlobalAddressList": True,
        }
        if suspended is not None:
            user["suspensionReason"] = suspended
        if aliases:
            user["aliases"] = [self.address(alias) for alias in aliases]
        if recovery is not None:
            user |= {"recoveryEmail": recovery, "recoveryPhone": "+12025550143"}
        if deleted_days is not None:
            user["deletionTime"] = self.time(deleted_days)
        if guest:
            user["isGuestUser"] = True
        self.state["users"].append(user)
        if admin:
            self.assign(SUPER_ADMIN_ROLE, identity)
            self.state["adminSubject"] = self.state["adminSubject"] or email
        if role is not None:
            self.assign(role, identity)
        if sku is not None and deleted_days is None:
            self.licence(email, sku)
        if mailbox and plan_mailbox and deleted_days is None:
            self.state["mailboxes"][email] = plain_mailbox(email, full_name)
            self.calendar(local, email, primary=True)
        if deleted_days is None:
            self._count(user, keys, passkeys, weak_password=weak_password)
        return user

    def licence(self, email: str, sku: str) -> None:
        product, name = SKUS[sku]
        self.state["licenses"].append(
            {
                "kind": "licensing#licenseAssignment",
                "userId": email,
                "productId": product,
                "productName": PRODUCTS[product],
                "skuId": sku,
                "skuName": name,
            }
        )

    def assign(self, role: str, holder: str, *, kind: str = "user", unit: str | None = None) -> None:
        entry = {
            "kind": "admin#directory#roleAssignment",
            "roleAssignmentId": str(9000 + len(self.state["roleAssignments"])),
            "roleId": role,
            "assignedTo": holder,
            "assigneeType": kind,
            "scopeType": "CUSTOMER" if unit is None else "ORG_UNIT",
        }
        if unit is not None:
            entry["orgUnitId"] = self._units[unit]
        self.state["roleAssignments"].append(entry)

    def _count(self, user: Mapping[str, Any], keys: int, passkeys: int, *, weak_password: bool) -> None:
        enrolled, mailbox = user["isEnrolledIn2Sv"], user["isMailboxSetup"]
        self.state["usage"]["users"][user["primaryEmail"]] = [
            {"name": "accounts:is_2sv_enrolled", "boolValue": enrolled},
            {"name": "accounts:is_2sv_enforced", "boolValue": user["isEnforcedIn2Sv"]},
            {"name": "accounts:is_2sv_protected", "boolValue": enrolled},
            {"name": "accounts:num_security_keys", "intValue": str(keys)},
            {"name": "accounts:num_passkeys_enrolled", "intValue": str(passkeys)},
            {"name": "accounts:password_strength", "stringValue": "WEAK" if weak_password else "STRONG"},
            {
                "name": "accounts:password_length_compliance",
                "stringValue": "NON_COMPLIANT" if weak_password else "COMPLIANT",
            },
            {"name": "accounts:is_less_secure_apps_access_allowed", "boolValue": False},
            {"name": "accounts:is_suspended", "boolValue": user["suspended"]},
            {"name": "accounts:is_archived", "boolValue": user["archived"]},
            {"name": "accounts:num_authorized_apps", "intValue": "0"},
            {"name": "accounts:timestamp_last_login", "datetimeValue": user["lastLoginTime"]},
            {"name": "gmail:is_gmail_enabled", "boolValue": mailbox},
            {"name": "gmail:timestamp_last_imap", "datetimeValue": "1970-01-01T00:00:00.000Z"},
            {"name": "gmail:timestamp_last_pop", "datetimeValue": "1970-01-01T00:00:00.000Z"},
            {"name": "gmail:timestamp_last_access", "datetimeValue": user["lastLoginTime"]},
        ]

    # -- groups --------------------------------------------------------------------------------------------------

    def group(
        self,
        local: str,
        name: str,
        members: Sequence[str | tuple[str, str]],
        *,
        description: str = "",
        **settings: Any,
    ) -> str:
        """A group with direct members (``"jo"``, ``("jo", "OWNER")``, an outside address or a group). Its id."""
        email = self.address(local)
        identity = f"0{letters(email, 14)}"
        self.state["groups"].append(
            {
                "kind": "admin#directory#group",
                "id": identity,
                "etag": '"simulated"',
                "email": email,
                "name": name,
                "description": description,
                "adminCreated": True,
                "directMembersCount": str(len(members)),
                "nonEditableAliases": [f"{local}@{self.domain}.test-google-a.com"],
            }
        )
        people = {user["primaryEmail"]: user["id"] for user in self.state["users"]}
        groups = {group["email"]: group["id"] for group in self.state["groups"]}
        listed = []
        for entry in members:
            who, role = entry if isinstance(entry, tuple) else (entry, "MEMBER")
            if who == "*":
                # Everyone in the organization: a member without an address.
                listed.append(
                    {
                        "kind": "admin#directory#member",
                        "id": self.customer_id,
                        "role": role,
                        "type": "CUSTOMER",
                        "status": "ACTIVE",
                    }
                )
                continue
            address = self.address(who)
            known = people.get(address) or groups.get(address)
            # People outside are plain USER members; only the domain of the address tells.
            listed.append(
                {
                    "kind": "admin#directory#member",
                    "id": known or f"1{zlib.crc32(address.encode()):020d}",
                    "email": address,
                    "role": role,
                    "type": "GROUP" if address in groups else "USER",
                    "status": "ACTIVE",
                }
            )
        self.state["members"][identity] = listed
        self.state["groupSettings"][email] = {
            "kind": "groupsSettings#groups",
            "email": email,
            "name": name,
            "description": description,
            **GROUP_DEFAULTS,
            **settings,
        }
        return identity

    # -- settings ------------------------------------------------------------------------------------------------

    def policy(
        self,
        setting: str,
        value: Mapping[str, Any],
        *,
        unit: str = "/",
        group: str | None = None,
        licences: Sequence[str] = (),
        system: bool = False,
    ) -> None:
        """What an administrator set (or with ``system`` what an edition brings), at a unit or for a group there.

        Said twice about the same place, the fields come together in one policy; rules stand beside each other.
        """
        place = (setting, unit, group, tuple(licences), system)
        is_rule = setting.startswith("rule.")
        if place in self._policy_places and not is_rule:
            self._policy_places[place]["setting"]["value"].update(value)
            return
        depth = 0 if unit == "/" else unit.count("/")
        order = policies.SYSTEM_ORDER + 0.001 * len(licences) if system else policies.ADMIN_ORDER + depth
        if group is not None or is_rule:
            step = self._steps[setting] = self._steps.get(setting, 0) + 1
            order += policies.GROUP_STEP * step
        made = policies.policy(
            len(self.state["policies"]),
            self.customer_id,
            setting,
            value,
            unit=self._units[unit],
            order=round(order, 5),
            system=system,
            group=group,
            licences=licences,
        )
        self._policy_places[place] = made
        self.state["policies"].append(made)

    def without_default(self, *settings: str) -> None:
        """Take SYSTEM policies away, as in tenants where Google returns nothing for a setting never changed."""
        types = {f"settings/{setting}" for setting in settings}
        self.state["policies"] = [entry for entry in self.state["policies"] if entry["setting"]["type"] not in types]

    def enforce_two_step(self, *, days: float = 400, unit: str = "/", group: str | None = None) -> None:
        value = {"enforcedFrom": self.time(days)}
        self.policy("security.two_step_verification_enforcement", value, unit=unit, group=group)

    def exempt_from_two_step(self, *, unit: str = "/", group: str | None = None) -> None:
        value = {"enforcedFrom": policies.NEVER}
        self.policy("security.two_step_verification_enforcement", value, unit=unit, group=group)

    # -- the tenant ----------------------------------------------------------------------------------------------

    def build(self) -> SimulatedTenant:
        for log in self.state["activities"].values():
            log.sort(key=lambda item: item["id"]["time"], reverse=True)
        self.state["usage"]["customer"] = self._customer_counters()
        self.state["credentials"] = new_credentials(self.key)
        if not self.dns:
            self.mail_dns()
        skus = {entry["skuName"] for entry in self.state["licenses"]}
        return SimulatedTenant(
            key=self.key,
            provider="google_workspace",
            name=self.name,
            state=self.state,
            dns=self.dns,
            licences=tuple(sorted(skus)),
            canaries=list(self.canaries),
        )

    def _customer_counters(self) -> list[dict[str, Any]]:
        live = [user for user in self.state["users"] if not user.get("deletionTime")]
        active = [user for user in live if not user["suspended"] and not user["archived"]]
        enrolled = sum(user["isEnrolledIn2Sv"] for user in active)
        enforced = sum(user["isEnforcedIn2Sv"] for user in active)
        apps = {grant["clientId"]: grant for grants in self.state["tokens"].values() for grant in grants}
        counts = {
            "num_users": len(live),
            "num_suspended_users": sum(user["suspended"] for user in live),
            "num_archived_users": sum(user["archived"] for user in live),
            "num_users_2sv_enrolled": enrolled,
            "num_users_2sv_enforced": enforced,
            "num_users_2sv_protected": enrolled,
            "num_users_2sv_not_protected": len(active) - enrolled,
            "num_users_2sv_not_enrolled_but_enforced": sum(
                user["isEnforcedIn2Sv"] and not user["isEnrolledIn2Sv"] for user in active
            ),
            "num_users_less_secure_apps_access_allowed": 0,
            "num_authorized_apps": len(apps),
            "num_30day_logins": len(active),
        }
        listed = [{"name": f"accounts:{name}", "intValue": str(count)} for name, count in counts.items()]
        users_of = {
            client: sum(
                any(grant["clientId"] == client for grant in grants) for grants in self.state["tokens"].values()
            )
            for client in apps
        }
        messages = [
            {"client_name": grant["displayText"], "client_id": client, "num_users": str(users_of[client])}
            for client, grant in apps.items()
        ]
        return [*listed, {"name": "accounts:authorized_apps", "msgValue": messages}]


def _role(identity: str, name: str, description: str, is_super: bool, privileges: Sequence[str]) -> dict[str, Any]:
    return {
        "kind": "admin#directory#role",
        "roleId": identity,
        "roleName": name,
        "roleDescription": description,
        "isSystemRole": True,
        "isSuperAdminRole": is_super,
        "rolePrivileges": [{"privilegeName": entry, "serviceId": ROLE_SERVICE} for entry in privileges],
    }
