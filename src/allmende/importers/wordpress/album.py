"""Which picture of the library a picture of the export becomes.

A file is one picture, however often and under how many addresses it is shown: its digest is the
foreign id that the import remembers it by.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from allmende.importers.models import Import
from allmende.importers.wordpress import words
from allmende.importers.wordpress.blocks import Picture as Shown
from allmende.importers.wordpress.files import Document, Files
from allmende.importers.wordpress.move import Move
from allmende.importers.wordpress.photos import Photo, UnusableError, look
from allmende.importers.wordpress.report import Line, Outcome
from allmende.importers.wordpress.spool import Spool
from allmende.newsroom import library
from allmende.newsroom.models import Picture

TITLE, DESCRIPTION, CREDIT = 255, 255, 160  # what the library's fields hold
# Names that cameras and phones give say nothing.
_NO_NAME = re.compile(r"(?i)^(img|dsc[nf]?|dcp|pict?|image|bild|photo|foto|p|cimg)?[\W_\d]*$")
_CREDIT = re.compile(
    r"(?i)(?:^|[\s(\[|–—/])((?:fotos?|photos?|bild|bilder|grafik|illustration|zeichnung|quelle|"
    r"picture|credit|image)\s*(?:by|von)?\s*[:/]\s*[^()\[\]|\n]{2,120}|©\s*[^()\[\]|\n]{2,120})"
)


@dataclass(frozen=True, slots=True)
class Found:
    """A photo with its words, on its way into the library."""

    photo: Photo
    url: str
    title: str
    description: str
    credit: str
    notes: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        return self.photo.digest

    @property
    def key(self) -> str:
        return f"picture:{self.digest}"

    @property
    def arrival(self) -> library.Arrival:
        photo = self.photo
        return library.Arrival(
            photo.path,
            photo.digest,
            photo.ending,
            photo.width,
            photo.height,
            photo.size,
            self.title,
            self.description,
            self.credit,
        )


@dataclass
class Album:
    """Pictures of one batch of items."""

    spool: Spool
    move: Move
    seen: dict[str, Found | str] = field(default_factory=dict)  # by address; or why there is none

    def __post_init__(self) -> None:
        self.files = Files(self.spool, self.move)

    def is_own_file(self, url: str) -> bool:
        return self.files.is_own(url)

    def find_file(self, url: str) -> Document | str:
        return self.files.find(url)

    def picture(self, foreign_id: str) -> Shown | None:
        return self.spool.picture(foreign_id)

    def pictures_of(self, foreign_id: str) -> list[Shown]:
        return self.spool.pictures_of(foreign_id)

    def is_picture_page(self, url: str) -> bool:
        return self.spool.is_picture_page(url)

    def find(self, shown: Shown) -> Found | str:
        """The photo that an address means, or why it cannot be had; "" where nobody looked."""
        if shown.url not in self.seen:
            self.seen[shown.url] = self._look(shown)
        return self.seen[shown.url]

    def _look(self, shown: Shown) -> Found | str:
        if self.move.uploads is None and not self._has_brought:
            return ""
        known = self.spool.picture(shown.attachment_id) if shown.attachment_id else None
        known = known or self.spool.picture_at(shown.url)
        urls = list(dict.fromkeys([known.url, shown.url] if known else [shown.url]))
        reason = "is not in the folder of uploads" if self.move.uploads else ""
        for url in urls:
            for path in self.move.uploads.files(url) if self.move.uploads else ():
                try:
                    photo = look(path, most_pixels=self._pixels, most_bytes=self._bytes)
                except UnusableError as error:
                    reason = str(error)
                except OSError as error:
                    reason = f"cannot be read ({error.strerror})"
                else:
                    return self._settled(self._described(photo, shown, known or Shown(shown.url)))
        return self._from_before(urls) or reason

    @cached_property
    def _has_brought(self) -> bool:
        return Import.objects.filter(source=self.move.source, kind=Import.Kind.PICTURE).exists()

    def _from_before(self, urls: Iterable[str]) -> Found | None:
        """What an earlier run brought stays, though its file is no longer at hand."""
        if not self._has_brought:
            return None
        rows = Import.objects.filter(source=self.move.source, kind=Import.Kind.PICTURE)
        for row in rows.filter(address__in=list(urls)):
            if picture := Picture.objects.filter(pk=row.object_id).first():
                photo = Photo(Path(picture.file.name), row.foreign_id, "", 0, 0, 0)
                words_of = (picture.title, picture.description, picture.credit)
                return Found(photo, row.address, *words_of)
        return None

    @cached_property
    def _pixels(self) -> int:
        return int(settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS)

    @cached_property
    def _bytes(self) -> int:
        return int(settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE)

    def _settled(self, found: Found) -> Found | str:
        """With the words that the library has for it; they belong to the paper."""
        earlier = self.move.known(Import.Kind.PICTURE, [found.digest]).get(found.digest)
        if earlier is None:
            there = library.at_home([found.digest]).get(found.digest)
        else:
            there = Picture.objects.filter(pk=earlier.object_id).first()
            if there is None:
                return "was deleted here since"
        return replace(found, credit=there.credit) if there else found

    def _described(self, photo: Photo, shown: Shown, known: Shown) -> Found:
        notes = ["moves in the original: its first image stands here"] if photo.moves else []
        captions = [words.line(text) for text in (shown.caption, known.caption)]
        title = words.line(known.title) or " ".join(re.split(r"[-_\s]+", photo.path.stem)).strip()
        said = [words.line(shown.alt), words.line(known.alt), *captions]
        said.append("" if _NO_NAME.match(title) else title)
        description = next(filter(None, said), "")
        if not description:
            description = str(_("Picture without description"))
            notes.append("has no alternative text")
        credit = words.line(known.credit) or credit_in(captions) or words.line(photo.credit)
        if not credit:
            credit = _("Source: %(site)s") % {"site": self.move.site}
            notes.append(f"has no credit: says “{credit}”")
        return Found(
            photo,
            known.url,
            words.cut(title or photo.path.name, TITLE),
            words.cut(description, DESCRIPTION),
            words.cut(credit, CREDIT),
            tuple(notes),
        )

    def write(self, found: Iterable[Found], *, shown: bool = True) -> dict[str, Any]:
        """The library's pictures of these, by key; what is new is added. In a transaction.

        shown: some page is to show them.
        """
        wanted = {one.digest: one for one in found}
        if not wanted:
            return {}
        earlier = self.move.known(Import.Kind.PICTURE, wanted)
        rows = Picture.objects.in_bulk([row.object_id for row in earlier.values()])
        there = {
            digest: rows[row.object_id] for digest, row in earlier.items() if row.object_id in rows
        }
        there = library.at_home(wanted.keys() - earlier.keys()) | there
        new = [one for digest, one in wanted.items() if digest not in there]
        made = library.take_in_pictures([one.arrival for one in new], shown=shown)
        there |= {one.digest: picture for one, picture in zip(new, made, strict=True)}
        Import.objects.bulk_create(
            self.move.row(Import.Kind.PICTURE, digest, there[digest].pk, address=one.url)
            for digest, one in wanted.items()
            if digest not in earlier
        )
        return {wanted[digest].key: picture for digest, picture in there.items()}

    def known(self, found: Iterable[Found]) -> set[str]:
        """Digests of those that an earlier batch or run brought."""
        return set(self.move.known(Import.Kind.PICTURE, {one.digest for one in found}))

    def lines(self, found: Iterable[Found], *, known: set[str]) -> list[Line]:
        """What the report says of pictures that it has not named yet; `known` before the batch."""
        new = {one.digest: one for one in found if self.spool.first_time(one.key)}
        return [
            Line(
                Import.Kind.PICTURE.value,
                digest,
                one.title,
                one.url,
                Outcome.UNCHANGED if digest in known else Outcome.NEW,
                () if digest in known else one.notes,
            )
            for digest, one in new.items()
        ]


def credit_in(texts: Iterable[str]) -> str:
    """The credit that stands in a caption, as “(Foto: Jana Reuter)” does."""
    for text in texts:
        if match := _CREDIT.search(text):
            return match[1].strip(" .,;")
    return ""
