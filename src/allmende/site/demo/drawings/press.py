"""A small printing press: draw on plates, ink them, print one over the other."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFont

from . import inks
from .inks import PAPER, Colour, Size

Point = tuple[float, float]
SCALE = 2  # plates are cut at twice the size of the print, for clean edges
LANDSCAPE: Size = (1800, 1200)
UPRIGHT: Size = (1200, 1600)
SQUARE: Size = (800, 800)

UMLAUTS = str.maketrans("äöüÄÖÜ", "aouAOU")  # the typeface has no umlauts: we add the dots


@lru_cache(maxsize=32)
def lettering(size: float) -> ImageFont.FreeTypeFont:
    """The typeface that ships with Pillow, so that every machine sets the same labels."""
    font = ImageFont.load_default(size=size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise TypeError("Pillow was built without FreeType: it cannot set the labels")
    return font


def path(words: str) -> list[Point]:
    """Points written as in SVG: `10,20 30,40`."""
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in words.split())]


def curve(points: Sequence[Point], *, closed: bool = False, steps: int = 10) -> list[Point]:
    """A smooth line through all points (Catmull-Rom spline)."""
    count = len(points)
    ring = [points[-1], *points, points[0], points[1]] if closed else None
    chain = ring or [points[0], *points, points[-1]]
    found: list[Point] = []
    for index in range(count if closed else count - 1):
        found += _span(chain[index : index + 4], steps)
    return found if closed else [*found, points[-1]]


def _span(four: Sequence[Point], steps: int) -> list[Point]:
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = four
    found = []
    for step in range(steps):
        t = step / steps
        wa, wb = -t + 2 * t * t - t**3, 2 - 5 * t * t + 3 * t**3
        wc, wd = t + 4 * t * t - 3 * t**3, -t * t + t**3
        x = (wa * ax + wb * bx + wc * cx + wd * dx) / 2
        found.append((x, (wa * ay + wb * by + wc * cy + wd * dy) / 2))
    return found


def ribbon(
    points: Sequence[Point], width: float, *, start: float = 0, end: float = 0
) -> list[Point]:
    """The outline of a stroke that swells to `width`; `start` and `end` are shares of it."""
    left, right = [], []
    last = len(points) - 1
    for index, (x, y) in enumerate(points):
        (px, py), (qx, qy) = points[max(0, index - 1)], points[min(last, index + 1)]
        length = math.hypot(qx - px, qy - py) or 1
        t = index / last
        edge = start + (end - start) * t
        half = width / 2 * (edge + (1 - edge) * math.sin(math.pi * t) ** 0.7)
        nx, ny = (py - qy) / length * half, (qx - px) / length * half
        left.append((x + nx, y + ny))
        right.append((x - nx, y - ny))
    return left + right[::-1]


def place(points: Iterable[Point], at: Point, *, size: float = 1, turn: float = 0) -> list[Point]:
    """Move a shape drawn around the origin: scale, turn (degrees, clockwise), shift."""
    cos, sin = math.cos(math.radians(turn)) * size, math.sin(math.radians(turn)) * size
    return [(at[0] + x * cos - y * sin, at[1] + x * sin + y * cos) for x, y in points]


def arc(at: Point, radius: float, start: float, end: float, *, squash: float = 1) -> list[Point]:
    """Points along a circle from `start` to `end` degrees (0 = right, clockwise)."""
    steps = max(3, round(abs(end - start) * max(4, radius) ** 0.5 / 60))
    turns = (math.radians(start + (end - start) * step / steps) for step in range(steps + 1))
    return [(at[0] + radius * math.cos(t), at[1] + radius * squash * math.sin(t)) for t in turns]


class Plate:
    """One block for one ink: what is drawn takes ink, what is drawn with `tone=0` is cut away."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self.mask = Image.new("L", (size[0] * SCALE, size[1] * SCALE), 0)
        self.pen = ImageDraw.Draw(self.mask)

    def shape(self, points: Iterable[Point], tone: int = 255) -> Plate:
        self.pen.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=tone)
        return self

    def blob(self, points: Sequence[Point], tone: int = 255) -> Plate:
        return self.shape(curve(points, closed=True), tone)

    def line(self, points: Iterable[Point], width: float, tone: int = 255) -> Plate:
        trace = [(x * SCALE, y * SCALE) for x, y in points]
        self.pen.line(trace, fill=tone, width=round(width * SCALE), joint="curve")
        return self

    def stroke(
        self,
        points: Sequence[Point],
        width: float,
        tone: int = 255,
        *,
        start: float = 0,
        end: float = 0,
    ) -> Plate:
        """A swelling line, as a gouge or a brush makes it."""
        return self.shape(ribbon(points, width, start=start, end=end), tone)

    def box(self, left: float, top: float, right: float, bottom: float, tone: int = 255) -> Plate:
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        return self.shape(corners, tone)

    def disc(self, at: Point, radius: float, tone: int = 255, *, squash: float = 1) -> Plate:
        x, y = at[0] * SCALE, at[1] * SCALE
        across, down = radius * SCALE, radius * squash * SCALE
        self.pen.ellipse((x - across, y - down, x + across, y + down), fill=tone)
        return self

    def text(
        self,
        at: Point,
        words: str,
        size: float,
        tone: int = 255,
        *,
        anchor: str = "ls",
        bold: float = 0,
    ) -> Plate:
        """Set a label; the anchor is Pillow's (ls = left on the baseline, mm = middle)."""
        font, spot = lettering(size * SCALE), (at[0] * SCALE, at[1] * SCALE)
        plain = words.translate(UMLAUTS)
        self.pen.text(spot, plain, fill=tone, font=font, anchor=anchor, stroke_width=bold * SCALE)
        left = self.pen.textbbox(spot, plain, font=font, anchor=anchor[0] + "s")[0] / SCALE
        for index, letter in enumerate(words):
            if ord(letter) in UMLAUTS:
                before, whole = font.getlength(plain[:index]), font.getlength(plain[: index + 1])
                middle = left + (before + whole) / 2 / SCALE
                rise = at[1] - size * (0.86 if letter.isupper() else 0.67)
                for side in (-1, 1):
                    self.disc((middle + side * size * 0.115, rise), size * 0.058 + bold / 2, tone)
        return self

    def turned_text(
        self, at: Point, words: str, size: float, turn: float, tone: int = 255
    ) -> Plate:
        """Set a label around its middle, turned clockwise by `turn` degrees."""
        side = round(size * SCALE * (len(words) + 1))
        stamp = Plate((side // SCALE, side // SCALE))
        stamp.text((side / SCALE / 2, side / SCALE / 2), words, size, anchor="mm", bold=1)
        turned = stamp.mask.rotate(-turn, Image.Resampling.BICUBIC)
        corner = round(at[0] * SCALE - side / 2), round(at[1] * SCALE - side / 2)
        self.mask.paste(
            tone, (*corner, corner[0] + turned.width, corner[1] + turned.height), turned
        )
        return self

    def keep(self, other: Plate) -> Plate:
        """Leave ink only where the other plate has it too."""
        return self._become(ImageChops.darker(self.mask, other.mask))

    def cut(self, other: Plate) -> Plate:
        """Take away what the other plate covers."""
        return self._become(ImageChops.subtract(self.mask, other.mask))

    def add(self, other: Plate) -> Plate:
        return self._become(ImageChops.lighter(self.mask, other.mask))

    def copy(self) -> Plate:
        return Plate(self.size)._become(self.mask.copy())

    def reduced(self) -> Image.Image:
        """The plate in the size of the print."""
        return self.mask.reduce(SCALE)

    def _become(self, mask: Image.Image) -> Plate:
        self.mask = mask
        self.pen = ImageDraw.Draw(mask)
        return self


class Print:
    """A sheet of paper on the press, with its own seeded luck."""

    def __init__(self, name: str, size: Size = LANDSCAPE, ground: Colour = PAPER) -> None:
        self.size = size
        self.luck = inks.luck(name)
        self.sheet = Image.new("RGB", size, ground)
        self._pressed = 0

    def plate(self) -> Plate:
        return Plate(self.size)

    def press(
        self,
        plate: Plate | Image.Image,
        ink: Colour,
        *,
        rough: int = 45,
        overprint: bool = False,
        lightest: int = 215,
        halo: Colour | None = None,
    ) -> None:
        """Print a plate. Overprinted ink is translucent, as two inks of a risograph are.

        `rough` 0 keeps edges clean (for lettering), `lightest` says how thin the ink may get.
        `halo` first prints a wider copy in another ink: the line a carver leaves around a figure.
        """
        mask = plate.reduced() if isinstance(plate, Plate) else plate
        self._pressed += 1
        region = self._inked(mask)
        mask = mask.crop(region)
        if halo:
            self.sheet.paste(halo, region, inks.widen(mask))
        if rough:
            mask = inks.roughen(mask, inks.knife(self.size, rough, self._pressed % 3).crop(region))
        if lightest < 255:
            cover = inks.mottle(self.size, lightest=lightest, seed=self._pressed % 2)
            mask = ImageChops.multiply(mask, cover.crop(region))
        solid = Image.new("RGB", mask.size, ink)
        if overprint:
            solid = ImageChops.multiply(self.sheet.crop(region), solid)
        self.sheet.paste(solid, region[:2], mask)

    def _inked(self, mask: Image.Image) -> tuple[int, int, int, int]:
        """The part of the sheet a plate touches, with room for rough edges."""
        left, top, right, bottom = mask.getbbox() or (0, 0, 1, 1)
        width, height = self.size
        return max(0, left - 9), max(0, top - 9), min(width, right + 9), min(height, bottom + 9)

    def finish(self) -> Image.Image:
        """Let the tooth of the paper show through everything."""
        tooth = inks.grain(self.size, cell=2, seed=5).point(
            [242 + value // 20 for value in range(256)]
        )
        return ImageChops.multiply(self.sheet, Image.merge("RGB", (tooth, tooth, tooth)))


def hatch(
    size: Size, *, angle: float, gap: float, width: float, luck: random.Random, broken: float = 0.15
) -> Plate:
    """A plate of hand-cut parallel strokes over the whole sheet."""
    plate = Plate(size)
    reach = math.hypot(*size) / 2 + gap
    middle = (size[0] / 2, size[1] / 2)
    offset = -reach
    while offset < reach:
        start = -reach + luck.uniform(0, 120)
        while start < reach:
            length = luck.uniform(160, 420)
            drift = luck.uniform(-gap, gap) * 0.15
            ends = [(start, offset), (start + length / 2, offset + drift), (start + length, offset)]
            plate.stroke(
                place(ends, middle, turn=angle),
                width * luck.uniform(0.75, 1.15),
                end=0.2,
                start=0.2,
            )
            start += length + luck.uniform(4, 30) if luck.random() < 1 - broken else length * 1.25
        offset += gap * luck.uniform(0.9, 1.1)
    return plate
