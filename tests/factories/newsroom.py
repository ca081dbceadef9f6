"""A named cast for newsroom tests."""

import datetime as dt
import io
import json
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from PIL import Image

from allmende.newsroom import foundation, writing
from allmende.newsroom.models import (
    Article,
    Author,
    DossierPage,
    Download,
    FrontPage,
    InfoPage,
    Picture,
    SectionPage,
    Topic,
)

NOON = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)


def front_page() -> FrontPage:
    foundation.lay()
    return FrontPage.objects.get()


def put(page: Any) -> Any:
    """Hangs a page below the front page and publishes it."""
    front_page().add_child(instance=page)
    page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)


def section(title: str = "Tal", slug: str = "tal", **fields: Any) -> SectionPage:
    return SectionPage.objects.filter(slug=slug).first() or put(
        SectionPage(title=title, slug=slug, **fields)
    )


def dossier(title: str = "Die Brücke", slug: str = "bruecke") -> DossierPage:
    return put(DossierPage(title=title, slug=slug))


def info_page(title: str = "Impressum", slug: str = "impressum") -> InfoPage:
    return put(InfoPage(title=title, slug=slug, body=json.dumps(paragraphs("Wer wir sind."))))


def author(name: str = "Jana Reuter", slug: str = "jana-reuter", **fields: Any) -> Author:
    return Author.objects.get_or_create(slug=slug, defaults={"name": name, **fields})[0]


def topic(name: str = "Brücke", slug: str = "bruecke") -> Topic:
    return Topic.objects.get_or_create(slug=slug, defaults={"name": name})[0]


def picture(title: str = "Brücke", size: tuple[int, int] = (60, 40), **fields: Any) -> Picture:
    data = io.BytesIO()
    Image.new("RGB", size, "#446688").save(data, "PNG")
    words = {"description": "Eine Brücke im Nebel", "credit": "Zeichnung: Auentaler Bote"} | fields
    file = ImageFile(io.BytesIO(data.getvalue()), name=f"{title}.png")
    return Picture.objects.create(title=title, file=file, **words)


def download(name: str, data: bytes = b"%PDF-1.7", title: str = "Datei") -> Download:
    return Download.objects.create(title=title, file=ContentFile(data, name=name))


def paragraphs(*texts: str) -> list[dict[str, Any]]:
    return [writing.block("paragraph", f"<p>{text}</p>") for text in texts]


def draft(title: str = "Die Brücke steht", **fields: Any) -> Article:
    front_page()
    body = fields.pop("body", None) or paragraphs("Erster Satz.", "Zweiter Satz.", "Dritter Satz.")
    chosen = fields.pop("section", None) or section()
    return writing.draft(title, section=chosen, body=body, **fields)


def article(title: str = "Die Brücke steht", at: dt.datetime = NOON, **fields: Any) -> Article:
    """A published article."""
    return writing.publish(draft(title, **fields), at=at)
