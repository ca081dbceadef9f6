"""All files are exchanged or none, wherever it breaks off."""

import contextlib

import pytest

from allmende.site.swap import Swap, aside, new

pytestmark = pytest.mark.no_database


@pytest.fixture
def places(tmp_path):
    folder, file, empty = tmp_path / "media", tmp_path / "db", tmp_path / "was-empty"
    folder.mkdir()
    (folder / "a").write_text("old")
    file.write_text("old")
    for place in (folder, empty):
        new(place).mkdir()
        (new(place) / "a").write_text("new")
    new(file).write_text("new")
    return [folder, file, empty]


def state(places):
    return [
        (place / "a").read_text() if place.is_dir() else place.exists() and place.read_text()
        for place in places
    ]


def test_a_finished_swap_leaves_only_the_new(tmp_path, places):
    swap = Swap(tmp_path)
    swap.begin(places)
    swap.move()
    swap.finish()
    assert state(places) == ["new", "new", "new"]
    assert not swap.is_unfinished()
    assert not any(aside(place).exists() or new(place).exists() for place in places)


@pytest.mark.parametrize("renames", range(6))
def test_a_swap_that_broke_off_is_undone(tmp_path, places, monkeypatch, renames):
    """The power goes after so many renames."""
    rename, left = type(tmp_path).rename, [renames]

    def until_the_power_goes(self, target):
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        return rename(self, target)

    swap = Swap(tmp_path)
    swap.begin(places)
    with monkeypatch.context() as patch:
        patch.setattr(type(tmp_path), "rename", until_the_power_goes)
        with contextlib.suppress(KeyboardInterrupt):
            swap.move()
    later = Swap(tmp_path)
    assert later.is_unfinished()
    later.undo()
    assert state(places) == ["old", "old", False]
    assert not later.is_unfinished()
    assert not any(aside(place).exists() or new(place).exists() for place in places)
