"""Exports of a small site, and the deed that moves it in."""

import datetime as dt
from pathlib import Path
from typing import Any

from wagtail.models import Revision

from allmende.importers.models import Import
from allmende.importers.wordpress.load import load
from allmende.importers.wordpress.report import Report
from allmende.newsroom.models import (
    Article,
    ArticleAddress,
    Author,
    InfoPage,
    ListingEntry,
    SectionPage,
    Topic,
)
from allmende.people.models import Person
from tests.importers.wordpress.samples import export, field, item, label

AT = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)
LATER = "2027-03-01 08:30:00"


def bring(file: Path, *parts: str, **options: Any) -> Report:
    file.write_bytes(export(*parts))
    return load(file, at=AT, **options)


def post(number: int, title: str = "", inside: str = "", **fields: str) -> str:
    """A published article, an hour after the one with the number before."""
    moment = dt.datetime(2019, 3, 1, 8, 30) + dt.timedelta(hours=number)  # noqa: DTZ001 - as written
    given = {
        "title": title or f"Artikel {number}",
        "wp:post_id": str(number),
        "wp:post_name": f"artikel-{number}",
        "link": f"https://bote.example/?p={number}",
        "wp:post_date_gmt": f"{moment:%Y-%m-%d %H:%M:%S}",
    }
    return item(
        given | {name.replace("__", ":"): value for name, value in fields.items()}, inside=inside
    )


def page(number: int, **fields: str) -> str:
    return post(number, **{"wp__post_type": "page", "wp__post_name": "seite", **fields})


def category(number: int, slug: str, name: str) -> str:
    return (
        f"<wp:category><wp:term_id>{number}</wp:term_id>"
        f"{field('wp:category_nicename', slug)}{field('wp:cat_name', name)}</wp:category>"
    )


def author(login: str, name: str, number: int = 3) -> str:
    return (
        f"<wp:author><wp:author_id>{number}</wp:author_id>{field('wp:author_login', login)}"
        f"{field('wp:author_display_name', name)}"
        f"{field('wp:author_email', 'jana@bote.example')}</wp:author>"
    )


def only() -> Article:
    return Article.objects.get()


def notes(report: Report) -> str:
    return " / ".join(note for line in report.lines for note in line.notes)


def text(page: Any) -> str:
    return " ".join(str(block["value"]) for block in page.body.raw_data)


def opened(page: Any) -> str:
    """The body as the editor shows it to staff."""
    form = type(page).get_edit_handler().get_form_class()
    latest = page.get_latest_revision_as_object()
    return str(form(instance=latest, for_user=Person(is_superuser=True, is_active=True))["body"])


def site() -> list[str]:
    return [
        author("jana", "Jana Reuter"),
        category(5, "tal", "Tal"),
        *(
            post(
                n, inside=label("category", "tal", "Tal") + label("post_tag", f"t{n % 3}", f"T{n}")
            )
            for n in range(1, 8)
        ),
        post(8, wp__status="draft"),
        post(9, wp__status="future", wp__post_date_gmt=LATER),
        page(10, title="Impressum"),
        page(11, title="Datenschutz"),
    ]


def everything() -> dict[str, list[Any]]:
    models = (
        Article,
        InfoPage,
        SectionPage,
        Author,
        Topic,
        ListingEntry,
        ArticleAddress,
        Import,
        Revision,
    )
    return {
        model.__name__: list(model._default_manager.order_by("pk").values()) for model in models
    }
