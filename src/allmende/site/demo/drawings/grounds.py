"""Pictures from above: the football ground and the school yard."""

from __future__ import annotations

import math
from itertools import pairwise

from PIL import Image

from .inks import BRICK, INK, MOSS, OCHRE, PAPER, RIVER, mix, shade, tint
from .press import Plate, Point, Print, arc, curve, path, place

TILT = -14.0
CENTRE: Point = (900.0, 600.0)


def _pitch(points: list[Point]) -> list[Point]:
    """From the pitch (goal to the right, origin in the middle of the sheet) to the sheet."""
    return place(points, CENTRE, turn=TILT)


def fussballplatz() -> Image.Image:
    """A corner kick at sunset, seen from the floodlight mast."""
    work = Print("fussballplatz", ground=MOSS)
    stripes = work.plate()
    for stripe in range(-7, 8, 2):
        left = stripe * 150 - 75
        stripes.shape(
            _pitch([(left, -1400), (left + 150, -1400), (left + 150, 1400), (left, 1400)])
        )
    work.press(stripes, tint(MOSS, 0.82), rough=25)
    blades = work.plate()
    for _ in range(1500):
        x, y = work.luck.uniform(0, 1800), work.luck.uniform(0, 1200)
        blades.stroke([(x, y), (x + 3, y - 10), (x + 8, y - 18)], 3)
    work.press(blades, shade(MOSS, 0.25), rough=0)
    _track(work)
    work.press(_chalk_lines(work), PAPER, lightest=225)
    _teams(work)
    return work.finish()


def _track(work: Print) -> None:
    """The cinder track behind the goal line, with its lanes and the spectators on the rail."""
    track = work.plate().shape(_pitch([(640, -1400), (1400, -1400), (1400, 1400), (640, 1400)]))
    work.press(track, BRICK, lightest=225)
    lanes = work.plate()
    for lane in range(4):
        lanes.shape(
            _pitch(
                [
                    (706 + lane * 92, -1400),
                    (712 + lane * 92, -1400),
                    (712 + lane * 92, 1400),
                    (706 + lane * 92, 1400),
                ]
            )
        )
    work.press(lanes, tint(OCHRE, 0.3))


def _chalk_lines(work: Print) -> Plate:
    plate = work.plate()
    for left, high in ((70, 470), (390, 235)):
        plate.line(_pitch([(570, -high), (left, -high), (left, high), (570, high)]), 9)
    plate.line(_pitch([(570, -1400), (570, 1400)]), 10)
    plate.line(_pitch([(-640, -1400), (-640, 1400)]), 9)
    plate.line(_pitch(arc((-640, 0), 300, 0, 360)), 9)
    plate.disc(_pitch([(225, 0)])[0], 9).disc(_pitch([(-640, 0)])[0], 10)
    plate.line(_pitch([(x, y) for x, y in arc((225, 0), 262, 90, 270) if x < 70]), 9)
    plate.line(_pitch([(570, -118), (632, -118), (632, 118), (570, 118)]), 8)
    for step in range(1, 12):
        y = -118 + step * 236 / 12
        plate.line(_pitch([(570, y), (632, y)]), 2)
    for step in range(1, 4):
        plate.line(_pitch([(570 + step * 16, -118), (570 + step * 16, 118)]), 2)
    return plate


REDS = (
    (-560, -60, 20),
    (-250, 250, -30),
    (40, 90, 10),
    (180, -210, -15),
    (330, 60, 60),
    (-120, -320, 5),
    (300, 330, -50),
)
WHITES = (
    (545, 20, 180),
    (265, 135, 200),
    (370, -90, 150),
    (90, -40, 185),
    (-30, 210, 160),
    (-330, -190, 170),
    (215, 290, 230),
)


def _teams(work: Print) -> None:
    shadow, red, white, skin, hair = (work.plate() for _ in range(5))
    for players, shirt in ((REDS, red), (WHITES, white)):
        for x, y, facing in players:
            spot = _pitch([(x, y)])[0]
            _shadow(shadow, spot, 200 + work.luck.uniform(-8, 8), work.luck.uniform(10, 20))
            _from_above(shirt, skin, hair, spot, facing + TILT, 1.36)
    ball = _pitch([(290, -10)])[0]
    shadow.disc((ball[0] + 52, ball[1] + 22), 13, squash=0.7)
    work.press(shadow, shade(MOSS, 0.72), overprint=False, lightest=225)
    work.press(red, BRICK, lightest=240)
    work.press(white, PAPER, lightest=245)
    work.press(skin, SKIN, lightest=240)
    work.press(hair, INK)
    work.press(work.plate().disc(ball, 15), PAPER, lightest=255)
    work.press(work.plate().disc(ball, 5).line(arc(ball, 14, 0, 360), 3), INK)


