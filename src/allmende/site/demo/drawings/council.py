"""The council chamber."""

from __future__ import annotations

from PIL import Image

from .inks import BRICK, INK, MOSS, OCHRE, PAPER, RIVER, mix, shade, tint
from .press import Print, arc, curve, path, place


def ratssaal() -> Image.Image:
    """The council votes: cards go up below the three tall windows."""
    work = Print("ratssaal", ground=tint(OCHRE, 0.5))
    panels = work.plate().box(-5, 470, 1805, 900)
    work.press(panels, shade(BRICK, 0.6), lightest=225)
    lines = work.plate()
    for x in range(20, 1800, 110):
        lines.line([(x, 500), (x + 84, 500), (x + 84, 720), (x, 720), (x, 500)], 4)
    work.press(lines, shade(BRICK, 0.35))
    _windows(work)
    _chandelier(work)
    _council(work)
    _desk(work)
    _backs(work)
    return work.finish()


def _windows(work: Print) -> None:
    glass, bars = work.plate(), work.plate()
    for x in (330, 900, 1470):
        glass.shape([*arc((x, 210), 130, 180, 360), (x + 130, 600), (x - 130, 600)])
        for shift in (-44, 44):
            bars.line([(x + shift, 60), (x + shift, 600)], 8)
        for y in (210, 320, 430, 540):
            bars.line([(x - 130, y), (x + 130, y)], 8)
    bars.keep(glass)
    work.press(glass, tint(RIVER, 0.22), lightest=240, halo=shade(OCHRE, 0.5))
    hills = work.plate().shape(
        [
            (0, 600),
            *curve(path("0,470 300,400 620,450 900,350 1250,440 1480,380 1800,450")),
            (1800, 600),
        ]
    )
    hills.keep(glass)
    work.press(hills, tint(MOSS, 0.65), lightest=235)
    work.press(bars, shade(OCHRE, 0.6))


def _chandelier(work: Print) -> None:
    for x in (615, 1185):
        metal, flames = work.plate(), work.plate()
        metal.line([(x, -10), (x, 190)], 7).disc((x, 200), 18)
        for side in (-1, 1):
            for reach in (60, 115):
                metal.stroke(
                    curve([(x, 210), (x + side * reach * 0.5, 262), (x + side * reach, 226)]),
                    9,
                    start=1,
                    end=0.8,
                )
                metal.box(x + side * reach - 7, 196, x + side * reach + 7, 226)
                flames.disc((x + side * reach, 180), 11, squash=1.6)
        work.press(flames, OCHRE, halo=PAPER)
        work.press(metal, INK)


MEMBERS = (
    # shirt, skin, votes with a card
    (RIVER, 0, True),
    (INK, 1, False),
    (MOSS, 2, True),
    (BRICK, 0, True),
    (INK, 3, True),
    (OCHRE, 1, False),
    (RIVER, 2, True),
    (shade(MOSS, 0.4), 0, False),
    (INK, 1, True),
)
SKINS = (
    tint(OCHRE, 0.42),
    tint(BRICK, 0.38),
    tint(mix(OCHRE, BRICK, 0.35), 0.72),
    shade(mix(OCHRE, BRICK, 0.4), 0.4),
)
HAIRS = (shade(BRICK, 0.5), BRICK, tint(INK, 0.35), shade(OCHRE, 0.4), INK)


