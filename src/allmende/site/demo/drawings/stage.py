"""Pictures of culture: the theatre and the choir."""

from __future__ import annotations

import math

from PIL import Image

from . import inks
from .inks import BRICK, INK, OCHRE, PAPER, RIVER, Colour, mix, shade, tint
from .press import LANDSCAPE, Plate, Point, Print, arc, curve, path, place


def theater() -> Image.Image:
    """The curtain is up: one player, one chair, one light."""
    work = Print("theater", ground=shade(RIVER, 0.72))
    boards = work.plate().shape([(250, 790), (1550, 790), (1810, 1040), (-10, 1040)])
    work.press(boards, shade(OCHRE, 0.35), lightest=230)
    gaps = work.plate()
    for board in range(-9, 10):
        gaps.line([(900 + board * 72, 790), (900 + board * 108, 1040)], 4)
    work.press(gaps, shade(OCHRE, 0.75))
    beam = work.plate().shape([(1180, -20), (1240, -20), (1130, 905), (560, 905)])
    work.press(inks.halftone(_beam_tone(beam), 10), tint(OCHRE, 0.6), rough=15)
    pool = work.plate().disc((850, 905), 330, squash=0.25)
    work.press(pool, tint(OCHRE, 0.5), lightest=230)
    _player(work)
    _curtains(work)
    _audience(work)
    return work.finish()


def _beam_tone(beam: Plate) -> Image.Image:
    mask = beam.reduced()
    run = inks.slope(LANDSCAPE, [(0, 175), (0.75, 95), (1, 60)])
    return Image.composite(run, Image.new("L", LANDSCAPE, 0), mask)


def _player(work: Print) -> None:
    shadow = work.plate().shape([(770, 900), (815, 905), (600, 985), (470, 975)])
    shadow.shape([(960, 905), (1040, 905), (890, 985), (790, 975)])
    work.press(shadow, shade(OCHRE, 0.7), lightest=235)
    black = work.plate()
    black.shape(
        curve(
            path("748,640 792,622 838,640 858,730 850,780 880,900 720,905 742,780 730,720"),
            closed=True,
        )
    )
    black.stroke(curve([(748, 655), (680, 590), (640, 500)]), 40, start=0.9, end=0.45)
    black.stroke(curve([(834, 655), (905, 640), (968, 575)]), 40, start=0.9, end=0.45)
    black.box(780, 590, 806, 640).disc((794, 560), 42, squash=1.14)
    black.shape(
        curve([(752, 560), (758, 512), (800, 502), (838, 520), (842, 556), (812, 540)], closed=True)
    )
    black.stroke([(756, 895), (750, 925)], 20, start=1, end=0.8).stroke(
        [(838, 895), (846, 925)], 20, start=1, end=0.8
    )
    black.line([(970, 720), (970, 915)], 11).line([(1052, 735), (1052, 915)], 11).line(
        [(1000, 760), (1000, 890)], 9
    )
    black.shape([(958, 790), (1060, 790), (1075, 812), (965, 812)]).line(
        [(970, 722), (1052, 735)], 12
    )
    black.line([(970, 755), (1052, 764)], 9)
    work.press(black, INK, lightest=240)
    rim = work.plate()
    rim.stroke(curve([(838, 645), (854, 730), (846, 780), (872, 890)]), 9).stroke(
        arc((794, 560), 40, -60, 50, squash=1.14), 8
    )
    rim.stroke(curve([(846, 642), (905, 626), (962, 566)]), 7)
    work.press(rim, BRICK)


def _curtains(work: Print) -> None:
    for base, deep in ((BRICK, False), (shade(BRICK, 0.5), True)):
        cloth = work.plate()
        for side in (-1, 1):
            for fold in range(7):
                inner, outer = 590 + fold * 64, 590 + (fold + 1) * 64
                low = 700 + fold * 42
                path_in = curve(
                    [
                        (inner - 90 + fold * 8, 90),
                        (inner - 30, 430),
                        (inner + 60 - fold * 6, 640),
                        (low - 60, 1070),
                    ]
                )
                path_out = curve(
                    [
                        (outer - 90 + fold * 8, 90),
                        (outer - 30, 430),
                        (outer + 60 - fold * 6, 640),
                        (low - 18, 1070),
                    ]
                )
                middle = [
                    ((a[0] * 2 + b[0]) / 3, a[1]) for a, b in zip(path_in, path_out, strict=True)
                ]
                piece = path_in + (middle if deep else path_out)[::-1]
                cloth.shape([(900 + side * x, y) for x, y in piece])
            outside = [
                (900 + side * 860, 80),
                (900 + side * 930, 80),
                (900 + side * 930, 1080),
                (900 + side * 900, 1080),
            ]
            cloth.shape(outside)
        work.press(cloth, base, lightest=225)
    valance, folds, fringe = work.plate(), work.plate(), work.plate()
    for swag in range(6):
        left = -30 + swag * 310
        bow = arc((left + 155, 110), 178, 0, 180, squash=0.75)
        valance.shape([(left - 25, -10), *[(x, y) for x, y in reversed(bow)], (left + 335, -10)])
        for line in range(1, 5):
            folds.stroke(arc((left + 155, 10 + line * 22), 165 - line * 4, 18, 162, squash=0.72), 8)
        fringe.line(bow, 14)
    work.press(valance, BRICK, lightest=230, halo=shade(BRICK, 0.7))
    work.press(folds, shade(BRICK, 0.5))
    work.press(fringe, OCHRE)


