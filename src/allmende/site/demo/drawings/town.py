"""Pictures of streets, squares and roofs."""

from __future__ import annotations

from PIL import Image

from . import inks
from .inks import BRICK, INK, OCHRE, PAPER, RIVER, shade, tint
from .press import LANDSCAPE, Plate, Point, Print, curve, path, place

HOUSES = (
    # left, right, eaves, gable, ink: the two sides of the street, far houses first
    (520, 690, 430, 345, tint(RIVER, 0.55)),
    (395, 540, 350, 250, tint(OCHRE, 0.75)),
    (200, 420, 250, 120, tint(RIVER, 0.8)),
    (-60, 230, 110, -70, BRICK),
    (1130, 1250, 440, 370, tint(OCHRE, 0.6)),
    (1225, 1390, 345, 240, tint(BRICK, 0.7)),
    (1365, 1590, 240, 100, tint(OCHRE, 0.9)),
    (1560, 1860, 90, -90, shade(RIVER, 0.2)),
)


def strassenbahn() -> Image.Image:
    """Line 2 comes up the high street, head on."""
    work = Print("strassenbahn", ground=tint(OCHRE, 0.16))
    glow = inks.slope(LANDSCAPE, [(0, 120), (0.45, 0), (1, 0)])
    work.press(inks.halftone(glow, 12), tint(RIVER, 0.6), rough=15, overprint=True)
    for house in HOUSES:
        _house(work, *house)
    street = work.plate().shape([(640, 690), (1180, 690), (1900, 1210), (-100, 1210)])
    work.press(
        work.plate().shape(
            [(-10, 900), (600, 690), (1220, 690), (1810, 900), (1810, 1210), (-10, 1210)]
        ),
        tint(RIVER, 0.3),
    )
    work.press(street, shade(RIVER, 0.62))
    work.press(_rails(work), tint(OCHRE, 0.3))
    _tram(work)
    work.press(_wires(work), INK, rough=20)
    _passers(work)
    return work.finish()


def _house(
    work: Print, left: float, right: float, eaves: float, gable: float, ink: inks.Colour
) -> None:
    middle = (left + right) / 2
    wall = work.plate().shape(
        [(left, 900), (left, eaves), (middle, gable), (right, eaves), (right, 900)]
    )
    work.press(wall, ink, lightest=225)
    panes = work.plate()
    wide, floors = (right - left) / 7.5, 4
    rise = (790 - eaves) / (floors + 0.4)
    for story in range(floors):
        for column in range(3):
            x = left + (right - left) * (0.2 + 0.3 * column)
            y = eaves + rise * (story + 0.25)
            panes.box(x - wide / 2, y, x + wide / 2, y + rise * 0.58)
            panes.line([(x, y), (x, y + rise * 0.58)], max(2, wide * 0.09), 0)
            panes.line(
                [(x - wide / 2, y + rise * 0.2), (x + wide / 2, y + rise * 0.2)],
                max(2, wide * 0.09),
                0,
            )
    panes.disc((middle, (eaves * 2 + gable) / 3), wide * 0.42)
    work.press(panes, INK if right - left > 200 else shade(ink, 0.6))
    edge = work.plate().line(
        [(left - 6, eaves + 8), (middle, gable), (right + 6, eaves + 8)], (right - left) / 26
    )
    edge.line([(left, 900), (left, eaves)], (right - left) / 60)
    work.press(edge, shade(ink, 0.65))


def _rails(work: Print) -> Plate:
    plate = work.plate()
    for near, far, width in ((640, 845, 12), (1130, 965, 12), (120, 745, 11), (430, 795, 11)):
        plate.shape([(far - 1, 690), (far + 1, 690), (near + width, 1210), (near - width, 1210)])
    for _ in range(130):
        depth = work.luck.random() ** 0.7
        y = 705 + depth * 495
        x = 900 + (work.luck.uniform(-1, 1)) * (300 + depth * 700)
        plate.stroke([(x, y), (x + 20 + depth * 70, y)], 2 + depth * 3)
    return plate


