"""The owner's monthly letter: one answer, at most three things to do, what changed, what was accepted. Two pages at most."""

from reports.letter.content import Happening, Letter, Point, Sender, compose

__all__ = ["Happening", "Letter", "Point", "Sender", "compose"]
