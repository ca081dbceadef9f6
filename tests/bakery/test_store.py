"""The store, in folder and bucket: its states, and its paths; random deeds against a dict."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from allmende.bakery.store import (
    BadPath,
    BadTarget,
    FolderStore,
    State,
    WrongType,
    folder,
    generation,
)
from allmende.bakery.store.paths import GONE, MOVED, TWINS, file_name, public_path
from tests.bakery.stored import (
    BODY,
    PAGE,
    AnyStore,
    assert_whole,
    files_of,
    leave,
    reopened,
    stamps,
)

pytestmark = pytest.mark.no_database

# --- States ------------------------------------------------------------------------------


def test_page_lies_in_its_file_with_twins(store: AnyStore) -> None:
    assert store.put("/politik/", BODY, "text/html; charset=utf-8")
    assert set(files_of(store)) == {f"politik/index.html{end}" for end in ("", *TWINS)}
    assert store.state("/politik/") is State.LIVE
    assert_whole(store)


def test_gzip_twin_carries_no_time(store: AnyStore) -> None:
    store.put(PAGE, BODY, "text/html")
    assert files_of(store)[f"{PAGE[1:]}.gz"][4:8] == bytes(4)


def test_picture_has_no_twins(store: AnyStore) -> None:
    store.put("/teilen.png", b"\x89PNG", "image/png")
    assert set(files_of(store)) == {"teilen.png"}


def test_store_without_twins_removes_those_of_before(store: AnyStore) -> None:
    store.put(PAGE, BODY, "text/html")
    bare = reopened(store, twins=False)
    assert not bare.put(PAGE, BODY, "text/html")
    assert set(files_of(store)) == {PAGE[1:]}
    assert not store.put(PAGE, BODY, "text/html")
    assert len(files_of(store)) == 3
    assert_whole(store)


def test_unchanged_bytes_are_not_rewritten(store: AnyStore) -> None:
    store.put(PAGE, BODY, "text/html")
    store.tombstone("/weg.html", BODY)
    store.redirect("/alt.html", PAGE)
    before = stamps(store)
    assert len(before) == 5
    assert not store.put(PAGE, BODY, "text/html")
    assert not store.tombstone("/weg.html", BODY)
    assert not store.redirect("/alt.html", PAGE)
    assert stamps(store) == before


def test_changed_bytes_change_all_three(store: AnyStore) -> None:
    store.put(PAGE, BODY, "text/html")
    assert store.put(PAGE, BODY * 2, "text/html")
    assert files_of(store)[PAGE[1:]] == BODY * 2
    assert_whole(store)


def test_many_files_of_a_folder_are_synced_at_once_and_marks_of_before_at_their_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, synced = FolderStore(tmp_path), []
    store.tombstone("/a/3.html", BODY)
    monkeypatch.setattr(folder, "sync", lambda where: synced.append(where.name))
    with store.together():
        assert store.put("/a/1.html", BODY, "text/html")
        assert store.put("/a/2.html", BODY, "text/html")
        assert synced == []
        assert store.put("/a/3.html", BODY, "text/html")
        assert synced == ["a", "a"]  # the page is safe before its tombstone goes
    assert synced == ["a", "a", "a"]
    assert [store.state(f"/a/{number}.html") for number in (1, 2, 3)] == [State.LIVE] * 3


def test_every_change_raises_the_generation(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "baked")
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
        assert not deed()
        assert generation(store.root) == numbers[-1]
    assert numbers == sorted(set(numbers))
    assert generation(store.root / "elsewhere") == 0


def test_withdrawal_leaves_nothing_of_the_page(store: AnyStore) -> None:
    store.put(PAGE, BODY, "text/html")
    assert store.tombstone(PAGE, b"<p>gone")
    assert files_of(store) == {PAGE[1:] + GONE: b"<p>gone"}
    assert not store.tombstone(PAGE, b"<p>gone")
    assert store.tombstone(PAGE, b"<p>really gone")


def test_redirect_holds_its_target(store: AnyStore) -> None:
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
def test_redirect_to_nowhere_is_refused(store: AnyStore, target: str) -> None:
    with pytest.raises(BadTarget):
        store.redirect(PAGE, target)
    assert files_of(store) == {}


def test_walk_tells_every_path_and_state(store: AnyStore) -> None:
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


def test_digest_is_of_content_not_of_history(new_store: Callable[[], AnyStore]) -> None:
    store, other = new_store(), new_store()
    store.put("/a.html", b"one", "text/html")
    store.put("/b.html", b"two", "text/html")
    store.put("/a.html", b"three", "text/html")
    other.put("/b.html", b"two", "text/html")
    other.put("/a.html", b"three", "text/html")
    assert store.digest() == other.digest()
    leave(other, "a.html.gz", b"")
    assert store.digest() != other.digest()


def sha(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


class Twice(RuleBasedStateMachine):
    """Random deeds on few paths, on a store and on a dict, with crashes' leftovers in between."""

    paths = st.sampled_from(["/", "/a.html", "/b.css", "/politik/", "/politik/seite-1.html"])
    bodies = st.sampled_from([b"", b"x", b"<p>Ernte" * 99, b"\x00\xff" * 50])

    def __init__(self, store: AnyStore) -> None:
        super().__init__()
        self.store = store
        self.model: dict[str, tuple[State, bytes]] = {}

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
        leave(self.store, ".store/new/07.gz", b"left by a killed writer")
        self.store = reopened(self.store)

    @invariant()
    def equals_the_model(self) -> None:
        kept = {kept.path: (kept.state, kept.digest) for kept in self.store.walk()}
        assert kept == {path: (state, sha(body)) for path, (state, body) in self.model.items()}
        live = [path for path, (state, _) in self.model.items() if state is State.LIVE]
        assert len(assert_whole(self.store)) == len(self.model) + 2 * len(live)
        assert all(self.store.state(path) is state for path, (state, _) in self.model.items())


def test_store_equals_a_model(new_store: Callable[[], AnyStore]) -> None:
    examples, steps = (20, 20) if isinstance(new_store(), FolderStore) else (5, 12)  # it is slower
    enough = settings(max_examples=examples, stateful_step_count=steps, deadline=None)
    run_state_machine_as_test(lambda: Twice(new_store()), settings=enough)


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
def test_path_that_must_not_be_served_is_refused(store: AnyStore, path: str) -> None:
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


def test_longest_name_is_stored_in_every_state(store: AnyStore) -> None:
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
    store: AnyStore, path: str, content_type: str
) -> None:
    with pytest.raises(WrongType):
        store.put(path, b"", content_type)
