"""Reads exports of other tools as ordinary snapshots: the same sources, the same records, gaps for what they lack."""

from connectors.imports.reading import ImportRefused

__all__ = ["ImportRefused"]
