"""Pictures of the fields."""

from __future__ import annotations

import math

from PIL import Image

from . import inks
from .inks import BRICK, INK, MOSS, OCHRE, RIVER, shade, tint
from .press import LANDSCAPE, Plate, Point, Print, arc, curve, path, place
from .sky import ridge


def ernte() -> Image.Image:
    """A combine harvester takes the last field below a low sun."""
    work = Print("ernte", ground=tint(OCHRE, 0.2))
    glow = inks.slope(LANDSCAPE, [(0, 0), (0.15, 20), (0.5, 170), (1, 170)])
    work.press(inks.halftone(glow, 12), tint(OCHRE, 0.7), rough=15, overprint=True)
    work.press(work.plate().disc((1330, 400), 205), BRICK, lightest=225)
    far = ridge(
        work.plate(), [(-20, 470), (300, 400), (640, 455), (1000, 410), (1400, 470), (1820, 400)]
    )
    work.press(far, tint(RIVER, 0.6), lightest=240)
    near = ridge(work.plate(), [(-20, 500), (420, 540), (900, 490), (1350, 545), (1820, 500)])
    _hedges(work, near)
    work.press(near, MOSS, lightest=230)
    work.press(_field(work), shade(OCHRE, 0.28), lightest=235)
    work.press(_stubble(work), tint(OCHRE, 0.62))
    work.press(_bales(work, shadow=True), shade(OCHRE, 0.45), overprint=True)
    work.press(_bales(work, shadow=False), OCHRE)
    work.press(_bale_lines(work), INK)
    grain = _grain_field(work)
    work.press(grain, OCHRE)
    _harvester(work)
    work.press(_ears(work), INK)
    return work.finish()


def _hedges(work: Print, plate: Plate) -> None:
    for _ in range(70):
        x = work.luck.uniform(0, 1800)
        y = 512 + 22 * math.sin(x / 150)
        plate.disc((x, y), work.luck.uniform(8, 26), squash=0.8)


VANISH: Point = (560.0, 420.0)


def _field(work: Print) -> Plate:
    return work.plate().shape([(-10, 610), (500, 575), (1810, 590), (1810, 1210), (-10, 1210)])


def _stubble(work: Print) -> Plate:
    """The mown part: rows that run to the horizon, cut as white lines."""
    plate = _field(work)
    for index in range(58):
        foot = (-2000.0 + index * 100, 1300.0)
        steps = []
        for part in range(9):
            t = 0.135 + 0.865 * part / 8
            steps.append(
                (VANISH[0] + (foot[0] - VANISH[0]) * t, VANISH[1] + (foot[1] - VANISH[1]) * t)
            )
        plate.shape(
            [(px - 1 - 9 * ((py - 540) / 660), py) for px, py in steps]
            + [(px + 1 + 9 * ((py - 540) / 660), py) for px, py in reversed(steps)],
            0,
        )
    return plate


BALES = (
    ((1560, 690), 44),
    ((1215, 655), 28),
    ((980, 640), 20),
    ((1480, 905), 96),
    ((1120, 748), 52),
)


def _bales(work: Print, *, shadow: bool) -> Plate:
    plate = work.plate()
    for (x, y), radius in BALES:
        if shadow:
            plate.shape(
                [
                    (x - radius, y + radius * 0.9),
                    (x + radius * 1.2, y + radius * 0.95),
                    (x - radius * 1.5, y + radius * 1.35),
                    (x - radius * 4, y + radius * 1.3),
                ]
            )
        else:
            plate.disc((x + radius * 0.75, y), radius).box(
                x, y - radius, x + radius * 0.75, y + radius
            )
            plate.disc((x, y), radius, squash=1)
    return plate


def _bale_lines(work: Print) -> Plate:
    plate = work.plate()
    for (x, y), radius in BALES:
        spiral = []
        for step in range(70):
            turn = step * 0.36
            reach = radius * (0.98 - step / 74)
            spiral.append((x + reach * math.cos(turn), y + reach * math.sin(turn)))
        plate.line(spiral, max(1.6, radius * 0.045))
        for band in (0.25, 0.5, 0.72):
            plate.stroke(arc((x + radius * band, y), radius * 0.98, -75, 70), radius * 0.07)
    return plate


