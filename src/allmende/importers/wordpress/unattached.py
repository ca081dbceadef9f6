"""Uploads that no text shows: they come into the library all the same, for whoever needs them."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings

from allmende.importers.models import Import
from allmende.importers.wordpress.album import Album, Found
from allmende.importers.wordpress.blocks import Picture as Shown
from allmende.importers.wordpress.files import Document, ending
from allmende.importers.wordpress.report import Line, Outcome
from allmende.newsroom.models import Download, Picture

ATTACHMENT = "attachment"  # in the report: what is neither picture nor file here
MODELS = {Import.Kind.PICTURE: Picture, Import.Kind.FILE: Download}


def shelve(attachments: list[Shown], album: Album) -> None:
    """Brings those of a batch that no item has brought before. In a transaction."""
    spool, report = album.spool, album.move.report
    fresh = [one for one in attachments if spool.first_time(f"at:{one.url}")]
    known = earlier(fresh, album)
    pictures, files = [], []
    for one in fresh:
        if row := known.get(one.url):
            report.add(again(one, row))
            continue
        match found(one, album):
            case Found() as picture:
                pictures.append(picture)
            case Document() as document:
                files.append(document)
            case str() as reason:
                report.add(line(one, ATTACHMENT, Outcome.LEFT_OUT, reason))
    brought = album.known(pictures) | album.files.known(files)
    if not album.move.dry_run:
        album.write(pictures, shown=False)
        album.files.write(files)
    for told in album.lines(pictures, known=brought) + album.files.lines(files, known=brought):
        report.add(told)


def found(one: Shown, album: Album) -> Found | Document | str:
    if ending(one.url) in settings.WAGTAILDOCS_EXTENSIONS:
        return album.files.find(one.url)
    return album.find(Shown(one.url, attachment_id=one.attachment_id))


def earlier(attachments: Iterable[Shown], album: Album) -> dict[str, Import]:
    """What earlier runs brought, by address: the files need not be looked at again."""
    urls = [one.url for one in attachments]
    rows = Import.objects.filter(source=album.move.source, kind__in=MODELS)
    return {row.address: row for row in rows.filter(address__in=urls)}


def again(one: Shown, row: Import) -> Line:
    kind = Import.Kind(row.kind)
    if MODELS[kind]._default_manager.filter(pk=row.object_id).exists():
        return line(one, kind.value, Outcome.UNCHANGED)
    return line(one, kind.value, Outcome.KEPT, "was deleted here since")


def line(one: Shown, kind: str, outcome: Outcome, *notes: str) -> Line:
    return Line(kind, one.attachment_id, one.title, one.url, outcome, notes)
