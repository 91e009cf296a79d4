"""Exceptions from Gmail's spam filter that are on in one part of the clinic."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.gap import Gap, Reason
from connectors.google_workspace.sources.settings import (
    GmailAddressLists,
    GmailRuleStates,
    GmailSpamOverrides,
    SpamOverride,
)
from connectors.record import Unreadable
from rules.views.google_policy import PolicyCell


def exceptions(cell: PolicyCell) -> Iterator[SpamOverride]:
    """The exceptions that are on; then `Unreadable` if it is not known of one whether it is.

    A clinic where no policy gives the setting has no exceptions: it is a list that only administrators fill.
    """
    if not cell.given(GmailSpamOverrides):
        return
    listed = cell.setting(GmailSpamOverrides).spam_override
    states: dict[str, bool] = {}
    if listed and cell.given(GmailRuleStates):
        states = {state.rule_id: state.enabled for state in cell.setting(GmailRuleStates).rule_states}
    unknown = False
    for override in listed:
        if override.rule_id not in states:
            unknown = True
        elif states[override.rule_id]:
            yield override
    if unknown:
        raise Unreadable(
            Gap(
                "policy.policies:setting.value.ruleStates",
                Reason.UNREADABLE,
                "whether an exception from the spam filter is on could not be read",
                "look at Gmail, Spam, phishing and malware, Spam in the Admin console",
            )
        )


def senders(cell: PolicyCell, lists: list[Any]) -> tuple[list[str], bool]:
    """(the domains on some lists, whether single addresses are on them); `Unreadable` if a list is not known."""
    entries: list[str] = []
    for one in lists:
        if isinstance(one, dict) and isinstance(one.get("list"), list):
            entries += [str(entry) for entry in one["list"]]
        elif isinstance(one, str):
            entries += _listed(cell, one)
        else:
            raise _unknown()
    return sorted({entry.casefold() for entry in entries if not entry.startswith("@")}), any(
        entry.startswith("@") for entry in entries
    )


def _listed(cell: PolicyCell, wanted: str) -> list[str]:
    for one in cell.setting(GmailAddressLists).email_address_list:
        if one.id == wanted:
            if one.address_list is None:
                raise _unknown()
            return [entry.address for entry in one.address_list.address]
    raise _unknown()


def _unknown() -> Unreadable:
    return Unreadable(
        Gap(
            "policy.policies:setting.value.emailAddressList",
            Reason.UNREADABLE,
            "an exception from the spam filter names a list that could not be read",
            "look at Gmail, Spam, phishing and malware, Spam in the Admin console",
        )
    )