def _grain_field(work: Print) -> Plate:
    """The standing part, on the left: dense strokes below a level top."""
    plate = work.plate().shape([(-10, 585), (610, 575), (640, 640), (-10, 1010)])
    plate.shape([(-10, 590), (640, 575), (655, 650), (330, 1210), (-10, 1210)])
    for _ in range(900):
        depth = work.luck.random() ** 1.5
        y = 640 + depth * 600
        x = work.luck.uniform(-20, 655 - depth * 330)
        length = 18 + depth * 110
        plate.stroke(
            [(x, y), (x + 3, y - length / 2), (x + length * 0.12, y - length)], 1.5 + depth * 6, 0
        )
    return plate


def _ears(work: Print) -> Plate:
    """Ears of wheat close to the eye, in black."""
    plate = work.plate()
    for index in range(17):
        x = -30 + index * 27 + work.luck.uniform(-12, 12)
        top = 735 + index * 9 + work.luck.uniform(-55, 55)
        lean = work.luck.uniform(10, 70)
        stalk = curve([(x, 1215), (x + lean * 0.25, (1215 + top) / 2), (x + lean, top)], steps=6)
        plate.stroke(stalk, 7, start=1, end=0.6)
        head = curve(
            [(x + lean, top), (x + lean * 1.3, top - 55), (x + lean * 1.8, top - 105)], steps=4
        )
        for step, (px, py) in enumerate(head):
            for side in (-1, 1):
                tip = (px + side * 13 + lean * 0.12, py - 22)
                plate.stroke(
                    [(px, py + 6), ((px + tip[0]) / 2 + side * 4, (py + tip[1]) / 2), tip], 9
                )
                if step > 3:
                    plate.line([tip, (tip[0] + side * 7 + lean * 0.16, tip[1] - 46)], 1.6)
    return plate


def _harvester(work: Print) -> None:
    """Seen from the side, driving to the left into the standing grain."""
    red, black, glass = work.plate(), work.plate(), work.plate()
    body = path("640,560 650,470 700,452 905,452 930,475 985,500 985,590 930,622 640,622")
    red.shape(body)
    black.shape([(560, 600), (650, 560), (660, 605), (565, 655)])
    black.box(588, 372, 600, 392)
    red.shape([(575, 405), (688, 405), (692, 432), (568, 432)])
    black.shape([(580, 432), (684, 432), (692, 560), (600, 560)])
    glass.shape([(592, 442), (634, 442), (634, 530), (606, 530)]).shape(
        [(646, 442), (674, 442), (680, 530), (646, 530)]
    )
    black.stroke([(720, 455), (860, 395), (1010, 372)], 22, start=1, end=1)
    black.shape([(1000, 362), (1030, 366), (1040, 398), (1018, 400)])
    red.cut(work.plate().line([(700, 490), (960, 520)], 6).line([(700, 520), (960, 550)], 6))
    for at, radius in (((700, 628), 78), ((925, 640), 50)):
        black.disc(at, radius).disc(at, radius * 0.52, 0)
        red.disc(at, radius * 0.4)
        for turn in range(0, 360, 30):
            tread = place(
                [(radius * 0.96, -6), (radius * 1.07, -6), (radius * 1.07, 6), (radius * 0.96, 6)],
                at,
                turn=turn,
            )
            black.shape(tread)
    _reel(black)
    work.press(
        work.plate().shape([(600, 690), (1000, 676), (960, 712), (500, 716)]),
        shade(OCHRE, 0.45),
        overprint=True,
    )
    work.press(red, BRICK)
    work.press(glass, tint(RIVER, 0.35))
    work.press(black, INK)
    dust = work.plate()
    for _ in range(150):
        spread = work.luck.random()
        dust.disc(
            (985 + spread * 300, 590 - spread * 90 + work.luck.gauss(0, 18 + 40 * spread)),
            work.luck.uniform(1.5, 5),
        )
    work.press(dust, tint(OCHRE, 0.4))


def _reel(black: Plate) -> None:
    hub = (520.0, 612.0)
    for turn in range(0, 360, 60):
        black.line([hub, *place([(66, 0)], hub, turn=turn + 12)], 6)
        black.line(place([(66, -24), (66, 24)], hub, turn=turn + 12), 8)
    black.disc(hub, 12)
    black.line([hub, (630, 570)], 10)
    black.shape([(448, 672), (600, 640), (606, 668), (430, 694)])
