"""What makes a person: hats, beards, glasses and the like, one cut each."""

from __future__ import annotations

from collections.abc import Callable

from .inks import BRICK, INK, MOSS, OCHRE, PAPER, mix, shade
from .press import Print, arc, curve, path
from .sitters import HEAD, Sitter, head_outline, locks

Cut = Callable[["Print", "Sitter"], None]


def _collar(work: Print, sitter: Sitter) -> None:
    for side in (-1, 1):
        flap = work.plate().shape(
            [(400, 668), (400 + side * 78, 590), (400 + side * 128, 640), (400 + side * 60, 724)]
        )
        work.press(flap, PAPER, halo=INK, lightest=240)


def _stripes(work: Print, sitter: Sitter) -> None:
    rings = work.plate()
    for row in range(5):
        rings.stroke(
            curve(
                [
                    (80, 770 + row * 34),
                    (250, 716 + row * 34),
                    (400, 735 + row * 34),
                    (550, 716 + row * 34),
                    (720, 770 + row * 34),
                ]
            ),
            13,
            start=0.7,
            end=0.7,
        )
    work.press(rings, PAPER, lightest=235)


def _stubble(work: Print, sitter: Sitter) -> None:
    dots = work.plate()
    for _ in range(420):
        turn = work.luck.uniform(10, 170)
        at = arc((HEAD[0], HEAD[1] + 20), work.luck.uniform(86, 132), turn, turn + 1, squash=1.12)[
            0
        ]
        dots.stroke([(at[0], at[1]), (at[0] + 1, at[1] + 5), (at[0] + 2, at[1] + 9)], 3.4)
    dots.keep(work.plate().shape(head_outline()))
    work.press(dots, INK, rough=0)


def _bun(work: Print, sitter: Sitter) -> None:
    work.press(
        locks(work, work.plate().disc((400, 176), 74, squash=0.85)),
        sitter.hair,
        halo=INK,
        lightest=235,
    )


def _glasses(work: Print, sitter: Sitter) -> None:
    frame, (x, y) = work.plate(), HEAD
    for side in (-1, 1):
        frame.line(arc((x + side * 58, y), 47, 0, 360, squash=0.9), 9)
        frame.line([(x + side * 105, y - 6), (x + side * 134, y - 12)], 8)
    frame.stroke(curve([(x - 14, y - 6), (x, y - 14), (x + 14, y - 6)]), 10, start=0.8, end=0.8)
    work.press(frame, INK, rough=30, lightest=245)


def _lines(work: Print, sitter: Sitter) -> None:
    cuts, (x, y) = work.plate(), HEAD
    for side in (-1, 1):
        cuts.stroke(
            curve([(x + side * 46, y + 62), (x + side * 66, y + 84), (x + side * 68, y + 112)]), 6
        )
        for fold in range(3):
            cuts.stroke(
                [
                    (x + side * 104, y + 2 + fold * 10),
                    (x + side * 116, y + 2 + fold * 15),
                    (x + side * 126, y + fold * 20),
                ],
                4,
            )
    work.press(cuts, shade(BRICK, 0.5), lightest=235)


def _beard(work: Print, sitter: Sitter) -> None:
    x, y = HEAD
    beard = work.plate().shape(
        curve(
            [
                (x - 134, y + 6),
                (x - 112, y + 60),
                (x - 56, y + 76),
                (x, y + 74),
                (x + 56, y + 76),
                (x + 112, y + 60),
                (x + 134, y + 6),
                (x + 132, y + 100),
                (x + 80, y + 182),
                (x, y + 208),
                (x - 80, y + 182),
                (x - 132, y + 100),
            ],
            closed=True,
        )
    )
    beard.blob(
        [(x - 44, y + 98), (x, y + 92), (x + 44, y + 98), (x + 20, y + 116), (x - 20, y + 116)], 0
    )
    for strand in range(26):
        turn = 20 + strand * 5.4
        a, b = (
            arc((x, y + 20), 122, turn, turn + 1, squash=1.15)[0],
            arc((x, y + 30), 160, turn + 3, turn + 4, squash=1.05)[0],
        )
        beard.stroke([a, ((a[0] + b[0]) / 2 + 2, (a[1] + b[1]) / 2), b], 4.5, 0)
    work.press(beard, sitter.hair, lightest=240)


