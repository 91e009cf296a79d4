"""Judges a Snapshot: one verdict per control and entity, with evidence and citations."""

from rules.assess import Assessment, assess

__all__ = ["Assessment", "assess"]
