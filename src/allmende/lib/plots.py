"""Rows of numbers drawn as bars or lines: shapes for an SVG that needs no style and no script.

Widths are per cent of the drawing and heights are pixels, so that the drawing takes any width and
its words keep their size. Colours and strokes are the style sheet's, by the number of the series.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

BAR, GAP, WORDS = 10, 14, 22  # heights in pixels: a bar, the space below a row, a line of words
PLAIN, AXIS = 240, 26  # height of the field of lines, and of the words below it
HEAD = 20  # space above the field for the topmost number
DOTS = 24  # with more points than this, dots would hide the line

Spell = Callable[[float, int], str]  # a number with so many decimals


@dataclass(frozen=True)
class Text:
    x: str
    y: int
    text: str
    anchor: str = "start"


@dataclass(frozen=True)
class Bar:
    x: str
    y: int
    width: str
    series: int
    height: int = BAR


@dataclass(frozen=True)
class Line:
    x1: str
    y1: str
    x2: str
    y2: str
    series: int = 0


@dataclass(frozen=True)
class Dot:
    x: str
    y: str
    series: int


@dataclass
class Plot:
    """`legend` names the series where there is more than one."""

    kind: str
    height: int = 0
    legend: list[str] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    grid: list[Line] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)


@dataclass(frozen=True)
class Row:
    name: str
    said: list[str]
    numbers: list[float | None]


def draw_rows(
    rows: Sequence[Row], *, names: list[str], kind: str, spell: Spell, whole: float = 0.0
) -> Plot | None:
    """names: of the series. spell: a number in the page's language. whole: what a full bar is, for
    shares of something; else the largest is full. None when no row holds a number."""
    found = [n for row in rows for n in row.numbers if n is not None]
    if not found:
        return None
    plot = Plot(kind, legend=names if len(names) > 1 else [])
    if kind == "lines":
        draw_lines(plot, rows, found, spell)
    else:
        draw_bars(plot, rows, [*found, whole], names)
    return plot


def percent(share: float) -> str:
    return f"{share * 100:.2f}%"


def draw_bars(plot: Plot, rows: Sequence[Row], found: Sequence[float], names: list[str]) -> None:
    """Each row its name, and below it a bar for each series with what it says."""
    low, high = min(0.0, *found), max(0.0, *found)
    span = (high - low) or 1.0
    y = 0
    for row in rows:
        plot.texts.append(Text("0%", y + 15, row.name))
        if len(names) == 1:
            plot.texts.append(Text("100%", y + 15, row.said[0], "end"))
        y += WORDS
        for series, value in enumerate(row.numbers, 1):
            if len(names) > 1:
                plot.texts.append(Text("100%", y + 14, row.said[series - 1], "end"))
            if value is not None:
                # A quarter of the width is the words' where they stand beside their bar.
                room = 0.78 if len(names) > 1 else 1.0
                start = (min(value, 0.0) - low) / span * room
                width = percent(abs(value) / span * room)
                top = y + 4 if len(names) > 1 else y
                plot.bars.append(Bar(percent(start), top, width, series))
            y += BAR + 8 if len(names) > 1 else BAR
        y += GAP
    plot.height = y - GAP + 4


def draw_lines(plot: Plot, rows: Sequence[Row], found: Sequence[float], spell: Spell) -> None:
    ticks = scale(min(found), max(found))
    low, high = ticks[0], ticks[-1]
    last = max(len(rows) - 1, 1)

    def height(value: float) -> str:
        return f"{HEAD + (1 - (value - low) / (high - low)) * PLAIN:.1f}"

    for tick in ticks:
        plot.grid.append(Line("0%", height(tick), "100%", height(tick)))
        plot.texts.append(Text("0%", round(float(height(tick))) - 4, spelled(tick, ticks, spell)))
    for series in range(1, len(rows[0].numbers) + 1):
        points = [(index / last, row.numbers[series - 1]) for index, row in enumerate(rows)]
        seen = [(percent(x), height(y)) if y is not None else None for x, y in points]
        for here, there in pairwise(seen):
            if here and there:
                plot.lines.append(Line(*here, *there, series))
        if len(rows) <= DOTS:
            plot.dots += [Dot(*point, series) for point in seen if point]
    plot.height = HEAD + PLAIN + AXIS
    name_rows(plot, [row.name for row in rows])


def name_rows(plot: Plot, names: Sequence[str]) -> None:
    """First and last, and the middle one where there is one: more would not fit a phone."""
    last = len(names) - 1
    plot.texts.append(Text("0%", plot.height - 6, names[0]))
    if last >= 2:
        middle = last // 2
        plot.texts.append(Text(percent(middle / last), plot.height - 6, names[middle], "middle"))
    plot.texts.append(Text("100%", plot.height - 6, names[last], "end"))


def scale(low: float, high: float) -> list[float]:
    """Round numbers from below the lowest to above the highest; from zero if that is near."""
    if 0 < low < 0.5 * high:
        low = 0.0
    if 0.5 * low < high < 0:
        high = 0.0
    if high - low <= 1e-9 * max(abs(low), abs(high), 1e-3):
        low, high = low - 1, high + 1
    raw = (high - low) / 4
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw * 0.999)
    first, after = math.floor(low / step), math.ceil(high / step)
    return [index * step for index in range(first, after + 1)]


def spelled(tick: float, ticks: Sequence[float], spell: Spell) -> str:
    """With as many decimals as the step between ticks has."""
    step = ticks[1] - ticks[0]
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return spell(round(tick, decimals), decimals)
