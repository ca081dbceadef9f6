"""The library of the town."""

from __future__ import annotations

from PIL import Image

from .inks import BRICK, INK, MOSS, OCHRE, PAPER, RIVER, Colour, shade, tint
from .press import Plate, Point, Print, arc, curve, path

SPINES: tuple[Colour, ...] = (
    BRICK,
    RIVER,
    MOSS,
    OCHRE,
    shade(BRICK, 0.5),
    shade(RIVER, 0.45),
    tint(RIVER, 0.55),
    tint(OCHRE, 0.5),
    shade(MOSS, 0.45),
)
SHELVES = (215, 450, 685, 920, 1155)


def bibliothek() -> Image.Image:
    """A wall of books, a ladder, and the cat that belongs to the house."""
    work = Print("bibliothek", ground=shade(BRICK, 0.75))
    books = {ink: work.plate() for ink in SPINES}
    bands = work.plate()
    for foot in SHELVES:
        _shelf(work, books, bands, foot)
    for ink, plate in books.items():
        work.press(plate, ink, rough=30, lightest=220)
    work.press(bands, tint(OCHRE, 0.35), rough=30)
    boards = work.plate()
    for foot in SHELVES:
        boards.box(-5, foot, 1805, foot + 22)
    for x in (-6, 592, 1196, 1790):
        boards.box(x, -5, x + 20, 1205)
    work.press(boards, shade(OCHRE, 0.4), lightest=230)
    _ladder(work)
    _reader(work)
    _cat(work)
    return work.finish()


GAPS = ((1235, 1530, 450), (1400, 1800, 920), (640, 760, 920), (80, 170, 685))


def _shelf(work: Print, books: dict[Colour, Plate], bands: Plate, foot: float) -> None:
    x, luck = 20.0, work.luck
    while x < 1790:
        wide, tall = luck.uniform(18, 52), luck.uniform(130, 192)
        gap = next(
            (end for start, end, shelf in GAPS if shelf == foot and start - 30 < x < end), None
        )
        if gap:
            x = gap
            continue
        if any(edge - wide - 4 < x < edge + 20 for edge in (592, 1196)):
            x += 24
            continue
        lean = luck.uniform(10, 24) if luck.random() < 0.07 else 0
        spine = [
            (x + lean, foot - tall),
            (x + wide + lean, foot - tall),
            (x + wide, foot),
            (x, foot),
        ]
        books[luck.choice(SPINES)].shape(spine)
        for share in luck.choice(((0.16, 0.22), (0.14, 0.84), (0.3,), (0.5, 0.56), ())):
            y, shift = foot - tall * (1 - share), lean * (1 - share)
            bands.line([(x + 4 + shift, y), (x + wide - 4 + shift, y)], 5)
        if luck.random() < 0.3 and wide > 34 and not lean:
            bands.box(x + wide * 0.28, foot - tall * 0.72, x + wide * 0.72, foot - tall * 0.42)
        x += wide + lean + 3


def _ladder(work: Print) -> None:
    wood = work.plate()
    for left in (700, 900):
        wood.line([(left + 130, -20), (left - 60, 1220)], 24)
    for rung in range(10):
        y = 60 + rung * 122
        x = 700 + 130 - 190 * (y + 20) / 1240
        wood.line([(x, y), (x + 200, y)], 18)
    work.press(wood, OCHRE, lightest=230, halo=INK)


def _reader(work: Print) -> None:
    """On the ladder, reading instead of shelving."""
    legs = work.plate()
    legs.stroke(curve([(850, 690), (905, 800), (800, 905)]), 74, start=1, end=0.75).stroke(
        curve([(830, 700), (850, 850), (760, 1012)]), 70, start=1, end=0.7
    )
    legs.shape([(720, 985), (800, 995), (795, 1032), (690, 1026)]).shape(
        [(770, 880), (840, 895), (832, 930), (735, 922)]
    )
    work.press(legs, shade(RIVER, 0.6), lightest=235, halo=PAPER)
    coat = work.plate()
    coat.shape(
        curve(
            path("800,430 870,405 925,450 940,580 925,730 790,730 775,600 770,490"),
            closed=True,
        )
    )
    work.press(coat, BRICK, lightest=230, halo=PAPER)
    arm = work.plate().stroke(curve([(880, 470), (850, 600), (700, 570)]), 62, start=1, end=0.7)
    work.press(arm, BRICK, lightest=230, halo=shade(BRICK, 0.5))
    skin = (
        work.plate()
        .disc((822, 340), 62, squash=1.12)
        .shape([(820, 380), (880, 370), (880, 440), (815, 440)])
        .disc((690, 566), 26)
    )
    skin.shape([(768, 330), (742, 360), (772, 368)])
    work.press(skin, tint(OCHRE, 0.42), lightest=240)
    hair = work.plate()
    hair.shape(
        curve(
            path("785,300 790,262 850,250 905,290 910,350 890,400 862,392 850,330 815,300"),
            closed=True,
        )
    ).disc((910, 282), 36)
    hair.stroke([(775, 336), (790, 341), (802, 336)], 7).line(arc((788, 338), 21, 0, 360), 4).line(
        [(808, 334), (862, 326)], 4
    )
    work.press(hair, INK, lightest=240)
    book = (
        work.plate()
        .shape([(590, 470), (690, 520), (700, 600), (600, 560)])
        .shape([(690, 520), (760, 462), (772, 545), (700, 600)])
    )
    work.press(book, PAPER, lightest=245, halo=INK)
    lines = work.plate()
    for row in range(4):
        lines.line([(606, 498 + row * 17), (680, 533 + row * 15)], 3).line(
            [(704, 530 + row * 15), (752, 490 + row * 15)], 3
        )
    work.press(lines, INK)


def _cat(work: Print) -> None:
    cat = work.plate()
    body: list[Point] = path("1480,920 1462,862 1490,800 1560,775 1650,790 1700,850 1706,920")
    cat.shape([*curve(body), (1480, 920)])
    cat.disc((1490, 790), 56, squash=0.9).shape([(1440, 765), (1446, 706), (1482, 742)]).shape(
        [(1500, 742), (1538, 708), (1540, 768)]
    )
    cat.stroke(
        curve([(1690, 905), (1765, 880), (1770, 960), (1740, 1030)], steps=12),
        30,
        start=0.9,
        end=0.7,
    )
    work.press(cat, INK, lightest=245, halo=tint(OCHRE, 0.6))
    face = work.plate()
    for x in (1468, 1512):
        face.stroke([(x - 12, 788), (x, 794), (x + 12, 788)], 6)
        face.stroke(
            [(x + (x - 1490) * 0.6, 812), (x + (x - 1490) * 1.4, 808), (x + (x - 1490) * 2.2, 810)],
            3,
        )
    work.press(face.disc((1490, 806), 5), tint(OCHRE, 0.6))
