"""Links inside bodies that led to the old site lead to what stands here now.

A link may come before its target does: items that still hold one are remembered, and looked at
again when everything of a run is in, and by every later run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings

from allmende.importers.models import Import
from allmende.importers.wordpress.files import ending
from allmende.importers.wordpress.move import Move, host_of
from allmende.importers.wordpress.plans import Plan
from allmende.newsroom import moving
from allmende.newsroom.models import Article, Download, InfoPage, Picture
from allmende.newsroom.taking_in import rewrite
from allmende.newsroom.writing import Raw

BATCH = 100
_LINK = re.compile(r'<a href="([^"]*)">')
# Files, and what belongs to WordPress itself.
_NO_PAGE = re.compile(r"/wp-(?:content|includes|admin|json|login)\b|\.(?!html?$|php$)[a-z]\w{1,4}$")
# Of the sizes that WordPress makes of a picture: "bruecke-300x200.jpg", "bruecke-scaled.jpg".
_SIZE = re.compile(r"-(?:\d{1,5}x\d{1,5}|scaled)(?=\.[a-z]+$)", re.IGNORECASE)
PICTURES = {"avif", "bmp", "gif", "jpe", "jpeg", "jpg", "png", "tif", "tiff", "webp"}
# Where WordPress keeps what was uploaded.
_UPLOADS = "/wp-content/uploads/"
SITES = ("https://", "http://", "https://www.", "http://www.")
Kind = Import.Kind
PAGES = (Kind.ARTICLE, Kind.INFO_PAGE, Kind.SECTION)
KINDS: Mapping[str, tuple[Import.Kind, ...]] = {
    "page": PAGES,
    "topic": (Kind.TOPIC, Kind.SUBJECT),
    "author": (Kind.AUTHOR,),
}
# Addresses with a question mark, which WordPress answers whatever its permalinks are.
QUERIES = {"p": PAGES[:2], "page_id": PAGES[:2], "cat": (Kind.SECTION,)}
Ways = Mapping[str, str]  # by address: the opening tag of a link to what it means here


def led(plans: Iterable[Plan], move: Move) -> list[tuple[Plan, bool]]:
    """Plans with their links led on, and whether some still lead to the old site."""
    plans = list(plans)
    found = ways((address for plan in plans for address in addresses(plan.body)), move)
    bodies = [(plan, *lead(plan.body, found, move)) for plan in plans]
    return [(replace(plan, body=body), unlinked) for plan, body, unlinked in bodies]


def again(move: Move) -> Iterator[list[Import]]:
    """Batches of items whose links are still to be led on."""
    rows = Import.objects.filter(source=move.source, kind__in=PAGES[:2], unlinked=True)
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield batch
        last = batch[-1].pk


def mend(rows: list[Import], move: Move) -> None:
    """Leads on what can be by now, in pages that staff have not touched. In a transaction."""
    pages = untouched(rows)
    bodies = {pk: list(page.body.raw_data) for pk, page in pages.items()}
    found = ways((address for body in bodies.values() for address in addresses(body)), move)
    changed, settled = [], []
    for row in rows:
        if (page := pages.get(row.object_id)) is None:
            continue
        body, row.unlinked = lead(bodies[row.object_id], found, move)
        if body != bodies[row.object_id]:
            page.body = type(page).body.field.to_python(body)
            changed.append(page)
        if not row.unlinked:
            settled.append(row.pk)
    rewrite(changed)
    Import.objects.filter(pk__in=settled).update(unlinked=False)


def untouched(rows: list[Import]) -> dict[int, Any]:
    written = {row.object_id: row.revision_id for row in rows}
    pages: list[Any] = [
        *Article.objects.filter(pk__in=written),
        *InfoPage.objects.filter(pk__in=written),
    ]
    return {page.pk: page for page in pages if page.latest_revision_id == written[page.pk]}


def texts(body: Iterable[Raw]) -> Iterator[str]:
    """The rich text of a body, as far as an import makes any."""
    for raw in body:
        if raw["type"] == "paragraph":
            yield raw["value"]
        elif raw["type"] == "list":
            yield from map(item_text, raw["value"]["items"])


def item_text(item: Any) -> str:
    """A list's item as it is written, or as it is read again."""
    return item if isinstance(item, str) else item["value"]


def addresses(body: Iterable[Raw]) -> Iterator[str]:
    for text in texts(body):
        yield from map(unescape, _LINK.findall(text))


def lead(body: list[Raw], found: Ways, move: Move) -> tuple[list[Raw], bool]:
    """The body with its links led on, and whether some could not be."""
    unlinked = False

    def way(match: re.Match[str]) -> str:
        nonlocal unlinked
        address = unescape(match[1])
        unlinked = unlinked or (address not in found and may_come(address, move))
        return found.get(address, match[0])

    def item(value: Any) -> Any:
        if isinstance(value, str):
            return _LINK.sub(way, value)
        return value | {"value": _LINK.sub(way, value["value"])}

    led = []
    for raw in body:
        value = raw["value"]
        if raw["type"] == "paragraph":
            raw = raw | {"value": _LINK.sub(way, value)}
        elif raw["type"] == "list":
            raw = raw | {"value": value | {"items": list(map(item, value["items"]))}}
        led.append(raw)
    return led, unlinked