def _shadow(plate: Plate, at: Point, length: float, stride: float) -> None:
    """The long evening shadow of somebody who stands or runs here."""

    def lay(points: list[Point]) -> list[Point]:
        return place(points, at, turn=22, size=length / 165)

    for side in (-1, 1):
        plate.shape(
            lay(
                [
                    (0, side * stride - 6),
                    (80, side * 7 - 7),
                    (80, side * 7 + 7),
                    (0, side * stride + 6),
                ]
            )
        )
    plate.shape(
        lay(
            curve(
                [(74, -13), (118, -20), (138, -15), (138, 15), (118, 20), (74, 13)],
                closed=True,
                steps=5,
            )
        )
    )
    plate.shape(lay([(132, -17), (126, -24), (72, -38), (70, -30)])).shape(
        lay([(132, 17), (126, 24), (84, 44), (78, 37)])
    )
    plate.shape(
        lay(curve([(138, -8), (158, -12), (172, 0), (158, 12), (138, 8)], closed=True, steps=5))
    )


def _from_above(
    shirt: Plate, skin: Plate, hair: Plate, at: Point, facing: float, size: float
) -> None:
    """Shoulders, arms and head as the mast sees them; facing in degrees, 0 = right."""

    def turned(points: list[Point]) -> list[Point]:
        return place(points, at, size=size, turn=facing)

    skin.stroke(
        turned(curve([(0, -28), (16, -38), (36, -36)], steps=4)), 11 * size, start=0.9, end=0.7
    )
    skin.stroke(
        turned(curve([(0, 28), (-12, 38), (-30, 40)], steps=4)), 11 * size, start=0.9, end=0.7
    )
    shirt.shape(
        turned(
            curve(
                path("14,0 10,26 -2,34 -15,24 -16,0 -15,-24 -2,-34 10,-26"),
                closed=True,
                steps=6,
            )
        )
    )
    hair.disc(turned([(3, 0)])[0], 14 * size)


SKIN = tint(mix(OCHRE, BRICK, 0.3), 0.75)
CHALK_TURN = -24.0
CHALK_SIDE = 178.0


def _yard(points: list[Point]) -> list[Point]:
    return place(points, (235, 1040), size=CHALK_SIDE, turn=CHALK_TURN)


# column and row of the lower left corner of each field, in sides of a field
FIELDS = ((0, -0.5), (1, -0.5), (2, -1), (2, 0), (3, -0.5), (4, -1), (4, 0), (5, -0.5))


def schulhof() -> Image.Image:
    """Break time: heaven and hell in chalk, below the chestnut tree."""
    work = Print("schulhof", ground=mix(RIVER, INK, 0.35))
    specks = work.plate()
    for _ in range(1400):
        specks.disc(
            (work.luck.uniform(0, 1800), work.luck.uniform(0, 1200)), work.luck.uniform(1, 2.4)
        )
    work.press(specks, tint(RIVER, 0.6), rough=0)
    work.press(_tree_shade(work), shade(RIVER, 0.72), lightest=225)
    work.press(_hopscotch(work), PAPER, rough=80, lightest=170)
    fill = work.plate().shape(_yard([(x + 6, y) for x, y in arc((0, 0), 0.88, -90, 90)]))
    work.press(fill, OCHRE, rough=80, lightest=190)
    sky = work.plate().turned_text(_yard([(6.36, 0)])[0], "Himmel", 62, CHALK_TURN + 90)
    work.press(sky, shade(RIVER, 0.6), rough=20)
    _children(work)
    _leaves(work)
    return work.finish()


def _hopscotch(work: Print) -> Plate:
    plate = work.plate()
    for number, (column, row) in enumerate(FIELDS, start=1):
        corners = [
            (column, row),
            (column + 1, row),
            (column + 1, row + 1),
            (column, row + 1),
            (column, row),
        ]
        for start, end in pairwise(corners):
            lean = [
                (px + work.luck.uniform(-0.02, 0.02), py + work.luck.uniform(-0.02, 0.02))
                for px, py in (start, end)
            ]
            plate.line(_yard(lean), 11)
        middle = _yard([(column + 0.5, row + 0.5)])[0]
        plate.turned_text(middle, str(number), 104, CHALK_TURN + 90)
    plate.line(_yard([(x + 6, y) for x, y in arc((0, 0), 0.92, -90, 90)]), 12)
    return plate


