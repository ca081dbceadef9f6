from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageStat

from allmende.site.demo import drawings
from allmende.site.demo.drawings import press

pytestmark = pytest.mark.no_database
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


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All pictures, drawn once."""
    folder = tmp_path_factory.mktemp("pictures")
    drawings.save_all(folder)
    return folder


@pytest.mark.parametrize("stem", drawings.STEMS)
def test_picture_of_every_stem(folder: Path, stem: str) -> None:
    file = folder / f"{stem}.jpg"
    with Image.open(file) as picture:
        assert (picture.mode, picture.size) == ("RGB", size_of(stem))
        assert max(ImageStat.Stat(picture).stddev) > 20  # a blank sheet has about 3
    assert file.stat().st_size <= 500_000


@pytest.mark.parametrize("stem", drawings.STEMS)
def test_picture_drawn_again_is_the_same(folder: Path, stem: str, tmp_path: Path) -> None:
    again = tmp_path / "again.jpg"

    drawings.save(stem, again)

    assert again.read_bytes() == (folder / f"{stem}.jpg").read_bytes()


def test_stems_name_twenty_pictures_and_every_author() -> None:
    portraits = [stem for stem in drawings.STEMS if stem.startswith("portrait-")]

    assert len(drawings.STEMS) - len(portraits) == 20
    assert portraits == [f"portrait-{slug}" for slug in AUTHORS]


def test_draw_of_an_unknown_stem() -> None:
    with pytest.raises(KeyError):
        drawings.draw("nirgendwo")


def test_save_all_keeps_what_is_there(tmp_path: Path) -> None:
    for stem in drawings.STEMS:
        (tmp_path / f"{stem}.jpg").write_text("kept")
    (tmp_path / "portrait-jana-reuter.jpg").unlink()
    told: list[str] = []

    files = drawings.save_all(tmp_path, told.append)

    assert told == list(drawings.STEMS)
    assert files == [tmp_path / f"{stem}.jpg" for stem in drawings.STEMS]
    assert sorted(tmp_path.iterdir()) == sorted(files)
    assert [file.stem for file in files if file.read_bytes() != b"kept"] == ["portrait-jana-reuter"]


def test_umlauts_get_their_dots() -> None:
    plain, dotted = press.Plate((400, 100)), press.Plate((400, 100))
    plain.text((20, 80), "Mahne", 60)
    dotted.text((20, 80), "Mähne", 60)

    assert sum(dotted.mask.histogram()[1:]) > sum(plain.mask.histogram()[1:])
