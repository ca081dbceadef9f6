"""The front page: what the editor placed, and the newest where nothing was placed."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from allmende.newsroom import reading
from allmende.newsroom.models import Article, FrontPage, FrontStory, SectionPage

SECOND_ROW = 3
PER_SECTION: dict[str, int] = {
    SectionPage.Rhythm.PICTURE: 4,
    SectionPage.Rhythm.COLUMNS: 3,
    SectionPage.Rhythm.LIST: 5,
}
TICKER = 10


@transaction.atomic
def place(articles: Sequence[Article], *, first: bool) -> None:
    """Puts articles into the second row, `first` or after what stands there; who edits the front
    page finds them. Call it only where the front page has no unpublished changes."""
    front = FrontPage.objects.get()
    there = list(front.stories.all())
    new = [FrontStory(slot=FrontStory.Slot.SECOND, article=article) for article in articles]
    stories = [*new, *there] if first else [*there, *new]
    for order, story in enumerate(stories):
        story.sort_order = order
    front.stories.set(stories)
    front.save_revision(clean=False).publish()


@dataclass(frozen=True)
class SectionRow:
    section: SectionPage
    articles: list[Article]

    @property
    def rhythm(self) -> str:
        return self.section.rhythm


@dataclass(frozen=True)
class Front:
    lead_story: Article | None
    second_row: list[Article]
    sections: list[SectionRow]
    ticker: list[Article]


def compose(front: FrontPage | None) -> Front:
    """No story stands twice above the ticker, which is a plain list of the newest."""
    placed = stories(front)
    taken: set[int] = set()

    def take(slot: str, count: int, listing: str) -> list[int]:
        chosen = [pk for pk in placed.get(slot, []) if pk not in taken][:count]
        missing = count - len(chosen)
        without = taken | set(chosen)
        fill = reading.newest_ids(listing, missing, without=without) if missing else []
        taken.update(chosen, fill)
        return [*chosen, *fill]

    lead = take(FrontStory.Slot.LEAD, 1, "all")
    second = take(FrontStory.Slot.SECOND, SECOND_ROW, "all")
    rows = [
        (section, take(section.listing, PER_SECTION[section.rhythm], section.listing))
        for section in reading.sections()
    ]
    ticker = reading.newest_ids("all", TICKER)
    articles = {article.pk: article for article in reading.by_ids(taken.union(ticker))}

    def shown(keys: list[int]) -> list[Article]:
        return [articles[pk] for pk in keys if pk in articles]

    return Front(
        next(iter(shown(lead)), None),
        shown(second),
        [SectionRow(section, shown(keys)) for section, keys in rows if keys],
        shown(ticker),
    )


def stories(front: FrontPage | None) -> dict[str, list[int]]:
    """Placed stories by slot, in the editor's order; "first of its section" by listing name."""
    placed: dict[str, list[int]] = {}
    if front is None:
        return placed
    rows = list(front.stories.all())
    live = {article.pk: article for article in reading.by_ids(row.article_id for row in rows)}
    for row in rows:
        if article := live.get(row.article_id):
            of_section = row.slot == FrontStory.Slot.SECTION
            slot = article.section.listing if of_section else row.slot
            placed.setdefault(slot, []).append(article.pk)
    return placed
