"""Phones open clinic mail only in a protected app.

Why it matters
    In a protected app clinic mail stays apart from private photos and messengers on the same phone, and can be erased without
    touching the rest.

How to fix it
    Microsoft 365: Intune, Apps, App protection policies for iOS and Android: PIN, transfer to policy managed apps only, offline
    wipe; then Conditional Access, a policy for everybody, Office 365, platforms iOS and Android, Grant: Require app protection
    policy.

Does not cover
    Computers (DEV-6).
"""

from __future__ import annotations

from datetime import timedelta

from connectors.microsoft365.sources.access import ConditionalAccessPolicy
from connectors.microsoft365.sources.intune import AppProtection
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.view import Tenant
from rules.views.device_access import PHONES, DeviceAccess, office
from rules.views.device_policies import ANDROID, IOS, LABELS, DevicePolicies
from rules.views.spans import iso

CONTROL = Control("DEV-5", Severity.MEDIUM, cites=["164.312(a)(1)", "164.310(b)", "164.310(c)"], level=Level.SHOULD)


def _asks(policy: ConditionalAccessPolicy, wanted: set[str]) -> bool:
    """Whether nothing but the wanted demands, or the wanted ones among others that all must hold, open the door."""
    grant = policy.grant_controls
    if grant is None or not wanted & set(grant.built_in_controls):
        return False
    others = set(grant.built_in_controls) - wanted
    extra = grant.custom_authentication_factors or grant.terms_of_use or grant.authentication_strength is not None
    return grant.operator == "AND" or (not others and not extra)


@CONTROL.check(MICROSOFT_365, prowler=["entra_conditional_access_policy_approved_client_app_required_for_mobile"])
def a_rule_asks_for_the_app(tenant: Tenant, access: DeviceAccess) -> Result:
    """A rule for everybody asks phones for a protected app."""
    rule = access.rule(lambda policy: _asks(policy, {"compliantApplication"}), applies=office, platforms=PHONES)
    if rule.met:
        return passed("phones need a protected app", policies=rule.policies)
    older = access.rule(
        lambda policy: _asks(policy, {"compliantApplication", "approvedApplication"}),
        applies=office,
        platforms=PHONES,
    )
    if older.met:
        return review(
            "phones need an approved app, a demand that Microsoft is retiring: ask for an app protection policy instead",
            policies=older.policies,
        )
    if not access.licensed:
        return not_applicable("the clinic's plans do not hold Entra ID P1, which Business Premium brings")
    return failed(
        "no rule for everybody asks phones for a protected app", near_misses=[*rule.objections, *older.objections]
    )


def _is_strict(policy: AppProtection) -> bool:
    wipe = iso(policy.period_offline_before_wipe_is_enforced)
    return (
        policy.pin_required
        and policy.allowed_outbound_data_transfer_destinations in {"managedApps", "none"}
        and wipe is not None
        and wipe > timedelta(0)
    )


@CONTROL.check(MICROSOFT_365)
def apps_are_protected(tenant: Tenant, policies: DevicePolicies) -> list[Result]:
    """App protection for iOS and for Android reaches everybody: PIN, no transfer to private apps, offline wipe."""
    results = []
    for platform in (IOS, ANDROID):
        found = policies.protected_apps(platform, _is_strict)
        if found.whole:
            results.append(passed(f"apps on {LABELS[platform]} are protected", policies=found.policies))
        elif found.policies:
            results.append(
                failed(
                    f"app protection on {LABELS[platform]} leaves out some of the staff",
                    about={"platform": platform},
                    policies=found.policies,
                    people=found.left_out,
                )
            )
        else:
            results.append(
                failed(
                    f"no app protection on {LABELS[platform]} asks for a PIN, keeps data in managed apps and wipes",
                    about={"platform": platform},
                )
            )
    return results
