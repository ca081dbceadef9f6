"""The store: states, crash, full disk, paths; against a dict where sequences are random."""

import gzip
import hashlib
import io
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from allmende.bakery.store import (
    BadPath,
    BadTarget,
    FolderStore,
    State,
    StoreError,
    StoreFull,
    WrongType,
    generation,
)
from allmende.bakery.store.paths import GONE, MOVED, TWINS, file_name, public_path

PAGE = "/artikel/12.ernte.html"
BODY = b"<p>Ernte</p>" * 500


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "baked")


def files_of(store: FolderStore) -> dict[str, bytes]:
    """What any server could serve: every file but the store's own."""
    found = (file for file in store.root.rglob("*") if file.is_file())
    named = {str(file.relative_to(store.root)): file.read_bytes() for file in found}
    return {name: body for name, body in named.items() if not name.startswith(".store/")}


def assert_whole(store: FolderStore) -> None:
    """Every twin unpacks to its file, bears its time, and none stands alone."""
    files = files_of(store)
    for name, body in files.items():
        for end, unpack in ((".gz", gzip.decompress), (".br", brotli.decompress)):
            if name.endswith(end):
                file = name.removesuffix(end)
                assert unpack(body) == files[file], name
                assert mtime(store, name) == mtime(store, file)
    assert list((store.root / ".store" / "new").iterdir()) == []


def mtime(store: FolderStore, name: str) -> int:
    return (store.root / name).stat().st_mtime_ns


# --- States ------------------------------------------------------------------------------


def test_page_lies_in_its_file_with_twins(store: FolderStore) -> None:
    assert store.put("/politik/", BODY, "text/html; charset=utf-8")
    assert set(files_of(store)) == {f"politik/index.html{end}" for end in ("", *TWINS)}
    assert store.state("/politik/") is State.LIVE
    assert_whole(store)


def test_gzip_twin_carries_no_time(store: FolderStore) -> None:
    store.put(PAGE, BODY, "text/html")
    assert files_of(store)[f"{PAGE[1:]}.gz"][4:8] == bytes(4)


def test_picture_has_no_twins(store: FolderStore) -> None:
    store.put("/teilen.png", b"\x89PNG", "image/png")
    assert set(files_of(store)) == {"teilen.png"}


def test_store_without_twins_removes_those_of_before(store: FolderStore) -> None:
    store.put(PAGE, BODY, "text/html")
    bare = FolderStore(store.root, twins=False)
    assert not bare.put(PAGE, BODY, "text/html")
    assert set(files_of(store)) == {PAGE[1:]}
    assert not store.put(PAGE, BODY, "text/html")
    assert len(files_of(store)) == 3
    assert_whole(store)


def test_unchanged_bytes_are_not_rewritten(store: FolderStore) -> None:
    store.put(PAGE, BODY, "text/html")
    before = {name: mtime(store, name) for name in files_of(store)}
    number = generation(store.root)
    assert not store.put(PAGE, BODY, "text/html")
    assert {name: mtime(store, name) for name in files_of(store)} == before
    assert generation(store.root) == number


def test_changed_bytes_change_all_three(store: FolderStore) -> None:
    store.put(PAGE, BODY, "text/html")
    assert store.put(PAGE, BODY * 2, "text/html")
    assert files_of(store)[PAGE[1:]] == BODY * 2
    assert_whole(store)


def test_every_change_raises_the_generation(store: FolderStore) -> None:
    deeds: list[Callable[[], bool]] = [
        lambda: store.put(PAGE, BODY, "text/html"),
        lambda: store.tombstone(PAGE, b"gone"),
        lambda: store.redirect(PAGE, "/"),
        lambda: store.remove(PAGE),
    ]
    numbers = [generation(store.root)]
    for deed in deeds:
        assert deed()
        numbers.append(generation(store.root))
    assert numbers == sorted(set(numbers))
    assert generation(store.root / "elsewhere") == 0


