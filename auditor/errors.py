"""Errors that the person at the keyboard can act on: one line what, one line what to do."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a scheduler learns without reading output."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    NOTHING_COLLECTED = 3
    INCOMPLETE = 4
    FINDINGS = 10
    INTERRUPTED = 130


class AuditorError(Exception):
    """Something the person at the keyboard must change."""

    def __init__(self, message: str, advice: str = "", *, code: ExitCode = ExitCode.USAGE) -> None:
        super().__init__(message)
        self.message, self.advice, self.code = message, advice, code
