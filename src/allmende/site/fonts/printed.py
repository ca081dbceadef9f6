"""Makes the fonts of printed papers from the variable fonts that npm delivers.

    npm install --prefix /tmp/fonts @fontsource-variable/vollkorn @fontsource-variable/archivo
    python printed.py /tmp/fonts/node_modules print

Needs fonttools and brotli. typst reads neither WOFF2 nor axes: each style is a TTF of its own,
Latin and Latin Extended in one file.
"""

import argparse
from pathlib import Path

from fontTools import subset
from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer
from subset import EXTENDED, LATIN, TEXT, draw_one, unicodes  # type: ignore[import-not-found]

# Package, source, where its axes are held, file, name of the family, style.
Style = tuple[str, str, dict[str, float], str, str, str]
STYLES: list[Style] = [
    ("vollkorn", "vollkorn-{}-wght-normal", {"wght": 400}, "vollkorn", "Vollkorn", "Regular"),
    ("vollkorn", "vollkorn-{}-wght-normal", {"wght": 650}, "vollkorn-bold", "Vollkorn", "Bold"),
    ("vollkorn", "vollkorn-{}-wght-italic", {"wght": 400}, "vollkorn-italic", "Vollkorn", "Italic"),
    (
        "archivo",
        "archivo-{}-wdth-normal",
        {"wght": 500, "wdth": 84},
        "archivo",
        "Archivo",
        "Regular",
    ),
]
WEIGHTS = {"Regular": 400, "Bold": 700, "Italic": 400}


def cut(source: Path, axes: dict[str, float], ranges: str) -> TTFont:
    font = TTFont(source, recalcTimestamp=False)
    if "one.lf" in font.getGlyphOrder():
        draw_one(font)
    options = subset.Options(layout_features=[*TEXT, "lnum", "tnum"], hinting=False)
    options.name_IDs = [1, 2, 13, 14]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=list(unicodes(ranges)))
    subsetter.subset(font)
    instancer.instantiateVariableFont(font, axes, inplace=True)
    font.flavor = None
    return font


def named(font: TTFont, family: str, style: str) -> None:
    """A static font is found by family and weight; widths and instances mean nothing here."""
    names = font["name"]
    names.names = [row for row in names.names if row.nameID in (13, 14)]
    for key, text in ((1, family), (2, style), (4, f"{family} {style}"), (6, f"{family}-{style}")):
        names.setName(text, key, 3, 1, 0x409)
    font["OS/2"].usWeightClass = WEIGHTS[style]
    font["OS/2"].usWidthClass = 5
    italic, bold = style == "Italic", style == "Bold"
    font["OS/2"].fsSelection = 0x01 if italic else 0x20 if bold else 0x40
    font["head"].macStyle = 0x02 if italic else 0x01 if bold else 0


def make(packages: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for package, source, axes, file, family, style in STYLES:
        folder = packages / "@fontsource-variable" / package / "files"
        parts = []
        for script, ranges in (("latin", LATIN), ("latin-ext", EXTENDED)):
            part = target / f"{file}.{script}.part"
            cut(folder / f"{source.format(script)}.woff2", axes, ranges).save(part)
            parts.append(part)
        font = Merger().merge([str(part) for part in parts])
        named(font, family, style)
        font.save(target / f"{file}.ttf")
        for part in parts:
            part.unlink()


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes the fonts of printed papers.")
    parser.add_argument("packages", type=Path, help="the node_modules folder")
    parser.add_argument("target", type=Path, help="folder for the .ttf files")
    arguments = parser.parse_args()
    make(arguments.packages, arguments.target)


if __name__ == "__main__":
    main()
