"""nginx in front of a bucket: the same cases as in front of a folder, then its own."""

import contextlib
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from allmende.bakery.serve import Objects
from allmende.bakery.store import S3Store
from allmende.site.bucket import address
from allmende.site.nginx import Bucket, Site, configuration
from tests.adapters import buckets, servers
from tests.adapters.servers import over_http
from tests.adapters.serving_cases import (
    ARTICLE,
    BODY,
    CASES,
    FINE_CASES,
    PICTURE,
    Case,
    Fetch,
    furnish,
    unpacked,
)
from tests.bakery.stored import leave
from tests.house import free_port
from tests.site.test_nginx import run_allmende, tried_by_nginx

pytestmark = [
    pytest.mark.no_database,
    pytest.mark.skipif(
        not (servers.program() and servers.brotli_modules()),
        reason="nginx or its brotli module is not installed",
    ),
]

CODINGS = ("br", "gzip", "identity")


@pytest.fixture(scope="module")
def store(endpoint: str) -> S3Store:
    return buckets.new_store(endpoint)


@pytest.fixture(scope="module")
def base(store: S3Store) -> Iterator[Path]:
    """Readable for the user that nginx runs as; no page lies here."""
    base = Path(tempfile.mkdtemp(prefix="allmende-nginx-"))
    base.chmod(0o755)
    (base / "baked").mkdir()
    furnish(store, base / "static")
    buckets.lay(buckets.media_of(store), base / "static")
    yield base
    shutil.rmtree(base)


@contextmanager
def served(
    base: Path, name: str, store: S3Store, endpoint: str, upstream: int, *, private: bool = False
) -> Iterator[Fetch]:
    port = free_port()
    media = buckets.media_of(store)

    def at(prefix: str) -> Bucket:
        return Bucket(f"{endpoint}/{store.bucket}/{prefix}".rstrip("/"), base / name / "kept")

    site = Site(
        host="bote.example",
        root=base / "baked",
        folders={"/static/": Objects(media, "static")},
        dynamic=("/redaktion/",),
        upstream=f"127.0.0.1:{upstream}",
        listen=f"127.0.0.1:{port}",
        brotli=bool(servers.brotli_modules()),
        bucket=at(store.prefix),
        media=at(media.location),
        private=private,
    )
    with servers.nginx(base / name, configuration(site), port):
        yield over_http(port)


@pytest.fixture(scope="module")
def nginx(base: Path, store: S3Store, endpoint: str) -> Iterator[Fetch]:
    with (
        servers.granian(base, bucket=f"{endpoint} {store.prefix}") as upstream,
        served(base, "nginx", store, endpoint, upstream) as fetch,
    ):
        yield fetch


@pytest.mark.parametrize(
    "case", [case for case in CASES if case not in FINE_CASES], ids=lambda case: case.__name__
)
def test_case_over_nginx_and_bucket(case: Case, nginx: Fetch) -> None:
    case(nginx)


@pytest.fixture(scope="module")
def closed(base: Path, store: S3Store, endpoint: str) -> Iterator[Fetch]:
    """In front of buckets that only the web process may read, and that nginx cannot reach."""
    with (
        servers.granian(base, bucket=f"{endpoint} {store.prefix}") as upstream,
        served(base, "closed", store, "http://127.0.0.1:9", upstream, private=True) as fetch,
    ):
        yield fetch


@pytest.mark.parametrize(
    "case", [case for case in CASES if case not in FINE_CASES], ids=lambda case: case.__name__
)
def test_case_over_nginx_and_a_bucket_that_readers_may_not_read(case: Case, closed: Fetch) -> None:
    case(closed)


