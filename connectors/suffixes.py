"""The public suffix list, read once: under which ends of a name the public registers domains ("co.uk", "com")."""

from __future__ import annotations

from functools import cache

from publicsuffixlist import PublicSuffixList


@cache
def suffixes() -> PublicSuffixList:
    """Mozilla's list as the library brings it; an end that it does not know counts as one."""
    return PublicSuffixList()
