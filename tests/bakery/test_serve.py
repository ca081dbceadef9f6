"""The embedded server: the shared cases in-process and over Granian, then what is its own."""

import http.client
import io
import os
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote_to_bytes
from wsgiref.util import setup_testing_defaults

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allmende.bakery.serve import FileApplication, Folder
from allmende.bakery.serve.entries import plain
from allmende.bakery.serve.memory import Memory
from allmende.bakery.serve.negotiation import (
    Unsatisfiable,
    byte_range,
    choose_coding,
    coding_weights,
    etag_matches,
    http_time,
)
from allmende.bakery.store import FolderStore, S3Store
from tests.adapters import servers
from tests.adapters.servers import APPLICATION, over_http
from tests.adapters.serving_cases import ARTICLE, BODY, CASES, Answer, Case, Fetch, furnish

pytestmark = pytest.mark.no_database


def in_process(application: FileApplication) -> Fetch:
    def fetch(method: str, path: str, headers: Mapping[str, str]) -> Answer:
        raw, _, query = path.partition("?")
        environ: dict[str, object] = {}
        setup_testing_defaults(environ)
        environ |= {
            "REQUEST_METHOD": method,
            "PATH_INFO": unquote_to_bytes(raw).decode("latin-1"),
            "QUERY_STRING": query,
            "wsgi.input": io.BytesIO(),
        }
        environ |= {f"HTTP_{n.upper().replace('-', '_')}": value for n, value in headers.items()}
        said: list[tuple[str, list[tuple[str, str]]]] = []
        body = application(environ, lambda status, h, exc_info=None: said.append((status, h)))
        whole = b"".join(body)
        getattr(body, "close", lambda: None)()
        status, pairs = said[-1]
        names = [name.lower() for name, _ in pairs]
        assert len(names) == len(set(names)), f"a header twice: {names}"
        return Answer(int(status[:3]), {n.lower(): value for n, value in pairs}, whole)

    return fetch


def built(base: Path, store: S3Store | None = None) -> FileApplication:
    names: dict[str, object] = {}
    exec(APPLICATION, names)
    return names["build"](base, store)  # type: ignore[operator, no-any-return]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("serving")
    furnish(FolderStore(base / "baked"), base / "static")
    return base


