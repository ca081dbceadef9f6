"""The repair shop."""

from __future__ import annotations

from PIL import Image

from . import inks
from .inks import BRICK, INK, MOSS, OCHRE, PAPER, RIVER, shade, tint
from .press import Plate, Point, Print, arc, curve, path, place


def werkstatt() -> Image.Image:
    """The tool wall of the repair shop, a wheel in the stand, a radio on the bench."""
    work = Print("werkstatt", ground=tint(OCHRE, 0.5))
    holes = work.plate()
    for row in range(18):
        for column in range(38):
            holes.disc((26 + column * 48, 24 + row * 48), 4.5)
    work.press(holes, shade(OCHRE, 0.25), rough=20)
    metal, handles = work.plate(), work.plate()
    for tool in (_saw, _hammer, _pliers, _wrenches, _screwdrivers, _brace, _square):
        tool(metal, handles)
    shadow = metal.copy().add(handles)
    work.press(inks.widen(shadow.reduced(), 9), tint(OCHRE, 0.2), rough=0, lightest=255)
    work.press(metal, shade(RIVER, 0.55))
    work.press(handles, BRICK)
    _bench(work)
    _wheel(work)
    _radio(work)
    _mug(work)
    return work.finish()


def _saw(metal: Plate, handles: Plate) -> None:
    blade: list[Point] = [(250, 110), (640, 160), (640, 215), (250, 250)]
    metal.shape(blade)
    for tooth in range(26):
        x = 255 + tooth * 15
        y = 250 - (x - 250) * 35 / 390
        metal.shape([(x, y - 2), (x + 15, y - 3), (x + 12, y + 12)])
    handles.shape(
        curve(
            path("270,90 130,90 92,140 118,200 100,262 150,290 282,268 240,220 236,150"),
            closed=True,
        )
    )
    handles.shape(
        curve([(225, 150), (160, 148), (156, 190), (172, 226), (222, 220)], closed=True), 0
    )


def _hammer(metal: Plate, handles: Plate) -> None:
    metal.shape([(760, 90), (900, 84), (926, 104), (926, 142), (890, 156), (760, 150)])
    metal.shape([(765, 96), (765, 146), (690, 128), (670, 112)])
    handles.shape([(806, 152), (848, 152), (862, 470), (852, 520), (808, 520), (796, 470)])


def _pliers(metal: Plate, handles: Plate) -> None:
    metal.shape(
        curve(
            path("1004,82 1018,150 1046,190 1040,236 1000,236 972,190 980,130"),
            closed=True,
        )
    )
    metal.shape(
        curve(
            [(1018, 82), (1066, 120), (1074, 190), (1040, 240), (1000, 236), (1018, 160)],
            closed=True,
        )
    ).disc((1024, 214), 10, 0)
    handles.stroke(curve([(1008, 236), (960, 330), (952, 440), (972, 510)]), 34, start=0.7, end=1)
    handles.stroke(
        curve([(1040, 236), (1090, 330), (1098, 440), (1078, 510)]), 34, start=0.7, end=1
    )


def _wrenches(metal: Plate, handles: Plate) -> None:
    for number in range(4):
        x, size = 1190 + number * 84, 1.2 - number * 0.14
        top, low = (x, 120.0), (x, 120 + 262 * size)
        metal.line([top, low], 24 * size).disc(top, 38 * size).disc(low, 36 * size).disc(
            low, 18 * size, 0
        )
        metal.shape(place([(-15, -60), (15, -60), (15, 4), (-15, 4)], top, size=size, turn=16), 0)


def _screwdrivers(metal: Plate, handles: Plate) -> None:
    for number in range(5):
        x = 132 + number * 76
        metal.box(x - 5, 470, x + 5, 640 - number * 12).shape(
            [
                (x - 5, 620 - number * 12),
                (x + 5, 620 - number * 12),
                (x + 10, 652 - number * 12),
                (x - 10, 652 - number * 12),
            ]
        )
        handles.shape(
            curve(
                [
                    (x - 17, 350),
                    (x + 17, 350),
                    (x + 20, 420),
                    (x + 11, 474),
                    (x - 11, 474),
                    (x - 20, 420),
                ],
                closed=True,
            )
        )
        for line in (-8, 0, 8):
            handles.line([(x + line, 368), (x + line, 450)], 3, 0)


def _brace(metal: Plate, handles: Plate) -> None:
    metal.line(
        curve(
            [(1600, 130), (1600, 200), (1690, 230), (1690, 330), (1600, 360), (1600, 470)], steps=12
        ),
        16,
    )
    metal.shape([(1584, 440), (1616, 440), (1612, 500), (1588, 500)]).stroke(
        [(1600, 500), (1600, 560), (1600, 610)], 18, start=1
    )
    handles.shape(arc((1600, 132), 50, 180, 360)).box(1672, 245, 1708, 318)