def _tree_shade(work: Print) -> Plate:
    plate = work.plate()
    for _ in range(260):
        reach, turn = work.luck.random() ** 0.6, work.luck.uniform(0, 360)
        at = (
            330 + 620 * reach * math.cos(math.radians(turn)),
            130 + 400 * reach * math.sin(math.radians(turn)),
        )
        plate.disc(at, work.luck.uniform(24, 62), squash=0.8)
    for _ in range(110):
        at = (work.luck.uniform(-60, 900), work.luck.uniform(-60, 520))
        plate.disc(at, work.luck.uniform(5, 20), 0, squash=0.7)
    return plate


CHILDREN = (
    # where, facing, shirt, hair in plaits
    (_yard([(1.5, 0.0)])[0], CHALK_TURN, BRICK, True),
    ((1105, 268), 5, OCHRE, False),
    ((1590, 205), 190, tint(BRICK, 0.5), True),
    ((1345, 300), 80, MOSS, False),
    ((1190, 1010), -10, tint(RIVER, 0.45), False),
)


def _children(work: Print) -> None:
    """One hops, three share a long rope, one runs after the ball."""
    shadow, skin, hair, shirts = (work.plate() for _ in range(4))
    size = 2.15
    for at, *_ in CHILDREN:
        _shadow(shadow, at, 330, 14)
    shadow.disc((1480, 985), 34, squash=0.5).stroke(
        curve([(1180, 330), (1400, 470), (1640, 262)], steps=16), 8, start=1, end=1
    )
    work.press(shadow, shade(RIVER, 0.78), lightest=235)
    foot = work.plate().stroke(
        place([(0, 4), (40, 6), (62, 8)], CHILDREN[0][0], size=size, turn=CHALK_TURN),
        30,
        start=0.7,
        end=0.6,
    )
    work.press(foot, tint(OCHRE, 0.8), lightest=240)
    for at, facing, ink, plaits in CHILDREN:
        shirt = work.plate()
        _from_above(shirt, skin, hair, at, facing, size)
        work.press(shirt, ink, lightest=235)
        for side in (-1, 1) if plaits else ():
            hair.stroke(
                place(
                    curve([(-2, side * 10), (-22, side * 22), (-40, side * 20)]),
                    at,
                    size=size,
                    turn=facing,
                ),
                9 * size,
                start=0.9,
            )
    work.press(skin.cut(shirts), SKIN, lightest=240)
    work.press(hair, INK, lightest=235)
    details = work.plate().stroke(
        curve([(1160, 210), (1375, 420), (1540, 250)], steps=16), 7, start=1, end=1
    )
    for at, facing, _, plaits in CHILDREN:
        if plaits:
            details.line(place([(-9, 0), (14, 0)], at, size=size, turn=facing), 4)
    work.press(details, PAPER)
    ball = work.plate().disc((1440, 965), 38)
    work.press(ball, BRICK, lightest=240)
    work.press(
        work.plate()
        .stroke(arc((1440, 965), 22, 150, 260), 8)
        .line(arc((1470, 965), 40, 130, 230), 4),
        PAPER,
    )


def _leaves(work: Print) -> None:
    for ink in (OCHRE, BRICK, tint(OCHRE, 0.7)):
        plate = work.plate()
        for _ in range(15):
            at = (work.luck.triangular(0, 1000, 250), work.luck.triangular(0, 560, 60))
            turn, size = work.luck.uniform(0, 360), work.luck.uniform(0.7, 1.15)
            for finger in (-76, -40, 0, 40, 76):
                long = 62 - abs(finger) * 0.25
                leaf = place(
                    [
                        (0, 0),
                        (long * 0.4, -5),
                        (long * 0.72, -13),
                        (long, 0),
                        (long * 0.72, 13),
                        (long * 0.4, 5),
                    ],
                    (0, 0),
                    turn=finger,
                )
                plate.shape(place(leaf, at, size=size, turn=turn))
            plate.line(place([(0, 0), (-40, 4)], at, size=size, turn=turn), 4)
        work.press(plate, ink, lightest=235)
