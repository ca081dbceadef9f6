"""Pictures of what grows: the apple varieties of the valley."""

from __future__ import annotations

import math

from PIL import Image, ImageChops

from . import inks
from .inks import BRICK, INK, MOSS, OCHRE, PAPER, RIVER, Colour, mix, shade, tint
from .press import LANDSCAPE, SCALE, Plate, Point, Print, arc, curve, path, place

GREEN = mix(MOSS, OCHRE, 0.45)
APPLES: tuple[tuple[str, Colour, Colour, Colour, float, float, int], ...] = (
    # name, ground of the field, skin, blush, width, height, strength of the blush
    ("Boskoop", tint(RIVER, 0.55), mix(OCHRE, MOSS, 0.4), shade(BRICK, 0.2), 1.12, 0.96, 150),
    ("Goldparmäne", tint(MOSS, 0.75), OCHRE, BRICK, 0.94, 1.06, 120),
    ("Gravensteiner", shade(RIVER, 0.2), mix(OCHRE, PAPER, 0.25), BRICK, 1.04, 0.92, 165),
    ("Klarapfel", BRICK, mix(GREEN, PAPER, 0.45), tint(OCHRE, 0.8), 0.98, 1.0, 80),
    ("Jakob Fischer", OCHRE, mix(GREEN, OCHRE, 0.4), shade(BRICK, 0.15), 1.1, 0.88, 190),
    ("Auentaler Rote", tint(OCHRE, 0.45), BRICK, shade(BRICK, 0.5), 0.95, 1.08, 150),
    ("Brettacher", shade(MOSS, 0.35), mix(GREEN, PAPER, 0.25), BRICK, 1.14, 0.86, 110),
    ("Berlepsch", tint(RIVER, 0.8), tint(OCHRE, 0.3), BRICK, 1.02, 0.98, 0),
)


def apfelsorten() -> Image.Image:
    """Eight varieties from the old orchards, the last one cut open."""
    work = Print("apfelsorten")
    for number, (name, field, skin, blush, wide, high, strength) in enumerate(APPLES):
        left, top = 24 + number % 4 * 440.0, 24 + number // 4 * 580.0
        work.press(work.plate().box(left, top, left + 430, top + 570), field, lightest=225)
        at = (left + 215, top + 262)
        if strength:
            _apple(work, at, skin, blush, wide, high, strength)
        else:
            _half(work, at, skin, wide, high)
        pale = field in (tint(OCHRE, 0.45), OCHRE, tint(RIVER, 0.55))
        label = work.plate().text((left + 215, top + 532), name, 47, anchor="ms", bold=0.5)
        work.press(label, INK if pale else PAPER, rough=0, lightest=255)
    return work.finish()


def _outline(at: Point, wide: float, high: float) -> list[Point]:
    half = path("0,-118 38,-138 92,-142 140,-104 156,-34 144,46 106,118 58,150 22,146 0,136")
    ring = half + [(-x, y) for x, y in reversed(half[1:-1])]
    return curve([(at[0] + x * wide, at[1] + 20 + y * high) for x, y in ring], closed=True, steps=8)


def _apple(
    work: Print, at: Point, skin: Colour, blush: Colour, wide: float, high: float, strength: int
) -> None:
    body = work.plate().shape(_outline(at, wide, high))
    _stem(work, at, high)
    work.press(body, skin, lightest=235, halo=INK)
    work.press(_blush(body, at, strength), blush, rough=20, lightest=235)
    streaks, dots = work.plate(), work.plate()
    for _ in range(58):
        bulge = work.luck.uniform(-0.35, 0.96)
        start = work.luck.uniform(0.12, 0.4)
        end = start + work.luck.uniform(0.12, 0.42)
        bow = [
            _meridian(at, bulge, start + (end - start) * part / 5, wide, high) for part in range(6)
        ]
        streaks.stroke(bow, 6)
    for _ in range(60):
        dots.disc(
            (at[0] + work.luck.uniform(-140, 140), at[1] + work.luck.uniform(-100, 150)),
            work.luck.uniform(1.5, 3),
        )
    work.press(streaks.keep(body), blush, rough=60)
    work.press(dots.keep(body), tint(OCHRE, 0.4), rough=0)
    gleam = work.plate().stroke(
        arc((at[0] - 20 * wide, at[1] + 5), 108 * wide, 165, 225, squash=high), 17
    )
    work.press(gleam, PAPER)
    dip = work.plate().stroke(
        curve(
            [
                (at[0] - 40 * wide, at[1] - 110 * high),
                (at[0], at[1] - 90 * high),
                (at[0] + 40 * wide, at[1] - 110 * high),
            ]
        ),
        12,
    )
    work.press(dip, shade(blush, 0.5))


