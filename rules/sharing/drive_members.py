"""Who outside the clinic may open a shared drive: what several controls ask of the same list."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.google_workspace.sources.drives import DrivePermission
from connectors.record import Unreadable
from rules.result import Result, Severity, Verdict, failed, review
from rules.views.addressing import Addressing
from rules.views.forwards import shown, worst_first


def outsiders(
    permissions: Iterable[DrivePermission], addressing: Addressing, *, severity: Severity | None = None
) -> list[Result]:
    """One result for each person or group outside that nobody approved of, the worst first; `severity` is a personal account's."""
    results: list[Result] = []
    for permission in permissions:
        try:
            if permission.type not in {"user", "group"} or permission.deleted:
                continue
            led = addressing.lead(permission.email_address or "")
            about, said = {"destination": shown(led)}, f"can be opened by {shown(led)} ({led.reason})"
            if led.is_consumer:
                results.append(failed(said, about=about, severity=severity, destination_class=led.cls.value))
            elif not led.is_internal and not led.is_approved:
                results.append(review(said, about=about, destination_class=led.cls.value))
        except Unreadable as err:
            results.append(Result(Verdict.NOT_ASSESSED, err.gap.detail, gap=err.gap))
    return worst_first(results)
