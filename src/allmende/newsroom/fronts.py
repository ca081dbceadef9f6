"""The front page: what the editor placed, and the newest where nothing was placed."""

from dataclasses import dataclass

from allmende.newsroom import reading
from allmende.newsroom.models import Article, FrontPage, FrontStory, SectionPage

SECOND_ROW = 3
PER_SECTION = {
    SectionPage.Rhythm.PICTURE: 4,
    SectionPage.Rhythm.COLUMNS: 3,
    SectionPage.Rhythm.LIST: 5,
}
TICKER = 10


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

    def take(slot: str, count: int, listing: str) -> list[Article]:
        chosen = [a for a in placed.get(slot, []) if a.pk not in taken][:count]
        without = taken | {article.pk for article in chosen}
        fill = (
            reading.newest(listing, count - len(chosen), without=without)
            if count > len(chosen)
            else []
        )
        taken.update(article.pk for article in [*chosen, *fill])
        return [*chosen, *fill]

    lead = take(FrontStory.Slot.LEAD, 1, "all")
    second = take(FrontStory.Slot.SECOND, SECOND_ROW, "all")
    rows = []
    for section in reading.sections():
        articles = take(
            section.listing,
            PER_SECTION[SectionPage.Rhythm(section.rhythm)],
            section.listing,
        )
        if articles:
            rows.append(SectionRow(section, articles))
    return Front(lead[0] if lead else None, second, rows, reading.newest("all", TICKER))


def stories(front: FrontPage | None) -> dict[str, list[Article]]:
    """Placed stories by slot, in the editor's order; "first of its section" by listing name."""
    placed: dict[str, list[Article]] = {}
    if front is None:
        return placed
    rows = list(front.stories.all())
    live = {article.pk: article for article in reading.by_ids(row.article_id for row in rows)}
    for row in rows:
        if article := live.get(row.article_id):
            of_section = row.slot == FrontStory.Slot.SECTION
            slot = article.section.listing if of_section else row.slot
            placed.setdefault(slot, []).append(article)
    return placed
