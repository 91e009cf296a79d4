"""Teams apps need approval.

Why it matters
    An app inside Teams reads along in chats, meetings and files. One click of one person must not let it in.

How to fix it
    Microsoft 365: Teams admin center, Teams apps, Manage apps, Actions, Org-wide app settings: third-party and custom apps off by
    default; approve apps one by one.

Does not cover
    Apps that are installed already (APP-8). A scan does not see the organization-wide settings, which Microsoft shows to a person only;
    an imported ScubaGear export holds them.
"""

from __future__ import annotations

from connectors.microsoft365.sources.teams import AppPermissionPolicy, TenantAppSetting
from connectors.record import Unreadable
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_assessed, passed, review
from rules.tables import Table
from rules.view import Tenant

CONTROL = Control(
    "MEET-11", Severity.MEDIUM, cites=["164.308(a)(4)(ii)(B)", "164.312(a)(1)", "164.308(b)(1)"], level=Level.SHOULD
)
KINDS = {"DefaultApp": "Microsoft's own apps", "GlobalApp": "apps of other companies", "PrivateApp": "custom apps"}
FIELDS = {
    "DefaultApp": "default_catalog_apps_type",
    "GlobalApp": "global_catalog_apps_type",
    "PrivateApp": "private_catalog_apps_type",
}


def _judge(kind: str, settings: Table[TenantAppSetting], policies: Table[AppPermissionPolicy]) -> Result:
    words = KINDS[kind]
    refuse = review if kind == "DefaultApp" else failed
    try:
        found = next((setting for setting in settings if setting.setting_name == kind), None)
    except Unreadable as err:
        return _by_policies(kind, policies, err)
    if found is None:
        return not_assessed(f"the settings do not speak of {words}", source="teams.tenant_app_settings")
    if found.setting_value == "None":
        return passed(f"{words} need approval")
    return refuse(f"people may install {words} without approval", value=found.setting_value)


def _by_policies(kind: str, policies: Table[AppPermissionPolicy], unread: Unreadable) -> Result:
    """What app permission policies say, which tenants under app-centric management no longer follow."""
    words = KINDS[kind]
    listed = list(policies)
    if not listed:
        raise unread
    opened = [policy.name for policy in listed if getattr(policy, FIELDS[kind]) == "BlockedAppList"]
    if not opened:
        return review(
            f"every policy allows listed {words} only; under app-centric management the organization-wide settings "
            "count instead, which no scan sees"
        )
    refuse = review if kind == "DefaultApp" else failed
    return refuse(f"people may install {words} without approval, as far as policies tell", policies=opened)


@CONTROL.check(MICROSOFT_365, scuba=["MS.TEAMS.5.2v2"], cis=["CIS M365 v7.0.0 8.4.1", "CIS M365 v6.0.0 8.4.1"])
def apps_of_others(tenant: Tenant, settings: Table[TenantAppSetting], policies: Table[AppPermissionPolicy]) -> Result:
    """Apps of other companies need approval."""
    return _judge("GlobalApp", settings, policies)


@CONTROL.check(MICROSOFT_365, scuba=["MS.TEAMS.5.3v2"])
def custom_apps(tenant: Tenant, settings: Table[TenantAppSetting], policies: Table[AppPermissionPolicy]) -> Result:
    """Custom apps need approval."""
    return _judge("PrivateApp", settings, policies)


@CONTROL.check(MICROSOFT_365, scuba=["MS.TEAMS.5.1v2"])
def microsofts_apps(tenant: Tenant, settings: Table[TenantAppSetting], policies: Table[AppPermissionPolicy]) -> Result:
    """Microsoft's own apps need approval."""
    return _judge("DefaultApp", settings, policies)
