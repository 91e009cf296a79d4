"""The customer itself: its id, domains and organizational units."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from connectors.google_workspace.calls import CUSTOMER, Call
from connectors.record import EpochMilliseconds, Record
from connectors.source import GOOGLE_WORKSPACE, source


@source(
    "directory.customer",
    GOOGLE_WORKSPACE,
    Call("admin", "directory_v1", lambda s: s.customers().get, "directory", {"customerKey": CUSTOMER}),
    permission="admin.directory.customer.readonly",
    lane="directory",
    tier="tenant",
)
class Customer(Record):
    """The Google customer: its id, main domain and age, which decides some default settings."""

    kind = "customer"

    id: str
    customer_domain: str
    customer_creation_time: datetime
    alternate_email: str  # where Google writes when the clinic's own mail does not work

    @property
    def label(self) -> str:
        """The main domain."""
        return str(self.customer_domain)


@source(
    "directory.domains",
    GOOGLE_WORKSPACE,
    Call(
        "admin",
        "directory_v1",
        lambda s: s.domains().list,
        "directory",
        {"customer": CUSTOMER},
        items="domains",
        filled=True,
    ),
    permission="admin.directory.domain.readonly",
    lane="directory",
    tier="tenant",
)
class Domain(Record, key="domain_name"):
    """A domain of the customer. Addresses in verified domains and aliases are inside; subdomains are not."""

    kind = "domain"

    domain_name: str
    is_primary: bool
    verified: bool
    creation_time: Annotated[datetime, EpochMilliseconds]

    @property
    def label(self) -> str:
        """The domain's name."""
        return str(self.domain_name)


@source(
    "directory.domain_aliases",
    GOOGLE_WORKSPACE,
    Call(
        "admin",
        "directory_v1",
        lambda s: s.domainAliases().list,
        "directory",
        {"customer": CUSTOMER},
        items="domainAliases",
    ),
    permission="admin.directory.domain.readonly",
    lane="directory",
    tier="tenant",
)
class DomainAlias(Record, key="domain_alias_name"):
    """Another name of a domain. Every customer has one that ends in .test-google-a.com, which carries no mail of its own."""

    kind = "domain"

    domain_alias_name: str
    parent_domain_name: str
    verified: bool
    creation_time: Annotated[datetime, EpochMilliseconds]

    @property
    def label(self) -> str:
        """The alias's name."""
        return str(self.domain_alias_name)


@source(
    "directory.orgunits",
    GOOGLE_WORKSPACE,
    Call(
        "admin",
        "directory_v1",
        lambda s: s.orgunits().list,
        "directory",
        # Only allIncludingParent returns the root unit, whose id the policies name.
        {"customerId": CUSTOMER, "type": "allIncludingParent"},
        items="organizationUnits",
        filled=True,
    ),
    permission="admin.directory.orgunit.readonly",
    lane="directory",
    tier="tenant",
)
class OrgUnit(Record, key="org_unit_id"):
    """An organizational unit: the part of the clinic that a setting applies to. Policies name it without `id:`."""

    kind = "organizational unit"

    name: str
    org_unit_path: str
    org_unit_id: str
    # The root unit has no parent; the Directory API leaves both fields out there.
    parent_org_unit_path: str | None = None
    parent_org_unit_id: str | None = None

    @property
    def label(self) -> str:
        """The unit's path, "/" for the root."""
        return str(self.org_unit_path)

    @property
    def policy_id(self) -> str:
        """The id as policies write it, without `id:`."""
        return str(self.org_unit_id).removeprefix("id:")
