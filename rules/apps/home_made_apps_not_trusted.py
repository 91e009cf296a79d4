"""Home-made Google apps are not trusted by default.

Why it matters
    An app that somebody with a clinic account made, or a thief made with it, would open restricted services without anybody's consent.

How to fix it
    Google Workspace: Admin console, Security, API controls, Settings, Internal apps: clear "Trust internal apps"; trust the few you
    need by name.

Does not cover
    Apps that are trusted by name (APP-8).
"""

from __future__ import annotations

from connectors.google_workspace.sources.settings import InternalApps
from connectors.source import GOOGLE_WORKSPACE
from rules.control import Control, Level
from rules.result import Result, Severity, failed, not_applicable, passed
from rules.views.google_policy import PolicyCell

CONTROL = Control("APP-14", Severity.LOW, cites=["164.308(a)(4)(ii)(B)", "164.312(a)(1)"], level=Level.SHOULD)


@CONTROL.check(
    GOOGLE_WORKSPACE,
    scuba=["GWS.COMMONCONTROLS.10.3v1"],
    # The benchmark wants the switch on, for offices that write their own apps; a clinic has no developers.
    cis=["CIS GWS v1.3 4.2.1.3"],
    prowler=["security_internal_apps_trusted"],
    none=not_applicable("no active person works in any unit"),
)
def own_apps_ask_too(cell: PolicyCell) -> Result:
    """Apps that were made in the clinic are not trusted all at once."""
    origin = str(cell.origin(InternalApps, "trust_internal_apps"))
    if cell.setting(InternalApps).trust_internal_apps:
        return failed("every app that was made with a clinic account is trusted", people=cell.names, setting=origin)
    return passed("apps that were made in the clinic are trusted by name only", setting=origin)
