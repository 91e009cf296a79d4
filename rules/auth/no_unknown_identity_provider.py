"""No domain hands sign-in to an unknown identity provider.

Why it matters
    Whoever runs the provider that a domain is handed to can sign in as anybody. Thieves who become administrator for an hour leave
    exactly this behind.

How to fix it
    Microsoft 365: Entra, Domain names: make a domain Managed that nobody means to hand over. Get-MgDomainFederationConfiguration shows
    where it goes.
    Google Workspace: Admin console, Security, Authentication, SSO with third party IdP.
    Name the providers that the clinic uses in approved_idps: the issuer, entity id or its host.

Does not cover
    How well that provider protects its accounts.
"""

from __future__ import annotations

from typing import Any

from connectors.google_workspace.sources.signin import OidcProfile, SamlProfile, SsoAssignment
from connectors.microsoft365.sources.tenant import Domain
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.profile import Profile
from rules.result import Result, Severity, failed, not_applicable, not_assessed, passed, review
from rules.tables import Keyed
from rules.views.federation import Federations, host, reseller

CONTROL = Control("AUTH-29", Severity.HIGH, cites=["164.312(d)", "164.308(a)(4)(ii)(B)"])


def _approved(profile: Profile, issuer: str) -> bool | None:
    """Whether the clinic named this provider; None if it named none at all."""
    if profile.approved_idps is None:
        return None
    return profile.holds(profile.approved_idps, issuer, issuer.rstrip("/"), host(issuer))


@CONTROL.check(MICROSOFT_365)
def domain_goes_to_a_known_provider(domain: Domain, federations: Federations, profile: Profile) -> Result:
    """A domain's people sign in at Microsoft, or at a provider that the clinic named."""
    if not domain.is_verified:
        return not_applicable("is not verified: nobody signs in with it")
    if domain.authentication_type == "Managed":
        return passed("people sign in at Microsoft")
    found = federations.of(domain.id)
    if found is None:
        return not_assessed(
            "is handed to another provider, but Microsoft does not show to which",
            source="graph.domain_federation",
            remedy="run Get-MgDomainFederationConfiguration",
        )
    issuer = found.issuer_uri
    behavior = found.federated_idp_mfa_behavior
    about = {"issuer": issuer}
    shown: dict[str, Any] = {"second_factor": behavior}
    seller = reseller(issuer)
    known = _approved(profile, issuer)
    if not known and seller is not None:
        return review(f"is handed to its reseller {seller}, who can sign in as anybody", about=about, **shown)
    if known is None:
        return review(
            f"is handed to {host(issuer)}: if the clinic means that, name it in approved_idps", about=about, **shown
        )
    if not known:
        return failed(
            f"is handed to {host(issuer)}, which the clinic has not named",
            about=about,
            severity=Severity.CRITICAL,
            **shown,
        )
    if behavior in {"enforceMfaByFederatedIdp", "rejectMfaByFederatedIdp"}:
        return passed(f"is handed to {host(issuer)}, which the clinic has named", issuer=issuer, **shown)
    return review(
        f"is handed to {host(issuer)}; Microsoft takes its word for a second factor without asking for one",
        about=about,
        **shown,
    )


@CONTROL.check(GOOGLE_WORKSPACE, none=passed("nobody signs in through another provider"))
def assignment_goes_to_a_known_provider(
    assignment: SsoAssignment, saml: Keyed[SamlProfile], oidc: Keyed[OidcProfile], profile: Profile
) -> Result:
    """People sign in at Google, or at a provider that the clinic named."""
    mode = assignment.sso_mode
    if mode == "SSO_OFF":
        return passed("people here sign in at Google")
    if mode == "DOMAIN_WIDE_SAML_IF_ENABLED":
        return review("people here sign in through the organization's older profile, if it is on: look where it leads")
    issuer = _issuer(assignment, saml, oidc)
    if issuer is None:
        return not_assessed(
            "names a profile that Google does not list",
            source="identity.sso_assignments",
            remedy="look at Security, Authentication, SSO with third party IdP",
        )
    known = _approved(profile, issuer)
    about = {"issuer": issuer}
    if known is None or not profile.approved_idps:
        return review(
            f"people here sign in at {host(issuer)}: if the clinic means that, name it in approved_idps", about=about
        )
    if not known:
        return failed(f"people here sign in at {host(issuer)}, which the clinic has not named", about=about)
    return passed(f"people here sign in at {host(issuer)}, which the clinic has named", issuer=issuer)


def _issuer(assignment: SsoAssignment, saml: Keyed[SamlProfile], oidc: Keyed[OidcProfile]) -> str | None:
    if assignment.saml_sso_info is not None:
        found = saml.get(assignment.saml_sso_info.inbound_saml_sso_profile)
        return None if found is None else str(found.idp_config.entity_id)
    if assignment.oidc_sso_info is not None:
        other = oidc.get(assignment.oidc_sso_info.inbound_oidc_sso_profile)
        return None if other is None else str(other.idp_config.issuer_uri)
    return None
