"""Sign-in through another provider, and the domains that the customer trusts."""

from __future__ import annotations

from typing import Literal

from connectors.google_workspace.calls import CUSTOMER_FILTER, Call
from connectors.record import Record
from connectors.source import GOOGLE_WORKSPACE, source


class SamlSsoInfo(Record, key="inbound_saml_sso_profile"):
    """Which SAML profile is used."""

    inbound_saml_sso_profile: str


class OidcSsoInfo(Record, key="inbound_oidc_sso_profile"):
    """Which OpenID Connect profile is used."""

    inbound_oidc_sso_profile: str


class SignInBehavior(Record):
    """Whether people are sent to the other provider at once."""

    redirect_condition: Literal["REDIRECT_CONDITION_UNSPECIFIED", "NEVER"] = "REDIRECT_CONDITION_UNSPECIFIED"


@source(
    "identity.sso_assignments",
    GOOGLE_WORKSPACE,
    Call(
        "cloudidentity",
        "v1",
        lambda s: s.inboundSsoAssignments().list,
        "sso",
        {"filter": CUSTOMER_FILTER},
        items="inboundSsoAssignments",
        size="pageSize",
    ),
    permission="cloud-identity.inboundsso.readonly",
    lane="identity",
    page_size=100,
    tier="tenant",
)
class SsoAssignment(Record, key="name"):
    """Who signs in through another provider: a unit or a group, with the profile that is used.

    Group assignments (lower rank first) beat those of units; the nearest unit above wins. Super administrators keep
    signing in at Google when they open the Admin console.
    """

    kind = "sign-in assignment"

    name: str
    # An assignment names either a unit or a group; the other field is left out.
    target_org_unit: str | None = None
    target_group: str | None = None
    rank: int = 0  # zero is left out; it matters for groups only
    sso_mode: Literal["SSO_OFF", "SAML_SSO", "OIDC_SSO", "DOMAIN_WIDE_SAML_IF_ENABLED"]
    # Only the one that belongs to the mode is there.
    saml_sso_info: SamlSsoInfo | None = None
    oidc_sso_info: OidcSsoInfo | None = None
    sign_in_behavior: SignInBehavior | None = None

    @property
    def label(self) -> str:
        """The assignment's target."""
        return str(self.target_org_unit or self.target_group or self.name)


class SamlIdpConfig(Record, key="entity_id"):
    """The other provider of a SAML profile."""

    entity_id: str
    single_sign_on_service_uri: str


@source(
    "identity.sso_saml_profiles",
    GOOGLE_WORKSPACE,
    Call(
        "cloudidentity",
        "v1",
        lambda s: s.inboundSamlSsoProfiles().list,
        "sso",
        {"filter": CUSTOMER_FILTER},
        items="inboundSamlSsoProfiles",
        size="pageSize",
    ),
    permission="cloud-identity.inboundsso.readonly",
    lane="identity",
    page_size=100,
    tier="tenant",
)
class SamlProfile(Record, key="name"):
    """A connection to another sign-in provider by SAML."""

    kind = "sign-in profile"

    name: str
    display_name: str = ""  # an empty text is left out
    idp_config: SamlIdpConfig

    @property
    def label(self) -> str:
        """The profile's name."""
        return str(self.display_name or self.name)


class OidcIdpConfig(Record, key="issuer_uri"):
    """The other provider of an OpenID Connect profile."""

    issuer_uri: str


@source(
    "identity.sso_oidc_profiles",
    GOOGLE_WORKSPACE,
    Call(
        "cloudidentity",
        "v1",
        lambda s: s.inboundOidcSsoProfiles().list,
        "sso",
        {"filter": CUSTOMER_FILTER},
        items="inboundOidcSsoProfiles",
        size="pageSize",
    ),
    permission="cloud-identity.inboundsso.readonly",
    lane="identity",
    page_size=100,
    tier="tenant",
)
class OidcProfile(Record, key="name"):
    """A connection to another sign-in provider by OpenID Connect. Its client secret is never asked for."""

    kind = "sign-in profile"

    name: str
    display_name: str = ""  # an empty text is left out
    idp_config: OidcIdpConfig

    @property
    def label(self) -> str:
        """The profile's name."""
        return str(self.display_name or self.name)


@source(
    "identity.allowlisted_domains",
    GOOGLE_WORKSPACE,
    Call(
        "cloudidentity",
        "v1",
        lambda s: s.allowlistedDomains().list,
        "allowlist",
        items="allowlistedDomains",
        size="pageSize",
    ),
    permission="cloud-identity.allowlisteddomains.readonly",
    lane="identity",
    page_size=5000,
    tier="tenant",
)
class AllowlistedDomain(Record, key="domain"):
    """A foreign domain that the customer trusts for sharing and chat."""

    kind = "domain"

    name: str
    domain: str

    @property
    def label(self) -> str:
        """The domain."""
        return str(self.domain)
