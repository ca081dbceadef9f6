"""Portraits of the authors, as a linocutter would do them: few cuts, few inks."""

from __future__ import annotations

from PIL import Image

from .inks import BRICK, INK, PAPER, mix, shade
from .likeness import BEHIND, CUTS
from .press import SQUARE, Print, curve, hatch, path
from .sitters import ACROSS, HEAD, SITTERS, Sitter, head_outline, locks


def portrait(slug: str) -> Image.Image:
    """Draw one author; `slug` is a key of SITTERS."""
    sitter = SITTERS[slug]
    work = Print(f"portrait-{slug}", SQUARE, ground=sitter.ground)
    rays = hatch(
        SQUARE, angle=work.luck.choice((-28, 24, 90, -62)), gap=26, width=7, luck=work.luck
    )
    work.press(rays, mix(sitter.ground, PAPER, 0.22), lightest=225)
    before = [CUTS[name] for name in sitter.extras if name in BEHIND]
    after = [CUTS[name] for name in sitter.extras if name not in BEHIND]
    for cut in before:
        cut(work, sitter)
    if sitter.back:
        work.press(
            locks(work, work.plate().blob(path(sitter.back))), sitter.hair, halo=INK, lightest=235
        )
    _bust(work, sitter)
    _face(work, sitter)
    if sitter.front:
        _fringe(work, sitter)
    for cut in after:
        cut(work, sitter)
    return work.finish()


def _bust(work: Print, sitter: Sitter) -> None:
    coat = work.plate().shape(
        curve(path("60,830 96,700 200,632 330,590 400,640 470,590 600,632 704,700 740,830"))
    )
    work.press(coat, sitter.coat, halo=INK, lightest=235)
    folds = work.plate()
    for side in (-1, 1):
        folds.stroke(
            curve([(400 + side * 200, 700), (400 + side * 216, 760), (400 + side * 212, 830)]),
            14,
            end=0.8,
        )
        folds.stroke(
            curve([(400 + side * 290, 690), (400 + side * 306, 740), (400 + side * 318, 830)]),
            10,
            end=0.8,
        )
    work.press(folds, shade(sitter.coat, 0.55))
    neck = work.plate().shape([(338, 500), (462, 500), (470, 610), (400, 668), (330, 610)])
    work.press(neck, sitter.skin, halo=INK, lightest=240)
    under = work.plate().shape(
        curve([(338, 520), (400, 560), (462, 520), (466, 590), (420, 590), (350, 552)], closed=True)
    )
    work.press(under, shade(mix(sitter.skin, BRICK, 0.35), 0.15), lightest=235)


def _face(work: Print, sitter: Sitter) -> None:
    x, y = HEAD
    head = work.plate().shape(head_outline())
    for side in (-1, 1):
        head.disc((x + side * (ACROSS - 2), y + 12), 24, squash=1.5)
    work.press(head, sitter.skin, halo=INK, lightest=240)
    dark = work.plate().shape(
        curve(
            [
                (x + 40, y - 180),
                (x + 74, y - 70),
                (x + 52, y - 24),
                (x + 84, y + 30),
                (x + 62, y + 84),
                (x + 70, y + 130),
                (x + 20, y + 190),
                (x + 190, y + 190),
                (x + 190, y - 180),
            ]
        )
    )
    dark.keep(head)
    work.press(dark, shade(mix(sitter.skin, BRICK, 0.35), 0.12), lightest=235)
    cuts = hatch(SQUARE, angle=-38, gap=13, width=4.5, luck=work.luck, broken=0.3)
    edge = work.plate().shape(
        curve(
            [
                (x + 104, y - 140),
                (x + 112, y),
                (x + 100, y + 110),
                (x + 40, y + 180),
                (x + 200, y + 180),
                (x + 200, y - 140),
            ]
        )
    )
    work.press(cuts.keep(edge).keep(head), shade(BRICK, 0.6))
    _features(work, sitter)


def _features(work: Print, sitter: Sitter) -> None:
    x, y = HEAD
    ink, white = work.plate(), work.plate()
    for side in (-1, 1):
        at = (x + side * 56, y - 4)
        white.shape(
            curve(
                [
                    (at[0] - 28, at[1] + 2),
                    (at[0], at[1] - 15),
                    (at[0] + 28, at[1] + 2),
                    (at[0], at[1] + 13),
                ],
                closed=True,
            )
        )
        ink.disc((at[0] + 4, at[1] - 1), 11)
        ink.stroke(
            curve([(at[0] - 34, at[1] + 4), (at[0], at[1] - 18), (at[0] + 34, at[1] + 2)]), 9
        )
        ink.stroke(
            curve([(x + side * 24, y - 40), (x + side * 56, y - 54), (x + side * 98, y - 36)]),
            sitter.brow,
            start=0.5,
        )
    ink.stroke(
        curve(
            [
                (x + 20, y - 28),
                (x + 12, y + 20),
                (x + 24, y + 52),
                (x - 4, y + 62),
                (x - 22, y + 54),
            ]
        ),
        9,
        start=0.2,
    )
    smile = sitter.smile
    ink.stroke(
        curve(
            [
                (x - 48, y + 102 - smile),
                (x - 16, y + 104),
                (x, y + 102 + smile * 0.3),
                (x + 16, y + 104),
                (x + 48, y + 102 - smile),
            ]
        ),
        11,
    )
    ink.stroke([(x - 20, y + 128), (x, y + 132), (x + 20, y + 128)], 7)
    work.press(white, PAPER, lightest=250)
    work.press(ink, INK, rough=35, lightest=240)
    if sitter.smile > 8:
        lips = work.plate().shape(
            curve([(x - 34, y + 106), (x, y + 110), (x + 34, y + 106), (x, y + 124)], closed=True)
        )
        work.press(lips, BRICK)


def _fringe(work: Print, sitter: Sitter) -> None:
    work.press(
        locks(work, work.plate().blob(path(sitter.front))),
        sitter.hair,
        halo=INK if sitter.hair != INK else sitter.ground,
        lightest=235,
    )
