"""The store killed, raced and out of space: old pages stay, and a second run mends the rest."""

import gzip
import io
import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import brotli
import pytest

from allmende.bakery.store import FolderStore, State, StoreError, StoreFull, generation
from allmende.bakery.store.paths import GONE, MOVED
from tests.bakery.stored import BODY, PAGE, assert_whole, files_of, kill_a_writer
from tests.waiting import PATIENCE

pytestmark = pytest.mark.no_database


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "baked")


# --- Crash -------------------------------------------------------------------------------

LEFTOVERS: dict[str, Callable[[Path], object]] = {
    "old twins removed, file not yet replaced": lambda f: (drop(f, ".gz"), drop(f, ".br")),
    "file replaced, twins not yet": lambda f: (f.write_bytes(b"new"), *drop_twins(f)),
    "one twin in place": lambda f: drop(f, ".br"),
    "tombstone not yet taken away": lambda f: f.with_name(f.name + GONE).write_bytes(b"gone"),
    "redirect not yet taken away": lambda f: f.with_name(f.name + MOVED).write_bytes(b"/"),
    "twin cut short": lambda f: f.with_name(f.name + ".gz").write_bytes(b"\x1f\x8b"),
    "twin of another page": lambda f: f.with_name(f.name + ".br").write_bytes(
        brotli.compress(b"x")
    ),
}


def drop(file: Path, end: str) -> None:
    file.with_name(file.name + end).unlink()


def drop_twins(file: Path) -> tuple[None, None]:
    return drop(file, ".gz"), drop(file, ".br")


@pytest.mark.parametrize("left", LEFTOVERS.values(), ids=LEFTOVERS)
@pytest.mark.parametrize("body", [BODY, b"new"], ids=["same bytes", "new bytes"])
def test_second_run_mends_what_a_crash_left(
    store: FolderStore, left: Callable[[Path], object], body: bytes
) -> None:
    store.put(PAGE, BODY, "text/html")
    left(store.root / PAGE[1:])
    store.put(PAGE, body, "text/html")
    assert files_of(store)[PAGE[1:]] == body
    assert len(files_of(store)) == 3
    assert_whole(store)


@pytest.mark.parametrize("end", ["", GONE, MOVED])
def test_no_state_comes_back_when_a_page_is_removed(store: FolderStore, end: str) -> None:
    store.put(PAGE, BODY, "text/html")
    (store.root / (PAGE[1:] + end)).write_bytes(b"/")
    assert store.remove(PAGE)
    assert files_of(store) == {}
    assert not store.remove(PAGE)


def test_gone_outranks_moved_outranks_live(store: FolderStore) -> None:
    store.put(PAGE, BODY, "text/html")
    (store.root / (PAGE[1:] + MOVED)).write_bytes(b"/")
    assert store.state(PAGE) is State.MOVED
    (store.root / (PAGE[1:] + GONE)).write_bytes(b"gone")
    assert store.state(PAGE) is State.GONE


WRITER = """
import sys
from allmende.bakery.store import FolderStore
store, number = FolderStore(sys.argv[1]), int(sys.argv[2])
print("ready", flush=True)
while True:
    number += 1
    path = f"/artikel/{number % 7}.x.html"
    store.put(path, (f"<p>{number} " * 3_000).encode(), "text/html")
    if number % 5 == 0:
        store.tombstone(path, str(number).encode())
    if number % 6 == 0:
        store.redirect(path, f"/{number}.html")
    print(path, flush=True)
"""


@pytest.mark.kill
def test_killed_writer_leaves_whole_files_only(store: FolderStore) -> None:
    chance = random.Random(4)
    for start in range(int(os.environ.get("KILLS", "5"))):
        kill_a_writer(WRITER, store.root, start * 1_000, written=chance.randint(0, 30))
        for name, body in files_of(store).items():
            if name.endswith(".html"):
                number = body.split()[0]
                assert body == (number + b" ") + (number + b" ") * 2_999, name
            for end, unpack in ((".gz", gzip.decompress), (".br", brotli.decompress)):
                if name.endswith(end):
                    assert unpack(body) == files_of(store)[name.removesuffix(end)], name
        again = FolderStore(store.root)
        for number in range(7):
            again.put(f"/artikel/{number}.x.html", b"<p>mended " * 3_000, "text/html")
        assert len(files_of(again)) == 21
        assert_whole(again)


def test_writers_of_one_page_do_not_mix_their_twins(store: FolderStore) -> None:
    def write(letter: str) -> None:
        own = FolderStore(store.root)
        for number in range(25):
            own.put(PAGE, f"{letter}{number} ".encode() * 900, "text/html")
            own.tombstone(PAGE, letter.encode())
            own.put(PAGE, letter.encode() * 900, "text/html")

    threads = [threading.Thread(target=write, args=[letter]) for letter in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(files_of(store)) == 3
    assert_whole(store)


# --- A disk that is full -----------------------------------------------------------------

LIMITED = """
import resource, sys
from allmende.bakery.store import FolderStore, StoreFull
store = FolderStore(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))
for deed in (
    lambda: store.put("/a.html", b"new" * 1_000, "text/html"),
    lambda: store.put("/never/there.html", b"new" * 1_000, "text/html"),
    lambda: store.tombstone("/a.html", b"gone" * 1_000),
):
    try:
        deed()
    except StoreFull as error:
        print(error)
store.remove("/b.html")
"""


def test_full_disk_leaves_the_old_page_and_no_draft(store: FolderStore) -> None:
    """The kernel itself refuses to write more than 2,000 bytes to a file."""
    store.put("/a.html", b"old" * 100, "text/html")
    store.put("/b.html", b"old", "text/html")
    run = subprocess.run(
        [sys.executable, "-c", LIMITED, str(store.root)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    assert run.stdout.splitlines() == [
        "/a.html: no space is left to store it",
        "/never/there.html: no space is left to store it",
        "/a.html: no space is left to store it",
    ]
    assert set(files_of(store)) == {"a.html", "a.html.gz", "a.html.br"}
    assert files_of(store)["a.html"] == b"old" * 100
    assert_whole(store)


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(disk)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("mounting needs a right that this run lacks")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_full_file_system_leaves_the_old_page_and_lets_pages_go(tiny_disk: Path) -> None:
    store = FolderStore(tiny_disk)
    store.put("/a.html", b"old", "text/html")
    noise = random.Random(1).randbytes(150_000)
    for path, body in (("/a.html", noise), ("/b.html", noise)):
        with pytest.raises(StoreFull, match="no space is left"):
            store.put(path, body, "text/html")
    assert files_of(store)["a.html"] == b"old"
    assert store.state("/b.html") is State.ABSENT
    assert_whole(store)
    fill(tiny_disk / "filler")
    number = generation(tiny_disk)
    assert store.remove("/a.html")
    assert generation(tiny_disk) > number


def fill(file: Path) -> None:
    """Writes until nothing more fits."""
    with pytest.raises(OSError, match="No space"), open(file, "wb", buffering=0) as filler:
        fill_up(filler)


def fill_up(filler: io.FileIO) -> None:
    while True:
        filler.write(b"x" * 4_096)


def test_other_refusals_are_told_in_plain_words(store: FolderStore) -> None:
    (store.root / "artikel").write_bytes(b"a file where a folder must be")
    with pytest.raises(StoreError, match=r"^/artikel/12\.ernte\.html: could not be stored: "):
        store.put(PAGE, BODY, "text/html")
    assert_whole(store)
