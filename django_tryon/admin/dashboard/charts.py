"""Charts: where each bar stands, reckoned here and drawn by a template as inline SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720.0, 160.0
"""Of the drawing; on the page it is as wide as there is room."""


@dataclass(frozen=True)
class Bar:
    """A rectangle; all lengths as SVG takes them, whatever the language."""

    x: str
    y: str
    width: str
    height: str
    tone: str
    title: str


@dataclass(frozen=True)
class Chart:
    """Bars side by side, each of one or several parts one upon the other."""

    key: str
    title: str
    bars: list[Bar]
    top: str
    """What the highest bar stands for."""
    first: str
    last: str
    line: str = ""
    """How high a bound lies; empty where there is none, or it is above the drawing."""
    line_title: str = ""


def _said(number: float) -> str:
    return f"{number:.1f}"


def stacked(parts: Sequence[Sequence[tuple[str, float, str]]], *, highest: float) -> list[Bar]:
    """Return bars for columns of parts (tone, value, title), the first part at the bottom."""
    if not parts or highest <= 0:
        return []
    step = WIDTH / len(parts)
    gap = min(4.0, step * 0.2)
    bars = []
    for number, column in enumerate(parts):
        foot = HEIGHT
        for tone, value, title in column:
            height = value / highest * HEIGHT
            foot -= height
            if value > 0:
                x = number * step + gap / 2
                place = _said(x), _said(foot), _said(step - gap), _said(max(height, 1.0))
                bars.append(Bar(*place, tone, title))
    return bars


def level(value: float, *, highest: float) -> str:
    """Return how high a line at this value lies; empty where it would be outside."""
    return _said(HEIGHT - value / highest * HEIGHT) if 0 < value <= highest else ""