def _tram(work: Print) -> None:
    shadow = work.plate().shape([(560, 1035), (1215, 1035), (1420, 1090), (520, 1100)])
    work.press(shadow, INK, lightest=235)
    shell = path(
        "575,980 560,640 590,330 650,250 905,228 1160,250 1220,330 1250,640 "
        "1235,980 1180,1030 630,1030"
    )
    body = work.plate().shape(shell)
    work.press(body, BRICK, lightest=225)
    pale = work.plate().shape([(568, 735), (1242, 735), (1243, 812), (567, 812)])
    pale.box(745, 268, 1065, 340)
    pale.keep(body)
    work.press(pale, PAPER)
    black = work.plate()
    black.shape(path("600,372 625,356 1185,356 1210,372 1222,640 1195,690 615,690 588,640"))
    black.shape([(578, 985), (1232, 985), (1178, 1060), (632, 1060)])
    black.box(757, 278, 1053, 330)
    black.line([(905, 228), (905, 170)], 10).line([(800, 150), (1010, 150)], 9)
    black.line([(850, 228), (905, 188), (960, 228)], 8).line([(905, 188), (830, 150)], 6).line(
        [(905, 188), (980, 150)], 6
    )
    for side in (-1, 1):
        black.disc((905 + side * 235, 890), 50).box(
            905 + side * 350 - 16, 420, 905 + side * 350 + 16, 540
        )
    black.line([(568, 735), (1242, 735)], 5).line([(567, 812), (1243, 812)], 5)
    work.press(black, INK)
    _tram_front(work)


def _tram_front(work: Print) -> None:
    glass = work.plate().shape(
        [(622, 392), (640, 380), (890, 380), (890, 660), (632, 660), (612, 632)]
    )
    glass.shape([(920, 380), (1170, 380), (1188, 392), (1198, 632), (1178, 660), (920, 660)])
    work.press(glass, tint(RIVER, 0.62))
    gleam = work.plate().shape([(700, 380), (770, 380), (680, 660), (632, 660), (640, 560)])
    gleam.shape([(1060, 380), (1080, 380), (985, 660), (965, 660)])
    gleam.keep(glass)
    work.press(gleam, tint(RIVER, 0.3))
    driver = (
        work.plate().stroke([(800, 680), (800, 560)], 130, start=1, end=0.55).disc((800, 515), 44)
    )
    driver.box(757, 474, 843, 498).box(750, 495, 850, 504)
    driver.keep(glass)
    driver.line([(690, 660), (760, 560)], 7).line([(1110, 660), (1030, 585)], 7)
    work.press(driver, INK)
    lamps = work.plate().disc((670, 890), 36).disc((1140, 890), 36)
    work.press(lamps, tint(OCHRE, 0.7))
    words = work.plate().text((905, 305), "2  Steinau", 44, anchor="mm", bold=0.6)
    work.press(words, OCHRE, rough=0)
    number = work.plate().text((905, 893), "214", 54, anchor="mm", bold=1)
    work.press(number, PAPER, rough=15)


def _wires(work: Print) -> Plate:
    plate = work.plate()
    plate.line([(905, 400), (905, 150)], 3)
    plate.stroke(curve([(905, 150), (850, 60), (700, -60)]), 5, start=0.6, end=1)
    plate.stroke(curve([(905, 150), (960, 60), (1130, -60)]), 5, start=0.6, end=1)
    for y, sag in ((60, 34), (215, 16)):
        plate.line(curve([(100, y - 60), (905, y + sag), (1720, y - 60)]), 3.4)
    return plate


def _passers(work: Print) -> None:
    people = work.plate()
    for x, y, tall in (
        (330, 960, 250),
        (1440, 930, 220),
        (1530, 985, 285),
        (1330, 850, 140),
        (486, 840, 130),
    ):
        walker(people, (x, y), tall, stride=0.16)
    people.shape([(1555, 855), (1618, 855), (1610, 922), (1562, 922)]).line(
        [(1570, 858), (1586, 822), (1604, 858)], 5
    )
    work.press(people, INK)
    scarf = (
        work.plate().box(309, 768, 351, 784).shape([(338, 780), (352, 780), (360, 840), (344, 840)])
    )
    work.press(scarf, OCHRE)


def walker(plate: Plate, at: Point, tall: float, *, stride: float = 0.12) -> None:
    """A person in a coat, drawn from the feet up; `stride` is a share of the height."""
    x, y = at
    plate.disc((x, y - tall * 0.91), tall * 0.085)
    coat = path("-0.06,-0.83 0.06,-0.83 0.12,-0.7 0.15,-0.34 -0.15,-0.34 -0.12,-0.7")
    plate.shape(place(coat, at, size=tall))
    for side in (-1, 1):
        plate.stroke(
            [(x + side * tall * 0.04, y - tall * 0.38), (x + side * tall * stride, y)],
            tall * 0.085,
            start=1,
            end=0.7,
        )
    plate.line([(x + tall * stride, y - 2), (x + tall * (stride + 0.06), y - 2)], tall * 0.035)
    plate.line([(x - tall * stride, y - 2), (x - tall * (stride - 0.06), y - 2)], tall * 0.035)


