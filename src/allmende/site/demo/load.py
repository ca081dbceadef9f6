"""Fills an empty installation with the Auentaler Bote.

Texts lie in content/*.toml, pictures are drawn by `drawings`. Loading twice changes nothing.
"""

import datetime as dt
import json
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.db import transaction
from django.utils import timezone

from allmende.newsletters.models import Newsletter
from allmende.newsroom import foundation, writing
from allmende.newsroom.models import (
    Article,
    Author,
    Correction,
    DossierPage,
    Download,
    FrontPage,
    FrontStory,
    InfoPage,
    Picture,
    RelatedArticle,
    SectionPage,
    Topic,
)
from allmende.paper.models import MenuItem, Paper
from allmende.site.demo import (
    contributions,
    cooperative,
    drawings,
    editions,
    files,
    staff,
    tickers,
)
from allmende.site.demo.blocks import Library, as_blocks, page_blocks

CONTENT = Path(__file__).parent / "content"
LINK = re.compile(r"/artikel-link:([\w-]+)/")
Progress = Callable[[int], None]
RHYTHMS = [
    SectionPage.Rhythm.PICTURE,
    SectionPage.Rhythm.COLUMNS,
    SectionPage.Rhythm.LIST,
]


@dataclass
class Cast:
    """What articles refer to, by slug or name."""

    now: dt.datetime
    sections: dict[str, SectionPage] = field(default_factory=dict)
    dossiers: dict[str, DossierPage] = field(default_factory=dict)
    authors: dict[str, Author] = field(default_factory=dict)
    topics: dict[str, Topic] = field(default_factory=dict)
    library: Library = field(default_factory=Library)
    articles: dict[str, Article] = field(default_factory=dict)


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((CONTENT / f"{name}.toml").read_text())


def stories() -> list[dict[str, Any]]:
    """Articles oldest first, so that they take their places in the order of publication."""
    files = sorted((CONTENT / "articles").glob("*.toml"))
    rows = [tomllib.loads(file.read_text()) for file in files]
    return sorted(rows, key=lambda row: (-row["days_ago"], row["time"]))


def is_loaded() -> bool:
    return Article.objects.exists()


def load(
    folder: Path, *, at: dt.datetime | None = None, progress: Progress = lambda n: None
) -> None:
    """Draws the pictures into `folder`, then writes everything in one transaction.

    progress: called with the number of steps done since the last call.
    """
    drawings.save_all(folder, progress=lambda *_: progress(1))
    with transaction.atomic():
        foundation.lay()
        cast = Cast(now=at or timezone.now())
        lay_paper(read("paper"))
        lay_pictures(cast, folder)
        lay_files(cast, folder)
        lay_pages(cast)
        lay_people(cast)
        for row in stories():
            lay_article(cast, row)
            progress(1)
        tie_together(cast)
        editions.lay(cast.now, coming=draft_of(cast, read("announced")))
        Newsletter.objects.update_or_create(slug="freitagsbrief", defaults=read("newsletter"))
        contributions.lay(at=cast.now)
        cooperative.lay(staff.board(), at=cast.now)
        lay_menus(read("paper"), cast)


def steps() -> int:
    return len(drawings.STEMS) + len(stories())


def lay_paper(row: dict[str, Any]) -> None:
    paper = Paper.load()
    known = {f.name for f in Paper._meta.concrete_fields} - {"id", "logo"}
    for name, value in row.items():
        if name in known:
            setattr(paper, name, value)
    paper.full_clean()
    paper.save()


def lay_pictures(cast: Cast, folder: Path) -> None:
    for stem, row in read("pictures").items():
        found = next(iter(folder.glob(f"{stem}.*")))
        picture = Picture(title=row["title"], description=row["description"], credit=row["credit"])
        with found.open("rb") as file:
            picture.file = ImageFile(file, name=found.name)
            picture.save()
        cast.library.pictures[stem] = picture


def lay_files(cast: Cast, folder: Path) -> None:
    for name, row in read("files").items():
        data = files.content(name, shipped=CONTENT / "files", drawings=folder)
        file = ContentFile(data, name=name)
        cast.library.files[name] = Download.objects.create(title=row["title"], file=file)


def lay_pages(cast: Cast) -> None:
    front = FrontPage.objects.get()
    for order, row in enumerate(rows(read("sections"))):
        section = SectionPage(
            title=row["title"],
            slug=row["slug"],
            intro=row["intro"],
            place_in_menu=order * 10,
            rhythm=RHYTHMS[order % len(RHYTHMS)],
        )
        cast.sections[row["slug"]] = put(front, section)
    for row in rows(read("dossiers")):
        intro = row["intro"] if row["intro"].startswith("<") else f"<p>{row['intro']}</p>"
        dossier = DossierPage(title=row["title"], slug=row["slug"], intro=intro)
        cast.dossiers[row["slug"]] = put(front, dossier)
    for row in rows(read("pages")):
        body = json.dumps(page_blocks(row["html"]))
        put(front, InfoPage(title=row["title"], slug=row["slug"], body=body))


