"""The store in a bucket killed, raced and refused: old pages stay, and a second run mends."""

import gzip
import os
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import brotli
import pytest
from botocore.exceptions import ClientError

from allmende.bakery.store import S3Store, State, StoreError, StoreFull
from tests.adapters import buckets
from tests.bakery.stored import BODY, PAGE, assert_whole, files_of, kill_a_writer, leave, stamps

pytestmark = pytest.mark.no_database

UNPACK = {"gz": gzip.decompress, "br": brotli.decompress}


@pytest.fixture
def store(endpoint: str) -> S3Store:
    return buckets.new_store(endpoint)


def answer(store: S3Store) -> tuple[str, bytes]:
    """State and body that readers get of PAGE; in every coding the same."""
    one = {"Bucket": store.bucket, "Key": store.prefix + PAGE[1:]}
    try:
        found = store.client.get_object(**one)
    except ClientError:
        return "absent", b""
    body: bytes = found["Body"].read()
    for coding, unpack in UNPACK.items():
        if etag := found["Metadata"].get(coding):
            twin = {**one, "Key": f"{one['Key']}.{coding}", "IfMatch": etag}
            try:
                packed = store.client.get_object(**twin)["Body"].read()
            except ClientError as error:
                if error.response["Error"]["Code"] not in ("NoSuchKey", "PreconditionFailed"):
                    raise
            else:  # otherwise a server sends the page itself
                assert unpack(packed) == body
    return found["Metadata"]["state"], body


# --- Killed ------------------------------------------------------------------------------


class Killed(BaseException):
    pass


@contextmanager
def killed_before(store: S3Store, fatal: int) -> Iterator[list[str]]:
    """From the `fatal`-th request on nothing reaches the bucket. Yields what did."""
    passed: list[str] = []

    def tick(request: Any, **more: Any) -> None:
        if len(passed) + 1 >= fatal:
            raise Killed
        passed.append(request.method)

    store.client.meta.events.register("before-send.s3", tick)
    try:
        yield passed
    finally:
        store.client.meta.events.unregister("before-send.s3", tick)


Deed = Callable[[S3Store], object]
BEGIN: dict[str, Deed] = {
    "nothing": lambda store: None,
    "a page": lambda store: store.put(PAGE, BODY, "text/html"),
    "a tombstone": lambda store: store.tombstone(PAGE, b"<p>gone"),
    "a redirect": lambda store: store.redirect(PAGE, "/"),
}
DEEDS: dict[str, Deed] = {
    "put": lambda store: store.put(PAGE, BODY * 2, "text/html"),
    "tombstone": lambda store: store.tombstone(PAGE, b"<p>really gone"),
    "redirect": lambda store: store.redirect(PAGE, "/neu.html"),
    "remove": lambda store: store.remove(PAGE),
}


@pytest.mark.parametrize("begin", BEGIN.values(), ids=BEGIN)
@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_killed_before_any_request_readers_get_the_old_or_the_new_and_a_second_run_ends_it(
    endpoint: str, begin: Deed, deed: Deed
) -> None:
    whole = buckets.new_store(endpoint)
    begin(whole)
    old = answer(whole)
    deed(whole)
    new, wanted = answer(whole), files_of(whole)
    seen, fatal = set(), 0
    while True:
        fatal += 1
        store = buckets.new_store(endpoint)
        begin(store)
        try:
            with killed_before(store, fatal):
                deed(store)
            break
        except Killed:
            seen.add(answer(store))
            deed(store)
            assert files_of(store) == wanted
            assert_whole(store)
    assert {old} <= seen <= {old, new}


