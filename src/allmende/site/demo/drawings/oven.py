"""The bakery, at four in the morning."""

from __future__ import annotations

from PIL import Image

from . import inks
from .inks import BRICK, INK, OCHRE, PAPER, RIVER, mix, shade, tint
from .press import LANDSCAPE, Point, Print, arc, curve, path, place

CRUST = mix(OCHRE, BRICK, 0.28)
OVEN: Point = (560.0, 520.0)


def backstube() -> Image.Image:
    """The oven is open, the first batch comes out."""
    work = Print("backstube", ground=shade(BRICK, 0.6))
    _brick_wall(work)
    _night(work)
    _oven(work)
    _baker(work)
    _table(work)
    return work.finish()


def _brick_wall(work: Print) -> None:
    bricks = {ink: work.plate() for ink in (BRICK, shade(BRICK, 0.2), shade(BRICK, 0.35))}
    for course in range(15):
        x = -60.0 - (course % 2) * 60
        while x < 1800:
            ink = work.luck.choice(list(bricks))
            bricks[ink].box(x + 3, course * 58 + 3, x + 117, course * 58 + 55)
            x += 120
    for ink, plate in bricks.items():
        work.press(plate, ink)


def _night(work: Print) -> None:
    """The window: it is still dark outside."""
    frame = work.plate().shape([*arc((1665, 190), 96, 180, 360), (1761, 400), (1569, 400)])
    work.press(frame, shade(RIVER, 0.55), lightest=240, halo=tint(OCHRE, 0.75))
    moon = work.plate().disc((1690, 205), 42).disc((1672, 195), 38, 0)
    for x, y in ((1610, 170), (1625, 270), (1715, 300), (1600, 345), (1730, 150)):
        moon.disc((x, y), 4)
    work.press(moon, tint(OCHRE, 0.5))
    bars = (
        work.plate()
        .line([(1665, 96), (1665, 400)], 9)
        .line([(1569, 255), (1761, 255)], 9)
        .box(1552, 396, 1778, 418)
    )
    work.press(bars, tint(OCHRE, 0.75))


def _oven(work: Print) -> None:
    x, y = OVEN
    ring = work.plate().shape([*arc(OVEN, 450, 180, 360), (x + 450, 850), (x - 450, 850)])
    work.press(ring, shade(RIVER, 0.68), lightest=240)
    stones = work.plate()
    for turn in range(180, 360, 12):
        stones.shape(
            [*arc(OVEN, 440, turn + 0.7, turn + 11.3), *arc(OVEN, 350, turn + 11.2, turn + 0.8)]
        )
    for side in (-1, 1):
        for row in range(4):
            stones.box(
                x + side * 395 - 45, y + 8 + row * 84, x + side * 395 + 45, y + 86 + row * 84
            )
    work.press(stones, tint(OCHRE, 0.75), lightest=225)
    mouth = work.plate().shape([*arc(OVEN, 340, 180, 360), (x + 340, 850), (x - 340, 850)])
    work.press(mouth, INK, lightest=245)
    glow = Image.new("L", LANDSCAPE, 0)
    tone = inks.slope(LANDSCAPE, [(0, 0), (0.2, 30), (0.62, 235), (1, 255)])
    glow.paste(tone, (0, 0), mouth.reduced())
    work.press(inks.halftone(glow, 16), BRICK, rough=15, lightest=240)
    hearth = work.plate().shape([(x - 250, 690), (x + 250, 690), (x + 340, 850), (x - 340, 850)])
    work.press(hearth, OCHRE, lightest=230)
    flames = work.plate()
    for step in range(9):
        left, high = x - 230 + step * 58, work.luck.uniform(90, 210)
        flames.stroke(
            curve(
                [
                    (left, 696),
                    (left + 16, 696 - high * 0.4),
                    (left - 6, 696 - high * 0.7),
                    (left + 10, 696 - high),
                ]
            ),
            46,
            start=0.9,
        )
    work.press(flames, OCHRE, halo=BRICK)
    for left, top, size in (
        (400, 725, 0.62),
        (560, 715, 0.62),
        (715, 728, 0.62),
        (310, 800, 0.78),
        (480, 795, 0.78),
    ):
        _loaf(work, (left, top), size, cuts=3)


def _loaf(work: Print, at: Point, size: float, *, cuts: int, turn: float = 0) -> None:
    """A long loaf: crust, a lighter back and scored cuts."""
    loaf = curve(
        [(-120, 14), (-100, -36), (0, -58), (100, -36), (120, 14), (90, 40), (-90, 40)], closed=True
    )
    work.press(
        work.plate().shape(place(loaf, at, size=size, turn=turn)), CRUST, lightest=235, halo=INK
    )
    scores, shadow = work.plate(), work.plate()
    for cut in range(cuts):
        x = -62 + cut * 124 / max(1, cuts - 1)
        scores.stroke(
            place(curve([(x - 18, 10), (x - 2, -20), (x + 22, -40)]), at, size=size, turn=turn),
            17 * size,
        )
    shadow.stroke(
        place(curve([(-100, 26), (0, 36), (100, 26)]), at, size=size, turn=turn), 13 * size
    )
    work.press(shadow, shade(CRUST, 0.5), lightest=235)
    work.press(scores, tint(OCHRE, 0.4), lightest=235)