def put(front: FrontPage, page: Any) -> Any:
    front.add_child(instance=page)
    page.save_revision().publish()
    return page


def lay_people(cast: Cast) -> None:
    for row in rows(read("authors")):
        picture = cast.library.pictures.get(f"portrait-{row['slug']}")
        cast.authors[row["slug"]] = Author.objects.create(picture=picture, **row)
    for row in rows(read("topics")):
        cast.topics[row["name"]] = Topic.objects.create(**row)


def rows(table: dict[str, Any]) -> list[dict[str, Any]]:
    """The one list that a content file holds, whatever its key."""
    return next(value for value in table.values() if isinstance(value, list))


def moment(cast: Cast, days_ago: int, clock: str) -> dt.datetime:
    """That long ago, but never in the future: a fresh demo is started at any hour."""
    zone = Paper.load().time_zone_info
    day = cast.now.astimezone(zone).date() - dt.timedelta(days=days_ago)
    wanted = dt.datetime.combine(day, dt.time.fromisoformat(clock), tzinfo=zone)
    if wanted <= cast.now:
        return wanted
    return min(wanted - dt.timedelta(days=1), cast.now)


def draft_of(cast: Cast, row: dict[str, Any]) -> Article:
    original = cast.articles.get(row.get("translation_of", ""))
    fields: dict[str, Any] = {name: row.get(name, "") for name in PLAIN}
    fields |= {f"{key}_box_on": key not in row.get("boxes_off", []) for key in BOXES}
    if original:
        fields["translation_key"] = original.translation_key
    return writing.draft(
        row["headline"],
        slug=row["slug"],
        section=cast.sections[row["section"]],
        body=as_blocks(row["body"], cast.library),
        language=row.get("language", "de"),
        bylines=[(cast.authors[b["author"]], b.get("note", "")) for b in row["bylines"]],
        topics=[cast.topics[name] for name in row.get("topics", [])],
        dossier=cast.dossiers.get(row.get("dossier", "")),
        picture=cast.library.pictures.get(row.get("picture", "")),
        **fields,
    )


def lay_article(cast: Cast, row: dict[str, Any]) -> None:
    article = draft_of(cast, row)
    if "updated_days_ago" in row:
        article.updated_at = moment(cast, row["updated_days_ago"], row.get("updated_time", "12:00"))
    article.corrections.set(
        Correction(date=moment(cast, c["days_ago"], "12:00").date(), text=c["text"])
        for c in row.get("corrections", [])
    )
    at = moment(cast, row["days_ago"], row["time"])
    cast.articles[row["slug"]] = writing.publish(article, at=at)
    if "ticker" in row:
        tickers.lay(
            cast.articles[row["slug"]],
            row["ticker"],
            begin=at.astimezone(Paper.load().time_zone_info),
            authors=cast.authors,
            pictures=cast.library.pictures,
        )


PLAIN = (
    "kicker",
    "short_headline",
    "subheading",
    "lead",
    "teaser",
    "place",
    "picture_caption",
)
BOXES = ("newsletter", "membership", "contribution")


def tie_together(cast: Cast) -> None:
    """Related articles and links between them, once every article has its number."""
    for row in stories():
        article = cast.articles[row["slug"]]
        related = [cast.articles[slug] for slug in row.get("related", []) if slug in cast.articles]
        raw = LINK.sub(lambda m: cast.articles[m[1]].url, json_of(article))
        if not related and raw == json_of(article):
            continue
        article.body = raw
        article.related_links.set(
            RelatedArticle(related=other, sort_order=order) for order, other in enumerate(related)
        )
        article.save_revision().publish()


def json_of(article: Article) -> str:
    return json.dumps(article.body.get_prep_value())


def lay_menus(row: dict[str, Any], cast: Cast) -> None:
    paper = Paper.load()
    paper.menu_items.set(
        MenuItem(place=place, label=item["title"], address=item["url"], sort_order=order)
        for place in MenuItem.Place.values
        for order, item in enumerate(row.get(f"{place}_menu", []))
    )
    paper.save()
    front = FrontPage.objects.get()
    placed = read("front")
    chosen = [(FrontStory.Slot.LEAD, placed["lead_story"])]
    chosen += [(FrontStory.Slot.SECOND, slug) for slug in placed.get("second_row", [])]
    front.stories.set(
        FrontStory(slot=slot, article=cast.articles[slug], sort_order=order)
        for order, (slot, slug) in enumerate(chosen)
    )
    front.save_revision().publish()
