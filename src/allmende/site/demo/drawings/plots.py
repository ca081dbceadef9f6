"""Plots: the river gauge in a flood, and six decades of snow."""

from __future__ import annotations

from PIL import Image

from .inks import BRICK, INK, OCHRE, RIVER, shade, tint
from .press import Plate, Point, Print, curve

LEFT, RIGHT, TOP, BOTTOM = 150.0, 1720.0, 290.0, 1080.0

# Centimetres at the gauge of Auenstadt, two readings a day over two weeks, from Monday, 0 o'clock.
GAUGE = (
    92, 95, 97, 96, 104, 121, 148, 187, 236, 291, 352, 398, 412, 401,
    374, 342, 309, 281, 254, 231, 212, 196, 181, 168, 157, 147, 139, 132,
)  # fmt: skip
WEEKDAYS = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
PEAK = 412

# Days with a closed cover of snow at Steinau, a winter each, from 1961/62 to 2025/26.
SNOW = (
    71, 104, 66, 58, 83, 49, 62, 77, 91, 55, 43, 60, 38, 52, 47,
    69, 58, 82, 64, 76, 87, 51, 60, 79, 72, 85, 46, 29, 33, 48,
    41, 55, 52, 37, 66, 44, 31, 58, 49, 42, 35, 51, 56, 63, 68,
    21, 27, 46, 62, 57, 34, 53, 18, 30, 26, 36, 33, 41, 15, 38,
    24, 29, 22, 17, 26,
)  # fmt: skip
FIRST_WINTER = 1961


def _heading(work: Print, title: str, below: str) -> None:
    words = work.plate().text((LEFT - 90, 118), title, 68, bold=1.2)
    work.press(words, INK, rough=0, lightest=235)
    work.press(
        work.plate().text((LEFT - 90, 186), below, 40), tint(INK, 0.8), rough=0, lightest=255
    )
    work.press(work.plate().box(LEFT - 90, 28, LEFT + 60, 42), BRICK)


def _levels(work: Print, values: tuple[int, ...], top: int) -> None:
    """Hairlines and their numbers."""
    lines, words = work.plate(), work.plate()
    for value in values:
        y = _height(value, top)
        lines.line([(LEFT, y), (RIGHT, y)], 2 if value else 5)
        words.text((LEFT - 18, y + 1), str(value), 34, anchor="rm")
    work.press(lines, tint(INK, 0.45), rough=0, lightest=255)
    work.press(words, INK, rough=0, lightest=255)


def _height(value: float, top: int) -> float:
    return BOTTOM - (BOTTOM - TOP) * value / top


def pegel_plot() -> Image.Image:
    """How the Aue rose and fell at Auenstadt in two weeks."""
    work = Print("pegel-plot")
    _heading(work, "Die Welle der Aue", "Pegel Auenstadt, Wasserstand in Zentimetern, zwei Wochen")
    _levels(work, (0, 100, 200, 300, 400, 500), 500)
    step = (RIGHT - LEFT) / (len(GAUGE) - 1)
    surface = curve(
        [(LEFT + number * step, _height(value, 500)) for number, value in enumerate(GAUGE)]
    )
    water = work.plate().shape([(LEFT, BOTTOM), *surface, (RIGHT, BOTTOM)])
    work.press(water, tint(RIVER, 0.8), lightest=225)
    _flood(work, water)
    work.press(_waves(work, surface).keep(water), tint(RIVER, 0.45), lightest=230)
    work.press(work.plate().line(surface, 9), shade(RIVER, 0.5), rough=20, lightest=240)
    _warnings(work)
    _days(work)
    _peak(work, (LEFT + GAUGE.index(PEAK) * step, _height(PEAK, 500)))
    return work.finish()


def _flood(work: Print, water: Plate) -> None:
    """The water above the second warning level."""
    above = work.plate().box(LEFT, TOP - 50, RIGHT, _height(350, 500))
    work.press(above.keep(water), BRICK, lightest=230)


def _waves(work: Print, surface: list[Point]) -> Plate:
    plate = work.plate()
    for depth in range(1, 14):
        shift = depth * 44
        path = [(x, y * 0.9 + BOTTOM * 0.1 + shift) for x, y in surface[::4]]
        start = 0
        while start < len(path) - 3:
            run = work.luck.randrange(4, 12)
            plate.stroke(
                path[start : start + run + 1] if start + run < len(path) else path[start:],
                7,
                start=0.2,
                end=0.2,
            )
            start += run + 1
    return plate


