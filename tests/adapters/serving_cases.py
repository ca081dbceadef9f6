"""What every server of the store must do, whoever it is: the embedded one, nginx.

`furnish` fills a store and a static folder; each case asks through
`fetch(method, path, headers) -> Answer`, where `path` goes onto the wire as it is written. A server
serves the static folder under /static/ for an hour, and sends /redaktion/ to a dynamic part that
answers "dynamic", but fails at /redaktion/broken.

A server that negotiates more coarsely (nginx sends gzip whenever it may) is asked CASES without
FINE_CASES.
"""

import gzip
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import brotli

from allmende.bakery.store import Store

ARTICLE = "/artikel/12.ernte.html"
BODY = ("<!doctype html><title>Ernte</title><p>Äpfel, Birnen, Quitten: " * 400).encode()
PICTURE = bytes(range(256)) * 40
LARGE = bytes(range(251)) * 10_000
STYLE = b"body { color: #222 }\n" * 50
OUTSIDE = b"not for readers"


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]  # by lower-case name
    body: bytes


Fetch = Callable[[str, str, Mapping[str, str]], Answer]
Case = Callable[[Fetch], None]


def furnish(store: Store, static: Path) -> None:
    for path, body, content_type in [
        ("/", b"<h1>Auentaler Bote</h1>" * 20, "text/html"),
        ("/politik/", b"<h1>Politik</h1>" * 20, "text/html"),
        (ARTICLE, BODY, "text/html"),
        ("/artikel/13.\u00e4pfel.html", b"<h1>\xc3\x84pfel</h1>" * 20, "text/html"),
        ("/look.css", STYLE, "text/css"),
        ("/feed.atom", b"<feed/>" * 20, "application/atom+xml"),
        ("/404.html", b"<h1>Nicht gefunden</h1>" * 20, "text/html"),
        ("/503.html", b"<h1>Gerade nicht</h1>" * 20, "text/html"),
    ]:
        store.put(path, body, content_type)
    store.put("/artikel/7.weg.html", b"<h1>Falsch</h1>", "text/html")
    store.tombstone("/artikel/7.weg.html", b"<h1>Zur\xc3\xbcckgezogen</h1>")
    store.redirect("/artikel/12.alt.html", ARTICLE)
    store.redirect("/artikel/12.extern.html", "https://example.org/%C3%A4?a=b")
    static.mkdir(parents=True)
    (static / "bild.png").write_bytes(PICTURE)
    (static / "film.mp4").write_bytes(LARGE)
    (static / "site.css").write_bytes(STYLE)
    (static / "site.0123456789ab.css").write_bytes(STYLE)
    (static.parent / "outside.txt").write_bytes(OUTSIDE)
    (static / "link.txt").symlink_to(static.parent / "outside.txt")


def case_page_is_served(fetch: Fetch) -> None:
    answer = fetch("GET", ARTICLE, {})
    assert (answer.status, answer.body) == (200, BODY)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-length"] == str(len(BODY))
    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"].lower() == "accept-encoding"
    assert "max-age=0" in answer.headers["cache-control"]


def case_folder_serves_its_index(fetch: Fetch) -> None:
    assert fetch("GET", "/", {}).body.startswith(b"<h1>Auentaler")
    assert fetch("GET", "/politik/", {}).body.startswith(b"<h1>Politik")


def case_name_beyond_ascii_is_found(fetch: Fetch) -> None:
    assert fetch("GET", "/artikel/13.%C3%A4pfel.html", {}).status == 200
    assert fetch("GET", "/artikel/13.%E4pfel.html", {}).status in (400, 404)


def case_query_string_is_ignored(fetch: Fetch) -> None:
    assert fetch("GET", f"{ARTICLE}?utm_source=x&a=../..", {}).body == BODY


def case_content_type_follows_the_name(fetch: Fetch) -> None:
    types = {
        "/look.css": "text/css; charset=utf-8",
        "/feed.atom": "application/atom+xml; charset=utf-8",
        "/static/bild.png": "image/png",
        "/static/film.mp4": "video/mp4",
        "/static/site.css": "text/css; charset=utf-8",
    }
    for path, content_type in types.items():
        assert fetch("GET", path, {}).headers["content-type"] == content_type