def test_withdrawal_leaves_nothing_of_the_page(store: FolderStore) -> None:
    store.put(PAGE, BODY, "text/html")
    assert store.tombstone(PAGE, b"<p>gone")
    assert files_of(store) == {PAGE[1:] + GONE: b"<p>gone"}
    assert not store.tombstone(PAGE, b"<p>gone")
    assert store.tombstone(PAGE, b"<p>really gone")


def test_redirect_holds_its_target(store: FolderStore) -> None:
    store.put(PAGE, BODY, "text/html")
    assert store.redirect(PAGE, "/artikel/12.neu.html")
    assert files_of(store) == {PAGE[1:] + MOVED: b"/artikel/12.neu.html"}
    assert not store.redirect(PAGE, "/artikel/12.neu.html")


@pytest.mark.parametrize(
    "target",
    [
        "",
        "artikel/1.html",
        "//evil.example",
        "/\\evil",
        "javascript:alert(1)",
        "/a\r\nX: y",
        "/a b",
    ],
)
def test_redirect_to_nowhere_is_refused(store: FolderStore, target: str) -> None:
    with pytest.raises(BadTarget):
        store.redirect(PAGE, target)
    assert files_of(store) == {}


def test_walk_tells_every_path_and_state(store: FolderStore) -> None:
    store.put("/", BODY, "text/html")
    store.put("/look.css", b"a{}", "text/css")
    store.tombstone("/politik/", b"gone")
    store.redirect("/artikel/1.alt.html", "/")
    assert {kept.path: (kept.state, kept.digest) for kept in store.walk()} == {
        "/": (State.LIVE, sha(BODY)),
        "/look.css": (State.LIVE, sha(b"a{}")),
        "/politik/": (State.GONE, sha(b"gone")),
        "/artikel/1.alt.html": (State.MOVED, sha(b"/")),
    }


def test_digest_is_of_content_not_of_history(store: FolderStore, tmp_path: Path) -> None:
    store.put("/a.html", b"one", "text/html")
    store.put("/b.html", b"two", "text/html")
    store.put("/a.html", b"three", "text/html")
    other = FolderStore(tmp_path / "other")
    other.put("/b.html", b"two", "text/html")
    other.put("/a.html", b"three", "text/html")
    assert store.digest() == other.digest()
    (other.root / "a.html.gz").write_bytes(b"")
    assert store.digest() != other.digest()


def sha(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


class Twice(RuleBasedStateMachine):
    """Random deeds on few paths, on a store and on a dict, with crashes' leftovers in between."""

    paths = st.sampled_from(["/", "/a.html", "/b.css", "/politik/", "/politik/seite-1.html"])
    bodies = st.sampled_from([b"", b"x", b"<p>Ernte" * 99, b"\x00\xff" * 50])

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="store-"))
        self.store = FolderStore(self.folder)
        self.model: dict[str, tuple[State, bytes]] = {}

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    def expect(self, path: str, wanted: tuple[State, bytes] | None, changed: bool) -> None:
        assert changed == (self.model.get(path) != wanted)
        if wanted is None:
            self.model.pop(path, None)
        else:
            self.model[path] = wanted

    @rule(path=paths, body=bodies)
    def put(self, path: str, body: bytes) -> None:
        content_type = "text/css" if path.endswith(".css") else "text/html"
        self.expect(path, (State.LIVE, body), self.store.put(path, body, content_type))

    @rule(path=paths, body=bodies)
    def tombstone(self, path: str, body: bytes) -> None:
        self.expect(path, (State.GONE, body), self.store.tombstone(path, body))

    @rule(path=paths, to=st.sampled_from(["/", "https://example.org/"]))
    def redirect(self, path: str, to: str) -> None:
        self.expect(path, (State.MOVED, to.encode()), self.store.redirect(path, to))

    @rule(path=paths)
    def remove(self, path: str) -> None:
        self.expect(path, None, self.store.remove(path))

    @rule()
    def open_again(self) -> None:
        (self.folder / ".store" / "new" / "07.gz").write_bytes(b"left by a killed writer")
        self.store = FolderStore(self.folder)

    @invariant()
    def equals_the_model(self) -> None:
        kept = {kept.path: (kept.state, kept.digest) for kept in self.store.walk()}
        assert kept == {path: (state, sha(body)) for path, (state, body) in self.model.items()}
        live = [path for path, (state, _) in self.model.items() if state is State.LIVE]
        assert len(files_of(self.store)) == len(self.model) + 2 * len(live)
        assert all(self.store.state(path) is state for path, (state, _) in self.model.items())
        assert_whole(self.store)


