"""Hybrid sync with an on-premises directory is hardened (cloud-only: not applicable).

Why it matters
    A server in the back room that synchronizes accounts can take over any account in the cloud that it may match. Whoever owns that
    server then owns the mailboxes.

How to fix it
    Microsoft 365: Update-MgDirectoryOnPremiseSynchronization: block soft match and hard match; Entra Connect: password hash
    synchronization on, seamless single sign-on off; Entra, Password protection: Windows Server AD: Enforced; leave the role Directory
    Synchronization Accounts out of rules for everybody.

Does not cover
    The server itself. Seamless single sign-on shows in no setting that is read.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from connectors.microsoft365.sources.signin import OnPremisesSynchronization
from connectors.microsoft365.sources.tenant import Organization
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.result import Result, Severity, failed, needs_input, not_applicable, passed
from rules.tables import One
from rules.view import Now, Tenant, age
from rules.views.conditional_access import AccessPolicy, Demand, is_synchronization
from rules.views.password_rules import PasswordSettings
from rules.views.people import People

CONTROL = Control(
    "AUTH-21",
    Severity.LOW,
    cites=["164.308(a)(5)(ii)(D)", "164.312(d)", "164.308(a)(7)(i)", "164.312(a)(1)"],
    level=Level.SHOULD,
)
CLOUD_ONLY = "no local directory is synchronized"
FRESH = timedelta(hours=3)


def _cloud_only(organization: One[Organization]) -> bool:
    return organization.value.on_premises_sync_enabled is not True  # null: never synchronized


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 5.2.3.3", "CIS M365 v6.0.0 5.2.3.3"],
    prowler=["entra_password_protection_on_premises_enforced"],
)
def forbidden_passwords_count_there(
    tenant: Tenant, organization: One[Organization], settings: PasswordSettings
) -> Result:
    """Forbidden passwords are refused on the local server as well."""
    if _cloud_only(organization):
        return not_applicable(CLOUD_ONLY)
    passwords = settings.passwords
    if passwords is None or not passwords.on("EnableBannedPasswordCheckOnPremises"):
        return failed("the local server takes passwords that the cloud forbids")
    mode = passwords.text("BannedPasswordCheckOnPremisesMode")
    if mode.casefold() not in {"enforce", "enforced"}:
        return failed("the local server only writes down when it takes a forbidden password", mode=mode)
    return passed("forbidden passwords are refused on the local server", mode=mode)


@CONTROL.check(
    MICROSOFT_365,
    cis=["CIS M365 v7.0.0 5.1.8.1", "CIS M365 v6.0.0 5.1.8.1"],
    prowler=["entra_password_hash_sync_enabled"],
)
def cloud_can_check_passwords(
    tenant: Tenant, organization: One[Organization], sync: One[OnPremisesSynchronization], now: Now
) -> Result:
    """Password hashes are synchronized, so that people can sign in without the server and leaked passwords are found."""
    if _cloud_only(organization):
        return not_applicable(CLOUD_ONLY)
    last = organization.value.on_premises_last_sync_date_time
    shown: dict[str, Any] = {
        "last_synchronized": None if last is None else last.isoformat(),
        "fresh": None if last is None else age(now, last) <= FRESH,
    }
    if sync.value.features.password_sync_enabled:
        return passed("password hashes are synchronized", **shown)
    return failed("password hashes are not synchronized: if the server fails, nobody can sign in", **shown)


@CONTROL.check(MICROSOFT_365, prowler=["entra_seamless_sso_disabled"])
def seamless_sign_on_is_off(tenant: Tenant, organization: One[Organization]) -> Result:
    """Seamless single sign-on is off."""
    if _cloud_only(organization):
        return not_applicable(CLOUD_ONLY)
    return needs_input(
        "whether seamless single sign-on is on shows in no setting that is read",
        remedy="look at Entra Connect, user sign-in: switch it off unless old computers need it",
    )


@CONTROL.check(MICROSOFT_365, prowler=["entra_directory_sync_object_takeover_blocked"])
def takeover_is_blocked(
    tenant: Tenant, organization: One[Organization], sync: One[OnPremisesSynchronization]
) -> Result:
    """The local server cannot take over accounts of the cloud."""
    if _cloud_only(organization):
        return not_applicable(CLOUD_ONLY)
    features = sync.value.features
    open_ = []
    if not features.block_soft_match_enabled:
        open_.append("accounts with the same address are matched")
    if not features.block_cloud_object_takeover_through_hard_match_enabled:
        open_.append("accounts with the same mark are taken over")
    if features.allow_on_prem_update_of_on_premises_object_identifier_enabled:
        open_.append("the mark may be changed from the server")
    if open_:
        return failed("the local server can take over accounts of the cloud: " + "; ".join(open_), open=open_)
    return passed("the local server cannot take over accounts of the cloud")


@CONTROL.check(
    MICROSOFT_365,
    prowler=["entra_conditional_access_policy_directory_sync_account_excluded"],
    none=not_applicable("no rule is switched on"),
)
def synchronization_is_left_out(policy: AccessPolicy, organization: One[Organization], people: People) -> Result:
    """Rules for everybody leave out the account that synchronizes."""
    if _cloud_only(organization):
        return not_applicable(CLOUD_ONLY)
    if not policy.includes_all or not (policy.blocks or policy.demand is not Demand.NOTHING):
        return not_applicable("does not ask everybody for anything")
    caught = [person.label for person in people if is_synchronization(person) and policy.applies(person).covered]
    if caught:
        return failed("would stop the synchronization", accounts=sorted(caught))
    return passed("leaves the synchronization alone")
