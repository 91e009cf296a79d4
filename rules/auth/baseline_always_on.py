"""Some baseline protection is always on.

Why it matters
    A tenant with neither security defaults nor rules of its own is protected by passwords alone. The defaults are free and one click away.

How to fix it
    Microsoft 365: Entra admin center, Properties, Manage security defaults: Enabled; or, with Entra ID P1, rules that ask everybody
    and every administrator for a second factor and block old programs.

Does not cover
    How good the rules are beyond these three.
"""

from __future__ import annotations

from connectors.microsoft365.sources.access import SecurityDefaults
from connectors.record import Unreadable
from connectors.source import MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, passed, review
from rules.tables import One
from rules.view import Tenant
from rules.views.baseline import Baseline
from rules.views.conditional_access import ConditionalAccess

CONTROL = Control("AUTH-25", Severity.CRITICAL, cites=["164.312(d)", "164.308(a)(1)(ii)(B)"])


@CONTROL.check(MICROSOFT_365)
def something_is_on(
    tenant: Tenant, defaults: One[SecurityDefaults], baseline: Baseline, access: ConditionalAccess
) -> Result:
    """Security defaults are on, or rules do the same: everybody, administrators, old programs."""
    unread: Unreadable | None = None
    try:
        if defaults.value.is_enabled:
            if any(True for _ in _known(access)) and baseline.licensed:
                return review(
                    "security defaults are on together with rules of the clinic's own, which Microsoft does not allow; look at both"
                )
            return passed("security defaults are on")
    except Unreadable as err:
        unread = err
    missing = []
    for standing, words in (
        (baseline.everybody, "asks everybody for a second factor"),
        (baseline.legacy, "blocks old programs"),
    ):
        try:
            if not standing.met:
                missing.append(words)
        except Unreadable as err:
            unread = unread or err
    try:
        if "asks everybody for a second factor" in missing and not baseline.administrators.met:
            missing.append("asks every administrator for a second factor")
    except Unreadable as err:
        unread = unread or err
    if not missing and unread is None:
        return passed("the clinic's own rules do what security defaults would")
    if unread is not None:
        raise unread
    return failed(f"security defaults are off, and no rule {', and none '.join(missing)}", missing=missing)


def _known(access: ConditionalAccess) -> list[object]:
    found: list[object] = []
    try:
        for policy in access:
            found.append(policy)  # noqa: PERF402 - what came before a gap counts
    except Unreadable:
        pass
    return found