WRITER = """
import sys
from allmende.bakery.store import S3Store
from tests.adapters import buckets
store, number = S3Store(buckets.opened(sys.argv[1], sys.argv[2])), int(sys.argv[3])
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
def test_killed_writer_leaves_whole_pages_only(store: S3Store, endpoint: str) -> None:
    chance, seen = random.Random(4), False
    for start in range(int(os.environ.get("KILLS", "5"))):
        prefix = store.prefix.strip("/")
        kill_a_writer(WRITER, endpoint, prefix, start * 1_000, written=chance.randint(0, 7))
        for name, body in files_of(store).items():
            if name.endswith(".html"):
                number = body.split()[0]
                seen |= number != b"<p>mended"  # a writer may die before its first page
                assert body == (number + b" ") + (number + b" ") * 2_999, name
        for number in range(7):
            store.put(f"/artikel/{number}.x.html", b"<p>mended " * 3_000, "text/html")
        assert len(files_of(store)) == 21
        assert_whole(store)
    assert seen


@pytest.mark.parametrize(
    "name", [f"{PAGE[1:]}.gz", f"{PAGE[1:]}.br", PAGE[1:]], ids=["gz", "br", "page"]
)
def test_what_a_stranger_overwrote_is_mended(store: S3Store, name: str) -> None:
    store.put(PAGE, BODY, "text/html")
    leave(store, name, b"stranger")
    store.put(PAGE, BODY, "text/html")
    assert answer(store) == ("live", BODY)
    assert len(files_of(store)) == 3
    assert_whole(store)


# --- Raced -------------------------------------------------------------------------------


def test_writers_of_one_page_never_mix_their_twins(store: S3Store) -> None:
    def insist(deed: Callable[[], object]) -> None:
        """As a worker does. The server here now and then answers 500 to writers at one moment."""
        for _ in range(20):
            with suppress(StoreError):
                deed()
                return
        raise AssertionError("it never answers")

    def write(letter: str) -> None:
        for number in range(6):
            body = f"{letter}{number} ".encode() * 900
            insist(lambda body=body: store.put(PAGE, body, "text/html"))
            insist(lambda: store.tombstone(PAGE, letter.encode()))

    threads = [threading.Thread(target=write, args=[letter]) for letter in "abc"]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        answer(store)
    for thread in threads:
        thread.join()
    store.put(PAGE, BODY, "text/html")
    assert answer(store) == ("live", BODY)
    assert_whole(store)


# --- What readers of objects are told ------------------------------------------------------


def test_objects_say_what_they_are(store: S3Store) -> None:
    store.put("/feed.atom", BODY, "application/atom+xml")
    store.redirect("/alt.html", "/artikel/1.äpfel.html")
    heads = {
        name: store.client.head_object(Bucket=store.bucket, Key=store.prefix + name)
        for name in ("feed.atom", "feed.atom.br", "feed.atom.gz", "alt.html")
    }
    for name in ("feed.atom", "feed.atom.br", "feed.atom.gz"):
        assert heads[name]["ContentType"] == "application/atom+xml; charset=utf-8"
        assert heads[name]["CacheControl"] == "public, max-age=0, must-revalidate"
    codings = [heads[f"feed.atom{end}"].get("ContentEncoding") for end in ("", ".gz", ".br")]
    assert codings == [None, "gzip", "br"]
    # A bucket that is a website leads on by itself.
    assert heads["alt.html"]["WebsiteRedirectLocation"] == "/artikel/1.%C3%A4pfel.html"


# --- Refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mishap", "words"),
    [
        ("busy", "it answers SlowDown Please reduce your request rate"),
        ("denied", "it refuses our keys"),
        ("cut", "cannot be reached: "),
        ("slow", "cannot be reached: "),
        ("full", "no space is left in the bucket bote"),
    ],
)
@pytest.mark.parametrize("begun", [0, 2], ids=["at once", "after the twins"])
def test_mishap_leaves_the_old_page_and_is_told_in_plain_words(
    store: S3Store, endpoint: str, mishap: str, words: str, begun: int
) -> None:
    store.put(PAGE, BODY, "text/html")
    before = stamps(store)[PAGE[1:]]
    puts = []

    def meets(method: str, path: str) -> str:
        if method == "PUT":
            puts.append(path)
        return mishap if len(puts) > begun else ""

    with buckets.rough_way(endpoint) as way:
        way.meets = meets
        worse = S3Store(buckets.opened(way.endpoint, store.prefix, client_config=buckets.ONCE))
        kind = StoreFull if mishap == "full" else StoreError
        with pytest.raises(kind, match=f"^{PAGE}: .*{words}"):
            worse.put(PAGE, BODY * 2, "text/html")
        assert len(puts) > begun
    assert stamps(store)[PAGE[1:]] == before
    assert answer(store) == ("live", BODY)
    store.put(PAGE, BODY * 2, "text/html")
    assert answer(store) == ("live", BODY * 2)
    assert_whole(store)


def test_every_deed_tells_that_nobody_answers(endpoint: str) -> None:
    with buckets.rough_way(endpoint) as way:
        nowhere = way.endpoint
    store = S3Store(buckets.opened(nowhere, client_config=buckets.ONCE))
    for deed in (*DEEDS.values(), S3Store.try_out, lambda store: list(store.walk())):
        with pytest.raises(StoreError, match="bucket bote cannot be reached"):
            deed(store)
    with pytest.raises(StoreError, match="cannot be reached"):
        store.state(PAGE)


def test_bucket_that_does_not_exist_is_named(endpoint: str) -> None:
    store = S3Store(buckets.opened(endpoint, bucket_name="nirgends"))
    for deed in (DEEDS["put"], S3Store.try_out, lambda store: list(store.walk())):
        with pytest.raises(StoreError, match="bucket nirgends: there is no such bucket"):
            deed(store)


def test_trying_out_leaves_nothing(store: S3Store) -> None:
    store.try_out()
    listing = store.client.list_objects_v2(Bucket=store.bucket, Prefix=store.prefix)
    assert listing["KeyCount"] == 0


def test_strangers_below_another_prefix_are_not_ours(store: S3Store, endpoint: str) -> None:
    other = buckets.new_store(endpoint)
    other.put(PAGE, BODY, "text/html")
    assert list(store.walk()) == []
    assert store.state(PAGE) is State.ABSENT
