"""The mill of Erlbach."""

from __future__ import annotations

from PIL import Image

from . import inks
from .inks import BRICK, INK, MOSS, OCHRE, PAPER, RIVER, shade, tint
from .press import UPRIGHT, Plate, Print, arc, curve, place
from .sky import ridge


def muehle() -> Image.Image:
    """The mill of Erlbach: a timbered house, and the wheel below its flume."""
    work = Print("muehle", UPRIGHT, ground=tint(OCHRE, 0.2))
    glow = inks.slope(UPRIGHT, [(0, 120), (0.35, 30), (0.6, 0), (1, 0)])
    work.press(inks.halftone(glow, 12), tint(RIVER, 0.55), rough=15, overprint=True)
    hills = ridge(
        work.plate(), [(-20, 470), (200, 330), (400, 420), (640, 280), (900, 400), (1220, 250)]
    )
    work.press(hills, tint(RIVER, 0.5), lightest=230)
    wood = work.plate().box(-5, 960, 1205, 1340)
    for _ in range(46):
        x = work.luck.uniform(-40, 1240)
        top = work.luck.uniform(330, 560)
        wood.stroke(
            [(x, 980), (x, (980 + top) / 2), (x, top)], work.luck.uniform(70, 120), start=0.7
        )
    work.press(wood, tint(MOSS, 0.7), lightest=225)
    _millhouse(work)
    work.press(work.plate().box(-5, 1330, 1205, 1605), RIVER, lightest=225)
    work.press(_smoke(work), PAPER)
    _wheel(work)
    _flume(work)
    work.press(_mill_water(work), tint(RIVER, 0.1))
    return work.finish()


def _millhouse(work: Print) -> None:
    house = work.plate().shape([(470, 620), (820, 250), (1170, 620), (1170, 1340), (470, 1340)])
    work.press(house, PAPER, lightest=240)
    beams = work.plate()
    for y in (620, 790, 960):
        beams.line([(465, y), (1175, y)], 24)
    for x in (482, 650, 820, 990, 1158):
        beams.line([(x, 620), (x, 1130)], 22)
    for left, top, right, bottom in (
        (482, 790, 650, 620),
        (990, 620, 1158, 790),
        (482, 790, 650, 960),
        (650, 620, 735, 530),
        (990, 620, 905, 530),
    ):
        beams.line([(left, top), (right, bottom)], 20)
    beams.line([(640, 480), (1000, 480)], 22).line([(820, 270), (820, 620)], 20)
    work.press(beams, shade(BRICK, 0.72))
    stone = work.plate().box(465, 1120, 1178, 1345)
    for course in range(6):
        level, joint = 1120 + course * 38, 440 + work.luck.uniform(0, 60)
        stone.line([(460, level + 38), (1180, level + 38)], 5, 0)
        while joint < 1180:
            stone.line([(joint, level), (joint, level + 38)], 5, 0)
            joint += work.luck.uniform(60, 120)
    work.press(stone, shade(RIVER, 0.55))
    work.press(_mill_roof(work), BRICK)
    panes = work.plate()
    for x, y in ((690, 660), (860, 660), (690, 840), (860, 840), (1030, 840), (785, 395)):
        panes.box(x, y, x + 74, y + 88)
    work.press(panes, INK)
    bars = work.plate()
    for x, y in ((690, 660), (860, 660), (690, 840), (860, 840), (1030, 840), (785, 395)):
        bars.line([(x + 37, y), (x + 37, y + 88)], 5).line([(x, y + 44), (x + 74, y + 44)], 5)
    bars.keep(panes)
    work.press(bars, OCHRE)


def _mill_roof(work: Print) -> Plate:
    roof = work.plate()
    roof.shape(
        [(420, 660), (800, 232), (840, 232), (1210, 640), (1210, 700), (820, 300), (450, 690)]
    )
    for step in range(14):
        for side in (-1, 1):
            x, y = 820 + side * (30 + step * 27), 262 + step * 30
            roof.line([(x, y - 30), (x + side * -16, y + 36)], 5, 0)
    return roof.box(985, 230, 1050, 420).box(975, 222, 1060, 244)