def _audience(work: Print) -> None:
    """Three rows of heads; the light from the stage draws their edges."""
    for row, (base, size, ink) in enumerate(
        ((1085, 58, shade(RIVER, 0.8)), (1150, 74, shade(INK, 0)), (1235, 96, INK))
    ):
        heads, rims = work.plate(), work.plate()
        x = -40.0 + row * 45
        while x < 1840:
            tall = base + work.luck.uniform(-12, 12)
            heads.disc((x, tall - size * 0.7), size * 0.52, squash=1.15)
            heads.shape(
                [
                    *arc((x, tall + size * 0.62), size * 1.05, 180, 360, squash=0.75),
                    (x + size * 1.05, 1210),
                    (x - size * 1.05, 1210),
                ]
            )
            if work.luck.random() < 0.3:
                heads.disc((x, tall - size * 1.3), size * 0.24)
            lean = -115 if x > 850 else -65
            rims.stroke(
                arc((x, tall - size * 0.7), size * 0.5, lean - 45, lean + 45, squash=1.15), 7
            )
            x += size * work.luck.uniform(2.0, 2.5)
        work.press(
            heads, ink, lightest=245, halo=shade(OCHRE, 0.45) if row == 0 else shade(RIVER, 0.4)
        )
        work.press(rims, mix(OCHRE, BRICK, 0.3))


LIGHT, WARM, ROSE = tint(OCHRE, 0.4), tint(mix(OCHRE, BRICK, 0.35), 0.72), tint(BRICK, 0.35)
BROWN, DARK = shade(mix(OCHRE, BRICK, 0.4), 0.3), shade(mix(OCHRE, BRICK, 0.4), 0.55)
GREY, CHESTNUT = tint(INK, 0.3), shade(BRICK, 0.45)
SINGERS = (
    # skin and hair
    (LIGHT, OCHRE),
    (ROSE, GREY),
    (WARM, INK),
    (DARK, INK),
    (LIGHT, CHESTNUT),
    (ROSE, BRICK),
    (BROWN, INK),
    (WARM, CHESTNUT),
    (LIGHT, INK),
    (ROSE, OCHRE),
    (DARK, GREY),
)
ROBES = (RIVER, shade(RIVER, 0.35), BRICK)


def chor() -> Image.Image:
    """Three rows of singers, all on the same vowel."""
    work = Print("chor", ground=tint(OCHRE, 0.55))
    rays = work.plate()
    for turn in range(0, 360, 12):
        rays.shape(place([(0, 0), (1600, -70), (1600, 70)], (900, 780), turn=turn))
    work.press(rays, tint(OCHRE, 0.75))
    for row, (base, count, size) in enumerate(((360, 8, 0.86), (590, 7, 1.0), (850, 6, 1.18))):
        _singers(work, row, base, count, size)
    return work.finish()


def _singers(work: Print, row: int, base: float, count: int, size: float) -> None:
    """One row; singers do not overlap, so one plate an ink is enough."""
    step = 1800 / count
    robe, lines, faces = work.plate(), work.plate(), work.plate()
    skins: dict[Colour, Plate] = {}
    hairs: dict[Colour, Plate] = {}
    backs: dict[Colour, Plate] = {}
    for place_in_row in range(count):
        x = step * (place_in_row + 0.5) + work.luck.uniform(-8, 8)
        y = base + work.luck.uniform(-20, 20)
        robe.shape(_robe(x, y, step * 0.53, size))
        tone, hair = SINGERS[(place_in_row * 3 + row * 5) % len(SINGERS)]
        look = (place_in_row * 5 + row * 2 + work.luck.randrange(2)) % 6
        _hair(
            hairs.setdefault(hair, work.plate()),
            backs.setdefault(hair, work.plate()),
            (x, y),
            size,
            look,
        )
        skin = skins.setdefault(tone, work.plate())
        skin.disc((x, y), 74 * size, squash=1.2).box(
            x - 24 * size, y + 60 * size, x + 24 * size, y + 128 * size
        )
        _face(faces, (x, y), size, look, work.luck.uniform(0.8, 1.25))
        for side in (-1, 1):
            lines.stroke(
                [
                    (x + side * 40 * size, y + 190 * size),
                    (x + side * 52 * size, y + 300 * size),
                    (x + side * 60 * size, 1210),
                ],
                8,
            )
    for ink, plate in backs.items():
        work.press(plate, ink, lightest=240)
    work.press(robe, ROBES[row], lightest=230, halo=tint(OCHRE, 0.75))
    work.press(lines, shade(ROBES[row], 0.5))
    for inks_and_plates in (skins, hairs):
        for ink, plate in inks_and_plates.items():
            work.press(plate, ink, lightest=240)
    work.press(faces, INK, lightest=240)
    _scores(work, row, base, step, count, size)


