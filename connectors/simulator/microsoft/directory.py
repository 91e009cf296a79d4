"""One Microsoft tenant, indexed for answering requests.

The ``state`` of a Microsoft tenant is plain data:

=====================  ===============================================================================================
key                    value
=====================  ===============================================================================================
tenant_id              the tenant's GUID
initial_domain         ``something.onmicrosoft.com``
apps                   client id -> {name, secret, grants: {service: [permissions]}, directory_roles: [names]}
default_app            the client id whose credentials ``Simulator.connection`` hands out
managed_identity       client id of the app behind the metadata service, if any
graph                  Graph records by the names that ``resources.py`` reads: ``users``, ``groups``, ...
                       ``mailPrograms``: user id -> the programs that read the mailbox, by the report's names
exchange               cmdlet -> records, or for per-mailbox cmdlets cmdlet -> {ExternalDirectoryObjectId: records}
compliance             the same for the compliance service
sharepoint             the fields of SharePoint's tenant object, with its numbers for enums
sharepoint_sites       sites with ``SiteId``, ``Url``, ``Title``, ``Template`` and their settings
teams                  configuration type -> records with an ``Identity``
powerplatform          {settings, environments, policies, isolated}; absent, the application was not let in
powerbi                settings of Fabric; absent, the application was not let in
client_certificate     set by the server: the certificate file that app registrations know
token_seconds          life of an access token; 3599 when absent
unreachable_mailboxes  user ids whose mailbox answers ErrorAccessDenied, as an application access policy makes it
region_sub_scope       cloud of the tenant as discovery tells it; absent in the commercial cloud
exchange_redirect      host that endpoint discovery redirects to; absent, discovery answers 200
=====================  ===============================================================================================

Records keep the provider's own field names. A field that a record lacks is answered as null where Graph knows the
property, except `SPARSE` ones, which Graph leaves out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from connectors.simulator.tenant import SimulatedTenant

Record = dict[str, Any]

SPARSE = frozenset({"signInActivity", "@odata.type"})
"""Properties that Graph omits, even when selected, for objects that have none."""

_PLANS = {
    "p1": {"41781fb2-bc02-4b7c-bd55-b576c07bb09d", "eec0eb4f-6444-4f95-aba0-50c24d67f998"},
    "p2": {"eec0eb4f-6444-4f95-aba0-50c24d67f998", "e866a266-3cff-43a3-acca-0c90a7e00c8b"},
    "intune": {
        "c1ec4a95-1f05-45b3-a911-aa3fa01094f5",
        "8e9ff0ff-aa7a-4b20-83c1-2f636b600ac2",
        "e6025b08-2fa5-4313-bd0a-7e5ffca32958",
    },
    "sharepoint": {"c7699d2e-19aa-44de-8edf-1736da088ca1", "5dbe027f-2339-4123-9542-606e4d348a72"},
    "teams": {"57ff2da0-773e-42df-b2af-ffb7a2317929"},
    "defender": {"f20fedf3-f3c3-43c3-8267-2bfdd51c0939"},
    "exchange": {
        "9aaf7827-d63c-4b61-89c3-182f06f82e5c",
        "efb87545-963c-4e0d-99df-69c6916d9eb0",
        "4a82b400-a79f-41a4-b4e2-e94f5787b113",
    },
}


class Directory:
    """Lookups that several resources need. The state itself is never changed."""

    def __init__(self, tenant: SimulatedTenant) -> None:
        self.tenant = tenant
        self.state: Mapping[str, Any] = tenant.state
        self._graph: Mapping[str, Any] = tenant.state["graph"]

    def listed(self, name: str) -> list[Record]:
        """The records under a name; a name the scenario does not mention is an empty collection."""
        found: list[Record] = self._graph.get(name, [])
        return found

    def single(self, name: str) -> Record | None:
        return self._graph.get(name)

    def below(self, name: str, owner: str) -> list[Record]:
        """The records that belong to one object, for example a mailbox's rules."""
        found: list[Record] = self._graph.get(name, {}).get(owner, [])
        return found

    def licensed(self, gate: str) -> bool:
        """Whether the tenant owns a plan that opens the gate (`p1`, `p2`, `intune`, `sharepoint`, ...)."""
        return any(
            plan["servicePlanId"] in _PLANS[gate] and plan["provisioningStatus"] == "Success"
            for sku in self.listed("subscribedSkus")
            if sku["capabilityStatus"] in {"Enabled", "Warning"}
            for plan in sku["servicePlans"]
        )

    @cached_property
    def users(self) -> dict[str, Record]:
        """Users by id and by sign-in name."""
        by_name = {user["userPrincipalName"].lower(): user for user in self.listed("users")}
        return by_name | {user["id"]: user for user in self.listed("users")}

    def user(self, key: str) -> Record | None:
        return self.users.get(key) or self.users.get(key.lower())

    @cached_property
    def objects(self) -> dict[str, Record]:
        """Every directory object by id, each with its ``@odata.type``."""
        kinds = {"users": "user", "groups": "group", "servicePrincipals": "servicePrincipal", "devices": "device"}
        return {
            record["id"]: {"@odata.type": f"#microsoft.graph.{kind}", **record}
            for name, kind in kinds.items()
            for record in self.listed(name)
        }

    def service_principal(self, key: str) -> Record | None:
        """By object id, or by ``appId='...'``."""
        field = "appId" if key.startswith("appId=") else "id"
        wanted = key.removeprefix("appId=").strip("'")
        return next((sp for sp in self.listed("servicePrincipals") if sp[field] == wanted), None)

    def group(self, key: str) -> Record | None:
        return next((group for group in self.listed("groups") if group["id"] == key), None)

    def members(self, group: str) -> list[Record]:
        ids: Iterable[str] = self._graph.get("members", {}).get(group, ())
        return [self.objects[member] for member in ids if member in self.objects]

    def transitive_members(self, group: str) -> list[Record]:
        seen: dict[str, Record] = {}
        waiting = [group]
        while waiting:
            for member in self.members(waiting.pop()):
                if member["id"] not in seen:
                    seen[member["id"]] = member
                    waiting.append(member["id"])
        return list(seen.values())

    @cached_property
    def _parents(self) -> dict[str, list[str]]:
        parents: dict[str, list[str]] = defaultdict(list)
        for group, members in self._graph.get("members", {}).items():
            for member in members:
                parents[member].append(group)
        return parents

    def member_of(self, member: str) -> list[Record]:
        return [self.objects[group] for group in self._parents.get(member, ()) if group in self.objects]

    def with_principal(self, assignment: Record) -> Record:
        """A role assignment with the object it is given to; null when that object was deleted."""
        found = self.objects.get(assignment["principalId"])
        kept = ("@odata.type", "id", "displayName", "userPrincipalName", "appId", "accountEnabled")
        principal = {name: found[name] for name in kept if name in found} if found else None
        return {**assignment, "principal": principal}

    @cached_property
    def mailboxes(self) -> dict[str, Record]:
        """Exchange mailboxes by Entra object id."""
        return {
            mailbox["ExternalDirectoryObjectId"]: mailbox
            for mailbox in self.state["exchange"].get("Get-Mailbox", [])
            if mailbox.get("ExternalDirectoryObjectId")
        }
