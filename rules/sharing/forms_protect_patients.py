"""Forms collect patient data only in a protected way.

Why it matters
    An intake form is where patients tell most. It has to lie with a service under the clinic's agreement, and its answers must
    not be open to outsiders.

How to fix it
    Microsoft 365: admin center, Settings, Org settings, Microsoft Forms: no collaboration with outsiders, and phishing protection
    on.
    Google Workspace: Admin console, Apps, Drive and Docs, Forms: no sharing of forms and answers outside.
    Evidence folder: a statement of the kind intake_forms that says how intake forms are protected.

Does not cover
    Forms on the clinic's website.
"""

from __future__ import annotations

from connectors.microsoft365.sources.publishing import AdminForms
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, passed
from rules.tables import One
from rules.view import Tenant
from rules.views.attestations import Attestations

CONTROL = Control("SHARE-28", Severity.MEDIUM, cites=["164.312(e)(1)", "164.308(a)(4)(i)"], level=Level.SHOULD)


def stated(attestations: Attestations) -> Result:
    """Whether somebody says how intake forms are protected."""
    statement = attestations.newest("intake_forms")
    return attestations.fault(statement) or passed("intake forms are stated to be protected")


@CONTROL.check(MICROSOFT_365)
def outside_forms_are_stated(tenant: Tenant, forms: One[AdminForms], attestations: Attestations) -> Result:
    """Forms stay inside, or somebody says how intake forms are protected."""
    if not forms.value.settings.is_external_send_form_enabled:
        return passed("forms cannot be sent outside")
    return stated(attestations)


@CONTROL.check(MICROSOFT_365)
def outsiders_edit_no_forms(tenant: Tenant, forms: One[AdminForms]) -> Result:
    """People outside cannot work on a form."""
    if forms.value.settings.is_external_share_collaboration_enabled:
        return failed("people may let outsiders work on a form")
    return passed("outsiders cannot work on a form")


@CONTROL.check(MICROSOFT_365, cis=["CIS M365 v7.0.0 1.3.5", "CIS M365 v6.0.0 1.3.5"])
def forms_are_searched_for_phishing(tenant: Tenant, forms: One[AdminForms]) -> Result:
    """Forms that ask for passwords are found and blocked."""
    if forms.value.settings.is_in_org_forms_phishing_scan_enabled:
        return passed("forms that ask for passwords are found and blocked")
    return failed("nobody looks for forms that ask for passwords")


@CONTROL.check(GOOGLE_WORKSPACE, scuba=["GWS.DRIVEDOCS.1.10v1", "GWS.DRIVEDOCS.1.11v1"])
def google_forms_are_stated(tenant: Tenant, attestations: Attestations) -> Result:
    """Somebody says how forms and their answers are shared and protected."""
    # The Policy API shows no setting of Forms.
    return stated(attestations)
