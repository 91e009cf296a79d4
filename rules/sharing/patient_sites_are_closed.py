"""Sites with patient data are stricter than the tenant default.

Why it matters
    The clinic's general setting has to fit the newsletter too. The site with the charts has no reason to be open to anybody
    outside.

How to fix it
    Microsoft 365: SharePoint admin center, Active sites, the site, Sharing: "Only people in your organization". List the sites
    that hold patient data as patient_sites.

Does not cover
    Patient data on sites that the clinic has not listed.
"""

from __future__ import annotations

import re

from connectors.microsoft365.sources.sharing import SharePointSite
from connectors.source import MICROSOFT_365
from rules.control import Control, Level
from rules.profile import Profile
from rules.result import Result, Severity, failed, needs_input, not_applicable, passed, review
from rules.tables import Table
from rules.view import Tenant

CONTROL = Control(
    "SHARE-41",
    Severity.HIGH,
    cites=["164.312(a)(1)", "164.502(a)", "164.308(a)(4)(i)", "164.502(b)", "164.514(d)(2)"],
    level=Level.SHOULD,
)
TELLING = re.compile(r"patient|chart|clinical|intake|billing|\bhr\b", re.IGNORECASE)
REMEDY = "list the addresses or titles of the sites that hold patient data as patient_sites"


@CONTROL.check(MICROSOFT_365)
def site_is_closed(site: SharePointSite, profile: Profile) -> Result:
    """Every site that holds patient data is closed to outsiders."""
    closed = site.sharing_capability == 0
    if profile.patient_sites is not None:
        if not profile.holds(profile.patient_sites, site.url, site.title):
            return not_applicable("holds no patient data, as the clinic says")
        return passed("is closed to outsiders") if closed else failed("holds patient data and may be shared outside")
    if not TELLING.search(f"{site.title or ''} {site.url.rpartition('/')[2]}"):
        return not_applicable("its name does not speak of patients")
    if closed:
        return passed("is closed to outsiders")
    return review(
        "sounds like a site with patient data and may be shared outside; the clinic has not said what it holds"
    )


@CONTROL.check(MICROSOFT_365)
def sites_are_named(tenant: Tenant, sites: Table[SharePointSite], profile: Profile) -> list[Result]:
    """The clinic has said which sites hold patient data, and they exist."""
    if profile.patient_sites is None:
        return [needs_input("nobody has said which sites hold patient data", REMEDY)]
    there = {name.casefold() for site in sites for name in (site.url, site.title or "")}
    lost = sorted(name for name in profile.patient_sites if name.casefold() not in there)
    if lost:
        return [
            review(f"no site is called {name}, which the clinic lists as holding patient data", about={"site": name})
            for name in lost
        ]
    return [passed("the sites that hold patient data are known", sites=len(profile.patient_sites))]
