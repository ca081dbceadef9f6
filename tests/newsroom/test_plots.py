"""Plots: what cells say, round ticks, shapes inside the drawing whatever the numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allmende.lib.plots import scale
from allmende.newsroom import plots
from allmende.newsroom.models.blocks.numbers import number

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("12", 12),
        ("1.204", 1204),
        ("1.204,5", 1204.5),
        ("1,204.5", 1204.5),
        ("0.5", 0.5),
        ("−3,5", -3.5),
        ("12 %", 12),
        ("1 204", 1204),
        ("viele", None),
        ("", None),
        (None, None),
        ("1e5", None),
        ("9" * 400, None),
        ("1,2,3", None),
    ],
)
def test_number_is_read_as_it_is_written(text, said):
    assert number(text) == said


@given(st.text())
def test_any_text_is_a_number_or_none(text):
    assert number(text) is None or abs(number(text)) < 1e15


class Cell:
    def __init__(self, value: str) -> None:
        self.value = value


class Table:
    def __init__(self, rows: list[list[str]]) -> None:
        self.columns = [{"heading": str(n)} for n in range(len(rows[0]))]
        self.rows = [[Cell(value) for value in row] for row in rows]


numbers = st.one_of(st.just(""), st.integers(-(10**9), 10**9).map(str), st.just("0,5"))
tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(numbers, min_size=width, max_size=width), min_size=2)
)


@given(tables, st.sampled_from(["bars", "lines"]))
def test_shapes_stay_inside_the_drawing(rows, kind):
    drawn = plots.draw(Table([["Name", *row] for row in rows]), kind)
    if drawn is None:
        assert not any(cell for row in rows for cell in row)
        return
    for bar in drawn.bars:
        assert -0.01 <= share(bar.x) <= share(bar.x) + share(bar.width) <= 100.01
        assert 0 <= bar.y < drawn.height
    for line in drawn.lines + drawn.grid:
        assert all(0 <= share(x) <= 100 for x in (line.x1, line.x2))
        assert all(0 <= float(y) <= drawn.height for y in (line.y1, line.y2))


def share(percent: str) -> float:
    return float(percent.removesuffix("%"))


NUMBERS = st.floats(-1e12, 1e12, allow_subnormal=False)


@given(NUMBERS, NUMBERS)
def test_ticks_are_few_and_span_the_numbers(one, other):
    low, high = sorted((one, other))
    ticks = scale(low, high)
    assert 2 <= len(ticks) <= 8
    assert ticks[0] <= low + abs(low) * 1e-9
    assert ticks[-1] >= high - abs(high) * 1e-9


def test_ticks_are_round():
    assert scale(3, 97) == [0, 50, 100]
    assert scale(0.62, 0.81) == pytest.approx([0.6, 0.65, 0.7, 0.75, 0.8, 0.85])