def case_head_tells_the_same_without_body(fetch: Fetch) -> None:
    for path in (ARTICLE, "/static/film.mp4", "/artikel/7.weg.html", "/nothing.html"):
        get, head = fetch("GET", path, {}), fetch("HEAD", path, {})
        assert (head.status, head.body) == (get.status, b"")
        for name in ("content-type", "content-length", "etag", "last-modified"):
            assert head.headers.get(name) == get.headers.get(name)


# --- Codings -----------------------------------------------------------------------------


def coding_of(fetch: Fetch, accept: str) -> str:
    answer = fetch("GET", ARTICLE, {"Accept-Encoding": accept})
    coding = answer.headers.get("content-encoding", "identity")
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, "identity": bytes}[coding]
    assert unpack(answer.body) == BODY
    assert answer.headers["content-length"] == str(len(answer.body))
    return coding


def case_coding_is_negotiated(fetch: Fetch) -> None:
    assert coding_of(fetch, "gzip") == "gzip"
    assert coding_of(fetch, "gzip, deflate, br, zstd") == "br"
    assert coding_of(fetch, "deflate") == "identity"
    assert coding_of(fetch, "gzip;q=0") == "identity"
    assert coding_of(fetch, "GZIP;q=1.0") == "gzip"


def case_coding_weights_decide(fetch: Fetch) -> None:
    for accept, coding in {
        "br;q=0.2, gzip;q=0.8": "gzip",
        "identity, gzip;q=0.5": "identity",
        "identity;q=0, gzip;q=0.1": "gzip",
        "*": "br",
        "br;q=0, *": "gzip",
        "*;q=0": "identity",
        "gzip;q=nonsense": "identity",
        "": "identity",
        ",;,=,;q": "identity",
        "x-gzip": "gzip",
        "gzip, " + "a" * 3_000: "gzip",
    }.items():
        assert coding_of(fetch, accept) == coding, accept


# --- Conditions --------------------------------------------------------------------------


def case_etag_differs_by_coding_and_gives_304(fetch: Fetch) -> None:
    tags = set()
    for accept in ("identity", "gzip", "br"):
        answer = fetch("GET", ARTICLE, {"Accept-Encoding": accept})
        etag = answer.headers["etag"]
        tags.add(etag)
        for given in (etag, f'"other", {etag}', f"W/{etag.removeprefix('W/')}", "*"):
            again = fetch("GET", ARTICLE, {"Accept-Encoding": accept, "If-None-Match": given})
            assert (again.status, again.body) == (304, b""), given
            assert again.headers["etag"] == etag
            assert "content-type" not in again.headers
            assert again.headers["cache-control"] == answer.headers["cache-control"]
        assert fetch("GET", ARTICLE, {"If-None-Match": '"other"'}).status == 200
    assert len(tags) == 3


def case_last_modified_gives_304(fetch: Fetch) -> None:
    modified = fetch("GET", ARTICLE, {}).headers["last-modified"]
    assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", modified)
    assert fetch("GET", ARTICLE, {"If-Modified-Since": modified}).status == 304
    assert fetch("HEAD", ARTICLE, {"If-Modified-Since": modified}).status == 304
    old = "Sat, 01 Jan 2000 00:00:00 GMT"
    assert fetch("GET", ARTICLE, {"If-Modified-Since": old}).status == 200
    assert fetch("GET", ARTICLE, {"If-Modified-Since": "yesterday"}).status == 200


def case_etag_outranks_the_date(fetch: Fetch) -> None:
    modified = fetch("GET", ARTICLE, {}).headers["last-modified"]
    asked = {"If-Modified-Since": modified, "If-None-Match": '"other"'}
    assert fetch("GET", ARTICLE, asked).status == 200


# --- States ------------------------------------------------------------------------------


def case_withdrawn_page_is_gone_in_every_coding(fetch: Fetch) -> None:
    for accept in ("identity", "gzip", "br"):
        answer = fetch("GET", "/artikel/7.weg.html", {"Accept-Encoding": accept})
        assert answer.status == 410
        assert "Zurückgezogen" in unpacked(answer)
        assert answer.headers["content-type"] == "text/html; charset=utf-8"


