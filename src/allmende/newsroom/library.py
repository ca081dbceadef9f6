"""Many pictures and files at once, as another system brings them along.

Each file lies under a name made of its content. So a run that was killed between a file and its row
finds the file again, writes it anew if it is not whole, and leaves none behind that nobody knows.
"""

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.core.files import File
from django.core.files.storage import Storage
from django.db import transaction
from django.utils.text import slugify
from wagtail.models import Collection

from allmende.newsroom.models import Download, Picture
from allmende.newsroom.models.blocks import missing_words
from allmende.newsroom.signals import taken_in

STEM = 40  # characters of a file's own name that are kept


@dataclass(frozen=True, slots=True)
class Arrival:
    """A picture file that was looked at, and its words. `digest` is the SHA-1 of the file."""

    path: Path
    digest: str
    ending: str
    width: int
    height: int
    size: int
    title: str
    description: str
    credit: str


@dataclass(frozen=True, slots=True)
class FileArrival:
    """A document or a recording. `digest` is the SHA-1 of the file."""

    path: Path
    digest: str
    title: str


def at_home(digests: Iterable[str]) -> dict[str, Picture]:
    """Pictures of the library with these files, by digest; only those that have their words."""
    rows = Picture.objects.filter(file_hash__in=list(digests)).order_by("-pk")
    return {row.file_hash: row for row in rows if not missing_words(row)}


@transaction.atomic
def take_in_pictures(arrivals: Sequence[Arrival], *, shown: bool = True) -> list[Picture]:
    """Adds pictures to the library. Background jobs make the sizes of those to be `shown`; of the
    others each is made when it is first asked for.

    Raises OSError when a file cannot be read or there is no room for its copy.
    """
    if not arrivals:
        return []
    collection = Collection.get_first_root_node()
    pictures = [
        Picture(
            collection=collection,
            title=one.title[:255],
            description=one.description[:255],
            credit=one.credit[:160],
            file=put(one),
            width=one.width,
            height=one.height,
            file_size=one.size,
            file_hash=one.digest,
        )
        for one in arrivals
    ]
    Picture.objects.bulk_create(pictures)
    taken_in.send(Picture, keys=[picture.pk for picture in pictures], shown=shown)
    return pictures


def files_at_home(digests: Iterable[str]) -> dict[str, Download]:
    """Files of the library with these contents, by digest."""
    rows = Download.objects.filter(file_hash__in=list(digests)).order_by("-pk")
    return {row.file_hash: row for row in rows}


@transaction.atomic
def take_in_files(arrivals: Sequence[FileArrival]) -> list[Download]:
    """Adds documents and recordings to the library.

    Raises OSError when a file cannot be read or there is no room for its copy.
    """
    if not arrivals:
        return []
    collection = Collection.get_first_root_node()
    rows = [
        Download(
            collection=collection,
            title=one.title[:255],
            file=put_file(one),
            file_size=one.path.stat().st_size,
            file_hash=one.digest,
        )
        for one in arrivals
    ]
    Download.objects.bulk_create(rows)
    taken_in.send(Download, keys=[row.pk for row in rows])
    return rows


def put(arrival: Arrival) -> str:
    """Copies a picture to its place unless it is there already; returns its name."""
    name = f"original_images/{stem(arrival.path)}-{arrival.digest[:16]}.{arrival.ending}"
    return copy(arrival.path, arrival.digest, name, Picture.file.field.storage)


def put_file(arrival: FileArrival) -> str:
    """The same of a file, whose own name readers see: so the digest names a folder."""
    name = f"{stem(arrival.path)}.{arrival.path.suffix.lower().strip('.')}"
    name = f"documents/{arrival.digest[:16]}/{name}"
    return copy(arrival.path, arrival.digest, name, Download.file.field.storage)


def stem(path: Path) -> str:
    return slugify(path.stem)[:STEM].strip("-_") or "datei"


def copy(path: Path, digest: str, name: str, storage: Storage) -> str:
    if storage.exists(name):
        if digest_of(storage, name) == digest:
            return name
        storage.delete(name)
    try:
        with path.open("rb") as source:
            return str(storage.save(name, File(source)))
    except OSError:
        with suppress(OSError):  # half a file takes room and is of no use
            storage.delete(name)
        raise


def digest_of(storage: Storage, name: str) -> str:
    with storage.open(name) as file:
        return hashlib.file_digest(file, lambda: hashlib.sha1(usedforsecurity=False)).hexdigest()
