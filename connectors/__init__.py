"""Reads one provider each and hands over a Snapshot: raw records by source, plus gaps that say why something is missing."""
