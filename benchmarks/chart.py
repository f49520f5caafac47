"""An SVG of the bars: how much of each limit was used, a line where it ends. Pure, no library."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from results import Row, short

WIDTH, NAME, LINE, TOP = 860, 380, 22, 44
SCALE = (WIDTH - NAME - 110) / 2
"""Pixels of one whole limit: twice that is drawn, longer bars are cut and say so."""
MET, MISSED, INK = "#2f855a", "#c05621", "#2d3748"


def svg(rows: Sequence[Row], title: str) -> str:
    """Rows that were measured, in their order."""
    shown = [row for row in rows if row.reached is not None]
    height = TOP + LINE * len(shown) + 12
    end = NAME + SCALE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="12" fill="{INK}">',
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        f'<text x="10" y="18" font-size="14">{escape(title)}</text>',
        f'<text x="{end:.0f}" y="36" text-anchor="middle">limit</text>',
        *(part for number, row in enumerate(shown) for part in _bar(row, TOP + LINE * number)),
        f'<line x1="{end:.0f}" x2="{end:.0f}" y1="{TOP - 4}" y2="{height - 8}" stroke="{INK}" stroke-dasharray="3 3"/>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _bar(row: Row, y: int) -> list[str]:
    reached = row.reached or 0.0
    used = reached / row.bar.limit if row.bar.limit else (2.0 if reached else 0.0)
    length = max(1.0, min(used, 2.0) * SCALE)
    said = f"{short(reached)} of {short(row.bar.limit)}{' …' if used > 2 else ''}"
    colour = MET if row.verdict == "met" else MISSED
    return [
        f'<text x="{NAME - 8}" y="{y + 14}" text-anchor="end">{escape(row.bar.about)}</text>',
        f'<rect x="{NAME}" y="{y + 3}" width="{length:.1f}" height="{LINE - 8}" fill="{colour}"/>',
        f'<text x="{NAME + length + 6:.1f}" y="{y + 14}">{escape(said)}</text>',
    ]
