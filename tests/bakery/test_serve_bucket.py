"""The embedded server in front of a bucket: the shared cases, then a bucket that is away."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from allmende.bakery.serve import bucket as serving
from allmende.bakery.store import S3Store
from tests.adapters import buckets
from tests.adapters.serving_cases import (
    ARTICLE,
    BODY,
    CASES,
    LARGE,
    PICTURE,
    Case,
    Fetch,
    furnish,
)
from tests.bakery.test_serve import built, in_process

pytestmark = pytest.mark.no_database


@pytest.fixture(scope="module")
def store(endpoint: str) -> S3Store:
    return buckets.new_store(endpoint)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, store: S3Store) -> Path:
    base = tmp_path_factory.mktemp("serving")
    furnish(store, base / "static")
    buckets.lay(buckets.media_of(store), base / "static")
    return base


@pytest.fixture(scope="module")
def fetch(base: Path, store: S3Store) -> Fetch:
    return in_process(built(base, store))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_case_in_front_of_a_bucket(case: Case, fetch: Fetch) -> None:
    case(fetch)


def test_deleted_picture_is_gone_within_a_second(fetch: Fetch, store: S3Store) -> None:
    media = buckets.media_of(store)
    media.save("static/kurz.png", ContentFile(b"bild"))
    assert fetch("GET", "/static/kurz.png", {}).body == b"bild"
    media.delete("static/kurz.png")
    time.sleep(0.7)
    assert fetch("GET", "/static/kurz.png", {}).status == 404


def test_change_is_seen_within_a_second(fetch: Fetch, store: S3Store) -> None:
    path = "/artikel/30.kurz.html"
    for deed, status in (
        (lambda: store.put(path, b"<p>da", "text/html"), 200),
        (lambda: store.put(path, b"<p>dort", "text/html"), 200),
        (lambda: store.tombstone(path, b"<p>weg"), 410),
        (lambda: store.redirect(path, "/"), 301),
        (lambda: store.remove(path), 404),
    ):
        deed()
        time.sleep(0.7)
        assert fetch("GET", path, {}).status == status
    assert fetch("GET", ARTICLE, {}).body == BODY


@pytest.fixture
def rough(base: Path, store: S3Store, endpoint: str) -> Iterator[tuple[buckets.Rough, Fetch]]:
    with buckets.rough_way(endpoint) as way:
        far = S3Store(buckets.opened(way.endpoint, store.prefix, client_config=buckets.ONCE))
        yield way, in_process(built(base, far))


@pytest.mark.parametrize("mishap", ["busy", "slow"])
def test_while_the_bucket_is_away_what_was_read_before_is_served(
    rough: tuple[buckets.Rough, Fetch], mishap: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "PAUSE", 600.0)
    way, fetch = rough
    for path in (ARTICLE, "/artikel/7.weg.html", "/503.html", "/static/bild.png"):
        fetch("GET", path, {})
    large = fetch("HEAD", "/static/film.mp4", {})
    way.meets = lambda method, path: mishap
    time.sleep(0.7)
    assert fetch("GET", ARTICLE, {}).body == BODY
    assert fetch("GET", "/artikel/7.weg.html", {}).status == 410
    assert fetch("GET", "/static/bild.png", {}).body == PICTURE
    assert large.headers["content-length"] == str(len(LARGE))
    for path in ("/politik/", "/static/film.mp4", "/static/site.css"):
        answer = fetch("GET", path, {})
        assert (answer.status, answer.headers["retry-after"]) == (503, "30")
    assert "Gerade nicht" in answer.body.decode()
    asked = []
    way.meets = lambda method, path: asked.append(path) or ""  # type: ignore[func-returns-value]
    assert fetch("GET", "/feed.atom", {}).status == 503
    assert not asked  # it is left alone for a while
    monkeypatch.setattr(serving, "monotonic", lambda: time.monotonic() + 600)
    assert fetch("GET", "/politik/", {}).status == 200
