"""Who sits for the portraits, and where the head is on the sheet."""

from __future__ import annotations

from dataclasses import dataclass

from .inks import BRICK, INK, MOSS, OCHRE, RIVER, Colour, mix, shade, tint
from .press import Plate, Point, Print, arc, curve, path

HEAD: Point = (400.0, 378.0)
ACROSS, DOWN = 134.0, 172.0


@dataclass(frozen=True)
class Sitter:
    """Who sits: the inks, the outlines of the hair, and the cuts that make the person."""

    ground: Colour
    coat: Colour
    skin: Colour
    hair: Colour
    back: str = ""
    front: str = ""
    brow: float = 9
    smile: float = 10
    extras: tuple[str, ...] = ()


LIGHT, WARM, ROSE = tint(OCHRE, 0.36), tint(mix(OCHRE, BRICK, 0.3), 0.62), tint(BRICK, 0.3)
GREY = tint(INK, 0.22)

SITTERS = {
    "jana-reuter": Sitter(
        OCHRE,
        shade(RIVER, 0.3),
        LIGHT,
        shade(BRICK, 0.35),
        back="232,560 222,380 262,236 400,168 538,236 578,380 568,560 470,600 330,600",
        front="262,400 256,280 330,200 440,186 530,250 546,400 516,330 440,268 340,300",
        extras=("collar",),
    ),
    "milan-kovac": Sitter(
        RIVER,
        BRICK,
        ROSE,
        INK,
        front=(
            "256,372 246,270 300,190 420,160 520,196 552,280 546,374 524,310 470,272 380,286 "
            "300,280 276,318"
        ),
        brow=14,
        smile=6,
        extras=("stubble", "stripes"),
    ),
    "hedwig-sommer": Sitter(
        MOSS,
        shade(BRICK, 0.3),
        LIGHT,
        GREY,
        back="252,420 242,300 290,215 400,180 510,215 558,300 548,420 400,460",
        front="262,350 276,254 340,206 400,240 460,206 524,254 538,350 500,290 400,252 300,290",
        smile=14,
        extras=("bun", "glasses", "lines", "collar"),
    ),
    "tarik-aydin": Sitter(
        BRICK,
        shade(MOSS, 0.4),
        WARM,
        INK,
        front=(
            "258,360 250,262 300,192 400,172 500,192 550,262 542,360 526,300 486,262 400,252 "
            "314,262 274,300"
        ),
        brow=13,
        smile=9,
        extras=("beard",),
    ),
    "lene-brandt": Sitter(
        tint(RIVER, 0.55),
        OCHRE,
        ROSE,
        OCHRE,
        back="520,250 600,250 650,340 640,470 590,540 600,420 540,330",
        front=(
            "262,390 254,280 310,198 410,168 510,204 550,290 544,380 520,300 430,250 350,262 "
            "300,310"
        ),
        brow=8,
        smile=16,
        extras=("freckles", "stripes"),
    ),
    "paul-oberhuber": Sitter(
        tint(OCHRE, 0.55),
        shade(MOSS, 0.25),
        ROSE,
        GREY,
        back="262,300 250,380 262,430 290,420 290,300 510,300 510,420 538,430 550,380 538,300",
        brow=15,
        smile=5,
        extras=("hat", "moustache", "lines"),
    ),
    "gisela-amrhein": Sitter(
        shade(RIVER, 0.35),
        BRICK,
        WARM,
        shade(BRICK, 0.6),
        extras=("curls", "ringlets", "glasses", "earrings", "necklace"),
    ),
}


def head_outline() -> list[Point]:
    x, y = HEAD
    half = path("0,-172 70,-160 120,-110 134,-20 126,60 96,122 52,164 0,176")
    ring = half + [(-px, py) for px, py in reversed(half[1:-1])]
    return curve([(x + px, y + py) for px, py in ring], closed=True)


def locks(work: Print, hair: Plate) -> Plate:
    """Cut light strands that follow the head."""
    middle = (HEAD[0], HEAD[1] + 30)
    for strand in range(15):
        start = work.luck.uniform(175, 330)
        end = start + work.luck.uniform(14, 34)
        hair.stroke(arc(middle, 150 + strand * 9, start, end, squash=1.12), 4.5, 0)
    return hair
