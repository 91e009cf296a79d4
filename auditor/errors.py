"""Errors that the person at the keyboard can act on: one line what, one line what to do."""

from __future__ import annotations

import errno
import logging
from enum import IntEnum
from pathlib import Path


class ExitCode(IntEnum):
    """What a scheduler learns without reading output."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    NOTHING_COLLECTED = 3
    INCOMPLETE = 4
    FINDINGS = 10
    INTERRUPTED = 130


_NO_ROOM, _NO_RIGHT = "make room on the disk", "check the permissions of the folder and of what lies in it"
_BY_ERROR = {
    errno.ENOSPC: _NO_ROOM,
    errno.EFBIG: _NO_ROOM,
    errno.EDQUOT: _NO_ROOM,
    errno.EACCES: _NO_RIGHT,
    errno.EPERM: _NO_RIGHT,
    errno.EROFS: _NO_RIGHT,
}


class AuditorError(Exception):
    """Something the person at the keyboard must change."""

    def __init__(self, message: str, advice: str = "", *, code: ExitCode = ExitCode.USAGE) -> None:
        super().__init__(message)
        self.message, self.advice, self.code = message, advice, code

    @classmethod
    def unexpected(cls, err: Exception, about: str = "") -> AuditorError:
        """What nobody foresaw, as one line: the system's word of a file, else a fault of ours; the trace goes to the log."""
        log = logging.getLogger("auditor")
        if log.level == logging.DEBUG:
            log.error("unexpected", exc_info=err)
        if isinstance(err, OSError) and cls.is_of_file(err):
            return cls.of_file(err)
        trace = err.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        where = f"{Path(trace.tb_frame.f_code.co_filename).name} line {trace.tb_lineno}" if trace else "the auditor"
        return cls(
            f"{about}unexpected {type(err).__name__} in {where}",
            "run again with --verbose and report it to the makers of the auditor",
            code=ExitCode.UNEXPECTED,
        )

    @staticmethod
    def is_of_file(err: OSError) -> bool:
        """Whether an error is about a file or folder here, and not about a network."""
        return err.filename is not None or err.errno in _BY_ERROR

    @classmethod
    def of_file(cls, err: OSError, what: str = "") -> AuditorError:
        """What the system says of a file or folder, for the person at the keyboard."""
        name = what or err.filename or "a file, or what the output goes to"
        return cls(f"{name}: {err.strerror or type(err).__name__}", _BY_ERROR.get(err.errno or 0, "check the path"))