def _robe(x: float, y: float, wide: float, size: float) -> list[Point]:
    half = [(wide, 1230), (wide, y + 200 * size), (70 * size, y + 125 * size)]
    left, right = [(x - px, py) for px, py in half], [(x + px, py) for px, py in reversed(half)]
    return [*curve([*left, (x, y + 112 * size), *right]), left[0]]


def _hair(front: Plate, back: Plate, at: Point, size: float, look: int) -> None:
    """Looks: short, long, bun, bald with a fringe, curls, fringe cut."""

    def here(points: list[Point]) -> list[Point]:
        return place(points, at, size=size)

    if look in (0, 2, 5):
        front.shape(
            here(
                curve(
                    path("-80,-6 -78,-66 -30,-104 30,-104 78,-66 80,-6 58,-46 0,-62 -58,-46"),
                    closed=True,
                )
            )
        )
    if look in (1, 5):
        back.shape(
            here(
                curve(
                    [(-86, 110), (-98, 0), (-80, -80), (0, -112), (80, -80), (98, 0), (86, 110)],
                    closed=True,
                )
            )
        )
        front.shape(
            here(
                curve(
                    [(-78, 0), (-74, -70), (0, -100), (74, -70), (78, 0), (40, -60), (-10, -50)],
                    closed=True,
                )
            )
        )
    if look == 2:
        front.disc(here([(0, -118)])[0], 36 * size)
    if look == 3:
        back.disc(here([(-74, -6)])[0], 24 * size).disc(here([(74, -6)])[0], 24 * size)
    if look == 4:
        for turn in range(170, 371, 22):
            front.disc(arc(at, 82 * size, turn, turn + 1, squash=1.1)[0], 27 * size)


def _face(plate: Plate, at: Point, size: float, look: int, wide: float) -> None:
    """Closed eyes, an open mouth."""

    def here(points: list[Point]) -> list[Point]:
        return place(points, at, size=size)

    for side in (-1, 1):
        plate.stroke(here(curve([(side * 14, -6), (side * 28, 2), (side * 44, -6)])), 8 * size)
        plate.stroke(here(curve([(side * 14, -28), (side * 30, -36), (side * 48, -26)])), 6 * size)
    plate.stroke(here(curve([(2, -4), (-8, 22), (4, 26)])), 6 * size)
    mouth = here([(0, 54)])[0]
    plate.disc(mouth, 17 * size * wide, squash=1.25 / wide**1.5)
    if look in (0, 3) and wide > 1:
        plate.line(arc(here([(-30, -4)])[0], 22 * size, 0, 360), 4.5).line(
            arc(here([(30, -4)])[0], 22 * size, 0, 360), 4.5
        )
        plate.line(here([(-8, -6), (8, -6)]), 4.5)


def _scores(work: Print, row: int, base: float, step: float, count: int, size: float) -> None:
    if row < 2:
        return
    sheets, notes = work.plate(), work.plate()
    for place_in_row in range(count):
        x, y = step * (place_in_row + 0.5), base + 265
        sheets.shape(
            [
                (x - 112, y - 62),
                (x, y - 40),
                (x + 112, y - 62),
                (x + 112, y + 92),
                (x, y + 114),
                (x - 112, y + 92),
            ]
        )
        notes.line([(x, y - 40), (x, y + 114)], 5)
        for side in (-1, 1):
            for line in range(5):
                top = y - 24 + line * 13
                notes.line([(x + side * 12, top + 8), (x + side * 100, top - 10)], 2.4)
            for note in range(3):
                left, top = (
                    x + side * (26 + note * 28),
                    y + 8 + 13 * math.sin(place_in_row * 2 + note * 1.7),
                )
                notes.disc((left, top), 7, squash=0.8).line(
                    [(left + 6, top), (left + 6, top - 32)], 2.6
                )
    work.press(sheets, PAPER, lightest=245)
    work.press(notes, INK, rough=25)
