"""Files of the library where readers get them: public copies that the file server hands out.

A file lies in documents/ and is nobody's business until a page shows it. Then a copy of it stands
in files/<hash>/<name>: its address says its content, so it never changes and may be kept forever.
"""

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from django.utils.html import format_html
from django.utils.text import slugify
from wagtail.documents.rich_text import DocumentLinkHandler

from allmende.bakery.store.paths import TYPES
from allmende.newsroom.models import Download

FOLDER = "files"
HASH = 16  # characters of the SHA-1: enough that nobody guesses a file that is not public


@dataclass(frozen=True)
class PublicFile:
    """`kind` as readers know it ("PDF"), `size` in bytes, `type` for browsers."""

    url: str
    kind: str
    size: int
    type: str


class DownloadLink(DocumentLinkHandler):
    """A link in a text that leads to a file: to its public copy."""

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, str]]) -> list[str]:
        found = [publish(document) if document else None for document in cls.get_many(attrs_list)]
        return [format_html('<a href="{}">', file.url) if file else "<a>" for file in found]


def publish(document: Download) -> PublicFile | None:
    """Puts the public copy in place; None when the file itself is missing."""
    try:
        name = public_name(document)
        put(document, name)
        size = document.file_size or document.file.size
    except OSError:
        return None
    ending = document.file_extension.lower()
    kind = TYPES.get(ending, "application/octet-stream").partition(";")[0]
    return PublicFile(document.file.storage.url(name), ending.upper(), size, kind)


def take_away(document: Download) -> None:
    """Removes the public copy, unless another document has the same content and name."""
    if not document.file_hash:
        return
    if not Download.objects.filter(file_hash=document.file_hash).exists():
        with suppress(OSError):
            document.file.storage.delete(public_name(document))


def public_name(document: Download) -> str:
    stem = slugify(document.filename.rpartition(".")[0])[:80] or "datei"
    ending = slugify(document.file_extension) or "bin"
    return f"{FOLDER}/{document.get_file_hash()[:HASH]}/{stem}.{ending}"


def put(document: Download, name: str) -> None:
    """The copy is there whole or not at all, whoever dies in between. Raises OSError."""
    storage = document.file.storage
    if storage.exists(name):
        return
    try:
        target = Path(storage.path(name))
    except NotImplementedError:  # a bucket, where an object is there whole or not at all
        with document.file.open("rb") as file:
            storage.save(name, file)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{uuid4().hex}")
    try:
        shutil.copyfile(document.file.path, fresh)
        os.replace(fresh, target)
    finally:
        fresh.unlink(missing_ok=True)
