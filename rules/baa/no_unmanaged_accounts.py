"""Nobody uses an unmanaged consumer account on the clinic's domain.

Why it matters
    Somebody who signed up at Google or Microsoft with a clinic address has a private account: its files and mail lie outside the
    agreement, nobody can read them back, and they stay with the person who leaves.

How to fix it
    Microsoft 365: Entra (Graph PowerShell): Update-MgPolicyAuthorizationPolicy with allowedToSignUpEmailBasedSubscriptions and
    allowEmailVerifiedUsersToJoinOrganization set to false; remove the accounts that are named.
    Google Workspace: Admin console, Directory, Users, Transfer tool for unmanaged users: ask each to hand the account over; Account
    settings, Conflicting accounts management: replace conflicting accounts.

Does not cover
    Accounts that are younger than two days: Google does not list them yet.
"""

from __future__ import annotations

from connectors.google_workspace.sources.alerts import UserInvitation
from connectors.google_workspace.sources.settings import ConflictingAccounts
from connectors.microsoft365.sources.access import AuthorizationPolicy
from connectors.microsoft365.sources.people import User
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.result import Result, Severity, failed, not_applicable, passed, review
from rules.tables import One
from rules.view import Tenant
from rules.views.google_policy import PolicyCell

CONTROL = Control(
    "BAA-4",
    Severity.HIGH,
    cites=["164.308(b)(1)", "164.502(e)(1)", "164.504(e)(1)", "164.312(a)(2)(i)"],
)
BY_THEMSELVES = {"selfservicesignup", "emailverified"}


@CONTROL.check(GOOGLE_WORKSPACE, none=passed("no private Google account uses a clinic address"))
def account_is_managed(account: UserInvitation) -> Result:
    """The clinic address does not belong to a private Google account."""
    if account.state == "ACCEPTED":
        return passed("was handed over to the clinic")
    if account.state == "DECLINED":
        return failed("is a private Google account, whose owner refused to hand it over", state=account.state)
    return failed("is a private Google account", state=account.state)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.COMMONCONTROLS.7.1v1"],
    none=not_applicable("no active person works in any unit"),
)
def conflicting_accounts_are_replaced(cell: PolicyCell) -> Result:
    """A private account that uses the address of a new colleague is replaced."""
    option = cell.setting(ConflictingAccounts).option
    origin = str(cell.origin(ConflictingAccounts, "option"))
    if option == "REPLACE_CONFLICTING_ACCOUNT":
        return passed("private accounts in the way are replaced", setting=origin)
    if option == "AUTOMATICALLY_SEND_INVITATIONS":
        return review("owners of private accounts in the way are asked, and may refuse", setting=origin)
    return failed("private accounts in the way are kept", setting=origin)


@CONTROL.check(MICROSOFT_365)
def nobody_signs_up(tenant: Tenant, policy: One[AuthorizationPolicy]) -> Result:
    """Nobody can make an account of the clinic's domain by proving a mail address."""
    open_ways = []
    if policy.value.allow_email_verified_users_to_join_organization:
        open_ways.append("whoever proves an address of the domain can join the tenant")
    if policy.value.allowed_to_sign_up_email_based_subscriptions:
        open_ways.append("staff can sign up for products with their address")
    if open_ways:
        return failed("; ".join(open_ways))
    return passed("accounts are made by administrators only")


@CONTROL.check(MICROSOFT_365)
def nobody_came_by_sign_up(person: User) -> Result:
    """The account was made by an administrator."""
    if person.user_type == "Guest":
        return not_applicable("is a guest")
    made = (person.creation_type or "").casefold()
    if made in BY_THEMSELVES:
        return failed("made the account for themselves", how=person.creation_type)
    return passed("was made by an administrator")