def _square(metal: Plate, handles: Plate) -> None:
    metal.shape([(590, 330), (620, 330), (620, 600), (590, 600)])
    handles.box(560, 590, 740, 632)
    for step in range(12):
        metal.line([(604, 345 + step * 20), (620, 345 + step * 20)], 3, 0)


def _bench(work: Print) -> None:
    work.press(work.plate().box(-5, 905, 1805, 1205), shade(OCHRE, 0.3), lightest=230)
    work.press(work.plate().box(-5, 905, 1805, 962), shade(OCHRE, 0.62), lightest=235)
    lines = work.plate()
    for _ in range(60):
        x, y = work.luck.uniform(-100, 1800), work.luck.uniform(975, 1195)
        lines.stroke(curve([(x, y), (x + 80, y + work.luck.uniform(-6, 6)), (x + 240, y)]), 4)
    work.press(lines, shade(OCHRE, 0.6))


def _wheel(work: Print) -> None:
    hub, radius = (1230.0, 800.0), 300.0
    tyre, rim, spokes = work.plate(), work.plate(), work.plate()
    spokes.disc(hub, radius - 34).disc(hub, radius - 40, 0)
    for spoke in range(32):
        turn = spoke * 11.25
        inner, outer = (
            arc(hub, 30, turn + (44 if spoke % 2 else -44), turn + 90)[0],
            arc(hub, radius - 38, turn, turn + 1)[0],
        )
        spokes.line([inner, outer], 3)
    tyre.disc(hub, radius).disc(hub, radius - 26, 0)
    for turn in range(0, 360, 5):
        tyre.shape(
            place(
                [(radius - 2, -5), (radius + 8, -5), (radius + 8, 5), (radius - 2, 5)],
                hub,
                turn=turn,
            )
        )
    rim.disc(hub, radius - 26).disc(hub, radius - 40, 0).disc(hub, 34)
    stand = (
        work.plate()
        .shape([(1210, 800), (1250, 800), (1270, 1150), (1190, 1150)])
        .shape([(1060, 1150), (1400, 1150), (1420, 1190), (1040, 1190)])
    )
    work.press(stand, MOSS, lightest=235, halo=INK)
    work.press(spokes, INK, rough=20, lightest=240)
    work.press(rim, PAPER, lightest=240, halo=INK)
    work.press(tyre, INK, lightest=235)
    work.press(work.plate().disc(hub, 13), BRICK)


def _radio(work: Print) -> None:
    case = work.plate().shape(
        curve(
            path(
                "250,800 262,772 300,764 740,764 778,772 790,800 790,1050 778,1070 262,1070 "
                "250,1050"
            ),
            closed=True,
            steps=4,
        )
    )
    work.press(case, shade(BRICK, 0.35), lightest=230, halo=INK)
    cloth = work.plate().box(285, 800, 560, 1035)
    work.press(cloth, tint(OCHRE, 0.65), lightest=235)
    weave = work.plate()
    for step in range(13):
        weave.line([(292, 812 + step * 18), (553, 812 + step * 18)], 5)
    work.press(weave, shade(OCHRE, 0.5))
    dial = work.plate().box(590, 800, 755, 890)
    work.press(dial, tint(OCHRE, 0.3), lightest=240)
    marks = (
        work.plate()
        .disc((625, 975), 42)
        .disc((720, 975), 42)
        .box(280, 1070, 330, 1090)
        .box(710, 1070, 760, 1090)
    )
    for step in range(9):
        marks.line([(602 + step * 18, 815), (602 + step * 18, 840 if step % 2 else 856)], 4)
    marks.line([(700, 764), (860, 560)], 6).disc((860, 560), 8)
    work.press(marks, INK)
    needle = (
        work.plate()
        .line([(690, 805), (690, 885)], 6)
        .line([(625, 975), (645, 945)], 7)
        .line([(720, 975), (705, 942)], 7)
    )
    work.press(needle, BRICK)


def _mug(work: Print) -> None:
    mug = work.plate().shape([(1590, 930), (1710, 930), (1702, 1070), (1598, 1070)])
    mug.line(arc((1712, 990), 38, -80, 90), 16)
    work.press(mug, PAPER, lightest=240, halo=INK)
    bands = work.plate().shape([(1593, 975), (1707, 975), (1705, 1012), (1595, 1012)])
    work.press(bands, RIVER)
    steam = work.plate()
    for x in (1625, 1665):
        steam.stroke(curve([(x, 915), (x + 16, 885), (x - 8, 855), (x + 10, 815)]), 10)
    work.press(steam, PAPER)
