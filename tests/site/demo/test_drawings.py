from __future__ import annotations

from pathlib import Path

import pytest
from PIL import ImageStat

from allmende.site.demo import drawings
from allmende.site.demo.drawings import press

SIZES = {"muehle": press.UPRIGHT}
AUTHORS = (
    "jana-reuter",
    "milan-kovac",
    "hedwig-sommer",
    "tarik-aydin",
    "lene-brandt",
    "paul-oberhuber",
    "gisela-amrhein",
)


def size_of(stem: str) -> tuple[int, int]:
    return press.SQUARE if stem.startswith("portrait-") else SIZES.get(stem, press.LANDSCAPE)


@pytest.mark.parametrize("stem", drawings.STEMS)
def test_drawing_of_every_stem(stem: str) -> None:
    picture = drawings.draw(stem)

    assert (picture.mode, picture.size) == ("RGB", size_of(stem))
    assert min(ImageStat.Stat(picture).stddev) > 20  # a blank sheet has about 3, from its tooth
    assert drawings.draw(stem).tobytes() == picture.tobytes()


def test_stems_name_twenty_pictures_and_every_author() -> None:
    portraits = [stem for stem in drawings.STEMS if stem.startswith("portrait-")]

    assert len(drawings.STEMS) - len(portraits) == 20
    assert portraits == [f"portrait-{slug}" for slug in AUTHORS]


def test_draw_of_an_unknown_stem() -> None:
    with pytest.raises(KeyError):
        drawings.draw("nirgendwo")


def test_save_all_keeps_what_is_there(tmp_path: Path) -> None:
    kept = tmp_path / "ernte.jpg"
    kept.write_bytes(b"kept")
    told: list[str] = []

    files = drawings.save_all(tmp_path, told.append)

    assert told == list(drawings.STEMS)
    assert files == [tmp_path / f"{stem}.jpg" for stem in drawings.STEMS]
    assert kept.read_bytes() == b"kept"
    assert sorted(tmp_path.iterdir()) == sorted(files)
    assert max(file.stat().st_size for file in files) <= 500_000


def test_umlauts_get_their_dots() -> None:
    plain, dotted = press.Plate((400, 100)), press.Plate((400, 100))
    plain.text((20, 80), "Mahne", 60)
    dotted.text((20, 80), "Mähne", 60)

    assert sum(dotted.mask.histogram()[1:]) > sum(plain.mask.histogram()[1:])
