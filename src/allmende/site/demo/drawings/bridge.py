"""The old bridge over the Aue."""

from __future__ import annotations

import math

from PIL import Image, ImageOps

from . import inks
from .inks import BRICK, INK, MOSS, OCHRE, PAPER, RIVER, shade, tint
from .press import LANDSCAPE, SCALE, Plate, Print, arc, curve
from .sky import ridge


def bruecke() -> Image.Image:
    """The old stone bridge and its reflection in the Aue."""
    work = Print("bruecke", ground=tint(RIVER, 0.16))
    glow = inks.slope(LANDSCAPE, [(0, 90), (0.35, 20), (0.62, 0), (1, 0)])
    work.press(inks.halftone(glow, 12), tint(RIVER, 0.75), rough=15, overprint=True)
    work.press(work.plate().disc((420, 250), 92), OCHRE)
    hills = ridge(
        work.plate(), [(-20, 480), (320, 395), (700, 470), (1150, 360), (1500, 430), (1820, 350)]
    )
    work.press(hills, tint(MOSS, 0.62), lightest=230)
    _old_town(work)
    work.press(_river(work), RIVER, lightest=225)
    bridge = _bridge(work)
    work.press(_mirrored(work, bridge), shade(RIVER, 0.62))
    work.press(bridge, tint(OCHRE, 0.55), lightest=225)
    work.press(_masonry(work, bridge), INK)
    work.press(_banks(work), shade(MOSS, 0.35))
    work.press(_ripples(work), tint(RIVER, 0.12))
    _boat(work)
    return work.finish()


WATER = 760
ARCHES = ((190, 170, 0.92), (590, 195, 1.0), (1030, 205, 1.02), (1455, 180, 0.95))


def _deck(x: float) -> float:
    return 470 - 62 * math.cos((x - 830) / 1150 * math.pi / 1.3)


def _old_town(work: Print) -> None:
    walls, roofs, dark = work.plate(), work.plate(), work.plate()
    for index in range(12):
        x = 910 + index * 68 + work.luck.uniform(-8, 8)
        wide, high = work.luck.uniform(58, 84), work.luck.uniform(70, 120)
        base, peak = 470.0, work.luck.uniform(40, 66)
        walls.box(x, base - high, x + wide, base)
        roofs.shape(
            [(x - 5, base - high), (x + wide / 2, base - high - peak), (x + wide + 5, base - high)]
        )
        for story in range(2):
            for column in range(2):
                left, top = x + 13 + column * wide * 0.45, base - high + 14 + story * 34
                dark.box(left, top, left + 11, top + 17)
    walls.box(1290, 190, 1372, 480)
    roofs.shape([(1280, 194), (1331, 30), (1382, 194)])
    dark.shape([*arc((1331, 250), 15, 180, 360), (1346, 290), (1316, 290)]).disc((1331, 216), 13)
    work.press(walls, PAPER, lightest=240)
    work.press(roofs, BRICK)
    work.press(dark, INK)


def _river(work: Print) -> Plate:
    return work.plate().box(-5, WATER, 1805, 1205)


def _bridge(work: Print) -> Plate:
    plate = work.plate()
    top = [(x, _deck(x)) for x in range(-20, 1841, 20)]
    plate.shape([*top, (1820, WATER + 4), (-20, WATER + 4)])
    plate.shape([(x, y - 26) for x, y in top] + [(x, y - 10) for x, y in reversed(top)])
    plate.shape([(x, y - 12) for x, y in top] + top[::-1])
    for x, radius, tall in ARCHES:
        plate.shape(
            [
                (x - radius, WATER + 8),
                *arc((x, WATER - 30), radius, 180, 360, squash=tall),
                (x + radius, WATER + 8),
            ],
            0,
        )
    for x in (390, 810, 1250):
        plate.shape(
            [(x - 34, WATER + 8), (x - 26, 640), (x, 612), (x + 26, 640), (x + 34, WATER + 8)]
        )
    return plate