def is_page(address: str, move: Move) -> bool:
    """Whether a page of the old site would answer at this address."""
    return move.is_ours(address) and not _NO_PAGE.search(urlsplit(address).path.lower())


def is_file(address: str) -> bool:
    """Whether a file that the library may hold was uploaded to this address, of whatever host."""
    uploaded = host_of(address) and _UPLOADS in urlsplit(address).path
    return bool(uploaded) and ending(address) in settings.WAGTAILDOCS_EXTENSIONS


def is_picture(address: str) -> bool:
    uploaded = host_of(address) and _UPLOADS in urlsplit(address).path
    return bool(uploaded) and ending(address) in PICTURES


def may_come(address: str, move: Move) -> bool:
    return is_page(address, move) or is_file(address) or is_picture(address)


def ways(addresses: Iterable[str], move: Move) -> dict[str, str]:
    """Where addresses of the old site lead here, as the opening tag of a link."""
    every = set(addresses)
    ours = {address for address in every if is_page(address, move)}
    files = {address for address in every if is_file(address)}
    pictures = {address for address in every if is_picture(address)}
    pages = by_path(ours, move) | by_number(ours, move)
    return pages | to_files(files, move) | to_pictures(pictures, move)


def by_path(addresses: Iterable[str], move: Move) -> dict[str, str]:
    paths = {one: urlsplit(one).path for one in addresses if not urlsplit(one).query}
    rows = moving.leading(path for path in paths.values() if path not in {"", "/"})
    keys = {
        to: brought(kinds, (getattr(row, f"{to}_id") for row in rows.values()), move)
        for to, kinds in KINDS.items()
    }
    found = {}
    for address, path in paths.items():
        row = rows.get(path)
        if path in {"", "/"}:
            found[address] = '<a href="/">'
        elif row and row.page_id in keys["page"]:
            found[address] = to_page(row.page_id)
        elif row and row.topic and row.topic_id in keys["topic"]:
            found[address] = f'<a href="{row.topic.url}">'
        elif row and row.author and row.author_id in keys["author"]:
            found[address] = f'<a href="{row.author.url}">'
    return found


def by_number(addresses: Iterable[str], move: Move) -> dict[str, str]:
    found = {}
    for address in addresses:
        parts = urlsplit(address)
        for name, number in parse_qsl(parts.query):
            for kind in QUERIES.get(name, ()) if parts.path in {"", "/", "/index.php"} else ():
                row = move.known(kind, [number]).get(number)
                if row and row.state != Import.State.DRAFT:
                    found[address] = to_page(row.object_id)
    return found


def to_files(addresses: Iterable[str], move: Move) -> dict[str, str]:
    """Links to uploaded files lead to the library's, under whichever name the site was called."""
    held = brought_from({one: [urlsplit(one).path] for one in addresses}, Kind.FILE, move)
    there = set(Download.objects.filter(pk__in=held.values()).values_list("pk", flat=True))
    return {
        address: f'<a linktype="document" id="{key}">'
        for address, key in held.items()
        if key in there
    }


def to_pictures(addresses: Iterable[str], move: Move) -> dict[str, str]:
    """The same of pictures; every size that WordPress made of one is the library's picture."""
    paths = {one: urlsplit(one).path for one in addresses}
    names = {
        one: [path, _SIZE.sub("", path), _SIZE.sub("-scaled", path)] for one, path in paths.items()
    }
    held = brought_from(names, Kind.PICTURE, move)
    there = set(Picture.objects.filter(pk__in=held.values()).values_list("pk", flat=True))
    return {
        address: f'<a linktype="picture" id="{key}">'
        for address, key in held.items()
        if key in there
    }


def brought_from(paths: Mapping[str, list[str]], kind: Import.Kind, move: Move) -> dict[str, int]:
    """By address, the key of what was brought from one of its paths, the first that was, under
    whichever name the site was called."""
    names = {
        one: [
            f"{site}{host}{path}"
            for path in dict.fromkeys(some)
            for host in sorted({host_of(one), *move.hosts})
            for site in SITES
        ]
        for one, some in paths.items()
    }
    wanted = {name for some in names.values() for name in some}
    if not wanted:
        return {}
    rows = Import.objects.filter(source=move.source, kind=kind, address__in=wanted)
    keys = dict(rows.values_list("address", "object_id"))
    found = {
        one: next((keys[name] for name in some if name in keys), None)
        for one, some in names.items()
    }
    return {one: key for one, key in found.items() if key is not None}


def brought(kinds: Iterable[Import.Kind], keys: Iterable[int | None], move: Move) -> set[int]:
    """Those of our rows that came from this site: another may have had the same addresses."""
    wanted = {key for key in keys if key is not None}
    rows = Import.objects.filter(source=move.source, kind__in=list(kinds), object_id__in=wanted)
    return set(rows.values_list("object_id", flat=True)) if wanted else set()


def to_page(key: int) -> str:
    return f'<a linktype="page" id="{key}">'
