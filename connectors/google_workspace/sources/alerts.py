"""What Google's own guards have noticed, and private accounts that use a clinic address."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from connectors.google_workspace.calls import Call
from connectors.record import Record
from connectors.source import GOOGLE_WORKSPACE, source


class AlertMetadata(Record, key="status"):
    """How serious an alert is, and whether somebody took it up."""

    status: Literal["NOT_STARTED", "IN_PROGRESS", "CLOSED"]
    # "defaults to an empty string when it could not be determined" (Alert Center, AlertMetadata); empty texts are left out.
    severity: Literal["HIGH", "MEDIUM", "LOW", ""] = ""


@source(
    "alerts.alerts",
    GOOGLE_WORKSPACE,
    Call(
        "alertcenter",
        "v1beta1",
        lambda s: s.alerts().list,
        "alerts",
        {"orderBy": "create_time desc"},
        items="alerts",
        size="pageSize",
    ),
    permission="apps.alerts",
    lane="alerts",
    page_size=1000,
    optional=True,
)
class Alert(Record, key="alert_id"):
    """An alert of the Alert Center. What it says is dropped, for it may quote subjects of messages."""

    kind = "alert"

    alert_id: str
    type: str
    create_time: datetime
    metadata: AlertMetadata
    deleted: bool = False  # false is left out

    @property
    def label(self) -> str:
        """What kind of alert it is."""
        return f"{self.type} {self.alert_id}"


@source(
    "identity.user_invitations",
    GOOGLE_WORKSPACE,
    Call(
        "cloudidentity",
        "v1",
        lambda s: s.customers().userinvitations().list,
        "invitations",
        {"parent": "customers/{customer}"},
        items="userInvitations",
        size="pageSize",
    ),
    permission="cloud-identity.userinvitations.readonly",
    lane="identity",
    page_size=200,
    optional=True,
)
class UserInvitation(Record, key="name"):
    """A private Google account that uses a clinic address, and whether its owner was asked to hand it over."""

    kind = "account"

    name: str  # customers/C.../userinvitations/who%40clinic.example
    state: Literal["NOT_YET_SENT", "INVITED", "ACCEPTED", "DECLINED"]

    @property
    def label(self) -> str:
        """The clinic address."""
        return str(self.name).rpartition("/")[2].replace("%40", "@")
