"""Some baseline protection is always on.

Why it matters
    Microsoft 365 gives every clinic a free baseline, security defaults: a second factor and no old sign-in methods. It must be off
    where Conditional Access is used, and it is often switched off without anything taking its place.

How to fix it
    Entra admin center, Properties, Manage security defaults: Enabled; or deploy Conditional Access rules for a second factor for
    everybody and for administrators and against old sign-in methods first, and only then switch security defaults off.

Does not cover
    How good the rules are in detail: see MFA-1, MFA-4 and AUTH-1.
"""

from __future__ import annotations

from connectors.microsoft365.sources.access import SecurityDefaults
from connectors.record import Unreadable
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, not_assessed, passed
from rules.tables import One
from rules.view import Tenant
from rules.views.baseline import Baseline
from rules.views.conditional_access import ConditionalAccess
from rules.views.factors import SECURITY_DEFAULTS

CONTROL = Control("AUTH-25", Severity.CRITICAL, cites=["164.312(d)", "164.308(a)(1)(ii)(B)"])
CONTROL.not_applicable(GOOGLE_WORKSPACE, "Google has no such switch; see MFA-1 and AUTH-1")


@CONTROL.check(MICROSOFT_365)
def baseline_is_on(
    tenant: Tenant, defaults: One[SecurityDefaults], access: ConditionalAccess, baseline: Baseline
) -> Result:
    """Security defaults are on, or Conditional Access rules do the same work."""
    if defaults.value.is_enabled:
        labels = sorted(policy.label for policy in access)
        if labels:
            return not_assessed(
                "security defaults and Conditional Access rules are both reported as on, which Microsoft does not allow: one of "
                "the two answers is wrong",
                source="graph.security_defaults",
                remedy="look at Entra, Properties, Manage security defaults, and scan again",
                policies=labels,
            )
        return passed("security defaults are on", protected_by=[SECURITY_DEFAULTS])
    missing = []
    unread: Unreadable | None = None
    found: list[str] = []
    rules = {
        "a second factor for everybody (MFA-1)": baseline.everybody,
        "old sign-in methods blocked (AUTH-1)": baseline.legacy,
    }
    for words, standing in rules.items():
        try:
            if standing.met:
                found += standing.policies
            else:
                missing.append(words)
        except Unreadable as err:
            unread = unread or err
    # A rule for everybody covers administrators as well, so that MFA-4 asks nothing more of the rules.
    if missing:
        return failed("security defaults are off, and Conditional Access does not replace them", missing=missing)
    if unread is not None:
        raise unread
    return passed("Conditional Access rules replace security defaults", protected_by=sorted(set(found)))