@pytest.fixture(scope="module")
def granian(base: Path) -> Iterator[int]:
    with servers.granian(base) as port:
        yield port


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_case_in_process(case: Case, base: Path) -> None:
    case(in_process(built(base)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_case_over_granian(case: Case, granian: int) -> None:
    case(over_http(granian))


# --- A page changes ----------------------------------------------------------------------


def test_change_is_seen_by_every_process_within_a_second(granian: int, base: Path) -> None:
    store, fetch = FolderStore(base / "baked"), over_http(granian)
    path = "/artikel/99.neu.html"
    for change, expected in [
        (lambda: store.put(path, b"<p>eins" * 9, "text/html"), (200, b"<p>eins" * 9)),
        (lambda: store.put(path, b"<p>zwei" * 9, "text/html"), (200, b"<p>zwei" * 9)),
        (lambda: store.tombstone(path, b"weg"), (410, b"weg")),
        (lambda: store.redirect(path, "/"), (301, b"")),
        (lambda: store.put(path, b"<p>eins" * 9, "text/html"), (200, b"<p>eins" * 9)),
        (lambda: store.remove(path), (404, fetch("GET", "/404.html", {}).body)),
    ]:
        change()
        time.sleep(0.9)
        for _ in range(12):  # two processes share the port
            answer = fetch("GET", path, {})
            assert (answer.status, answer.body) == expected


def test_change_is_seen_though_its_writer_died_before_raising_the_number(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.put("/a.html", b"old", "text/html")
    fetch = in_process(FileApplication(tmp_path, refuse))
    assert fetch("GET", "/a.html", {}).body == b"old"
    (tmp_path / "a.html.gone").write_bytes(b"withdrawn")
    time.sleep(0.9)
    assert fetch("GET", "/a.html", {}).status == 410


def test_twin_of_another_time_is_not_served(tmp_path: Path) -> None:
    FolderStore(tmp_path).put("/a.html", b"new" * 99, "text/html")
    os.utime(tmp_path / "a.html.br", (1, 1))
    fetch = in_process(FileApplication(tmp_path, refuse))
    assert "content-encoding" not in fetch("GET", "/a.html", {"Accept-Encoding": "br"}).headers


def test_readers_never_see_half_a_page_while_it_changes(tmp_path: Path) -> None:
    """Body, coding and ETag belong together at any moment, in eight threads at once."""
    store = FolderStore(tmp_path)
    versions = [(f"<p>{n} " * 5_000).encode() for n in range(10)]
    store.put("/a.html", versions[0], "text/html")
    fetch = in_process(FileApplication(tmp_path, refuse, memory=200_000))
    wrong: list[object] = []
    tags: dict[str, bytes] = {}
    done = threading.Event()

    def reads(accept: str) -> None:
        while not done.is_set():
            answer = fetch("GET", "/a.html", {"Accept-Encoding": accept})
            if answer.status != 200 or tags.setdefault(answer.headers["etag"], answer.body) != (
                answer.body
            ):
                wrong.append(answer)

    threads = [threading.Thread(target=reads, args=[a]) for a in ("br", "gzip", "", "br") * 2]
    for thread in threads:
        thread.start()
    for n in range(40):
        store.put("/a.html", versions[n % 10], "text/html")
        time.sleep(0.02)
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert set(tags.values()) & set(versions)


def refuse(environ: object, start_response: object) -> list[bytes]:
    raise AssertionError("a public page entered the dynamic part")


# --- Details -----------------------------------------------------------------------------


def test_store_without_error_pages_still_answers(tmp_path: Path) -> None:
    fetch = in_process(FileApplication(tmp_path / "none", refuse, dynamic=("/-/",)))
    assert fetch("GET", "/", {}).body == b"404 Not Found"
    assert fetch("GET", "/-/x", {}).body == b"503 Service Unavailable"


def test_hsts_is_sent_where_configured(base: Path) -> None:
    fetch = in_process(FileApplication(base / "baked", refuse, hsts=60, headers={"X-Paper": "AB"}))
    headers = fetch("GET", ARTICLE, {}).headers
    assert headers["strict-transport-security"] == "max-age=60; includeSubDomains"
    assert headers["x-paper"] == "AB"


def test_dynamic_part_keeps_its_own_headers(tmp_path: Path) -> None:
    def strict(environ: object, start_response: object) -> list[bytes]:
        start_response("200 OK", [("referrer-policy", "no-referrer")])  # type: ignore[operator]
        return [b""]

    fetch = in_process(FileApplication(tmp_path, strict, dynamic=("/-/",)))
    headers = fetch("GET", "/-/", {}).headers
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"


def test_fifo_and_folder_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "folder.txt").mkdir()
    static = {"/static/": Folder(tmp_path)}
    fetch = in_process(FileApplication(tmp_path / "baked", refuse, static=static))
    assert fetch("GET", "/static/pipe.txt", {}).status == 404
    assert fetch("GET", "/static/folder.txt", {}).status == 404


def test_memory_stays_within_its_bound_and_keeps_what_is_used() -> None:
    memory = Memory(1_000_000)
    for number in range(500):
        memory.keep(f"/{number}", plain("200 OK", b"x" * 20_000, []))
        first = memory.get("/0")
        assert first is not None
        first.used = True
        assert memory.size <= 1_000_000
    assert len(memory) > 20
    memory.keep("/0", plain("200 OK", b"x" * 200_000, []))
    assert memory.get("/0") is None


def test_memory_is_bounded_under_real_paths(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    for number in range(60):
        store.put(f"/{number}.html", os.urandom(5_000), "text/html")
    application = FileApplication(tmp_path, refuse, memory=200_000)
    fetch = in_process(application)
    for number in range(60):
        assert len(fetch("GET", f"/{number}.html", {}).body) == 5_000
        for _ in range(3):
            fetch("GET", f"/none-{number}.html", {})
    assert application._memory.size <= 200_000


PATHS = st.lists(
    st.sampled_from([*"./%\\\0a", "..", "%2e", "%2f", "%00", "%5c", "outside.txt", "static", "ä"]),
    max_size=12,
).map("".join)


@given(path=PATHS | st.text(max_size=40))
def test_no_path_leads_outside(path: str, base: Path) -> None:
    fetch = in_process(built(base))
    wire = "/static/" + path.encode("utf-8", "surrogatepass").decode("latin-1")
    for asked in (wire, wire.removeprefix("/static")):
        answer = fetch("GET", asked.encode("latin-1").decode("utf-8", "replace"), {})
        assert answer.status in (200, 301, 404)
        assert b"not for readers" not in answer.body


@given(st.text(max_size=300))
def test_any_header_is_survived(text: str) -> None:
    assert choose_coding(text, ("br", "gzip")) in ("br", "gzip", "identity")
    assert isinstance(etag_matches(text, '"x"'), bool)
    assert isinstance(http_time(text), float)
    assert all(0 <= weight <= 1 for weight in coding_weights(text).values())


@given(st.from_regex(r"bytes=\d{0,3}-\d{0,3}", fullmatch=True), st.integers(0, 300))
def test_range_lies_within_the_file(header: str, size: int) -> None:
    try:
        span = byte_range(header, size)
    except Unsatisfiable:
        return
    if span is not None:
        assert 0 <= span[0] <= span[1] < size


def test_whole_body_is_the_article(granian: int) -> None:
    """Many requests over one connection, so that framing mistakes show."""
    connection = http.client.HTTPConnection("127.0.0.1", granian, timeout=10)
    for method, path in [("GET", ARTICLE), ("HEAD", ARTICLE), ("GET", "/nothing")] * 20:
        connection.request(method, path, headers={"Accept-Encoding": "identity"})
        body = connection.getresponse().read()
        assert body == (BODY if (method, path) == ("GET", ARTICLE) else body)
    connection.close()
