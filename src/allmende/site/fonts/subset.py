"""Makes the site's web fonts from the variable fonts that npm delivers.

    npm install --prefix /tmp/fonts @fontsource-variable/vollkorn @fontsource-variable/archivo
    python subset.py /tmp/fonts/node_modules ../static/site/fonts

Needs fonttools and brotli. Every font is cut in two: Western European text loads `-latin` only,
a Polish or Turkish name in it fetches the few kilobytes of `-ext` (see `unicode-range` in
paper.css).
"""

import argparse
import copy
import math
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

LIMIT = 80 * 1024  # bytes of all files together
# The same ranges stand in paper.css. Latin: German, English, French, Spanish, Italian, Portuguese,
# Dutch, the Nordic languages. Extended adds Polish, Czech, Slovak, Hungarian, Croatian, Romanian
# and Turkish.
LATIN = "0020-007E 00A0-00A1 00A3 00A7 00A9 00AB 00AD-00AE 00B0-00B4 00B7 00BB-00BF 00C0-00FF 0131"
LATIN += " 0152-0153 1E9E 2011 2013-2014 2018-201A 201C-201E 2020 2022 2026 2032-2033 2039-203A"
LATIN += " 20AC 2212"
EXTENDED = "0102-0107 010C-0111 0118-011B 011E-011F 0130 0139-013A 013D-013E 0141-0144 0147-0148"
EXTENDED += " 0150-0151 0154-0155 0158-015B 015E-0161 0164-0165 016E-0171 0179-017E 0218-021B"
TEXT = ["kern", "liga", "ccmp", "locl", "rvrn"]


@dataclass(frozen=True)
class Face:
    """One style: its file stem in the package, where its axes are held, what it is called here."""

    package: str
    source: str
    axes: dict[str, float | tuple[float, float]]
    name: str
    features: list[str]


FACES = [
    Face("vollkorn", "vollkorn-{}-wght-normal", {"wght": (400, 700)}, "vollkorn", [*TEXT, "lnum"]),
    Face("vollkorn", "vollkorn-{}-wght-italic", {"wght": 400}, "vollkorn-italic", TEXT),
    Face(
        "archivo", "archivo-{}-wdth-normal", {"wght": 500, "wdth": 84}, "archivo", [*TEXT, "tnum"]
    ),
]


def unicodes(ranges: str) -> Iterator[int]:
    for part in ranges.split():
        first, _, last = part.partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)


def draw_one(font: TTFont) -> None:
    """Gives the old-style 1 its flag: Vollkorn draws it as a small I, and 11 reads as II.

    The lining 1 is taken and its stem shortened to the height of the old-style 0, along the slant.
    """
    glyf, gvar, metrics = font["glyf"], font["gvar"], font["hmtx"]
    one = copy.deepcopy(glyf["one.lf"])
    down = one.yMax - glyf["zero"].yMax
    left = down * math.tan(math.radians(-font["post"].italicAngle))
    one.coordinates = type(one.coordinates)(
        (x - left, y - down) if y > one.yMax / 3 else (x, y) for x, y in one.coordinates
    )
    one.recalcBounds(glyf)
    glyf["one"] = one
    gvar.variations["one"] = copy.deepcopy(gvar.variations["one.lf"])
    metrics["one"] = (metrics["one.lf"][0], one.xMin)
    del font["HVAR"]  # it knows the old width; without it, that in gvar counts


def cut(source: Path, target: Path, face: Face, ranges: str) -> None:
    """Keeps the characters and features that we use, and the axes' part that we style with."""
    font = TTFont(source, recalcTimestamp=False)  # the same input gives the same bytes
    if "one.lf" in font.getGlyphOrder():
        draw_one(font)
    options = subset.Options(layout_features=face.features, flavor="woff2", hinting=False)
    options.name_IDs = [1, 2, 13, 14]  # the licence travels with the font
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=list(unicodes(ranges)))
    subsetter.subset(font)
    instancer.instantiateVariableFont(font, face.axes, inplace=True)
    subset.save_font(font, target, options)


def make(packages: Path, target: Path) -> int:
    """Writes all fonts and their licences; returns their size in bytes."""
    target.mkdir(parents=True, exist_ok=True)
    total = 0
    for face in FACES:
        package = packages / "@fontsource-variable" / face.package
        for script, kind, ranges in (("latin", "latin", LATIN), ("latin-ext", "ext", EXTENDED)):
            file = target / f"{face.name}-{kind}.woff2"
            cut(package / "files" / f"{face.source.format(script)}.woff2", file, face, ranges)
            total += file.stat().st_size
            sys.stdout.write(f"{file.stat().st_size:>7} {file.name}\n")
        shutil.copyfile(package / "LICENSE", target / f"OFL-{face.package}.txt")
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes the site's web fonts.")
    parser.add_argument("packages", type=Path, help="the node_modules folder")
    parser.add_argument("target", type=Path, help="folder for the .woff2 files")
    arguments = parser.parse_args()
    total = make(arguments.packages, arguments.target)
    sys.stdout.write(f"{total:>7} bytes together, {LIMIT} allowed\n")
    if total > LIMIT:
        raise SystemExit("too large")


if __name__ == "__main__":
    main()
