"""The pictures of the demo paper, all drawn by code: `draw(stem)` gives one, `save_all` all.

A picture is printed as a linocut is: plates in a few inks, one over the other (see `press`).
The same stem always gives the same pixels.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PIL import Image

from . import (
    bridge,
    council,
    grounds,
    landscapes,
    library,
    maps,
    market,
    mill,
    nature,
    oven,
    plots,
    portraits,
    sitters,
    sky,
    stage,
    town,
    workshop,
)

QUALITY = 82  # of the JPEG files: all stay well below 500 KB

_DRAWINGS: dict[str, Callable[[], Image.Image]] = {
    "auental-karte": maps.auental_karte,
    "strassenbahn": town.strassenbahn,
    "ernte": landscapes.ernte,
    "fussballplatz": grounds.fussballplatz,
    "theater": stage.theater,
    "ratssaal": council.ratssaal,
    "sternenhimmel": sky.sternenhimmel,
    "bruecke": bridge.bruecke,
    "bibliothek": library.bibliothek,
    "pegel-plot": plots.pegel_plot,
    "apfelsorten": nature.apfelsorten,
    "schulhof": grounds.schulhof,
    "muehle": mill.muehle,
    "markt": market.markt,
    "kraniche": sky.kraniche,
    "solardaecher": town.solardaecher,
    "backstube": oven.backstube,
    "chor": stage.chor,
    "werkstatt": workshop.werkstatt,
    "schnee-plot": plots.schnee_plot,
    **{f"portrait-{slug}": partial(portraits.portrait, slug) for slug in sitters.SITTERS},
}

STEMS: tuple[str, ...] = tuple(_DRAWINGS)


def draw(stem: str) -> Image.Image:
    """Draw the picture of this name (one of `STEMS`; KeyError otherwise)."""
    return _DRAWINGS[stem]()


def save_all(folder: Path, progress: Callable[[str], None] | None = None) -> list[Path]:
    """Write every picture as `<stem>.jpg` into the folder, except those already there.

    `progress` is called with the stem before each picture, drawn or not.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for stem in STEMS:
        if progress:
            progress(stem)
        file = folder / f"{stem}.jpg"
        if not file.exists():
            save(stem, file)
        files.append(file)
    return files


def save(stem: str, file: Path) -> None:
    """Draw one picture into a JPEG file; an interrupted run leaves no half picture."""
    draft = file.with_suffix(".part")
    draw(stem).save(draft, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    draft.replace(file)
