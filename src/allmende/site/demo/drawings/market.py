"""Market day in front of the town's gables."""

from __future__ import annotations

from PIL import Image

from . import inks
from .inks import BRICK, INK, MOSS, OCHRE, PAPER, RIVER, mix, shade, tint
from .press import LANDSCAPE, Plate, Point, Print, arc, curve
from .town import walker


def markt() -> Image.Image:
    """Market day: three striped awnings in front of the gables of the square."""
    work = Print("markt", ground=tint(RIVER, 0.22))
    glow = inks.slope(LANDSCAPE, [(0, 0), (0.15, 20), (0.4, 140), (1, 140)])
    work.press(inks.halftone(glow, 12), tint(OCHRE, 0.5), rough=15, overprint=True)
    _gables(work)
    work.press(work.plate().box(-5, 800, 1805, 1205), tint(OCHRE, 0.4))
    work.press(_cobbles(work), shade(OCHRE, 0.45))
    work.press(work.plate().box(95, 520, 1705, 905), INK, lightest=235)
    _sellers(work)
    for left, ink in ((80, BRICK), (645, RIVER), (1210, MOSS)):
        _awning(work, left, ink)
    _crates(work)
    _buyers(work)
    return work.finish()


def _gables(work: Print) -> None:
    spans = ((-40, 260), (250, 520), (510, 860), (850, 1180), (1170, 1450), (1440, 1840))
    shades = (
        tint(RIVER, 0.5),
        tint(OCHRE, 0.85),
        PAPER,
        tint(BRICK, 0.75),
        tint(OCHRE, 0.6),
        tint(RIVER, 0.65),
    )
    for (left, right), ink in zip(spans, shades, strict=True):
        middle, steps = (left + right) / 2, 5
        outline: list[Point] = [(left, 820), (left, 320)]
        for step in range(steps):
            x = left + (middle - left) * step / steps
            outline += [
                (x, 320 - step * 46),
                (left + (middle - left) * (step + 1) / steps, 320 - step * 46),
            ]
        mirrored = [(left + right - x, y) for x, y in reversed(outline)]
        work.press(work.plate().shape(outline + mirrored), ink, lightest=235)
        panes = work.plate()
        for row, columns in ((0, 1), (1, 2), (2, 3), (3, 3)):
            for column in range(columns):
                x = middle + (column - (columns - 1) / 2) * (right - left) * 0.27
                y = 160 + row * 88
                panes.shape([*arc((x, y), 21, 180, 360), (x + 21, y + 44), (x - 21, y + 44)])
        work.press(panes, shade(RIVER, 0.6))


def _cobbles(work: Print) -> Plate:
    plate = work.plate()
    for row in range(14):
        y = 905 + row * 22 + row * row * 0.7
        x = -work.luck.uniform(0, 60)
        while x < 1800:
            run = 40 + row * 5
            plate.stroke(curve([(x, y + 6), (x + run / 2, y - 3), (x + run, y + 6)], steps=4), 3.4)
            x += run + 6
    return plate


def _awning(work: Print, left: float, ink: inks.Colour) -> None:
    right, stripes = left + 510, 9
    cloth, lines = work.plate(), work.plate()
    cloth.shape([(left + 50, 330), (right - 50, 330), (right, 520), (left, 520)])
    white = work.plate()
    for stripe in range(stripes):
        top = [left + 50 + (410) * edge / stripes for edge in (stripe, stripe + 1)]
        low = [left + 510 * edge / stripes for edge in (stripe, stripe + 1)]
        scallop = arc(((low[0] + low[1]) / 2, 556), 510 / stripes / 2, 0, 180)
        piece = [
            (top[0], 330),
            (top[1], 330),
            (low[1], 520),
            (low[1], 556),
            *scallop,
            (low[0], 556),
            (low[0], 520),
        ]
        (white if stripe % 2 else cloth).shape(piece)
        lines.line([*scallop], 4)
    for stripe in range(1, stripes, 2):
        cloth.cut(white) if stripe == 1 else None
    work.press(white, PAPER, lightest=240)
    work.press(cloth, ink, lightest=238)
    lines.line([(left, 520), (right, 520)], 5).line([(left + 14, 556), (left + 14, 960)], 12).line(
        [(right - 14, 556), (right - 14, 960)], 12
    )
    work.press(lines, INK)


SELLERS = (
    (320, tint(OCHRE, 0.45), BRICK),
    (880, shade(mix(OCHRE, BRICK, 0.4), 0.3), MOSS),
    (1480, tint(BRICK, 0.4), RIVER),
)


def _sellers(work: Print) -> None:
    marks, shirts, bibs = work.plate(), work.plate(), []
    for x, skin, apron in SELLERS:
        head = work.plate().disc((x, 648), 50, squash=1.15).box(x - 17, 690, x + 17, 750)
        work.press(head, skin, lightest=240)
        shirts.shape(
            [
                (x - 120, 900),
                (x - 100, 765),
                (x - 38, 722),
                (x, 745),
                (x + 38, 722),
                (x + 100, 765),
                (x + 120, 900),
            ]
        )
        bib = work.plate().shape([(x - 58, 790), (x + 58, 790), (x + 70, 910), (x - 70, 910)])
        bibs.append(
            (
                bib.line([(x - 50, 795), (x - 32, 724)], 10).line(
                    [(x + 50, 795), (x + 32, 724)], 10
                ),
                apron,
            )
        )
        marks.stroke([(x - 14, 676), (x, 684), (x + 14, 676)], 6).disc((x - 18, 648), 5).disc(
            (x + 18, 648), 5
        )
    work.press(shirts, tint(RIVER, 0.25), lightest=240)
    for bib, apron in bibs:
        work.press(bib, apron)
    work.press(marks, INK)
    hats = work.plate().shape([*arc((320, 632), 54, 180, 360), (386, 640), (266, 640)])
    hats.shape([(1424, 622), (1536, 622), (1524, 590), (1480, 580), (1436, 590)])
    hats.shape([(828, 618), (836, 590), (880, 572), (924, 590), (932, 618), (880, 600)]).disc(
        (930, 612), 14
    )
    work.press(hats, OCHRE, lightest=235)


