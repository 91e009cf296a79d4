"""The settings of the Admin console, as the Policy API lists them: one record per setting and place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from connectors.google_workspace.calls import Call
from connectors.google_workspace.sources.settings import Setting, setting_class
from connectors.record import Record
from connectors.source import GOOGLE_WORKSPACE, source

PREFIX = "settings/"


class PolicyQuery(Record):
    """Where a policy applies: a unit and everything below it, a group, or holders of a licence."""

    # A policy for the whole customer may come without a unit; the Policy API leaves empty texts out.
    org_unit: str = ""
    group: str = ""
    query: str = ""
    sort_order: float  # the larger one wins; only the order means something

    @property
    def unit_id(self) -> str:
        """The unit's id without `orgUnits/`; empty for the whole customer."""
        return str(self.org_unit).removeprefix("orgUnits/")

    @property
    def group_id(self) -> str:
        """The group's id without `groups/`, or a name such as WORKSPACE_ALL_ADMIN_GROUP; empty if it is for everyone."""
        return str(self.group).removeprefix("groups/")


class PolicySetting(Record, key="type"):
    """Which setting a policy gives a value to, and the value.

    The value is kept as far as a class in `settings.py` declares it. Of a setting without such a class only the type is
    kept, because its texts may name anybody.
    """

    type: str
    value: dict[str, Any]

    @classmethod
    def project(cls, raw: Mapping[str, Any], secret: bytes) -> dict[str, Any]:
        """The setting's type, and the declared part of its value."""
        kept: dict[str, Any] = {"type": raw["type"]} if "type" in raw else {}
        known = setting_class(str(raw.get("type", "")).removeprefix(PREFIX))
        if known is not None and isinstance(raw.get("value"), Mapping):
            kept["value"] = known.project(raw["value"], secret)
        elif known is not None and "value" in raw:
            kept["value"] = None
        return kept

    @property
    def name(self) -> str:
        """The setting's name without `settings/`: "gmail.auto_forwarding"."""
        return str(self.type).removeprefix(PREFIX)

    def typed(self) -> Setting | None:
        """The value as a typed record; None for a setting that nobody declared. `Unreadable` if there is no value."""
        known = setting_class(self.name)
        return None if known is None else known(self.value, f"{self._path}value.")


@source(
    "policy.policies",
    GOOGLE_WORKSPACE,
    # One listing without a filter: a filter per setting would cost a request, and so a second, each.
    Call("cloudidentity", "v1", lambda s: s.policies().list, "policy", items="policies", filled=True, size="pageSize"),
    permission="cloud-identity.policies.readonly",
    lane="policy",
    page_size=100,
    tier="tenant",
)
class Policy(Record, key="name"):
    """One value of one Admin console setting, for one unit, group or licence.

    What applies to a person is the matching policy with the highest sort order, field by field; a setting that no policy
    gives has the default that Google documents (`settings.DEFAULTS`), and that only when the whole listing was read.
    """

    kind = "policy"

    name: str
    type: Literal["SYSTEM", "ADMIN"]  # Google's default for this customer, or an administrator's choice
    policy_query: PolicyQuery
    setting: PolicySetting

    @property
    def label(self) -> str:
        """The setting's name."""
        return self.setting.name
