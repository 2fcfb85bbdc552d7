"""Draw charts as SVG: bars over a scale, with a name and a description for those who cannot see them."""

import math
from collections.abc import Callable, Mapping, Sequence
from html import escape

import msgspec

from poolwarden.validities import DAY

WIDTH, HEIGHT = 960, 260
"""The size of a chart in its own units; the page scales it."""

_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 16, 26, 30
_MOST_TICKS = 8
_NEAR = 40  # a name in the middle under a tick needs so much room
_HAIRLINE = 0.5
_MILLION = 1_000_000
_STEPS = (1, 2, 5)
_TOPS = (1, 2, 3, 4, 5, 6, 8)


class Bar(msgspec.Struct, frozen=True):
    """
    One part of a column.

    Attributes:
        at: Where its column begins, in the scale's unit.
        height: How high it is.
        color: The name of its colour in the page's style.
        title: What a pointer that rests on it shows.
    """

    at: float
    height: float
    color: str
    title: str


class Mark(msgspec.Struct, frozen=True):
    """
    A line across the chart.

    Attributes:
        at: Where, in the scale's unit.
        name: What it says.
    """

    at: float
    name: str


class Scale(msgspec.Struct, frozen=True):
    """
    How the values along the bottom are told.

    Attributes:
        steps: The distances that ticks may have, from the smallest up, in seconds.
        label: Names a value where ticks have the given distance.
        begin: Where the scale begins; by default with the first column.
        end: What stands at its end.
    """

    steps: Sequence[float]
    label: Callable[[float, float], str]
    begin: float | None = None
    end: str = ""


def bars(
    parts: Sequence[Bar],
    *,
    slot: float,
    name: str,
    description: str,
    scale: Scale,
    marks: Sequence[Mark] = (),
) -> str:
    """
    Return columns of stacked bars as an SVG element.

    Args:
        parts: The bars, those of one column one after the other, from the bottom up.
        slot: The width of a column, in the scale's unit.
        name: The chart's name, for screen readers.
        description: What it shows, for screen readers.
        scale: How the bottom is told.
        marks: Lines across.
    """
    first = min((part.at for part in parts), default=0.0) if scale.begin is None else scale.begin
    last = max([part.at + slot for part in parts] + [mark.at + slot for mark in marks], default=first + slot)
    columns: dict[float, float] = {}
    for part in parts:
        columns[part.at] = columns.get(part.at, 0) + part.height
    top = _nice(max(columns.values(), default=1), _TOPS)
    across = (WIDTH - _LEFT - _RIGHT) / max(last - first, slot)
    up = (HEIGHT - _TOP - _BOTTOM) / top
    floor = HEIGHT - _BOTTOM
    drawn = [*_grid(top, up), *_ticks(first, last, across, scale)]
    stacked: dict[float, float] = {}
    for part in parts:
        x = _LEFT + (part.at - first) * across
        width = max(slot * across - 1, _HAIRLINE)
        below = stacked.get(part.at, 0)
        stacked[part.at] = below + part.height
        drawn.append(
            f'<rect x="{x:.1f}" y="{floor - stacked[part.at] * up:.1f}" width="{width:.1f}" '
            f'height="{max(part.height * up, _HAIRLINE):.1f}" style="fill:var(--{escape(part.color)})">'
            f"<title>{escape(part.title)}</title></rect>"
        )
    for mark in marks:
        x = _LEFT + (mark.at - first) * across
        anchor = "end" if x > WIDTH / 2 else "start"
        shift = -6 if anchor == "end" else 6
        drawn.append(f'<line class="wall" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 12}" y2="{floor}"/>')
        where = f'x="{x + shift:.1f}" y="{_TOP - 6}" text-anchor="{anchor}"'
        drawn.append(f'<text class="wall-name" {where}>{escape(mark.name)}</text>')
    words = f"<title>{escape(name)}</title><desc>{escape(description)}</desc>"
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(name)}">{words}{"".join(drawn)}</svg>'


def legend(names: Mapping[str, str]) -> str:
    """
    Return a list of colours and what they stand for.

    Args:
        names: The words by the colour's name in the page's style.
    """
    items = "".join(
        f'<li><span class="swatch" style="background:var(--{escape(color)})"></span>{escape(words)}</li>'
        for color, words in names.items()
    )
    return f'<ul class="legend">{items}</ul>'


def _grid(top: float, up: float) -> list[str]:
    """Return the lines and numbers of the height."""
    drawn = []
    step = _nice(top / 4) if top > 4 else 1  # noqa: PLR2004 (no fractions of a session)
    value = 0.0
    while value <= top:
        y = HEIGHT - _BOTTOM - value * up
        drawn.append(f'<line class="axis" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        drawn.append(f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{_number(value, top)}</text>')
        value += step
    return drawn


def _number(value: float, top: float) -> str:
    """Return a number of the height, short enough to stand left of it."""
    return f"{value / _MILLION:g} M" if top >= _MILLION else f"{value:,.0f}"


def _step(length: float, steps: Sequence[float]) -> float:
    """Return the smallest distance of ticks that leaves room for their names."""
    rough = length / _MOST_TICKS
    return next((step for step in steps if step >= rough), math.ceil(rough / steps[-1]) * steps[-1])


def _ticks(first: float, last: float, across: float, scale: Scale) -> list[str]:
    """Return the ticks and their names along the bottom: at whole hours, days …, not at the parts of what is there."""
    drawn = []
    right, floor = WIDTH - _RIGHT, HEIGHT - _BOTTOM
    step = _step(last - first, scale.steps)
    unit = min(step, DAY)
    value = math.ceil(first / unit) * unit
    while value <= last:
        x = _LEFT + (value - first) * across
        drawn.append(f'<line class="axis" x1="{x:.1f}" x2="{x:.1f}" y1="{floor}" y2="{floor + 5}"/>')
        if not scale.end or x < right - 2 * _NEAR:
            anchor = "end" if x > right - _NEAR else "middle"
            where = f'x="{x:.1f}" y="{HEIGHT - 8}" text-anchor="{anchor}"'
            drawn.append(f"<text {where}>{escape(scale.label(value, step))}</text>")
        value += step
    if scale.end:
        drawn.append(f'<text x="{right}" y="{HEIGHT - 8}" text-anchor="end">{escape(scale.end)}</text>')
    return drawn


def _nice(value: float, steps: Sequence[int] = _STEPS) -> float:
    """Return the first of the steps, their tens, hundreds … that is not below the value."""
    power = 1.0
    while True:
        for step in steps:
            if step * power >= value:
                return step * power
        power *= 10
