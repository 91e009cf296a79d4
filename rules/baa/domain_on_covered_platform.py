"""The clinic's public domain runs on the covered platform.

Why it matters
    Patients write to the address on the website. If that is a private mailbox, or a mailbox of the web host, all this mail lies
    where no agreement reaches, however well the clinic's own mail is kept.

How to fix it
    Microsoft 365: Microsoft 365 admin center, Settings, Domains: add the domain; then set its MX record as shown there.
    If mail passes a gateway first, put the agreement with its maker on file: evidence folder, kind vendor_baas.
    Google Workspace: Admin console, Account, Domains: add the domain; then set its MX record to smtp.google.com. If
    mail passes a gateway first, put the agreement with its maker on file: evidence folder, kind vendor_baas.

Does not cover
    Contact forms on the website, and addresses printed elsewhere that nobody named in contact_addresses.
"""

from __future__ import annotations

from connectors.microsoft365.sources.mailboxes import Mailbox
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.control import Control
from rules.data import consumer_domains, mail_hosts
from rules.data.mail_hosts import HostClass
from rules.profile import Profile
from rules.result import Result, Severity, Verdict, failed, not_applicable, passed, review
from rules.view import Tenant
from rules.views.agreements import Agreements
from rules.views.mail_domains import MailDomain
from rules.views.owned_domains import OwnedDomains
from rules.views.people import PERSONAL_KINDS

CONTROL = Control(
    "BAA-7", Severity.CRITICAL, cites=["164.308(b)(1)", "164.502(e)(1)", "164.504(e)(1)", "164.312(e)(1)"]
)
PLATFORM = {MICROSOFT_365: HostClass.MICROSOFT, GOOGLE_WORKSPACE: HostClass.GOOGLE}
OUTSIDE = {HostClass.CONSUMER: "a personal mail service", HostClass.WEB_HOST: "a web host or domain seller"}


@CONTROL.check(MICROSOFT_365, GOOGLE_WORKSPACE, none=not_applicable("no domain was found"))
def mail_goes_to_the_platform(
    domain: MailDomain, owned: OwnedDomains, agreements: Agreements, profile: Profile
) -> Result:
    """Mail to the domains that patients know goes to this provider, or through a gateway with an agreement."""
    if domain.is_service:
        return not_applicable("is the provider's own domain")
    if domain.stated and domain.id not in {one.id for one in owned}:
        return failed("is printed for patients, but is no verified domain here")
    hosts = sorted({host.host.casefold().rstrip(".") for host in domain.mx.hosts} - {""})
    if not hosts:
        if domain.stated:
            return failed("is printed for patients, but no server takes its mail")
        return not_applicable("takes no mail")
    result = _hosts(hosts, domain, agreements)
    if result.verdict is Verdict.PASS and not profile.patient_facing_domains:
        return review(f"{result.message}; name the domains printed for patients in patient_facing_domains", hosts=hosts)
    return result


def _hosts(hosts: list[str], domain: MailDomain, agreements: Agreements) -> Result:
    unknown: list[str] = []
    gateways: list[str] = []
    for host in hosts:
        found = mail_hosts.find(host)
        if found is not None and found.cls is PLATFORM[domain.provider]:
            continue
        if found is not None and found.cls in OUTSIDE:
            return failed(f"mail goes to {found.name}, {OUTSIDE[found.cls]}", about={"host": host}, hosts=hosts)
        if found is not None and found.cls is HostClass.GATEWAY:
            gateways.append(found.name)
            if not agreements.covers(host, found.name):
                return failed(
                    f"mail passes {found.name}, and no agreement with it is on file", about={"host": host}, hosts=hosts
                )
        elif not agreements.covers(host):
            unknown.append(host)
    if unknown:
        return failed(
            f"mail goes to {unknown[0]}, which is not this provider and has no agreement on file",
            about={"host": unknown[0]},
            hosts=hosts,
        )
    if gateways:
        return passed(f"mail comes through {gateways[0]}, with an agreement on file", hosts=hosts)
    return passed("mail goes straight to this provider", hosts=hosts)


@CONTROL.check(MICROSOFT_365, GOOGLE_WORKSPACE)
def contact_addresses_are_the_clinics(tenant: Tenant, profile: Profile) -> list[Result]:
    """No address printed for patients is a mailbox at a personal mail service."""
    if not profile.contact_addresses:
        return [not_applicable("no contact address was named in contact_addresses")]
    private = [one for one in sorted(profile.contact_addresses) if consumer_domains.find(one.rpartition("@")[2])]
    return [
        failed(f"{address}, printed for patients, is at a personal mail service", about={"address": address})
        for address in private
    ] or [passed("no printed address is at a personal mail service")]


@CONTROL.check(
    MICROSOFT_365,
    prowler=["exchange_mailbox_primary_smtp_uses_custom_domain"],
    none=not_applicable("there are no mailboxes"),
)
def mailbox_uses_the_clinics_domain(mailbox: Mailbox) -> Result:
    """No person's mailbox sends from an address of Microsoft's own onmicrosoft.com."""
    if mailbox.recipient_type_details not in PERSONAL_KINDS:
        return not_applicable("is no person's mailbox")
    domain = mailbox.primary_smtp_address.rpartition("@")[2].casefold()
    if domain.endswith((".onmicrosoft.com", ".onmicrosoft.us")):
        return failed(f"sends from {domain}, not from the clinic's domain")
    return passed("uses a domain of the clinic")
