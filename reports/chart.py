"""The one drawing of the reports: how many things were to be fixed, scan by scan, as SVG that reads in black and white."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape
from typing import Protocol


class Dated(Protocol):
    """A scan on the drawing."""

    @property
    def day(self) -> date: ...
    @property
    def to_fix(self) -> int: ...
    @property
    def urgent(self) -> int: ...


_WIDTH, _HEIGHT, _BASE, _TOP = 240, 104, 76, 14
_MOST = 12


def described(points: Sequence[Dated]) -> str:
    """What the drawing shows, in words, for those who cannot see it."""
    if not points:
        return "No earlier scan."
    return "Things to fix, scan by scan: " + ", ".join(
        f"{point.to_fix} in {point.day:%B %Y}" for point in points[-_MOST:]
    )


def trend(points: Sequence[Dated]) -> str:
    """Bars of the last twelve scans: the dark foot is what is urgent. The text of the drawing is in `described`."""
    shown = list(points)[-_MOST:]
    most = max((point.to_fix for point in shown), default=0) or 1
    slot = _WIDTH / max(len(shown), 6)
    bar = min(26.0, slot * 0.62)
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" '
            f'role="img" font-family="Libertinus Serif, Georgia, serif" font-size="11"><title>{escape(described(points))}</title>'
        )
    ]
    for index, point in enumerate(shown):
        x = slot * index + (slot - bar) / 2
        height = (_BASE - _TOP) * point.to_fix / most
        urgent = (_BASE - _TOP) * min(point.urgent, point.to_fix) / most
        middle = x + bar / 2
        parts += [
            f'<rect x="{x:.1f}" y="{_BASE - height:.1f}" width="{bar:.1f}" height="{height:.1f}" fill="#fff" stroke="#000" stroke-width="0.8"/>',
            f'<rect x="{x:.1f}" y="{_BASE - urgent:.1f}" width="{bar:.1f}" height="{urgent:.1f}" fill="#222"/>',
            f'<text x="{middle:.1f}" y="{_BASE - height - 3:.1f}" text-anchor="middle">{point.to_fix}</text>',
            f'<text x="{middle:.1f}" y="{_BASE + 12}" text-anchor="middle">{point.day:%b}</text>',
        ]
    parts.append(f'<line x1="0" y1="{_BASE}" x2="{_WIDTH}" y2="{_BASE}" stroke="#000" stroke-width="0.8"/>')
    parts.append(f'<text x="0" y="{_HEIGHT - 2}">Things to fix; the dark part is urgent.</text></svg>')
    return "".join(parts)
