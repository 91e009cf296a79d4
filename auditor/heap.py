"""How the C library keeps memory: glibc opens a heap for each thread and hardly ever gives one back.

A scan reads answers of some megabytes on many threads. Left alone, each thread's heap stays as big as the biggest answer that went
through it; with one heap for all, and big blocks outside of it, memory that is free is free for everybody.
"""

from __future__ import annotations

import ctypes
import sys

_ARENA_MAX, _MMAP_THRESHOLD = -8, -3  # the parameters' numbers in glibc's malloc.h
_BIG = 1 << 20


def share_one() -> bool:
    """Ask the C library for one heap, before threads are started; whether it is one that can be asked."""
    if sys.platform != "linux":
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):  # musl has no such function, and no such heaps
        return False
    return bool(mallopt(_ARENA_MAX, 1)) and bool(mallopt(_MMAP_THRESHOLD, _BIG))
