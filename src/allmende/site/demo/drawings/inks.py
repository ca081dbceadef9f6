"""The inks of the demo paper's prints, and the textures a press leaves in them."""

from __future__ import annotations

import random
from functools import lru_cache
from itertools import pairwise

from PIL import Image, ImageChops, ImageFilter

Colour = tuple[int, int, int]
Size = tuple[int, int]

PAPER: Colour = (246, 241, 231)
INK: Colour = (29, 27, 25)
BRICK: Colour = (184, 66, 44)
OCHRE: Colour = (217, 155, 47)
RIVER: Colour = (44, 92, 124)
MOSS: Colour = (98, 119, 62)


def luck(seed: int | str) -> random.Random:
    """The same chances every time."""
    return random.Random(seed)  # noqa: S311 - draws pictures, keeps no secrets


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Stir `share` (0 to 1) of the other ink into the one."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def tint(ink: Colour, strength: float) -> Colour:
    """Thin an ink with paper white: strength 1 is the pure ink."""
    return mix(PAPER, ink, strength)


def shade(ink: Colour, strength: float) -> Colour:
    """Darken an ink with black: strength 0 is the pure ink."""
    return mix(ink, INK, strength)


# Pillow's own effect_noise draws from a generator that cannot be seeded, hence these bytes.
@lru_cache(maxsize=24)
def grain(size: Size, *, cell: float, seed: int) -> Image.Image:
    """Even noise from 0 to 255 whose blobs are about `cell` pixels wide."""
    width, height = (max(2, round(side / cell) + 1) for side in size)
    noise = Image.frombytes("L", (width, height), luck(seed).randbytes(width * height))
    return noise if cell == 1 else noise.resize(size, Image.Resampling.BICUBIC)


@lru_cache(maxsize=40)
def wobble(size: Size, *, cell: float, strength: int, seed: int) -> Image.Image:
    """Noise around 128 that swings by `strength`: added to a mask, it gnaws at the edges."""
    table = [round(128 + (value - 128) * strength / 128) for value in range(256)]
    return grain(size, cell=cell, seed=seed).point(table)


@lru_cache(maxsize=8)
def mottle(size: Size, *, lightest: int, seed: int) -> Image.Image:
    """How much ink the roller gave: 255 is full, never less than `lightest`."""
    cloud = Image.blend(grain(size, cell=90, seed=seed), grain(size, cell=2.5, seed=seed + 1), 0.6)
    table = [min(255, lightest + round((255 - lightest) * value / 150)) for value in range(256)]
    return cloud.point(table)


@lru_cache(maxsize=16)
def _steep(slope: float) -> list[int]:
    return [max(0, min(255, round((value - 128) * slope + 128))) for value in range(256)]


def sharpen(mask: Image.Image, slope: float = 4) -> Image.Image:
    """Push greys to black and white, keeping a soft edge of a pixel or two."""
    return mask.point(_steep(slope))


def knife(size: Size, strength: int, seed: int) -> Image.Image:
    """The unsteadiness of the hand that cuts a plate."""
    return wobble(size, cell=4, strength=strength, seed=seed)


def roughen(mask: Image.Image, noise: Image.Image) -> Image.Image:
    """Give a mask the edge of a knife in linoleum instead of that of a machine."""
    soft = mask.filter(ImageFilter.BoxBlur(1.6))
    return sharpen(ImageChops.add(soft, noise, 1, -128), 3.2)


def widen(mask: Image.Image, reach: float = 5) -> Image.Image:
    """Let a mask grow by about `reach` pixels all around."""
    return mask.filter(ImageFilter.BoxBlur(reach)).point(
        [min(255, value * 9) for value in range(256)]
    )


@lru_cache(maxsize=8)
def screen(size: Size, cell: int) -> Image.Image:
    """A halftone screen at 45 degrees: round dots, two to a tile of `cell` pixels."""
    dot = Image.radial_gradient("L").resize((cell, cell), Image.Resampling.BICUBIC)
    moved = ImageChops.offset(dot, cell // 2, cell // 2)
    tile = ImageChops.darker(dot, moved)
    sheet = Image.new("L", size)
    sheet.paste(tile, (0, 0))
    reach_x = reach_y = cell
    while reach_x < size[0]:
        sheet.paste(sheet.crop((0, 0, reach_x, cell)), (reach_x, 0))
        reach_x *= 2
    while reach_y < size[1]:
        sheet.paste(sheet.crop((0, 0, size[0], reach_y)), (0, reach_y))
        reach_y *= 2
    return sheet


def halftone(tone: Image.Image, cell: int = 12) -> Image.Image:
    """Turn a grey picture (255 = full ink) into dots of one size of ink."""
    dots = screen(tone.size, cell).point([min(255, round(value * 1.75)) for value in range(256)])
    return sharpen(ImageChops.subtract(tone, dots, 1, 128), 3.5)


def slope(size: Size, stops: list[tuple[float, int]]) -> Image.Image:
    """A vertical run of grey values: (share of the height, value) from top to bottom."""
    column = Image.new("L", (1, size[1]))
    values = []
    for row in range(size[1]):
        values.append(_between(stops, row / size[1]))
    column.putdata(values)
    return column.resize(size, Image.Resampling.NEAREST)


def _between(stops: list[tuple[float, int]], place: float) -> int:
    for (start, low), (end, high) in pairwise(stops):
        if place <= end:
            return round(low + (high - low) * max(0.0, place - start) / max(1e-6, end - start))
    return stops[-1][1]