def _masonry(work: Print, bridge: Plate) -> Plate:
    """Courses of stone, the wedge stones of the arches, and the shade below them."""
    stones = work.plate()
    for course in range(11):
        rise = course * 31
        path = [(x, _deck(x) + 16 + rise) for x in range(-20, 1841, 40)]
        stones.line(path, 3.4)
        x = work.luck.uniform(-40, 0)
        while x < 1800:
            y = _deck(x) + 16 + rise
            stones.line([(x, y), (x + work.luck.uniform(-2, 2), y + 31)], 3)
            x += work.luck.uniform(44, 92)
    for x, radius, tall in ARCHES:
        ring = [
            (x - radius - 36, WATER),
            *arc((x, WATER - 30), radius + 36, 180, 360, squash=tall),
            (x + radius + 36, WATER),
        ]
        stones.shape(ring, 0)
        for turn in range(180, 361, 12):
            inner, outer = (
                arc((x, WATER - 30), radius, turn, turn + 1, squash=tall)[0],
                arc((x, WATER - 30), radius + 36, turn, turn + 1, squash=tall)[0],
            )
            stones.line([inner, outer], 3.4)
        stones.line(ring, 4.5)
    for x in (390, 810, 1250):
        stones.shape([(x, 612), (x + 26, 640), (x + 36, WATER + 8), (x, WATER + 8)])
        stones.shape([(x - 34, WATER), (x - 26, 640), (x, 612), (x, WATER)], 0)
        stones.line([(x - 34, WATER), (x - 26, 640), (x, 612)], 4)
    top = [(x, _deck(x)) for x in range(-20, 1841, 20)]
    stones.line([(x, y - 25) for x, y in top], 5).line(top, 7)
    stones.keep(bridge)
    return stones.add(_vaults(work))


def _vaults(work: Print) -> Plate:
    """The shaded inner side of each arch, seen a little from the left."""
    vaults = work.plate()
    for x, radius, tall in ARCHES:
        opening = [
            (x - radius, WATER + 2),
            *arc((x, WATER - 30), radius, 180, 360, squash=tall),
            (x + radius, WATER + 2),
        ]
        vaults.shape(opening)
    for x, radius, tall in ARCHES:
        inner = [
            (x - radius - 46, WATER + 4),
            *arc((x - 46, WATER - 26), radius, 180, 360, squash=tall),
            (x + radius - 46, WATER + 4),
        ]
        vaults.shape(inner, 0)
    for x, _, _ in ARCHES:
        for row in range(7):
            y = 600 + row * 24
            vaults.line([(x + 90, y), (x + 220, y + 4)], 2.5, 0)
    return vaults


def _mirrored(work: Print, bridge: Plate) -> Plate:
    """The bridge upside down, broken up by the moving water."""
    upper = bridge.mask.crop((0, 0, LANDSCAPE[0] * SCALE, WATER * SCALE))
    plate = work.plate()
    plate.mask.paste(ImageOps.flip(upper), (0, WATER * SCALE))
    for _ in range(420):
        depth = work.luck.random() ** 0.8
        x, y = work.luck.uniform(-100, 1800), WATER + 8 + depth * 430
        run = 40 + depth * 190
        plate.stroke([(x, y), (x + run / 2, y + 2), (x + run, y)], 3 + depth * 9, 0)
    return plate


def _banks(work: Print) -> Plate:
    plate = work.plate()
    plate.shape(curve([(-20, 690), (40, 720), (90, 770), (60, 800), (-20, 815)], closed=True))
    plate.shape(
        curve([(1820, 660), (1720, 700), (1640, 765), (1700, 800), (1820, 830)], closed=True)
    )
    for side in (-1, 1):
        for _ in range(120):
            x = work.luck.uniform(-10, 120) if side < 0 else work.luck.uniform(1620, 1810)
            plate.stroke(
                [
                    (x, 800),
                    (x + 4, 770),
                    (x + work.luck.uniform(-14, 18), 800 - work.luck.uniform(60, 150)),
                ],
                5,
                start=1,
            )
    return plate


def _ripples(work: Print) -> Plate:
    plate = work.plate()
    for _ in range(120):
        depth = work.luck.random()
        x, y = work.luck.uniform(-100, 1800), WATER + 14 + depth * 420
        run = 50 + depth * 210
        plate.stroke([(x, y), (x + run / 2, y + 3), (x + run, y)], 2 + depth * 4)
    return plate


def _boat(work: Print) -> None:
    hull = work.plate().shape(
        [*curve([(690, 930), (730, 965), (860, 968), (925, 922)], steps=8), (690, 930)]
    )
    hull.stroke([(778, 935), (770, 850)], 34, start=0.8, end=0.6).disc((768, 830), 17)
    hull.line([(775, 880), (830, 905)], 9).line([(870, 850), (800, 1010)], 5)
    hull.stroke([(705, 985), (800, 992), (915, 982)], 12)
    work.press(hull, INK)
    work.press(work.plate().line([(700, 936), (735, 958), (858, 960), (915, 930)], 5), BRICK)