Twice.TestCase.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)
TestStoreEqualsModel = Twice.TestCase


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
"""


@pytest.mark.kill
def test_killed_writer_leaves_whole_files_only(store: FolderStore) -> None:
    chance = random.Random(4)
    for start in range(int(os.environ.get("KILLS", "5"))):
        kill_a_writer(store.root, start * 1_000, after=chance.uniform(0.0, 0.12))
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


def kill_a_writer(root: Path, number: int, *, after: float) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(root), str(number)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"ready\n"
        time.sleep(after)
        writer.kill()


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
        timeout=30,
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


# --- Paths -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/", "index.html"),
        ("/politik/", "politik/index.html"),
        ("/archiv/2026/11/", "archiv/2026/11/index.html"),
        (PAGE, "artikel/12.ernte.html"),
        ("/look.css", "look.css"),
        ("/artikel/13.äpfel.html", "artikel/13.äpfel.html"),
    ],
)
def test_path_has_one_file(path: str, name: str) -> None:
    assert file_name(path) == name
    assert public_path(name) == path


@pytest.mark.parametrize(
    "path",
    [
        *["", "politik/", "/politik", "/index.html", "/politik/index.html", "//", "/a//b.html"],
        *["/../a.html", "/a/../b.html", "/./a.html", "/.hidden.html", "/.store/generation"],
        *["/a\\b.html", "/a\0.html", "/a\n.html", "/%2e%2e/a.html", "/a.html?b", "/a.html#b"],
        *["/a.html.gz", "/a.html.br", "/a.html.gone", "/a.html.moved", "/a.b/c.html"],
        *["/" + "x" * 251 + ".html", "/" + "ä" * 125 + ".html", "/" + "x" * 256 + "/"],
        *["/" + "a/" * 600, "/\ud800.html"],
    ],
)
def test_path_that_must_not_be_served_is_refused(store: FolderStore, path: str) -> None:
    for deed in (
        lambda: store.put(path, b"", "text/html"),
        lambda: store.remove(path),
        lambda: store.tombstone(path, b""),
        lambda: store.redirect(path, "/"),
        lambda: store.state(path),
    ):
        with pytest.raises(BadPath):
            deed()
    assert files_of(store) == {}


def test_longest_name_is_stored_in_every_state(store: FolderStore) -> None:
    path = "/" + "x" * 244 + ".html"
    assert store.put(path, BODY, "text/html")
    assert store.tombstone(path, b"gone")
    assert store.redirect(path, "/")
    with pytest.raises(BadPath, match="longer than 249 bytes"):
        store.put(f"/x{path[1:]}", BODY, "text/html")


@given(st.text(st.sampled_from("./\\%a\0ä?"), max_size=12) | st.text(max_size=30))
def test_every_accepted_path_lies_inside_and_comes_back(text: str) -> None:
    path = f"/{text}"
    try:
        name = file_name(path)
    except BadPath:
        return
    assert os.path.normpath(f"/root/{name}") == f"/root/{name}"
    assert not any(part.startswith(".") for part in name.split("/"))
    assert public_path(name) == path


@pytest.mark.parametrize(
    ("path", "content_type"),
    [("/a.html", "text/plain"), ("/feed.atom", "text/html"), ("/a.unknown", "text/html")],
)
def test_type_that_the_name_does_not_tell_is_refused(
    store: FolderStore, path: str, content_type: str
) -> None:
    with pytest.raises(WrongType):
        store.put(path, b"", content_type)
