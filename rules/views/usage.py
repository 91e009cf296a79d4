"""When an account was last used, and by which old ways mail is read, from Microsoft's usage reports.

    uses.of(person) -> LastUse            uses.when, uses.known_until
    programs.of(address) -> ["IMAP"]

Reports name people by their sign-in name. A tenant may hide names: then a hash stands there, which is nobody's, and what the reports
say is a gap and never matched.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from connectors.gap import Gap, Reason
from connectors.microsoft365.sources.usage import ActiveUser, EmailAppUser
from connectors.record import Unreadable, derived
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.tables import Table
from rules.view import View
from rules.views.people import Person

R = TypeVar("R", ActiveUser, EmailAppUser)


@dataclass(frozen=True)
class LastUse:
    """When an account was last used. `reported` is the day of the report that says so; None where the sign-in itself tells."""

    when: datetime | None
    reported: datetime | None = None


class LastUses(View[None], ABC):
    """When accounts were last used."""

    @abstractmethod
    def of(self, person: Person) -> LastUse:
        """When somebody's account was last used; `Unreadable` if that is not known."""


class GoogleLastUses(LastUses, provider=GOOGLE_WORKSPACE):
    """Google tells every last sign-in."""

    def __init__(self) -> None:
        pass

    def of(self, person: Person) -> LastUse:
        """The last sign-in."""
        return LastUse(person.last_sign_in)


class MicrosoftLastUses(LastUses, provider=MICROSOFT_365):
    """The last sign-in; in tenants without the plan that tells it, the last use of mail, files or Teams."""

    def __init__(self, report: Table[ActiveUser]) -> None:
        self._report = report

    @derived
    def _named(self) -> tuple[dict[str, ActiveUser], Gap | None]:
        return _by_name(self._report)

    def of(self, person: Person) -> LastUse:
        """The last sign-in, else what the report says of a licensed account."""
        try:
            return LastUse(person.last_sign_in)
        except Unreadable as err:
            if err.gap.reason is not Reason.LICENCE:
                raise
            signs_in = err
        named, gap = self._named
        found = named.get(person.address.casefold())
        if found is None:
            raise Unreadable(gap if gap is not None else _unlisted(signs_in.gap))
        dates = [
            found.exchange_last_activity_date,
            found.one_drive_last_activity_date,
            found.share_point_last_activity_date,
            found.skype_for_business_last_activity_date,
            found.teams_last_activity_date,
            found.yammer_last_activity_date,
        ]
        when = max((date for date in dates if date is not None), default=None)
        if when is None and not person.is_licensed:
            raise Unreadable(_unlisted(signs_in.gap))  # it has nothing to use, and so the report knows nothing of it
        return LastUse(when, found.report_refresh_date)


class MailPrograms(View[None]):
    """Who read mail by POP or IMAP in the last 30 days. It only ever adds names: what cannot be read adds none."""

    def __init__(self, report: Table[EmailAppUser]) -> None:
        self._report = report

    @derived
    def _named(self) -> tuple[dict[str, EmailAppUser], Gap | None]:
        return _by_name(self._report)

    def of(self, address: str) -> list[str]:
        """The old ways by which the account of this sign-in name read its mail, as far as is known."""
        found = self._named[0].get(address.casefold())
        try:
            used = {"POP": bool(found.pop3_app), "IMAP": bool(found.imap4_app)} if found is not None else {}
        except Unreadable:
            return []
        return [name for name, was in used.items() if was]


def _by_name(report: Table[R]) -> tuple[dict[str, R], Gap | None]:
    """(rows by sign-in name in lower case, why some may be missing)."""
    found: dict[str, R] = {}
    gap: Gap | None = None
    try:
        for row in _readable(report):
            if isinstance(row, Gap):
                gap = gap or row
            else:
                found[row.user_principal_name.casefold()] = row
    except Unreadable as err:
        gap = gap or err.gap
    return found, gap


def _readable(report: Table[R]) -> Iterator[R | Gap]:
    """The rows of accounts that are there and named, and a gap for each that is not."""
    for row in report:
        try:
            if "@" not in row.user_principal_name:
                yield _concealed(report.source)
            elif not row.is_deleted:
                yield row
        except Unreadable as err:
            yield err.gap


def _concealed(source: str) -> Gap:
    return Gap(
        f"{source}:userPrincipalName",
        Reason.NEEDS_INPUT,
        "Microsoft's usage reports hide whom they are about",
        "Microsoft 365 admin center, Settings, Org settings, Reports: show names; see AUDIT-12",
    )


def _unlisted(signs_in: Gap) -> Gap:
    return Gap(
        signs_in.source,
        signs_in.reason,
        f"{signs_in.detail}, and Microsoft's usage report does not tell when this account was used",
        signs_in.remedy,
    )