def case_condition_does_not_hide_that_a_page_is_gone(fetch: Fetch) -> None:
    assert fetch("GET", "/artikel/7.weg.html", {"If-None-Match": "*"}).status == 410


def case_moved_page_redirects(fetch: Fetch) -> None:
    answer = fetch("GET", "/artikel/12.alt.html", {})
    assert (answer.status, path_of(answer)) == (301, ARTICLE)
    answer = fetch("GET", "/artikel/12.extern.html", {})
    assert (answer.status, answer.headers["location"]) == (301, "https://example.org/%C3%A4?a=b")


def case_missing_page_helps(fetch: Fetch) -> None:
    for path in ("/nothing.html", "/nothing", "/nothing/", "/static/nothing.png", "/artikel/"):
        answer = fetch("GET", path, {"Accept-Encoding": "gzip"})
        assert answer.status == 404, path
        assert "Nicht gefunden" in unpacked(answer)
        assert "etag" not in answer.headers


def case_slash_is_added(fetch: Fetch) -> None:
    answer = fetch("GET", "/politik", {})
    assert (answer.status, path_of(answer)) == (301, "/politik/")


def case_query_goes_along_with_the_slash(fetch: Fetch) -> None:
    query = "q=br%C3%BCcke+%22a%22&seite=2%0d%0aX-Evil:1"
    for path in ("/redaktion", "/politik"):
        answer = fetch("GET", f"{path}?{query}", {})
        assert (answer.status, path_of(answer)) == (301, f"{path}/?{query}")
        assert "x-evil" not in answer.headers
    assert path_of(fetch("GET", "/redaktion?", {})) in ("/redaktion/", "/redaktion/?")


def case_index_has_one_name(fetch: Fetch) -> None:
    for path, folder in (("/politik/index.html", "/politik/"), ("/index.html", "/")):
        answer = fetch("GET", path, {})
        assert (answer.status, path_of(answer)) == (301, folder)


def case_other_methods_are_refused(fetch: Fetch) -> None:
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
        answer = fetch(method, ARTICLE, {})
        assert answer.status == 405
        assert {"GET", "HEAD"} <= set(re.split(r",\s*", answer.headers["allow"]))


# --- What must not be reached ------------------------------------------------------------


def case_nothing_outside_is_served(fetch: Fetch) -> None:
    for path in [
        "/../outside.txt",
        "/static/../outside.txt",
        "/static/..%2foutside.txt",
        "/static/%2e%2e/outside.txt",
        "/static/%2e%2e%2foutside.txt",
        "/static/%252e%252e/outside.txt",
        "/static/..%5coutside.txt",
        "/static/..%00/outside.txt",
        "/static/%c0%ae%c0%ae/outside.txt",
        "/static//../outside.txt",
        "/static/./../outside.txt",
        "/static/link.txt",
        "/artikel/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/artikel/..%2f..%2f..%2f..%2f..%2fetc/passwd",
        "/%00",
        "/artikel/12.ernte.html%00.css",
        "/" + "a" * 300 + ".html",
        "/" + "a/" * 2_000,
    ]:
        answer = fetch("GET", path, {})
        assert answer.status in (400, 403, 404, 414), path
        assert OUTSIDE not in answer.body
        assert b"root:" not in answer.body


def case_files_of_the_store_are_not_pages(fetch: Fetch) -> None:
    for path in [
        f"{ARTICLE}.gz",
        f"{ARTICLE}.br",
        "/artikel/7.weg.html.gone",
        "/artikel/12.alt.html.moved",
        "/.store/generation",
        "/%2estore/generation",
        "/politik/index.html.gz",
    ]:
        assert fetch("GET", path, {}).status == 404, path


# --- The dynamic part --------------------------------------------------------------------


def case_dynamic_part_answers_its_paths(fetch: Fetch) -> None:
    answer = fetch("GET", "/redaktion/", {})
    assert (answer.status, answer.body) == (200, b"dynamic")
    assert "content-security-policy" not in answer.headers
    assert fetch("POST", "/redaktion/form", {}).body == b"dynamic"


def case_slash_of_the_dynamic_part_is_added(fetch: Fetch) -> None:
    answer = fetch("GET", "/redaktion", {})
    assert (answer.status, path_of(answer)) == (301, "/redaktion/")