def _council(work: Print) -> None:
    cards, faces = work.plate(), work.plate()
    for number, (coat, skin, votes) in enumerate(MEMBERS):
        x, y = 130 + number * 192.5, 712 - 22 * (1 - ((number - 4) / 4) ** 2)
        body, head, hair = work.plate(), work.plate(), work.plate()
        body.shape(
            curve(
                [
                    (x - 84, 900),
                    (x - 80, 800),
                    (x - 34, 762),
                    (x, 756),
                    (x + 34, 762),
                    (x + 80, 800),
                    (x + 84, 900),
                ]
            )
        )
        head.disc((x, y - 12), 44, squash=1.2).box(x - 15, y + 20, x + 15, 772)
        crown = [
            (x - 48, y - 6),
            (x - 44, y - 52),
            (x, y - 74),
            (x + 44, y - 52),
            (x + 48, y - 6),
            (x + 30, y - 36),
            (x - 20, y - 40),
        ]
        hair.shape(curve(crown, closed=True))
        if number % 3 == 0:
            hair.shape(
                curve([(x - 46, y - 30), (x - 58, y + 30), (x - 40, y + 34)], closed=True)
            ).shape(curve([(x + 46, y - 30), (x + 58, y + 30), (x + 40, y + 34)], closed=True))
        if votes:
            body.stroke([(x + 64, 830), (x + 88, 740), (x + 80, 660)], 36, start=1, end=0.75)
            head.disc((x + 80, 642), 19)
            cards.shape(
                place(
                    [(-26, -80), (26, -80), (26, -6), (-26, -6)],
                    (x + 80, 640),
                    turn=work.luck.uniform(-10, 10),
                )
            )
        work.press(body, coat, lightest=235, halo=tint(OCHRE, 0.4))
        work.press(head, SKINS[skin], lightest=240)
        work.press(hair, HAIRS[number % 5], lightest=235)
        faces.disc((x - 16, y - 8), 4).disc((x + 16, y - 8), 4).stroke(
            [(x - 13, y + 19), (x, y + 23), (x + 13, y + 19)], 5
        )
    work.press(cards, OCHRE, lightest=240, halo=PAPER)
    work.press(faces, INK)


def _desk(work: Print) -> None:
    front = work.plate().shape(
        [
            *curve([(-20, 860), (450, 838), (900, 830), (1350, 838), (1820, 860)]),
            (1820, 1210),
            (-20, 1210),
        ]
    )
    work.press(front, shade(OCHRE, 0.25), lightest=230)
    top = work.plate().shape(
        [
            *curve([(-20, 842), (450, 820), (900, 812), (1350, 820), (1820, 842)]),
            *curve([(1820, 884), (1350, 862), (900, 854), (450, 862), (-20, 884)]),
        ]
    )
    work.press(top, tint(OCHRE, 0.8), lightest=235)
    things = work.plate()
    for number in range(9):
        x = 130 + number * 192.5
        things.stroke([(x + 26, 842), (x + 20, 806), (x + 4, 796)], 6, start=0.8, end=0.9).disc(
            (x + 2, 795), 7
        )
    work.press(things, INK)
    papers = work.plate()
    for number in range(9):
        x = 130 + number * 192.5
        papers.shape([(x - 62, 832), (x - 8, 830), (x - 2, 850), (x - 66, 852)])
    work.press(papers, PAPER, lightest=245)
    shield = work.plate().shape(
        curve([(820, 900), (980, 900), (980, 1000), (900, 1090), (820, 1000)], closed=True, steps=3)
    )
    work.press(shield, PAPER, lightest=240)
    waves = work.plate()
    for y in (940, 985):
        waves.stroke(
            curve([(836, y + 4), (868, y - 8), (900, y + 4), (932, y - 8), (964, y + 4)]),
            18,
            start=0.8,
            end=0.8,
        )
    work.press(waves, RIVER)


def _backs(work: Print) -> None:
    """The public in the first row."""
    for x, tall, ink in (
        (170, 1120, INK),
        (520, 1150, shade(RIVER, 0.6)),
        (1290, 1140, shade(MOSS, 0.65)),
        (1630, 1115, INK),
    ):
        back = work.plate().disc((x, tall - 72), 74, squash=1.18)
        back.shape(
            [*arc((x, tall + 128), 178, 180, 360, squash=0.82), (x + 178, 1230), (x - 178, 1230)]
        )
        if x in (520, 1630):
            back.disc((x, tall - 168), 34)
        work.press(back, ink, lightest=235, halo=tint(OCHRE, 0.6))