def _freckles(work: Print, sitter: Sitter) -> None:
    dots = work.plate()
    for _ in range(36):
        side = work.luck.choice((-1, 1))
        dots.disc(
            (HEAD[0] + side * work.luck.uniform(22, 96), HEAD[1] + work.luck.uniform(28, 62)),
            work.luck.uniform(2.2, 3.6),
        )
    work.press(dots, BRICK, rough=0)


def _hat(work: Print, sitter: Sitter) -> None:
    crown = work.plate().shape(
        curve([(262, 270), (272, 150), (330, 92), (400, 112), (470, 92), (528, 150), (538, 270)])
    )
    crown.shape(
        curve(
            path("180,284 290,244 400,236 510,244 620,284 520,296 400,288 280,296"),
            closed=True,
        )
    )
    work.press(crown, shade(MOSS, 0.45), halo=INK, lightest=235)
    work.press(
        work.plate().shape(
            [(262, 222), (400, 206), (538, 222), (540, 256), (400, 238), (260, 256)]
        ),
        BRICK,
    )
    feather = work.plate().stroke(curve([(500, 226), (560, 150), (584, 70)]), 34)
    work.press(feather, PAPER, halo=INK, lightest=240)
    work.press(work.plate().stroke(curve([(500, 226), (560, 150), (582, 76)]), 6), INK)


def _moustache(work: Print, sitter: Sitter) -> None:
    x, y = HEAD
    plate = work.plate()
    for side in (-1, 1):
        plate.shape(
            curve(
                [
                    (x, y + 72),
                    (x + side * 40, y + 70),
                    (x + side * 80, y + 92),
                    (x + side * 112, y + 84),
                    (x + side * 84, y + 116),
                    (x + side * 36, y + 110),
                    (x, y + 96),
                ],
                closed=True,
            )
        )
    for side in (-1, 1):
        for strand in range(3):
            plate.stroke(
                curve(
                    [
                        (x + side * 12, y + 80 + strand * 7),
                        (x + side * 44, y + 82 + strand * 9),
                        (x + side * 80, y + 98 + strand * 5),
                    ]
                ),
                3.6,
                0,
            )
    work.press(plate, sitter.hair, halo=INK, lightest=240)


def _curls(work: Print, sitter: Sitter) -> None:
    curls, lines = work.plate(), work.plate()
    for ring, count in ((205, 15), (150, 11)):
        for index in range(count):
            turn = 150 + index * 240 / (count - 1)
            at = arc((400, 366), ring, turn, turn + 1, squash=1.02)[0]
            curls.disc(at, 58)
            lines.line(arc(at, 34, turn, turn + 250), 5).line(arc(at, 15, turn + 90, turn + 300), 4)
    work.press(curls, sitter.hair, halo=INK, lightest=235)
    work.press(lines, mix(sitter.hair, OCHRE, 0.45))


def _ringlets(work: Print, sitter: Sitter) -> None:
    """Curls that fall over the forehead."""
    curls, lines = work.plate(), work.plate()
    for index, (x, y) in enumerate(((288, 268), (340, 244), (400, 234), (460, 244), (512, 268))):
        curls.disc((x, y), 44)
        lines.line(arc((x, y), 26, 30 + index * 40, 250 + index * 40), 5)
    work.press(curls, sitter.hair, lightest=235)
    work.press(lines, mix(sitter.hair, OCHRE, 0.45))


def _earrings(work: Print, sitter: Sitter) -> None:
    drops = work.plate()
    for side in (-1, 1):
        drops.disc((400 + side * 140, 452), 17)
    work.press(drops, OCHRE, halo=INK, lightest=240)


def _necklace(work: Print, sitter: Sitter) -> None:
    beads = work.plate()
    for turn in range(20, 161, 14):
        beads.disc(arc((400, 570), 106, turn, turn + 1, squash=1.05)[0], 13)
    work.press(beads, OCHRE, halo=INK, lightest=240)


BEHIND = {"bun", "curls"}
CUTS: dict[str, Cut] = {
    "collar": _collar,
    "stripes": _stripes,
    "stubble": _stubble,
    "bun": _bun,
    "glasses": _glasses,
    "lines": _lines,
    "beard": _beard,
    "freckles": _freckles,
    "hat": _hat,
    "moustache": _moustache,
    "curls": _curls,
    "ringlets": _ringlets,
    "earrings": _earrings,
    "necklace": _necklace,
}
