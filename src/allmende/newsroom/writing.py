"""Articles made, published and withdrawn by code: imports, the demo, tests.

Staff do the same through Wagtail's editor; both end in the same signals.
"""

import json
import re
import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.models import Locale

from allmende.newsroom import foundation
from allmende.newsroom.models import (
    Article,
    ArticleIndex,
    Author,
    Byline,
    Counter,
    Page,
    SectionPage,
    Topic,
)
from allmende.people.models import Person

Raw = dict[str, Any]
NUMBER = re.compile(r"\s*[-+−]?\d")


def block(kind: str, value: Any) -> Raw:
    """A body block as StreamField stores it."""
    return {"type": kind, "value": value, "id": str(uuid.uuid4())}


def table(
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    caption: str,
    row_headers: bool = True,
) -> Raw:
    """A table block."""
    value = {"caption": caption, "table": cells(header, rows), "row_headers": row_headers}
    return block("table", value)


def plot(
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    caption: str,
    kind: str = "bars",
    unit: str = "",
    source: str = "",
) -> Raw:
    """A plot block; `kind` is "bars" or "lines"."""
    words = {"caption": caption, "kind": kind, "unit": unit, "source": source}
    return block("plot", words | {"table": cells(header, rows)})


def cells(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Raw:
    """A table's value. A column whose cells all begin like a number is set as one."""
    rows = [list(row) for row in rows]
    found = list(zip(*rows, strict=True)) or [()] * len(header)
    columns = [
        {
            "type": "number" if column and all(map(NUMBER.match, column)) else "text",
            "heading": heading,
        }
        for heading, column in zip(header, found, strict=True)
    ]
    return {
        "columns": columns,
        "rows": [{"values": row} for row in rows],
        "caption": "",
    }


@transaction.atomic
def draft(
    title: str,
    *,
    section: SectionPage,
    body: Sequence[Raw],
    language: str | None = None,
    number: int | None = None,
    slug: str = "",
    bylines: Sequence[tuple[Author, str]] = (),
    topics: Sequence[Topic] = (),
    index: ArticleIndex | None = None,
    owner: Person | None = None,
    **fields: Any,
) -> Article:
    """A new draft. `fields` are the article's own, such as kicker or lead.

    Raises ValidationError when a field is too long; IntegrityError when `number` is taken.
    """
    locale = Locale.objects.get(language_code=language) if language else Locale.get_default()
    article = Article(
        title=title,
        slug=slug or slugify(title)[:255].strip("-") or "artikel",
        section=section,
        body=json.dumps(list(body)),
        locale=locale,
        live=False,
        owner=owner,
        **fields,
    )
    if number is not None:
        article.number = number
        Counter.reserve("article", number)
    article.bylines.set(
        Byline(author=author, note=note, sort_order=order)
        for order, (author, note) in enumerate(bylines)
    )
    article.topics.set(topics)
    (index or foundation.article_index()).add_child(instance=article)
    return article


@transaction.atomic
def publish(article: Article, *, at: datetime, by: Person | None = None) -> Article:
    """Makes an article live, first published `at` unless it was live before.

    Raises ValidationError, by field, when it is not ready to be read.
    """
    article.first_published_at = article.first_published_at or at
    check_ready(article)
    article.save_revision(user=by, clean=False).publish(user=by)
    return Article.objects.get(pk=article.pk)


def check_ready(article: Article) -> None:
    """Raises ValidationError, by field, for all that readers would miss: what the editor's form
    asks of the article, and of each block of its body."""
    article.must_be_ready = True
    errors: dict[str, list[str]] = {}
    try:
        article.full_clean()
    except ValidationError as error:
        errors = error.message_dict
    if said := article.listed_too_often():
        errors["topics"] = said
    try:
        article.body.stream_block.clean(article.body)
    except StreamBlockValidationError as error:
        errors["body"] = [*errors.get("body", []), *said_by(error.as_json_data())]
    if errors:
        raise ValidationError(errors)


def said_by(faults: dict[str, Any]) -> Iterator[str]:
    """The sentences of a body's faults, in the order of its blocks."""
    yield from faults.get("messages", [])
    for inside in faults.get("blockErrors", {}).values():
        yield from said_by(inside)


@transaction.atomic
def revise(page: Page, *, by: Person | None = None) -> Page:
    """Keeps what was changed in a page as its next revision.

    Readers see it at once if `page.live` is set, from its `go_live_at` on if that is to come, and
    otherwise the page no longer. Raises ValidationError, by field, when it cannot be kept so.
    """
    stored = Page.objects.get(pk=page.pk)
    shown = page.live or page.go_live_at is not None
    page.full_clean()
    revision = page.save_revision(user=by, clean=False)
    if shown:
        revision.publish(user=by)
    elif stored.live:
        stored.specific.unpublish(user=by)
    return type(page).objects.get(pk=page.pk)


@transaction.atomic
def withdraw(article: Article, *, by: Person | None = None) -> None:
    """Takes an article from readers; its addresses answer 410 from now on."""
    article.unpublish(user=by)
