"""The map of the valley of the Auen."""

from __future__ import annotations

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageMath

from .inks import BRICK, INK, MOSS, OCHRE, PAPER, RIVER, luck, mix, shade, tint
from .press import LANDSCAPE, SCALE, Plate, Point, Print, curve, path, place

AUE: list[Point] = path(
    "1730,-30 1610,130 1500,230 1370,300 1230,350 1110,460 960,540 850,610 "
    "720,660 610,770 500,850 340,890 190,1000 90,1120 40,1240"
)
ERLBACH: list[Point] = path("690,-30 640,90 560,190 590,310 680,400 740,520 830,600")
STEINBACH: list[Point] = path(
    "1840,980 1690,930 1540,950 1380,880 1240,800 1090,730 960,690 870,615"
)
TRAM: list[Point] = path("722,592 788,640 880,668 1010,668 1120,700 1220,760 1330,800 1430,850")
RAILWAY: list[Point] = path(
    "-30,1010 160,920 330,815 480,760 600,690 720,600 840,560 960,480 1080,400 "
    "1220,290 1370,230 1480,130 1560,-30"
)
BANDS = (
    # from which grey of the relief on, in which ink
    (70, tint(MOSS, 0.26)),
    (96, tint(MOSS, 0.42)),
    (122, tint(MOSS, 0.58)),
    (148, tint(MOSS, 0.76)),
    (172, mix(MOSS, OCHRE, 0.25)),
    (194, mix(tint(MOSS, 0.8), OCHRE, 0.62)),
)


def auental_karte() -> Image.Image:
    """Hills as coloured steps, the Aue, the railway, the tram and the five places."""
    work = Print("auental-karte", ground=tint(OCHRE, 0.16))
    relief = _relief()
    heights = relief.resize(LANDSCAPE, Image.Resampling.BICUBIC).convert("L")
    for level, ink in BANDS:
        mask = heights.point([255 if value >= level else 0 for value in range(256)])
        work.press(mask, ink, rough=15, lightest=232)
    work.press(_contours(relief), shade(MOSS, 0.45), rough=0, lightest=190)
    work.press(_forest(work, heights), shade(MOSS, 0.5), rough=25)
    _waters(work)
    _ways(work)
    _places(work)
    _names(work)
    _summits(work, heights)
    _legend(work)
    return work.finish()


def _relief() -> Image.Image:
    """A small relief in floating point: hilly noise, worn down along the three waters."""
    small = (450, 300)
    valley = Image.new("L", small, 0)
    pen = ImageDraw.Draw(valley)
    for water, width in ((AUE, 36), (ERLBACH, 16), (STEINBACH, 18)):
        pen.line([(x / 4, y / 4) for x, y in curve(water)], fill=255, width=width, joint="curve")
    floor = valley.filter(ImageFilter.GaussianBlur(18)).point(
        [min(255, round(value * 1.5)) for value in range(256)]
    )
    worn = ImageMath.lambda_eval(
        lambda args: 62 + args["wide"] * 0.43 + args["fine"] * 0.19 - args["floor"],
        wide=_hills((9, 6), small, seed=41),
        fine=_hills((20, 14), small, seed=23),
        floor=floor.convert("F"),
    )
    coarse = worn.resize((45, 30), Image.Resampling.BOX)
    return coarse.resize(small, Image.Resampling.BICUBIC)


def _hills(cells: tuple[int, int], size: tuple[int, int], *, seed: int) -> Image.Image:
    noise = Image.frombytes("L", cells, luck(seed).randbytes(cells[0] * cells[1]))
    return noise.convert("F").resize(size, Image.Resampling.BICUBIC)


