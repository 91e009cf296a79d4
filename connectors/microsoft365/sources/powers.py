"""Powers inside Exchange and Purview: add-ins of staff, applications in mailboxes, and people who may search everything."""

from __future__ import annotations

from typing import Literal

from connectors.microsoft365.calls import Cmdlet
from connectors.record import Record
from connectors.source import MICROSOFT_365, source


@source(
    "exchange.role_assignment_policies", MICROSOFT_365, Cmdlet("Get-RoleAssignmentPolicy"),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange",
)  # fmt: skip
class RoleAssignmentPolicy(Record, case="pascal", key="name"):
    """What people may do with their own mailbox: installing add-ins, for one."""

    kind = "policy"

    name: str
    is_default: bool
    assigned_roles: list[str]

    @property
    def label(self) -> str:
        return str(self.name)


@source(
    "exchange.application_access_policies", MICROSOFT_365, Cmdlet("Get-ApplicationAccessPolicy"),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange",
)  # fmt: skip
class ApplicationAccessPolicy(Record, case="pascal", key="identity"):
    """A limit on the mailboxes that an application reaches."""

    identity: str
    app_id: str
    access_right: Literal["RestrictAccess", "DenyAccess"]
    scope_name: str | None


@source(
    "exchange.management_role_assignments", MICROSOFT_365, Cmdlet("Get-ManagementRoleAssignment"),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange",
)  # fmt: skip
class ManagementRoleAssignment(Record, case="pascal", key="name"):
    """A role of Exchange that somebody or something holds."""

    kind = "assignment"

    name: str
    role: str
    role_assignee_name: str
    role_assignee_type: str  # User, RoleGroup, SecurityGroup, ServicePrincipal, RoleAssignmentPolicy ...
    enabled: bool
    # Delegating assignments only let their holder give the role to others.
    role_assignment_delegation_type: str
    custom_resource_scope: str | None = None  # only assignments of applications have one
    recipient_administrative_unit_scope: str | None = None  # only assignments of applications have one

    @property
    def label(self) -> str:
        return str(self.name)


@source(
    "exchange.role_groups", MICROSOFT_365, Cmdlet("Get-RoleGroup", {"ResultSize": "Unlimited"}),
    permission="Exchange.ManageAsApp", licence="exchange", lane="exchange",
)  # fmt: skip
class ExchangeRoleGroup(Record, case="pascal", key="guid"):
    """A group of people with powers in Exchange."""

    kind = "role group"

    guid: str
    name: str
    members: list[str]

    @property
    def label(self) -> str:
        return str(self.name)


@source(
    "purview.role_groups", MICROSOFT_365, Cmdlet("Get-RoleGroup", {"ResultSize": "Unlimited"}, area="compliance"),
    permission="Exchange.ManageAsApp", lane="compliance",
)  # fmt: skip
class PurviewRoleGroup(Record, case="pascal", key="guid"):
    """A group of people with powers in Purview: searching all mail and files, for one."""

    kind = "role group"

    guid: str
    name: str
    members: list[str]

    @property
    def label(self) -> str:
        return str(self.name)