def case_broken_dynamic_part_says_so(fetch: Fetch) -> None:
    answer = fetch("GET", "/redaktion/broken", {})
    assert answer.status == 503
    assert "Gerade nicht" in unpacked(answer)
    assert int(answer.headers["retry-after"]) > 0
    assert answer.headers["cache-control"] == "no-store"
    assert fetch("GET", ARTICLE, {}).status == 200


# --- Static files ------------------------------------------------------------------------


def case_hashed_names_are_kept_for_ever(fetch: Fetch) -> None:
    assert "immutable" in fetch("GET", "/static/site.0123456789ab.css", {}).headers["cache-control"]
    assert fetch("GET", "/static/site.css", {}).headers["cache-control"].endswith("max-age=3600")


def case_static_text_is_compressed(fetch: Fetch) -> None:
    answer = fetch("GET", "/static/site.css", {"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(answer.body) == STYLE


def case_static_file_is_asked_for_once(fetch: Fetch) -> None:
    for path in ("/static/bild.png", "/static/film.mp4"):
        etag = fetch("GET", path, {}).headers["etag"]
        assert fetch("GET", path, {"If-None-Match": etag}).status == 304


def case_part_of_a_file_is_served(fetch: Fetch) -> None:
    for path, whole in (("/static/bild.png", PICTURE), ("/static/film.mp4", LARGE)):
        size = len(whole)
        assert fetch("GET", path, {}).headers["accept-ranges"] == "bytes"
        for asked, first, last in [
            ("0-0", 0, 0),
            ("10-299", 10, 299),
            ("-5", size - 5, size - 1),
            (f"{size - 3}-", size - 3, size - 1),
            (f"100-{size + 99}", 100, size - 1),
            (f"-{size + 99}", 0, size - 1),
        ]:
            answer = fetch("GET", path, {"Range": f"bytes={asked}"})
            assert answer.status == 206, asked
            assert answer.body == whole[first : last + 1]
            assert answer.headers["content-range"] == f"bytes {first}-{last}/{size}"


def case_part_behind_the_end_is_refused(fetch: Fetch) -> None:
    size = len(PICTURE)
    answer = fetch("GET", "/static/bild.png", {"Range": f"bytes={size}-"})
    assert (answer.status, answer.headers["content-range"]) == (416, f"bytes */{size}")


def case_part_of_another_version_is_the_whole(fetch: Fetch) -> None:
    etag = fetch("GET", "/static/bild.png", {}).headers["etag"]
    part = {"Range": "bytes=0-9"}
    assert fetch("GET", "/static/bild.png", {**part, "If-Range": etag}).status == 206
    assert fetch("GET", "/static/bild.png", {**part, "If-Range": '"old"'}).status == 200
    assert fetch("GET", "/static/bild.png", {"Range": "lines=1-2"}).status == 200


# --- Headers -----------------------------------------------------------------------------


def case_every_answer_carries_security_headers(fetch: Fetch) -> None:
    for method, path in [
        ("GET", ARTICLE),
        ("GET", "/artikel/7.weg.html"),
        ("GET", "/artikel/12.alt.html"),
        ("GET", "/nothing.html"),
        ("GET", "/static/bild.png"),
        ("GET", "/redaktion/"),
        ("GET", "/redaktion/broken"),
        ("POST", ARTICLE),
    ]:
        headers = fetch(method, path, {}).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
        assert "camera=()" in headers["permissions-policy"]


def case_pages_forbid_everything_foreign(fetch: Fetch) -> None:
    for path in (ARTICLE, "/artikel/7.weg.html", "/nothing.html"):
        policy = fetch("GET", path, {}).headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert "data:" not in policy
        assert "frame-ancestors 'none'" in policy


def unpacked(answer: Answer) -> str:
    coding = answer.headers.get("content-encoding", "identity")
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, "identity": bytes}[coding]
    return bytes(unpack(answer.body)).decode()


def path_of(answer: Answer) -> str:
    """Where a redirect leads; a server may name itself in front."""
    return re.sub(r"^https?://[^/]+", "", answer.headers["location"])


CASES: list[Case] = [case for name, case in list(globals().items()) if name.startswith("case_")]
FINE_CASES: list[Case] = [case_coding_weights_decide]
