"""Recordings, films and files as the newsroom's blocks.

Our players need a file of our own: what lies elsewhere, or is of a kind that browsers do not play,
is a link to it or a download.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from allmende.importers.wordpress import media
from allmende.importers.wordpress.blocks import Embed, File, Picture
from allmende.importers.wordpress.files import Document, ending
from allmende.importers.wordpress.parts import Body, one_line, paragraph
from allmende.importers.wordpress.words import cut
from allmende.newsroom.models.blocks.recordings import AUDIO, CAPTIONS, VIDEO
from allmende.newsroom.writing import Raw, block

TITLE, CREDIT, ADDRESS = 160, 160, 1000  # what the newsroom's blocks hold
NO_TRANSCRIPT = "has no transcript, which it needs before it is published anew"


def embedded(source: Embed, made: Body) -> list[Raw]:
    if document := made.file(source.url):
        kind = ending(document.url)
        if kind in AUDIO:
            return heard(source, document, made)
        if kind in VIDEO and (seen := watched(source, document, made)):
            return seen
        return downloaded(document, *titled(source, document.title))
    if (address := media.film(source.url)) and len(address) <= ADDRESS:
        return elsewhere(source, address, made)
    return [paragraph(source.html)]


def titled(source: Embed, title: str) -> tuple[str, list[Raw]]:
    """What a recording is called: its caption, if that is short and plain. Otherwise the caption
    follows as a paragraph."""
    caption = one_line(source.caption)
    if caption and len(caption) <= TITLE and "<a " not in source.caption:
        return caption, []
    below = [paragraph(source.caption)] if source.caption else []
    return cut(one_line(source.title) or title, TITLE), below


def heard(source: Embed, document: Document, made: Body) -> list[Raw]:
    title, below = titled(source, document.title)
    made.notes.append(f"recording “{title}” {NO_TRANSCRIPT}")
    return [block("audio", recording(document, title)), *below]


def watched(source: Embed, document: Document, made: Body) -> list[Raw]:
    """A film with what stands before it; nothing where no picture can be had for that."""
    shown = Picture(source.poster) if source.poster else made.still
    still = made.picture(shown) if shown else None
    title, below = titled(source, document.title)
    if still is None:
        made.notes.append(f"film “{title}” has no picture: is a download")
        return []
    track = made.file(source.track) if ending(source.track) in CAPTIONS else None
    lacks = NO_TRANSCRIPT if track else NO_TRANSCRIPT.replace("transcript", "captions", 1)
    made.notes.append(f"film “{title}” {lacks}")
    value = recording(document, title) | {"picture": still, "captions": track}
    return [block("video", value), *below]


def recording(document: Document, title: str) -> Raw:
    credit = cut(document.credit, CREDIT)
    return {"file": document, "title": title, "credit": credit, "transcript": ""}


def elsewhere(source: Embed, address: str, made: Body) -> list[Raw]:
    """A film on another site: its title leads there."""
    title, below = titled(source, made.title or _("Video"))
    value = {"url": address, "title": title, "picture": None, "caption": ""}
    return [block("external_video", value), *below]


def offered(source: File, made: Body) -> list[Raw]:
    document = made.file(source.url)
    if document is None:
        return [paragraph(source.html)]
    return downloaded(document, cut(source.title or document.title, TITLE), [])


def downloaded(document: Document, title: str, below: list[Raw]) -> list[Raw]:
    return [block("download", {"document": document, "title": title, "note": ""}), *below]