GOODS = (
    # ink, radius, squash: what lies in the crates, from left to right
    (BRICK, 30, 1.0), (OCHRE, 44, 0.82), (tint(MOSS, 0.8), 36, 0.9),
    (shade(BRICK, 0.4), 27, 1.0), (tint(OCHRE, 0.75), 30, 0.9), (MOSS, 44, 0.85),
    (OCHRE, 30, 1.0), (BRICK, 46, 0.8), (tint(MOSS, 0.6), 30, 1.05),
)  # fmt: skip


def _crates(work: Print) -> None:
    for index, (ink, radius, squash) in enumerate(GOODS):
        _heap(work, _crate_left(index), ink, radius, squash)
    boxes, gaps, cards, words = (work.plate() for _ in range(4))
    for index, price in enumerate(
        ("1,80", "2,20", "1,50", "3,40", "2,60", "1,90", "2,10", "2,80", "1,20")
    ):
        left = _crate_left(index)
        boxes.shape([(left, 930), (left + 158, 930), (left + 152, 1070), (left + 6, 1070)])
        gaps.line([(left + 2, 974), (left + 156, 974)], 7).line(
            [(left + 4, 1022), (left + 154, 1022)], 7
        )
        cards.shape([(left + 42, 943), (left + 118, 939), (left + 120, 1000), (left + 44, 1004)])
        words.text((left + 81, 971), price, 31, anchor="mm", bold=0.7)
    work.press(boxes.cut(gaps), tint(OCHRE, 0.7))
    work.press(gaps, INK)
    work.press(cards, PAPER)
    work.press(words, INK, rough=0)


def _crate_left(index: int) -> float:
    return 88 + (index // 3) * 565 + (index % 3) * 164


def _heap(work: Print, left: float, ink: inks.Colour, radius: float, squash: float) -> None:
    """Three rows of fruit, each fruit with a cut line around it, the front row last."""
    ground, fruit, marks = work.plate(), work.plate(), work.plate()
    across = max(3, round(158 / (radius * 1.75)))
    for row in range(3):
        for column in range(across - (row + 1) % 2):
            shift = 0.5 * ((row + 1) % 2)
            x = left + radius * 0.7 + (column + shift) * (158 - radius * 1.4) / (across - 1)
            y = 880 + row * radius * 0.72
            for plate in (fruit, marks):
                plate.disc((x, y), radius + 4, 0, squash=squash)
            ground.disc((x, y), radius + 4, squash=squash)
            fruit.disc((x, y), radius, squash=squash)
            marks.stroke(arc((x, y), radius * 0.62, 190, 260, squash=squash), radius * 0.16)
    work.press(ground, INK, lightest=255)
    work.press(fruit, ink, lightest=225)
    work.press(marks, tint(OCHRE, 0.25))


def _buyers(work: Print) -> None:
    """Three people from behind, close to the viewer."""
    baskets = work.plate()
    for at, tall, ink in (
        ((610, 1350), 760, shade(RIVER, 0.55)),
        ((1190, 1340), 690, shade(MOSS, 0.45)),
        ((1335, 1270), 400, BRICK),
    ):
        person = work.plate()
        walker(person, at, tall)
        if tall == 690:
            person.line([(1240, 980), (1306, 1060)], 34)
        work.press(person, ink, lightest=225, halo=PAPER)
    hair = work.plate()
    hair.shape(
        curve(
            [(541, 650), (552, 586), (612, 566), (672, 586), (680, 650), (664, 735), (558, 735)],
            closed=True,
        )
    )
    hair.disc((1335, 908), 33).disc((1190, 712), 58)
    work.press(hair, shade(OCHRE, 0.5), lightest=235)
    hat = work.plate().shape(
        [(1108, 694), (1272, 694), (1242, 662), (1232, 620), (1148, 620), (1138, 662)]
    )
    work.press(hat, OCHRE, lightest=240, halo=PAPER)
    work.press(work.plate().box(1141, 650, 1239, 666), INK)
    stripes = work.plate()
    for step in range(6):
        stripes.stroke(
            [(520, 800 + step * 48), (612, 808 + step * 48), (702, 800 + step * 48)],
            7,
            start=0.5,
            end=0.5,
        )
    work.press(stripes, tint(RIVER, 0.6))
    baskets.shape([(690, 1060), (880, 1060), (858, 1190), (712, 1190)])
    work.press(baskets, OCHRE, lightest=240, halo=PAPER)
    weave = (
        work.plate()
        .line(arc((785, 1062), 78, 180, 360, squash=1.3), 11)
        .line([(688, 1062), (882, 1062)], 13)
    )
    for row in range(4):
        for column in range(6):
            x = 716 + column * 26 + (row % 2) * 13
            weave.stroke(
                [(x - 11, 1090 + row * 26), (x, 1084 + row * 26), (x + 11, 1090 + row * 26)],
                6,
                start=0.5,
                end=0.5,
            )
    work.press(weave, INK)