def solardaecher() -> Image.Image:
    """Roofs of the old town, half of them with panels, stacked up the slope."""
    work = Print("solardaecher, 2", ground=tint(OCHRE, 0.3))
    work.press(work.plate().disc((1380, 190), 120), OCHRE)
    rays = work.plate()
    for turn in range(0, 360, 15):
        rays.stroke(place([(146, 0), (180, 0), (216, 0)], (1380, 190), turn=turn), 9)
    work.press(rays, OCHRE)
    rows = ((300, 0.62, 40), (455, 0.78, -60), (640, 0.98, 30), (860, 1.22, -110), (1120, 1.5, 20))
    for base, size, start in rows:
        _roof_row(work, base, size, start)
    return work.finish()


def _roof_row(work: Print, base: float, size: float, start: float) -> None:
    """One row of houses; they stand side by side, so each ink needs one plate only."""
    plates: dict[inks.Colour, Plate] = {}
    x = start - 150 * size
    while x < 1850:
        wide = size * work.luck.uniform(270, 350)
        _roof(work, plates, (x, base + work.luck.uniform(-16, 16) * size), size, wide)
        x += wide + size * 8
    for ink in sorted(plates, key=PRINT_ORDER.index):
        work.press(plates[ink], ink, rough=30, lightest=225)


PANEL, FRAME, EDGE = shade(RIVER, 0.15), tint(RIVER, 0.25), shade(RIVER, 0.8)
GABLES = (PAPER, tint(OCHRE, 0.45), tint(RIVER, 0.3))
WALLS = (tint(OCHRE, 0.75), tint(RIVER, 0.5))
ROOFS = (BRICK, shade(BRICK, 0.3), tint(BRICK, 0.85))
GROOVES = shade(BRICK, 0.55)
PRINT_ORDER = [*GABLES, *WALLS, GROOVES, *ROOFS, PANEL, FRAME, EDGE]


def _roof(
    work: Print, plates: dict[inks.Colour, Plate], at: Point, size: float, wide: float
) -> None:
    """A house seen from the eaves side: gable to the left, the long roof to the right."""

    def on(ink: inks.Colour) -> Plate:
        return plates.setdefault(ink, work.plate())

    x, y = at
    front, rise, luck = 96 * size, 150 * size, work.luck
    peak = (x + front / 2, y - rise)
    on(luck.choice(GABLES)).shape(
        [(x, y + 400), (x, y), peak, (x + front, y), (x + front, y + 400)]
    )
    on(luck.choice(WALLS)).box(x + front, y, x + wide, y + 400)
    far = (x + wide - front / 2 + 10 * size, y - rise)
    slab = [peak, far, (x + wide + 14 * size, y + 12 * size), (x + front + 6 * size, y + 12 * size)]
    on(GROOVES).shape(slab)
    _tiles(on(luck.choice(ROOFS)), slab, size)
    if luck.random() < 0.8:
        _panels(
            on(PANEL),
            on(FRAME),
            slab,
            luck.choice(((0.1, 0.92), (0.1, 0.92), (0.1, 0.6), (0.35, 0.92))),
        )
    black = on(EDGE)
    black.line(
        [(x - 8 * size, y + 12 * size), peak, (x + front + 6 * size, y + 12 * size)], 9 * size
    )
    black.box(x + front * 0.36, y + 8 * size, x + front * 0.64, y + 58 * size)
    for step in range(3):
        left = x + front + (wide - front) * (0.12 + 0.3 * step)
        black.box(left, y + 36 * size, left + 28 * size, y + 80 * size)
    black.line([(x + front, y + 14 * size), (x + wide + 14 * size, y + 14 * size)], 5 * size)
    if luck.random() < 0.5:
        left = peak[0] + (far[0] - peak[0]) * luck.uniform(0.55, 0.85)
        black.box(left, peak[1] - 44 * size, left + 26 * size, peak[1] + 20 * size)


def _tiles(plate: Plate, slab: list[Point], size: float) -> None:
    plate.shape(slab)
    for row in range(1, 8):
        share = row / 8
        start, end = _along(slab[0], slab[3], share), _along(slab[1], slab[2], share)
        plate.line([start, end], max(2, 2.6 * size), 0)


def _panels(panel: Plate, frame: Plate, slab: list[Point], span: tuple[float, float]) -> None:
    left, right = span
    panel.shape(
        _inside(slab, u, v) for u, v in ((left, 0.14), (right, 0.14), (right, 0.84), (left, 0.84))
    )
    columns = max(2, round((right - left) * 8))
    for column in range(columns + 1):
        u = left + (right - left) * column / columns
        frame.line([_inside(slab, u, 0.14), _inside(slab, u, 0.84)], 3)
    for row in range(4):
        v = 0.14 + 0.7 * row / 3
        frame.line([_inside(slab, left, v), _inside(slab, right, v)], 3)


def _along(start: Point, end: Point, share: float) -> Point:
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def _inside(slab: list[Point], u: float, v: float) -> Point:
    return _along(_along(slab[0], slab[1], u), _along(slab[3], slab[2], u), v)