def test_what_was_read_from_a_private_bucket_is_served_while_the_web_process_is_down(
    base: Path, store: S3Store, endpoint: str
) -> None:
    with contextlib.ExitStack() as web:
        upstream = web.enter_context(servers.granian(base, bucket=f"{endpoint} {store.prefix}"))
        with served(base, "down", store, endpoint, upstream, private=True) as fetch:
            paths = (ARTICLE, "/artikel/7.weg.html", "/artikel/12.alt.html", "/static/bild.png")
            before = [fetch("GET", path, {})[::2] for path in paths]
            assert fetch("GET", "/503.html", {}).status == 200
            web.close()
            time.sleep(1.1)
            assert [fetch("GET", path, {})[::2] for path in paths] == before
            for path in ("/politik/", "/redaktion/"):
                answer = fetch("GET", path, {})
                assert (answer.status, answer.headers["retry-after"]) == (503, "30")
                assert answer.headers["cache-control"] == "no-store"
                assert "Gerade nicht" in answer.body.decode()


def test_withdrawal_shows_through_a_private_bucket_within_two_seconds(
    closed: Fetch, store: S3Store
) -> None:
    path = "/artikel/24.kurz.html"
    store.put(path, BODY, "text/html")
    assert {closed("GET", path, {"Accept-Encoding": coding}).status for coding in CODINGS} == {200}
    store.tombstone(path, b"<p>weg</p>")
    time.sleep(2.1)
    assert {closed("GET", path, {"Accept-Encoding": coding}).status for coding in CODINGS} == {410}


@pytest.fixture
def alone(base: Path, store: S3Store, endpoint: str) -> Iterator[Fetch]:
    """With database, worker and web process all down, and nothing fetched before."""
    with served(base, "alone", store, endpoint, free_port()) as fetch:
        yield fetch


def test_public_pages_are_served_while_everything_else_is_down(alone: Fetch) -> None:
    assert alone("GET", ARTICLE, {}).body == BODY
    assert alone("GET", "/static/bild.png", {}).body == PICTURE
    assert alone("GET", "/artikel/7.weg.html", {}).status == 410
    assert alone("GET", "/artikel/12.alt.html", {}).headers["location"] == ARTICLE
    answer = alone("GET", "/redaktion/", {})
    assert (answer.status, answer.headers["retry-after"]) == (503, "30")
    assert answer.headers["cache-control"] == "no-store"
    assert "Gerade nicht" in answer.body.decode()


def test_withdrawal_shows_in_every_coding_within_two_seconds(nginx: Fetch, store: S3Store) -> None:
    def statuses() -> set[int]:
        return {nginx("GET", path, {"Accept-Encoding": coding}).status for coding in CODINGS}

    path = "/artikel/20.kurz.html"
    store.put(path, BODY, "text/html")
    assert statuses() == {200}
    store.tombstone(path, b"<p>weg</p>")
    time.sleep(2)  # nginx counts whole seconds
    assert statuses() == {410}
    store.put(path, BODY * 2, "text/html")
    time.sleep(2)
    assert statuses() == {200}
    assert nginx("GET", path, {}).body == BODY * 2


def test_page_that_changes_while_it_is_read_is_served_whole(nginx: Fetch, store: S3Store) -> None:
    def write() -> None:
        for number in range(16):  # longer than the two seconds that nginx may keep it
            store.put("/artikel/21.neu.html", f"<p>{number}</p>".encode() * 500, "text/html")
            time.sleep(0.2)

    store.put("/artikel/21.neu.html", b"<p>0</p>" * 500, "text/html")
    writer, seen = threading.Thread(target=write), set()
    writer.start()
    while writer.is_alive():
        for coding in ("br", "gzip", "identity"):
            answer = nginx("GET", "/artikel/21.neu.html", {"Accept-Encoding": coding})
            assert answer.status == 200
            text = unpacked(answer)
            assert text == text[: text.index("</p>") + 4] * 500
            seen.add(text)
    writer.join()
    time.sleep(2)  # a busy machine may have read only once meanwhile
    seen.add(unpacked(nginx("GET", "/artikel/21.neu.html", {})))
    assert len(seen) > 1