def _smoke(work: Print) -> Plate:
    smoke = work.plate()
    rise = curve([(1015, 212), (1040, 150), (990, 105), (900, 92), (830, 60), (760, 52)], steps=14)
    smoke.stroke(rise, 58, start=0.4)
    smoke.stroke(curve([(1010, 200), (1075, 130), (1130, 110), (1190, 60)]), 34, start=0.4)
    for shift in (-9, 9):
        smoke.stroke([(x + shift, y + shift) for x, y in rise[12:48]], 5, 0)
    return smoke


def _wheel(work: Print) -> None:
    hub, radius = (400.0, 1130.0), 330.0
    work.press(work.plate().disc(hub, radius + 12), shade(RIVER, 0.78), overprint=True)
    wood, dark = work.plate(), work.plate()
    wood.disc(hub, radius).disc(hub, radius - 34, 0)
    wood.disc(hub, radius - 84).disc(hub, radius - 112, 0)
    for turn in range(0, 360, 30):
        wood.shape(
            place([(20, -12), (radius - 20, -10), (radius - 20, 10), (20, 12)], hub, turn=turn + 8)
        )
    for turn in range(0, 360, 15):
        wood.shape(
            place(
                [(radius - 118, -4), (radius + 44, 18), (radius + 44, 32), (radius - 118, 10)],
                hub,
                turn=turn + 5,
            )
        )
    wood.disc(hub, 62)
    dark.disc(hub, 24)
    for turn in range(0, 360, 30):
        dark.shape(
            place([(66, 6), (radius - 116, 5), (radius - 116, 10), (66, 12)], hub, turn=turn + 8)
        )
        dark.disc(place([(radius - 17, 0)], hub, turn=turn + 8)[0], 6)
    dark.line([*arc(hub, radius - 34, 0, 360)], 5).line([*arc(hub, radius - 112, 0, 360)], 5)
    dark.line([*arc(hub, radius, 0, 360)], 4)
    work.press(wood, OCHRE)
    work.press(dark, INK)


def _flume(work: Print) -> None:
    trough = work.plate().shape([(-10, 700), (430, 745), (430, 800), (-10, 755)])
    trough.shape([(60, 750), (90, 752), (90, 1340), (60, 1340)]).shape(
        [(-10, 1000), (90, 800), (90, 830), (-10, 1040)]
    )
    trough.cut(work.plate().line([(-10, 728), (425, 772)], 5))
    work.press(trough, INK)
    water = work.plate().shape([(-10, 684), (430, 730), (430, 748), (-10, 704)])
    fall = curve([(425, 730), (560, 760), (690, 880), (740, 1050), (752, 1345)])
    inner = curve([(425, 752), (530, 800), (640, 920), (690, 1080), (690, 1345)])
    work.press(water.shape(fall + inner[::-1]), tint(RIVER, 0.42))
    lines = work.plate()
    for index in range(9):
        share = index / 8
        path = [
            (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)
            for a, b in zip(fall, inner, strict=True)
        ]
        start = work.luck.randrange(0, 14)
        lines.stroke(path[start : start + work.luck.randrange(14, 24)], 6)
    work.press(lines, PAPER)


def _mill_water(work: Print) -> Plate:
    plate = work.plate()
    for _ in range(150):
        depth = work.luck.random()
        x, y = work.luck.uniform(-80, 1200), 1350 + depth * 240
        run = 40 + depth * 180
        plate.stroke([(x, y), (x + run / 2, y + 4), (x + run, y)], 3 + depth * 6)
    for _ in range(130):
        plate.disc(
            (work.luck.gauss(715, 75), 1345 - abs(work.luck.gauss(0, 34))),
            work.luck.uniform(2.5, 8),
        )
    return plate
