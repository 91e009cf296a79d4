"""What Entra ID P2 brings: roles that are turned on when needed, reviews of access, and risk that Microsoft rates."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from connectors.simulator.scenarios.microsoft_clinic import Clinic, days_ago
from connectors.simulator.scenarios.microsoft_defaults import ROLES

Record = dict[str, Any]

_RULES = "#microsoft.graph.unifiedRoleManagementPolicy"


def held_roles(clinic: Clinic, *, through_pim: bool) -> None:
    """List every role that somebody holds as Privileged Identity Management does: turned on until tonight, or for ever."""
    clinic.graph["roleAssignmentScheduleInstances"] = [
        {
            "id": clinic.id("instance", row["id"]),
            "principalId": row["principalId"],
            "roleDefinitionId": row["roleDefinitionId"],
            "directoryScopeId": "/",
            "appScopeId": None,
            "memberType": "Direct",
            "assignmentType": "Activated" if through_pim else "Assigned",
            "startDateTime": days_ago(0.1) if through_pim else None,
            "endDateTime": days_ago(-0.2) if through_pim else None,
            "roleAssignmentOriginId": row["id"],
            "roleAssignmentScheduleId": clinic.id("schedule", row["id"]),
        }
        for row in clinic.graph["roleAssignments"]
    ]


def role_settings(clinic: Clinic, *, approval: bool, told: Iterable[str]) -> None:
    """The settings behind every role: whether turning it on needs approval, and who is told."""
    notices = [
        "Notification_Admin_Admin_Assignment",
        "Notification_Admin_Admin_Eligibility",
        "Notification_Admin_EndUser_Assignment",
    ]
    recipients = list(told)
    clinic.graph["roleManagementPolicyAssignments"] = [
        {
            "id": f"DirectoryRole_{clinic.id('tenant', 'id')}_{clinic.id('role-policy', name)}_{role}",
            "policyId": f"DirectoryRole_{clinic.id('tenant', 'id')}_{clinic.id('role-policy', name)}",
            "scopeId": "/",
            "scopeType": "DirectoryRole",
            "roleDefinitionId": role,
            "policy": {
                "id": f"DirectoryRole_{clinic.id('tenant', 'id')}_{clinic.id('role-policy', name)}",
                "displayName": "DirectoryRole",
                "isOrganizationDefault": False,
                "rules": [
                    {
                        "@odata.type": f"{_RULES}ApprovalRule",
                        "id": "Approval_EndUser_Assignment",
                        "setting": {"isApprovalRequired": approval, "approvalMode": "SingleStage"},
                    },
                    *(
                        {
                            "@odata.type": f"{_RULES}NotificationRule",
                            "id": notice,
                            "notificationType": "Email",
                            "recipientType": "Admin",
                            "notificationLevel": "All",
                            "isDefaultRecipientsEnabled": True,
                            "notificationRecipients": recipients,
                        }
                        for notice in notices
                    ),
                ],
            },
        }
        for name, role in ROLES.items()
    ]


def review(clinic: Clinic, name: str, query: str) -> None:
    """A review that runs now and comes back every quarter."""
    clinic.graph.setdefault("accessReviews", []).append(
        {
            "id": clinic.id("review", name),
            "displayName": name,
            "status": "InProgress",
            "descriptionForReviewers": f"Ask {clinic.canary('review-description')}",
            "scope": {
                "@odata.type": "#microsoft.graph.accessReviewQueryScope",
                "query": query,
                "queryType": "MicrosoftGraph",
            },
            "instanceEnumerationScope": None,
            "settings": {
                "recurrence": {
                    "pattern": {"type": "absoluteMonthly", "interval": 3, "dayOfMonth": 1},
                    "range": {"type": "noEnd", "startDate": days_ago(200)[:10]},
                },
                "mailNotificationsEnabled": True,
            },
        }
    )


def risk_rules(clinic: Clinic) -> None:
    """Rules that stop accounts, sign-ins and agents that Microsoft holds to be in somebody else's hands."""
    clinic.access_policy("Stop stolen accounts", grant=("block",), conditions={"userRiskLevels": ["high"]})
    clinic.access_policy("Stop risky sign-ins", grant=("block",), conditions={"signInRiskLevels": ["medium", "high"]})
    clinic.access_policy(
        "Stop risky agents",
        users={"includeUsers": ["None"]},
        grant=("block",),
        conditions={
            "agentIdRiskLevels": "high",
            "clientApplications": {
                "includeServicePrincipals": [],
                "excludeServicePrincipals": [],
                "includeAgentIdServicePrincipals": ["All"],
                "excludeAgentIdServicePrincipals": [],
            },
        },
    )


def at_risk(clinic: Clinic, user_id: str, *, state: str, days: float) -> None:
    """What Microsoft thinks of an account, since when."""
    user = clinic.user(user_id)
    clinic.graph.setdefault("riskyUsers", []).append(
        {
            "id": user_id,
            "userPrincipalName": user["userPrincipalName"],
            "userDisplayName": user["displayName"],
            "isDeleted": False,
            "isProcessing": False,
            "riskLevel": "high" if state == "atRisk" else "none",
            "riskState": state,
            "riskDetail": "none" if state == "atRisk" else "adminConfirmedUserSafe",
            "riskLastUpdatedDateTime": days_ago(days),
        }
    )


def partner(clinic: Clinic, tenant_id: str) -> None:
    """An IT company that looks after the tenant from its own."""
    clinic.graph.setdefault("crossTenantAccessPartners", []).append(
        {
            "tenantId": tenant_id,
            "isServiceProvider": True,
            "isInMultiTenantOrganization": False,
            "inboundTrust": None,
            "b2bCollaborationInbound": None,
            "b2bCollaborationOutbound": None,
            "b2bDirectConnectInbound": None,
            "b2bDirectConnectOutbound": None,
            "automaticUserConsentSettings": {"inboundAllowed": None, "outboundAllowed": None},
        }
    )


def trace(clinic: Clinic, user_id: str, recipient: str, count: int = 1) -> None:
    """Messages that somebody sent lately."""
    rows = clinic.graph.setdefault("messageTraces", [])
    for _ in range(count):
        rows.append(
            {
                "id": clinic.id("trace", f"{user_id}{len(rows)}"),
                "messageId": f"<{len(rows)}@{clinic.domain}>",
                "senderAddress": clinic.user(user_id)["mail"],
                "recipientAddress": recipient,
                "receivedDateTime": days_ago(2),
                "subject": f"Chart of {clinic.canary('trace-subject')}",
                "status": "delivered",
                "size": 20480,
                "fromIP": "192.0.2.17",
                "toIP": None,
            }
        )