def _warnings(work: Print) -> None:
    for value, words, ink in (
        (250, "Meldestufe 1", shade(OCHRE, 0.35)),
        (350, "Meldestufe 2", BRICK),
    ):
        y, dashes = _height(value, 500), work.plate()
        x = LEFT
        while x < RIGHT:
            dashes.line([(x, y), (min(RIGHT, x + 26), y)], 5)
            x += 42
        work.press(dashes, ink, rough=0, lightest=255)
        label = work.plate().text((RIGHT, y - 14), words, 36, anchor="rs", bold=0.5)
        work.press(label, ink, rough=0, lightest=255)


def _days(work: Print) -> None:
    words, ticks = work.plate(), work.plate()
    day = (RIGHT - LEFT) / (len(GAUGE) - 1) * 2
    for number in range(14):
        x = LEFT + number * day
        ticks.line([(x, BOTTOM), (x, BOTTOM + 14)], 3)
        words.text(
            (x + day / 2 if number < 13 else x + day / 4, BOTTOM + 56),
            WEEKDAYS[number % 7],
            34,
            anchor="ms",
        )
    work.press(ticks, INK, rough=0, lightest=255)
    work.press(words, INK, rough=0, lightest=255)


def _peak(work: Print, at: Point) -> None:
    work.press(work.plate().disc(at, 15), BRICK, rough=20, lightest=255, halo=tint(OCHRE, 0.2))
    label = work.plate().text((at[0] + 46, at[1] - 52), "Scheitel: 412 cm", 46, bold=0.9)
    label.text((at[0] + 46, at[1] - 6), "in der Nacht zum Sonntag", 34)
    label.line([(at[0] + 14, at[1] - 16), (at[0] + 36, at[1] - 42)], 4)
    work.press(label, INK, rough=0, lightest=255)


def schnee_plot() -> Image.Image:
    """Days with snow, winter by winter, and the means of two times thirty winters."""
    work = Print("schnee-plot")
    _heading(
        work, "Der Winter wird kurz", "Tage mit geschlossener Schneedecke in Steinau, je Winter"
    )
    _levels(work, (0, 20, 40, 60, 80, 100), 115)
    step = (RIGHT - LEFT) / len(SNOW)
    bars, snow = work.plate(), work.plate()
    for number, days in enumerate(SNOW):
        left = LEFT + number * step
        bars.box(left + 3, _height(days, 115), left + step - 3, BOTTOM - 3)
        snow.disc((left + step / 2, _height(days, 115) + 3), step / 2 - 3, squash=0.5)
    work.press(bars, RIVER, rough=30)
    work.press(snow, tint(RIVER, 0.35), rough=20)
    _means(work, step)
    _winters(work, step)
    highest = SNOW.index(max(SNOW))
    label = work.plate().text(
        (LEFT + (highest + 1.6) * step, _height(107, 115)), "1962/63: 104 Tage", 38, bold=0.6
    )
    work.press(label, INK, rough=0, lightest=255)
    return work.finish()


def mean(values: tuple[int, ...]) -> int:
    return round(sum(values) / len(values))


def _means(work: Print, step: float) -> None:
    for start, end, ink in ((0, 30, OCHRE), (len(SNOW) - 30, len(SNOW), BRICK)):
        days = mean(SNOW[start:end])
        y, left, right = _height(days, 115), LEFT + start * step, LEFT + end * step
        work.press(
            work.plate().line([(left, y), (right, y)], 10),
            ink,
            rough=20,
            lightest=245,
            halo=tint(INK, 0.02),
        )
        words = f"Mittel {FIRST_WINTER + start} bis {FIRST_WINTER + end}: {days} Tage"
        label = work.plate().text(
            (right - 6, _height(94, 115) - 8), words, 40, anchor="rs", bold=0.9
        )
        label.line([(right - 26, _height(93, 115)), (right - 26, y - 8)], 4)
        work.press(label, shade(ink, 0.25 if ink == OCHRE else 0), rough=0, lightest=255)


def _winters(work: Print, step: float) -> None:
    words, ticks = work.plate(), work.plate()
    for number in range(len(SNOW)):
        year = FIRST_WINTER + number
        if year % 10 == 0 or number == 0:
            x = LEFT + (number + 0.5) * step
            ticks.line([(x, BOTTOM), (x, BOTTOM + 14)], 3)
            words.text((x, BOTTOM + 56), f"{year}/{(year + 1) % 100:02}", 34, anchor="ms")
    work.press(ticks, INK, rough=0, lightest=255)
    work.press(words, INK, rough=0, lightest=255)