def _meridian(at: Point, bulge: float, share: float, wide: float, high: float) -> Point:
    """A point on a line from the stem to the blossom end of the fruit."""
    across = 150 * math.sin(math.pi * (0.12 + share * 0.8)) * (1.08 - share * 0.25)
    return at[0] + bulge * across * wide, at[1] + 20 + (share * 268 - 128) * high


def _blush(body: Plate, at: Point, strength: int) -> Image.Image:
    """Halftone that grows towards the sunny side, on the right."""
    ball = (
        Image.radial_gradient("L")
        .resize((560, 560))
        .point([max(0, strength + 70 - round(value * 1.25)) for value in range(256)])
    )
    tone = Image.new("L", LANDSCAPE, 0)
    tone.paste(ball, (round(at[0]) - 190, round(at[1]) - 270))
    return ImageChops.darker(inks.halftone(tone, 10), body.mask.reduce(SCALE))


def _stem(work: Print, at: Point, high: float) -> None:
    x, y = at[0], at[1] - 92 * high
    work.press(
        work.plate().stroke(
            curve([(x, y + 6), (x + 4, y - 50), (x + 22, y - 98)]), 17, start=0.6, end=1
        ),
        shade(OCHRE, 0.75),
    )
    leaf = curve([(0, 0), (40, -34), (92, -30), (124, 0), (84, 22), (36, 20)], closed=True)
    at_stem = (x + 10, y - 62)
    plate = work.plate().shape(place(leaf, at_stem, turn=-14))
    work.press(plate, MOSS, halo=INK)
    veins = work.plate().stroke(place([(4, 0), (60, -6), (116, 0)], at_stem, turn=-14), 5)
    for step in (34, 58, 82):
        veins.line(place([(step - 12, -4), (step + 8, -20)], at_stem, turn=-14), 3).line(
            place([(step - 12, -4), (step + 6, 12)], at_stem, turn=-14), 3
        )
    work.press(veins, shade(MOSS, 0.6))


def _half(work: Print, at: Point, flesh: Colour, wide: float, high: float) -> None:
    _stem(work, at, high)
    work.press(work.plate().shape(_outline(at, wide, high)), BRICK, lightest=235, halo=INK)
    inner = [
        (at[0] + (x - at[0]) * 0.91, at[1] + 18 + (y - at[1] - 18) * 0.92)
        for x, y in _outline(at, wide, high)
    ]
    work.press(work.plate().shape(inner), flesh, lightest=240)
    core, seeds = work.plate(), work.plate()
    core.line(
        [
            *curve(
                [
                    (at[0], at[1] - 70),
                    (at[0] + 66, at[1] - 20),
                    (at[0] + 54, at[1] + 62),
                    (at[0], at[1] + 96),
                    (at[0] - 54, at[1] + 62),
                    (at[0] - 66, at[1] - 20),
                ],
                closed=True,
            )
        ],
        4,
    )
    core.line([(at[0], at[1] - 96), (at[0], at[1] - 60)], 6).line(
        [(at[0], at[1] + 92), (at[0], at[1] + 140)], 5
    )
    for side in (-1, 1):
        core.shape(
            curve(
                [
                    (at[0] + side * 8, at[1] + 2),
                    (at[0] + side * 44, at[1] - 14),
                    (at[0] + side * 42, at[1] + 44),
                    (at[0] + side * 10, at[1] + 56),
                ],
                closed=True,
            )
        )
        seeds.shape(
            place(
                curve([(0, -30), (13, 4), (0, 20), (-13, 4)], closed=True),
                (at[0] + side * 25, at[1] + 20),
                turn=side * -18,
            )
        )
    work.press(core, mix(OCHRE, MOSS, 0.3), lightest=230)
    work.press(seeds, shade(BRICK, 0.65), lightest=240)