@pytest.mark.parametrize("coding", ["br", "gzip", "identity"])
def test_page_that_changes_after_nginx_asked_about_it_is_asked_about_anew(
    coding: str, base: Path, store: S3Store, endpoint: str
) -> None:
    """Every version is taken away between nginx's look at it and its fetching it, but the last."""
    path = f"/artikel/23.eben-{coding}.html"
    asked: list[str] = []

    def change(method: str, key: str) -> str:
        if path in key:
            asked.append(key)
            if len(asked) == 2:
                store.put(path, BODY * 2, "text/html")
        return ""

    store.put(path, BODY, "text/html")
    with (
        buckets.rough_way(endpoint) as way,
        served(base, f"eben-{coding}", store, way.endpoint, free_port()) as fetch,
    ):
        way.meets = change
        answer = fetch("GET", path, {"Accept-Encoding": coding})
    assert (answer.status, unpacked(answer)) == (200, (BODY * 2).decode()), asked
    assert len(asked) > 3


def test_twin_that_is_not_of_its_page_is_never_sent(nginx: Fetch, store: S3Store) -> None:
    store.put("/artikel/22.fremd.html", BODY, "text/html")
    leave(store, "artikel/22.fremd.html.gz", b"stranger")
    store.client.delete_object(Bucket=store.bucket, Key=f"{store.prefix}artikel/22.fremd.html.br")
    for coding in ("br", "gzip"):
        answer = nginx("GET", "/artikel/22.fremd.html", {"Accept-Encoding": coding})
        assert (answer.status, answer.body) == (200, BODY)


def test_while_the_bucket_is_away_what_was_read_before_is_served(
    base: Path, store: S3Store, endpoint: str
) -> None:
    with (
        buckets.rough_way(endpoint) as way,
        served(base, "rough", store, way.endpoint, free_port()) as fetch,
    ):
        for path in (ARTICLE, "/artikel/7.weg.html", "/artikel/12.alt.html"):
            fetch("GET", path, {})
        assert fetch("GET", "/redaktion/", {}).status == 503
        for mishap in ("busy", "cut"):
            way.meets = lambda method, path, mishap=mishap: mishap
            time.sleep(1.1)
            assert fetch("GET", ARTICLE, {}).body == BODY
            assert fetch("GET", "/artikel/7.weg.html", {}).status == 410
            assert fetch("GET", "/artikel/12.alt.html", {}).status == 301
            answer = fetch("GET", "/politik/", {})
            assert (answer.status, answer.headers["cache-control"]) == (503, "no-store")
            assert "Gerade nicht" in answer.body.decode()
        way.meets = lambda method, path: ""
        assert fetch("GET", "/politik/", {}).status == 200


@pytest.mark.parametrize(
    ("setting", "wanted"),
    [
        (("pages", "", "", ""), "https://s3.amazonaws.com/pages"),
        (
            ("pages", "", "eu-central-1", "/bote/"),
            "https://s3.eu-central-1.amazonaws.com/pages/bote",
        ),
        (("pages", "http://[::1]:9000/", "", "a/b"), "http://[::1]:9000/pages/a/b"),
    ],
)
def test_address_of_the_objects(setting: tuple[str, ...], wanted: str) -> None:
    names = ("s3_bucket", "s3_endpoint", "s3_region", "s3_prefix")
    assert address(dict(zip(names, setting, strict=True))) == wanted


def test_command_prints_what_nginx_accepts_with_tls_on_both_sides(tmp_path: Path) -> None:
    more = {"ALLMENDE_S3_BUCKET": "bote", "ALLMENDE_S3_ENDPOINT": "https://localhost:9000"}
    printed = run_allmende(
        *(tmp_path / "data", "nginx", "--no-tls", "--no-brotli", "--cache", str(tmp_path / "kept")),
        **more,
    ).stdout
    assert "server localhost:9000;" in printed
    assert "proxy_ssl_verify on;" in printed
    tried = tried_by_nginx(tmp_path, printed)
    assert tried.returncode == 0, tried.stderr
    assert "warn" not in tried.stderr