def _baker(work: Print) -> None:
    body = work.plate().shape(
        curve(
            path("1290,470 1390,440 1490,470 1540,640 1560,900 1240,900 1262,640"),
            closed=True,
        )
    )
    work.press(body, tint(RIVER, 0.35), lightest=235, halo=INK)
    apron = (
        work.plate()
        .shape([(1278, 560), (1410, 560), (1470, 900), (1236, 900)])
        .line([(1290, 565), (1350, 452)], 16)
    )
    work.press(apron, PAPER, lightest=240)
    pole = work.plate().shape([(700, 764), (1700, 640), (1702, 656), (704, 786)])
    pole.shape(
        curve([(480, 812), (560, 775), (700, 758), (712, 790), (600, 826), (500, 842)], closed=True)
    )
    work.press(pole, tint(OCHRE, 0.7), lightest=235, halo=INK)
    _loaf(work, (590, 776), 0.84, cuts=3, turn=-6)
    head = (
        work.plate()
        .disc((1362, 345), 80, squash=1.12)
        .box(1340, 400, 1430, 470)
        .shape([(1288, 335), (1256, 372), (1292, 380)])
    )
    work.press(head, tint(BRICK, 0.42), lightest=240, halo=INK)
    sleeve = work.plate().stroke(
        curve([(1320, 520), (1270, 640), (1130, 700)]), 84, start=1, end=0.75
    )
    sleeve.disc((1322, 516), 40).disc((1478, 516), 40)
    sleeve.stroke(curve([(1480, 520), (1530, 620), (1440, 680)]), 84, start=1, end=0.8)
    work.press(sleeve, tint(RIVER, 0.35), lightest=235, halo=INK)
    work.press(
        work.plate().disc((1112, 712), 40).disc((1428, 674), 40),
        tint(BRICK, 0.42),
        lightest=240,
        halo=INK,
    )
    hat = work.plate().shape([(1282, 300), (1290, 236), (1440, 236), (1444, 300)])
    hat.shape(
        curve(
            path("1286,250 1240,190 1290,130 1370,112 1460,136 1488,196 1440,250"),
            closed=True,
        )
    )
    work.press(hat, PAPER, lightest=240, halo=INK)
    marks = (
        work.plate()
        .line([(1282, 300), (1444, 300)], 8)
        .stroke([(1308, 335), (1322, 342), (1336, 335)], 8)
    )
    marks.stroke(curve([(1268, 392), (1300, 378), (1344, 404)]), 26).stroke(
        [(1292, 312), (1318, 306), (1340, 314)], 8
    )
    for x in (1330, 1380, 1425):
        marks.stroke([(x, 235), (x - 4, 190), (x + 4, 160)], 6)
    marks.shape(curve([(1420, 302), (1448, 302), (1440, 390), (1416, 372)], closed=True))
    work.press(marks, INK)


def _table(work: Print) -> None:
    work.press(work.plate().box(-5, 880, 1805, 1205), tint(OCHRE, 0.62), lightest=230)
    grainy = work.plate().box(-5, 880, 1805, 898)
    for _ in range(70):
        x, y = work.luck.uniform(-100, 1800), work.luck.uniform(915, 1195)
        grainy.stroke([(x, y), (x + 90, y + 3), (x + 200, y)], 3.5)
    work.press(grainy, shade(OCHRE, 0.4))
    flour = work.plate()
    for _ in range(500):
        flour.disc(
            (work.luck.gauss(1380, 260), work.luck.gauss(1050, 75)),
            work.luck.uniform(1.5, 7),
            squash=0.6,
        )
    work.press(flour, PAPER)
    for x, y in ((190, 1045), (520, 1060), (850, 1045)):
        _loaf(work, (x, y), 1.28, cuts=4, turn=work.luck.uniform(-4, 4))
    for x in (1160, 1410, 1660):
        _pretzel(work, (x, 1045 + work.luck.uniform(-8, 8)))


def _pretzel(work: Print, at: Point) -> None:
    rope = work.plate()
    for side in (-1, 1):
        loop = path("-34,78 -60,10 -104,-30 -82,-84 -24,-70 10,0 40,60 80,70")
        rope.stroke(
            place(curve([(x * side, y) for x, y in loop]), at, size=0.9), 36, start=0.5, end=0.5
        )
    rope.stroke(
        place(curve([(-100, -10), (-92, 62), (0, 92), (92, 62), (100, -10)]), at, size=0.9),
        46,
        start=0.8,
        end=0.8,
    )
    work.press(rope, shade(CRUST, 0.3), lightest=235, halo=INK)
    salt = work.plate()
    for turn in range(20, 165, 11):
        x, y = arc((at[0], at[1] - 7), 83, turn, turn + 1, squash=0.95)[0]
        salt.box(x - 4, y - 4, x + 4, y + 4)
    work.press(salt, PAPER, lightest=245)
