"""Some baseline protection is always on.

Why it matters
    A tenant with neither security defaults nor rules of its own is protected by passwords alone. The defaults are free and one
    click away; they are often switched off without anything taking their place.

How to fix it
    Microsoft 365: Entra admin center, Properties, Manage security defaults: Enabled; or, with Entra ID P1, rules that ask everybody
    and every administrator for a second factor and block old programs.

Does not cover
    How good the rules are in detail: see MFA-1, MFA-4 and AUTH-1.
"""

from __future__ import annotations

from connectors.microsoft365.sources.access import SecurityDefaults
from connectors.record import Unreadable
from connectors.source import MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, passed, review
from rules.tables import One
from rules.view import Tenant
from rules.views.baseline import Baseline, everybody_is_elsewhere
from rules.views.conditional_access import ConditionalAccess
from rules.views.factors import SECURITY_DEFAULTS
from rules.views.people import People
from rules.views.signin import SignIn, held_elsewhere

CONTROL = Control("AUTH-25", Severity.CRITICAL, cites=["164.312(d)", "164.308(a)(1)(ii)(B)"])


@CONTROL.check(MICROSOFT_365)
def something_is_on(
    tenant: Tenant,
    defaults: One[SecurityDefaults],
    baseline: Baseline,
    access: ConditionalAccess,
    people: People,
    sign_in: SignIn,
) -> Result:
    """Security defaults are on, or rules do the same: everybody, administrators, old programs."""
    if defaults.value.is_enabled:
        labels = sorted(policy.label for policy in access)
        if labels and baseline.licensed:
            return review(
                "security defaults and the clinic's own rules are both reported as on, which Microsoft does not allow; one of the "
                "two answers is wrong: look at both",
                policies=labels,
            )
        return passed("security defaults are on", protected_by=[SECURITY_DEFAULTS])
    missing, found = [], list[str]()
    outside = False
    unread: Unreadable | None = None
    # A rule that asks everybody asks administrators as well, so that MFA-4 asks nothing more of the rules.
    for standing, words in (
        (baseline.everybody, "asks everybody for a second factor"),
        (baseline.legacy, "blocks old programs"),
    ):
        try:
            if standing.met:
                found += standing.policies
            elif standing is baseline.everybody and (standing.external or everybody_is_elsewhere(people, sign_in)):
                outside = True  # another provider may ask; nobody is called unprotected because that is out of sight
            else:
                missing.append(words)
        except Unreadable as err:
            unread = unread or err
    if missing:
        return failed(f"security defaults are off, and no rule {' or '.join(missing)}", missing=missing)
    if unread is not None:
        raise unread
    if outside:
        return held_elsewhere(
            "old programs are blocked, and another provider holds the second factor, which cannot be seen from here",
            remedy="show that the other provider asks everybody for a second factor",
            protected_by=sorted(set(found)),
        )
    return passed("the clinic's own rules do what security defaults would", protected_by=sorted(set(found)))
