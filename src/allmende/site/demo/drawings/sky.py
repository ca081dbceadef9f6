"""Pictures that look up: the night sky and the cranes."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image

from . import inks
from .inks import BRICK, INK, OCHRE, PAPER, RIVER, shade, tint
from .press import LANDSCAPE, Plate, Point, Print, arc, curve, path, place


def ridge(plate: Plate, points: Sequence[Point]) -> Plate:
    """Fill from a smooth skyline down to the lower edge."""
    height = plate.size[1]
    line = curve(points)
    return plate.shape([(line[0][0], height), *line, (line[-1][0], height)])


def sternenhimmel() -> Image.Image:
    """The stars turn about the pole above the sleeping village and its observatory."""
    work = Print("sternenhimmel", ground=shade(RIVER, 0.30))
    dark = inks.slope(LANDSCAPE, [(0, 250), (0.35, 150), (0.72, 0), (1, 0)])
    work.press(inks.halftone(dark, 14), shade(RIVER, 0.72), rough=20)
    pole = (1130.0, 395.0)
    for ink, count in ((tint(RIVER, 0.45), 130), (tint(OCHRE, 0.55), 60), (PAPER, 210)):
        work.press(_trails(work, pole, count), ink, rough=30)
    work.press(work.plate().disc(pole, 7), PAPER)
    hills = ridge(
        work.plate(), [(-20, 900), (300, 850), (700, 905), (1150, 830), (1500, 880), (1820, 840)]
    )
    work.press(hills, shade(RIVER, 0.68), lightest=255)
    ground = ridge(
        work.plate(), [(-20, 985), (340, 1040), (800, 1062), (1150, 1000), (1480, 905), (1820, 960)]
    )
    _village(ground)
    _observatory(ground)
    for _ in range(240):
        x = work.luck.uniform(0, 1800)
        y = 1075 + abs(x - 800) * -0.02 + work.luck.uniform(15, 130)
        ground.stroke([(x, y), (x + 40, y - 3), (x + 90, y + 2)], 2.4, 0)
    work.press(ground, INK)
    work.press(_windows(work.plate()), OCHRE)
    return work.finish()


def _trails(work: Print, pole: Point, count: int) -> Plate:
    plate = work.plate()
    for _ in range(count):
        radius = 14 + 1450 * work.luck.random() ** 0.72
        begin = work.luck.uniform(0, 360)
        width = work.luck.choice((1.8, 2.2, 2.8, 3.6, 5.2))
        plate.stroke(arc(pole, radius, begin, begin + 24), width, start=0.35, end=0.8)
    return plate


def _village(ground: Plate) -> None:
    for x, base, wide, high, roof in (
        (150, 1045, 130, 60, 62), (290, 1060, 110, 52, 54), (520, 1075, 150, 62, 70),
        (680, 1082, 110, 48, 58), (790, 1080, 90, 44, 44), (50, 1030, 100, 50, 50),
    ):  # fmt: skip
        ground.box(x, base - high, x + wide, base + 20)
        ground.shape(
            [
                (x - 10, base - high),
                (x + wide / 2, base - high - roof),
                (x + wide + 10, base - high),
            ]
        )
    ground.box(418, 880, 478, 1080).shape([(410, 882), (448, 716), (486, 882)])
    ground.line([(448, 722), (448, 682)], 4).line([(436, 697), (460, 697)], 4)
    ground.box(470, 985, 560, 1080).shape([(465, 990), (515, 930), (570, 990)])


def _observatory(ground: Plate) -> None:
    ground.box(1468, 800, 1612, 930).shape(arc((1540, 803), 82, 180, 360))
    ground.box(1455, 798, 1625, 810)
    ground.shape([(1530, 800), (1508, 722), (1526, 717), (1552, 800)], 0)
    ground.stroke([(1566, 812), (1498, 690)], 15, start=1, end=1)
    ground.disc((1333, 893), 9).stroke([(1333, 905), (1332, 952)], 24, start=0.9, end=0.9)
    ground.line([(1338, 905), (1365, 886)], 6)
    ground.line([(1376, 905), (1352, 874)], 9).line([(1364, 890), (1352, 940)], 4).line(
        [(1364, 890), (1384, 938)], 4
    )


def _windows(plate: Plate) -> Plate:
    for x, y in tuple(path("178,1003 216,1003 330,1024 560,1030 600,1030 722,1052 820,1052")):
        plate.box(x, y, x + 18, y + 22)
    plate.shape([(440, 930), (448, 914), (456, 930), (456, 955), (440, 955)])
    return plate.box(1500, 850, 1516, 880)


def kraniche() -> Image.Image:
    """Cranes cross the low sun above the morning fog of the valley."""
    work = Print("kraniche", ground=tint(OCHRE, 0.22))
    glow = inks.slope(LANDSCAPE, [(0, 0), (0.3, 25), (0.62, 165), (1, 165)])
    work.press(inks.halftone(glow, 12), tint(OCHRE, 0.75), rough=15, overprint=True)
    work.press(work.plate().disc((1140, 560), 330), BRICK, lightest=225)
    layers: tuple[tuple[list[Point], inks.Colour], ...] = (
        (
            [(-20, 770), (260, 700), (520, 742), (900, 668), (1350, 740), (1820, 660)],
            tint(RIVER, 0.45),
        ),
        (
            [(-20, 860), (300, 838), (760, 800), (1150, 850), (1500, 800), (1820, 835)],
            tint(RIVER, 0.72),
        ),
        ([(-20, 980), (420, 940), (900, 965), (1400, 915), (1820, 960)], RIVER),
    )
    for skyline, ink in layers:
        work.press(_fog(work, ridge(work.plate(), skyline), skyline[0][1]), ink)
    work.press(_reeds(work), INK)
    flock = work.plate()
    for at, size, turn, pose in (
        ((430, 500), 2.15, -6, 0), ((800, 600), 0.95, -4, 1), ((990, 622), 0.85, -6, 2),
        ((1172, 640), 0.77, -4, 0), ((1342, 655), 0.7, -6, 1), ((1500, 668), 0.62, -4, 2),
        ((850, 322), 0.9, -6, 2), ((1035, 268), 0.8, -4, 0), ((1212, 222), 0.72, -8, 1),
        ((1372, 185), 0.65, -5, 2), ((1522, 152), 0.58, -6, 0), ((1660, 122), 0.52, -5, 1),
    ):  # fmt: skip
        _crane(flock, at, size, turn, pose)
    work.press(flock, INK, rough=30)
    mark = work.plate().shape(
        place([(-118, -16), (-108, -17), (-107, -10), (-116, -10)], (430, 500), size=2.15, turn=-6)
    )
    work.press(mark, BRICK)
    return work.finish()


def _fog(work: Print, hill: Plate, top: float) -> Plate:
    """Cut drifting bands of fog out of a hill."""
    for _ in range(26):
        x, y = work.luck.uniform(-300, 1800), top + work.luck.uniform(10, 130)
        run = work.luck.uniform(180, 620)
        path = curve([(x, y), (x + run / 3, y - 6), (x + run * 0.7, y + 5), (x + run, y)])
        hill.stroke(path, work.luck.uniform(3, 11), 0)
    return hill


def _reeds(work: Print) -> Plate:
    plate = ridge(
        work.plate(), [(-20, 1120), (500, 1150), (1000, 1165), (1500, 1130), (1820, 1090)]
    )
    for _ in range(330):
        x = work.luck.triangular(-20, 1820, work.luck.choice((0, 1800)))
        high, lean = work.luck.uniform(40, 190), work.luck.uniform(-26, 40)
        path = curve(
            [(x, 1175), (x + lean * 0.3, 1175 - high * 0.6), (x + lean, 1160 - high)], steps=5
        )
        plate.stroke(path, work.luck.uniform(3, 6), start=1)
        if work.luck.random() < 0.2:
            plate.stroke(
                [path[-3], path[-1], (x + lean * 1.1, 1140 - high)], 12, start=0.5, end=0.5
            )
    return plate


def _crane(plate: Plate, at: Point, size: float, turn: float, pose: int) -> None:
    """A crane flying left; poses: wings up, level, down."""
    body = path("-150,-4 -128,-9 -108,-14 -98,-11 -60,-6 -30,-8 8,-14 40,-6 70,0 140,8 "
"150,12 138,13 66,8 30,14 0,17 -28,10 -60,1 -98,-4 -116,-7")  # fmt: skip
    lift, lean = ((-1.0, 34), (-0.5, 86), (0.8, 58))[pose]
    for feather in _wing(lean - 62, 172 * lift, -16):
        plate.shape(place(feather, at, size=size, turn=turn))
    plate.shape(place(curve(body, closed=True, steps=5), at, size=size, turn=turn))
    near = [place(feather, at, size=size, turn=turn) for feather in _wing(lean, 190 * lift, 4)]
    for feather in near:
        plate.line([*feather, feather[0]], 3.2 * size**0.5, 0)
    for feather in near:
        plate.shape(feather)
    for vane in range(4):
        quill = [
            (vane * 9 - 8, 40 * lift),
            (lean * 0.35 + vane * 8 - 14, 92 * lift),
            (lean * 0.8 + vane * 9 - 14, 150 * lift),
        ]
        plate.stroke(place(curve(quill, steps=5), at, size=size, turn=turn), 1.7 * size**0.5, 0)


def _wing(lean: float, rise: float, shift: float) -> list[list[Point]]:
    """An arm with its fan of feathers: reaches `rise` up (negative) and `lean` aside."""
    wrist = (shift - 26 + lean * 0.42, rise * 0.52)
    arm = [(shift - 22, 2), (shift - 30 + lean * 0.2, rise * 0.28), wrist,
           (shift + lean - 2, rise * 0.86), (shift + lean + 14, rise * 0.7),
           (shift + 15 + lean * 0.5, rise * 0.36), (shift + 20, 2)]  # fmt: skip
    feathers = [curve(arm, closed=True, steps=5)]
    for finger in range(5):
        tip = (shift + lean * 1.12 - 20 + finger * 13, rise * (1.08 - 0.06 * finger))
        root = (wrist[0] + finger * 6 + 6, rise * (0.54 - 0.02 * finger))
        middle = ((root[0] + tip[0]) / 2 - 4, (root[1] + tip[1]) / 2)
        leaf = [root, (middle[0] - 5, middle[1]), tip, (middle[0] + 6, middle[1])]
        feathers.append(curve(leaf, closed=True, steps=5))
    return feathers
