"""Which file an address means, whatever its host, its size and its spelling."""

import unicodedata
from pathlib import Path

import pytest

from allmende.importers.wordpress.uploads import Uploads, place_of

pytestmark = pytest.mark.no_database
A = "2019/03/steg.jpg"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "2019/03").mkdir(parents=True)
    (tmp_path / A).write_bytes(b"1")
    return tmp_path


@pytest.mark.parametrize(
    "url",
    [
        "https://bote.example/wp-content/uploads/2019/03/steg.jpg",
        "http://alt.example/files/2019/03/steg.jpg?w=604&h=1",
        "https://bote.files.wordpress.com/2019/03/steg.jpg",
        "https://i2.wp.com/bote.example/wp-content/uploads/2019/03/steg.jpg?fit=1%2C2",
        "https://bote.example/blog/wp-content/uploads/2019/03/steg-300x200.jpg",
        "https://bote.example/wp-content/uploads/2019/03/steg-scaled.jpg#a",
        "/wp-content/uploads/2019//03/steg.jpg",
    ],
)
def test_address_means_the_original(root: Path, url: str) -> None:
    assert Uploads(root).file(url) == root / A
    assert place_of(url) == A


@pytest.mark.parametrize("url", ["", "https://x.example/", "https://x.example/2018/03/steg.jpg"])
def test_address_of_nothing_means_nothing(root: Path, url: str) -> None:
    assert Uploads(root).file(url) is None


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_umlauts_are_found_however_the_file_system_spells_them(root: Path, form: str) -> None:
    name = unicodedata.normalize(form, "brücke.jpg")  # type: ignore[arg-type]
    (root / name).touch()
    url = "https://x.example/wp-content/uploads/br%C3%BCcke.jpg"
    assert Uploads(root).file(url) == root / name


def test_scaled_one_and_sizes_stand_in_for_a_lost_original(root: Path) -> None:
    for name in ("a-300x200.jpg", "a-1024x683.jpg", "a-scaled.jpg", "ab-9x9.jpg", "a-x.jpg"):
        (root / name).touch()
    found = [file.name for file in Uploads(root).files("https://x.example/a.jpg")]
    assert found == ["a-scaled.jpg", "a-1024x683.jpg", "a-300x200.jpg"]
