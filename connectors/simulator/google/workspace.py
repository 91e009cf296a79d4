"""One Google tenant, indexed for answering requests.

The ``state`` of a Google tenant is plain data in the provider's own shapes:

=====================  ===============================================================================================
key                    value
=====================  ===============================================================================================
customer               Directory customer resource (``id`` is the C-id)
domains                Directory domain resources
domainAliases          Directory domain alias resources
orgUnits               org unit resources, the root (``orgUnitPath`` "/") first
users                  full user resources; also the index of who may be impersonated
roles, roleAssignments Directory role resources and assignments
groups                 group resources
members                group id -> member resources
groupSettings          group e-mail -> Groups Settings resource
tokens, asps           user e-mail -> OAuth grants, app passwords
mobileDevices          Directory mobile devices
chromeosDevices        Directory ChromeOS devices
devices, deviceUsers   Cloud Identity devices and their users
policies               Policy API policies
policyEmptyPages       how many empty pages (with a page token) precede the first policies
ssoAssignments         Cloud Identity inbound SSO assignments
samlProfiles           inbound SAML profiles
oidcProfiles           inbound OIDC profiles
idpCredentials         SAML profile name -> credentials
allowlistedDomains     trusted domains
userInvitations        unmanaged accounts on the tenant's domains
licenses               licence assignments (userId, productId, productName, skuId, skuName)
unreadableProducts     product ids that answer 403 instead of an empty list
mailboxes              user e-mail -> {autoForwarding, forwardingAddresses, filters, sendAs, delegates, imap, pop,
                       vacation, language}; a user without a mailbox answers "Mail service not enabled"
mailboxSeed            with it, mailboxes that are not listed are invented from the address when first asked
sharedDrives           Drive shared drives
drivePermissions       shared drive id (or file id) -> permissions
files                  user e-mail -> Drive files
calendars              user e-mail -> calendarList entries, each with an extra "acl" list
activities             application -> Reports activities, newest first
usage                  {"lagDays": n, "customer": [parameters], "users": {e-mail: [parameters]}}
alerts, alertSettings  Alert Center alerts and settings
authorizedScopes       scope URLs that the super admin granted to our client id
adminSubject           the administrator to impersonate
credentials            throw-away credentials, from ``tokens.new_credentials``
tokenErrors            user e-mail -> [error, description] that the token endpoint answers for this subject
sessionControl         true: a signed-in person must sign in again (``invalid_rapt``)
unavailableLogs        Reports applications that the edition lacks (403)
memberRestrictions     group id -> Cloud Identity member restriction
now                    ISO time that the tenant takes for the present; the real present without it
disabledApis           APIs never switched on in the Cloud project ("gmail", "licensing", ...)
domainPolicy           APIs that the tenant's own policy blocks ("drive")
=====================  ===============================================================================================
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from connectors.simulator.google.mailbox import invent_mailbox, mailbox_seed
from connectors.simulator.tenant import SimulatedTenant

SUPER_ADMIN = "super administrator"


class Workspace:
    """Lookups that several APIs need. The state itself is never changed."""

    def __init__(self, tenant: SimulatedTenant) -> None:
        self.key = tenant.key
        self.state: Mapping[str, Any] = tenant.state
        self.customer_id: str = self.state["customer"]["id"]
        self.primary_domain: str = self.state["customer"]["customerDomain"]
        self.admin_subject: str = self.state["adminSubject"]
        self.scopes = frozenset(self.state["authorizedScopes"])
        self.disabled_apis = frozenset(self.state.get("disabledApis", ()))
        self.blocked_apis = frozenset(self.state.get("domainPolicy", ()))
        self.token_errors: Mapping[str, Sequence[str]] = self.state.get("tokenErrors", {})
        self.users: list[dict[str, Any]] = sorted(self.state["users"], key=lambda user: user["primaryEmail"])
        self._by_email = {user["primaryEmail"].lower(): user for user in self.users}
        self._by_key = self._by_email | {user["id"]: user for user in self.users}
        self._aliases = {
            alias.lower(): user
            for user in self.users
            for alias in (*user.get("aliases", ()), *user.get("nonEditableAliases", ()))
        }
        self.groups: list[dict[str, Any]] = sorted(self.state.get("groups", ()), key=lambda group: group["email"])
        self._groups = {group["email"].lower(): group for group in self.groups}
        self._groups |= {group["id"]: group for group in self.groups}
        self._mailboxes: dict[str, dict[str, Any] | None] = dict(self.state.get("mailboxes", {}))
        self._seed: int | None = self.state.get("mailboxSeed")
        self._privileges = self._assigned_privileges()

    def now(self) -> datetime:
        """The tenant's present, which decides how far back logs and counters reach."""
        fixed = self.state.get("now")
        return datetime.fromisoformat(fixed) if fixed else datetime.now(UTC)

    # -- people --------------------------------------------------------------------------------------------------

    def live_user(self, email: str) -> dict[str, Any] | None:
        """The user with this primary address, if not deleted. An alias is no subject for a token."""
        user = self._by_email.get(email.lower())
        return None if user is None or user.get("deletionTime") else user

    def deleted_user(self, email: str) -> dict[str, Any] | None:
        user = self._by_email.get(email.lower())
        return user if user is not None and user.get("deletionTime") else None

    def user(self, key: str) -> dict[str, Any] | None:
        """The user by id, primary address or alias."""
        lowered = key.lower()
        user = self._by_key.get(lowered) or self._aliases.get(lowered)
        return None if user is None or user.get("deletionTime") else user

    def group(self, key: str) -> dict[str, Any] | None:
        return self._groups.get(key.lower())

    def members(self, group_id: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.state.get("members", {}).get(group_id, [])
        return found

    def derived_members(self, group_id: str) -> list[dict[str, Any]]:
        """Direct members and those of the tenant's nested groups; a group that cannot be opened stays as it is."""
        seen: set[str] = set()
        people: dict[str, dict[str, Any]] = {}

        def visit(identifier: str) -> None:
            if identifier in seen:
                return
            seen.add(identifier)
            for member in self.members(identifier):
                people.setdefault(member["id"], member)
                if member["type"] == "GROUP" and member["id"] in self._groups:
                    visit(member["id"])

        visit(group_id)
        return list(people.values())

    def holds_domain(self, name: str) -> bool:
        names = {entry["domainName"] for entry in self.state["domains"]}
        names |= {entry["domainAliasName"] for entry in self.state.get("domainAliases", ())}
        return name.lower() in names

    def is_customer(self, key: str, *, allow_alias: bool = True) -> bool:
        return key == self.customer_id or (allow_alias and key == "my_customer")

    # -- privileges ----------------------------------------------------------------------------------------------

    def may(self, principal: str, privilege: str) -> bool:
        """Whether a user id (or the service account's own id) holds the privilege, or is super administrator."""
        held = self._privileges.get(principal, frozenset())
        return SUPER_ADMIN in held or privilege in held

    def _assigned_privileges(self) -> dict[str, frozenset[str]]:
        roles = {role["roleId"]: role for role in self.state.get("roles", ())}
        held: dict[str, set[str]] = {
            user["id"]: {SUPER_ADMIN} for user in self.users if user.get("isAdmin") and not user.get("deletionTime")
        }
        for assignment in self.state.get("roleAssignments", ()):
            role = roles.get(assignment["roleId"], {})
            names = {entry["privilegeName"] for entry in role.get("rolePrivileges", ())}
            if role.get("isSuperAdminRole"):
                names.add(SUPER_ADMIN)
            holders = [assignment["assignedTo"]]
            if assignment["assignedTo"] in self._groups:
                holders = [member["id"] for member in self.derived_members(assignment["assignedTo"])]
            for holder in holders:
                held.setdefault(holder, set()).update(names)
        return {holder: frozenset(names) for holder, names in held.items()}

    # -- mailboxes -----------------------------------------------------------------------------------------------

    def mailbox(self, user: Mapping[str, Any]) -> dict[str, Any] | None:
        """The settings of the user's mailbox, or None where Gmail is not switched on for the user."""
        email = user["primaryEmail"]
        if email not in self._mailboxes:
            if self._seed is None or not user.get("isMailboxSetup"):
                self._mailboxes[email] = None
            else:
                seed = mailbox_seed(self._seed, email)
                self._mailboxes[email] = invent_mailbox(user, seed, self.primary_domain)
        return self._mailboxes[email]