def _contours(relief: Image.Image) -> Image.Image:
    """Lines between steps of sixteen greys."""
    large = relief.resize(
        (LANDSCAPE[0] * SCALE, LANDSCAPE[1] * SCALE), Image.Resampling.BICUBIC
    ).convert("L")
    steps = large.point([value // 16 * 16 for value in range(256)])
    edges = steps.filter(ImageFilter.FIND_EDGES).point(
        [255 if value > 10 else 0 for value in range(256)]
    )
    edges = ImageChops.lighter(edges, ImageChops.offset(edges, 1, 1))
    inner = (8, 8, edges.width - 8, edges.height - 8)
    framed = Image.new("L", edges.size, 0)
    framed.paste(edges.crop(inner), inner[:2])
    return (
        framed.filter(ImageFilter.BoxBlur(1))
        .reduce(SCALE)
        .point([min(255, value * 2) for value in range(256)])
    )


def _forest(work: Print, heights: Image.Image) -> Plate:
    plate, pixels = work.plate(), heights.load()
    for _ in range(1500):
        x, y = work.luck.uniform(10, 1790), work.luck.uniform(10, 1190)
        if pixels is not None and 116 < float(str(pixels[int(x), int(y)])) < 170:
            plate.shape([(x - 6, y), (x, y - 19), (x + 6, y)]).line([(x, y), (x, y + 5)], 2)
    return plate


def _waters(work: Print) -> None:
    river, gleam = work.plate(), work.plate()
    river.stroke(curve(AUE), 30, start=0.35, end=1)
    river.stroke(curve(ERLBACH), 12, start=0.3, end=1)
    river.stroke(curve(STEINBACH), 13, start=0.3, end=1)
    lake = curve(
        [(1480, 240), (1530, 180), (1600, 130), (1650, 120), (1640, 175), (1580, 235), (1510, 280)],
        closed=True,
    )
    river.shape(lake)
    work.press(river, RIVER, lightest=230, halo=PAPER)
    gleam.stroke(curve(AUE)[30:], 5)
    for x, y in ((1520, 232), (1552, 205), (1585, 180), (1548, 245)):
        gleam.stroke([(x - 20, y), (x, y - 4), (x + 26, y - 6)], 4)
    work.press(gleam, tint(RIVER, 0.4))


def _ways(work: Print) -> None:
    rails = work.plate().line(curve(RAILWAY), 11)
    work.press(rails, INK, rough=20, lightest=245)
    sleepers, path = work.plate(), curve(RAILWAY)
    for start in range(0, len(path) - 3, 4):
        sleepers.line(path[start : start + 3], 6)
    work.press(sleepers, PAPER, rough=15, lightest=250)
    work.press(work.plate().line(curve(TRAM), 12), BRICK, rough=15, lightest=245, halo=PAPER)
    stops = work.plate()
    for x, y in TRAM:
        stops.disc((x, y), 9)
    work.press(stops, PAPER, rough=0, lightest=255, halo=BRICK)


TOWN: Point = (845.0, 610.0)
VILLAGES: tuple[tuple[str, Point, Point, str], ...] = (
    # name, where, where the label goes, how it is anchored
    ("Oberau", (1345, 265), (1318, 232), "rs"),
    ("Niederau", (470, 810), (440, 778), "rs"),
    ("Steinau", (1445, 860), (1476, 838), "ls"),
    ("Erlbach", (585, 270), (622, 268), "ls"),
)


HOUSES = (
    # of the town: right and down of its middle, size
    (0, 0, 15), (-42, -18, 12), (38, -30, 13), (-30, 34, 12), (46, 22, 12), (-76, 18, 10),
    (82, -8, 10), (8, 52, 10), (-4, -52, 11), (-62, -52, 9), (78, 48, 9), (70, -62, 9),
)  # fmt: skip


def _places(work: Print) -> None:
    blocks, roofs = work.plate(), work.plate()
    for right, down, size in HOUSES:
        _hut(blocks, roofs, (TOWN[0] + right, TOWN[1] + down), size)
    for _, (x, y), _, _ in VILLAGES:
        for right, down, wide in ((-16, 6, 11), (14, 10, 10), (0, -14, 10)):
            _hut(blocks, roofs, (x + right, y + down), wide)
    blocks.box(TOWN[0] - 8, TOWN[1] - 78, TOWN[0] + 8, TOWN[1] - 10)
    roofs.shape(
        [(TOWN[0] - 11, TOWN[1] - 76), (TOWN[0], TOWN[1] - 122), (TOWN[0] + 11, TOWN[1] - 76)]
    )
    work.press(blocks.copy().add(roofs), PAPER, rough=15, lightest=255, halo=INK)
    work.press(roofs, BRICK, rough=20, lightest=245)


def _hut(blocks: Plate, roofs: Plate, at: Point, size: float) -> None:
    x, y = at
    blocks.box(x - size, y - size * 0.7, x + size, y + size * 0.7)
    roofs.shape(
        [(x - size * 1.25, y - size * 0.6), (x, y - size * 1.7), (x + size * 1.25, y - size * 0.6)]
    )


def _names(work: Print) -> None:
    names = work.plate().text((TOWN[0] - 12, TOWN[1] + 138), "Auenstadt", 62, anchor="ms", bold=1.3)
    for name, _, at, anchor in VILLAGES:
        names.text(at, name, 44, anchor=anchor, bold=0.7)
    work.press(names, INK, rough=0, lightest=255, halo=PAPER)
    waters = work.plate().turned_text((300, 960), "Aue", 46, -32)
    waters.turned_text((1640, 890), "Steinbach", 34, 12)
    work.press(waters, shade(RIVER, 0.25), rough=0, lightest=255, halo=PAPER)


SUMMITS = (
    # name, and the part of the map whose highest point bears it
    ("Hoher Stein", (1200, 420, 1720, 720)),
    ("Kranichkopf", (330, 420, 620, 640)),
    ("Auerberg", (800, 60, 1180, 260)),
    ("Sonnwald", (640, 830, 1060, 1000)),
)


def _summits(work: Print, heights: Image.Image) -> None:
    plate = work.plate()
    for name, (left, top, right, bottom) in SUMMITS:
        part = heights.crop((left, top, right, bottom))
        highest = int(str(part.getextrema()[1]))
        spot = part.point([255 if value == highest else 0 for value in range(256)]).getbbox() or (
            0,
            0,
            0,
            0,
        )
        x, y = left + (spot[0] + spot[2]) / 2, top + (spot[1] + spot[3]) / 2
        plate.shape([(x - 13, y - 4), (x, y - 28), (x + 13, y - 4)])
        plate.text((x, y + 34), name, 34, anchor="ms", bold=0.2)
        plate.text((x, y + 70), f"{360 + 2 * highest} m", 30, anchor="ms")
    work.press(plate, INK, rough=0, lightest=255, halo=tint(MOSS, 0.4))


def _legend(work: Print) -> None:
    card = work.plate().box(36, 36, 486, 330)
    work.press(card, PAPER, rough=20, lightest=250, halo=INK)
    words = work.plate().text((68, 112), "Das Auental", 62, bold=1.2)
    for row, name in enumerate(("Bahn", "Tram, Linie 2", "Aue und Zuflüsse")):
        words.text((158, 172 + row * 44), name, 34)
    words.line([(68, 300), (268, 300)], 5).line([(68, 290), (68, 310)], 4).line(
        [(268, 290), (268, 310)], 4
    )
    words.text((284, 311), "2 km", 32)
    words.line([(68, 161), (138, 161)], 10)
    work.press(words, INK, rough=0, lightest=255)
    work.press(
        work.plate()
        .line([(70, 161), (84, 161)], 6)
        .line([(98, 161), (112, 161)], 6)
        .line([(124, 161), (136, 161)], 6),
        PAPER,
        rough=0,
    )
    work.press(work.plate().line([(68, 205), (138, 205)], 12), BRICK, rough=15)
    work.press(
        work.plate().stroke(
            curve([(66, 252), (90, 244), (116, 256), (140, 248)]), 14, start=0.5, end=1
        ),
        RIVER,
        rough=15,
    )
    north = (
        work.plate()
        .shape(place([(0, -62), (20, 30), (0, 16), (-20, 30)], (1710, 1090)))
        .text((1710, 1160), "N", 42, anchor="ms", bold=0.8)
    )
    work.press(north, INK, rough=0, lightest=255, halo=PAPER)
