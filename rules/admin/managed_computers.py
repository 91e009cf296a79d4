"""Admins work from managed computers.

Why it matters
    An administrator's session on a computer full of somebody's games is as safe as those games.

How to fix it
    Microsoft 365: Conditional Access, template "Require compliant or hybrid Azure AD joined device for admins".

Does not cover
    What makes a device compliant. Clinics without Entra ID P1 and Intune.
"""

from __future__ import annotations

from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.data.service_plans import Capability
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.view import Tenant
from rules.views.access_rules import AccessRules
from rules.views.conditional_access import AccessPolicy

CONTROL = Control("ADMIN-14", Severity.LOW, level=Level.SHOULD, cites=["164.310(b)", "164.310(c)", "164.312(a)(1)"])
MANAGED = {"compliantDevice", "domainJoinedDevice"}


def _managed(policy: AccessPolicy) -> list[str] | None:
    """Policies that let nobody in without a managed device."""
    grant = policy.record.grant_controls
    if grant is None or not MANAGED & set(grant.built_in_controls):
        return None
    other = set(grant.built_in_controls) - MANAGED or grant.custom_authentication_factors or grant.terms_of_use
    alone = not other and grant.authentication_strength is None
    return [] if alone or grant.operator == "AND" else ["something else will do instead of a managed device"]


def _either(policy: AccessPolicy) -> list[str] | None:
    """Policies in which a second factor may stand in for the managed device."""
    grant = policy.record.grant_controls
    if grant is None or not MANAGED & set(grant.built_in_controls):
        return None
    return [] if set(grant.built_in_controls) <= MANAGED | {"mfa"} else ["something else will do"]


@CONTROL.check(
    MICROSOFT_365, prowler=["entra_conditional_access_policy_compliant_device_hybrid_joined_device_mfa_required"]
)
def a_rule_asks_for_managed_devices(tenant: Tenant, rules: AccessRules) -> Result:
    """A rule lets administrators in only from managed devices."""
    if not rules.licensed:
        return not_applicable("such rules need Entra ID P1, which the clinic does not own")
    if not rules.licences.has(Capability.INTUNE):
        return not_applicable("managing devices needs Intune, which the clinic does not own")
    strict = rules.for_administrators(_managed)
    if strict.policies:
        return passed("administrators need a managed device", enforced_by=strict.policies)
    strict.met  # noqa: B018 - raises where a policy that could not be read might be the rule
    loose = rules.for_administrators(_either)
    if loose.policies:
        return review("administrators need a managed device or a second factor", enforced_by=loose.policies)
    loose.met  # noqa: B018 - as above
    return failed("administrators may work from any device", near_misses=strict.objections)
