"""Why something could not be read: data that travels with the snapshot and ends in the report as "not assessed"."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Reason(StrEnum):
    """Why something could not be read. Readers act on this, so each value has a remedy of its own."""

    NOT_COLLECTED = "not-collected"  # nobody asked for it: switched off, or absent from an imported export
    PERMISSION = "permission"  # the provider refused: a permission, scope or role is missing
    LICENCE = "licence"  # the tenant's plan does not include it
    PARTIAL = "partial"  # some pages or some mailboxes were read, others not
    UNREADABLE = "unreadable"  # the answer lacks a field, or holds a value nobody has documented
    THROTTLED = "throttled"  # the provider asked us to wait longer than the run allows
    PROVIDER_ERROR = "provider-error"  # the provider answered with an error
    INTERRUPTED = "interrupted"  # the run was stopped
    NEEDS_INPUT = "needs-input"  # only a person can say: a list, a statement, a document
    RULE_FAILED = "rule-failed"  # our own check broke


class Gap(msgspec.Struct, frozen=True, omit_defaults=True):
    """One reason for one missing thing.

    `source` is the source's name ("graph.users"), or the field path for an unreadable field.
    `detail` says what happened, without any record content. `remedy` says what to do, with the exact permission or plan.
    """

    source: str
    reason: Reason
    detail: str = ""
    remedy: str = ""


class SourceGap(Exception):
    """Raised by a connector when a source, or the rest of it, cannot be read."""

    def __init__(self, gap: Gap) -> None:
        super().__init__(f"{gap.source}: {gap.reason}: {gap.detail}")
        self.gap = gap
