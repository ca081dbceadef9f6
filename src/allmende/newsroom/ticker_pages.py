"""What pages show of a ticker. The article shows one end of it; numbered pages hold all entries.

An entry's address is its place on a numbered page, which depends on nothing but its place.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Max, QuerySet

from allmende.bakery.ingredients import read
from allmende.newsroom.models import Article, ArticleAddress, Ticker, TickerEntry
from allmende.newsroom.models.tickers import PER_PAGE

REFRESH = 60  # seconds between two looks for new entries
KEY_POINTS = 8


@dataclass(frozen=True)
class Shown:
    """Some entries of a ticker in the order of reading; `number` is None on the article itself."""

    ticker: Ticker
    article: Article
    entries: list[TickerEntry]
    key_points: list[TickerEntry]
    number: int | None = None
    earlier: str = ""
    later: str = ""
    refresh: int = REFRESH

    @property
    def quiet_url(self) -> str:
        return quiet_path(self.article.number)

    @property
    def feed_url(self) -> str:
        return feed_path(self.article.number)

    @property
    def count(self) -> int:
        return len(self.entries)


def page_path(number: int, page: int) -> str:
    return f"/ticker/{number}/seite-{page}.html"


def quiet_path(number: int) -> str:
    return f"/ticker/{number}/ohne-neuladen.html"


def feed_path(number: int) -> str:
    return f"/ticker/{number}/feed.atom"


def address(article: Article, entry: TickerEntry) -> str:
    return f"{page_path(article.number, entry.page)}#{entry.anchor}"


def of(article: Article) -> Ticker | None:
    """The article's ticker. `tickers.start` orders the article, so the answer leaves no trace."""
    found: Ticker | None = getattr(article, "ticker", None)
    return found


def on_article(article: Article) -> Shown | None:
    """The newest entries; of a closed ticker that reads from its beginning, the oldest."""
    ticker = of(article)
    if ticker is None:
        return None
    read(ticker.newest)
    if ticker.newest_first or ticker.running:
        entries = list(rows(ticker).order_by("-place")[:PER_PAGE])
        if not ticker.newest_first:
            entries.reverse()
    else:
        read(ticker.page(1))
        entries = list(rows(ticker).filter(place__lte=PER_PAGE).order_by("place"))
    places = [entry.place for entry in entries]
    before = rows(ticker).filter(place__lt=min(places)).exists() if places else False
    after = rows(ticker).filter(place__gt=max(places)).exists() if places else False
    return Shown(
        ticker,
        article,
        entries,
        key_points(ticker),
        earlier=page_path(article.number, (min(places) - 2) // PER_PAGE + 1) if before else "",
        later=page_path(article.number, 2) if after else "",
    )


def newest(article: Article) -> Shown | None:
    """The newest entries, also of one that is closed."""
    ticker = of(article)
    if ticker is None:
        return None
    read(ticker.newest)
    return Shown(ticker, article, list(rows(ticker).order_by("-place")[:PER_PAGE]), [])


def numbered(article: Article, number: int) -> Shown | None:
    """Page `number`, 1 is the oldest; None when there is none (yet)."""
    ticker = of(article)
    if ticker is None:
        return None
    read(ticker.page(number), ticker.opens(number + 1))
    start = (number - 1) * PER_PAGE
    order = "-place" if ticker.newest_first else "place"
    found = rows(ticker).filter(place__gt=start, place__lte=start + PER_PAGE)
    entries = list(found.order_by(order))
    after = rows(ticker).filter(place__gt=start + PER_PAGE).exists()
    if not entries and not after:
        return None
    earlier = page_path(article.number, number - 1) if number > 1 else ""
    later = page_path(article.number, number + 1) if after else ""
    return Shown(ticker, article, entries, [], number, earlier, later)


def key_points(ticker: Ticker) -> list[TickerEntry]:
    pinned = ticker.entries.filter(pinned=True).order_by("-place")[:KEY_POINTS]
    found = list(pinned)
    return found if ticker.newest_first else found[::-1]


def rows(ticker: Ticker) -> QuerySet[TickerEntry]:
    return ticker.entries.select_related("author", "picture")


def every_path() -> Iterable[str]:
    """Numbered pages of all tickers."""
    tickers = Ticker.objects.select_related("article").annotate(last=Max("entries__place"))
    for ticker in tickers.iterator(chunk_size=1_000):
        yield from pages_of(ticker.article.number, ticker.last)


def pages_of(number: int, last_place: int | None) -> list[str]:
    last = (last_place - 1) // PER_PAGE + 1 if last_place else 0
    return [page_path(number, page) for page in range(1, last + 1)]


def every_quiet_path() -> Iterable[str]:
    return (quiet_path(number) for number in every_number())


def every_feed_path() -> Iterable[str]:
    return (feed_path(number) for number in every_number())


def every_number() -> Iterable[int]:
    numbers = Ticker.objects.values_list("article__number", flat=True)
    return numbers.iterator(chunk_size=1_000)


def paths_born(ingredient: str) -> Iterable[str]:
    """The page that "ticker:3:page:2" is about; all of an article's when it is published."""
    match ingredient.split(":"):
        case ["ticker", pk, "page", page] if pk.isdigit() and page.isdigit():
            number = Ticker.objects.filter(pk=pk).values_list("article__number", flat=True).first()
            return [page_path(number, int(page))] if number else []
        case ["page", pk] if pk.isdigit():
            found = Ticker.objects.filter(article_id=pk).annotate(last=Max("entries__place"))
            values = found.values_list("article__number", "last").first()
            return pages_of(*values) if values else []
    return ()


def quiet_born(ingredient: str) -> Iterable[str]:
    return [quiet_path(number) for number in numbers_born(ingredient)]


def feed_born(ingredient: str) -> Iterable[str]:
    return [feed_path(number) for number in numbers_born(ingredient)]


def numbers_born(ingredient: str) -> Iterable[int]:
    """Numbers of articles whose ticker an ingredient may have brought into being."""
    match ingredient.split(":"):
        case ["ticker", pk] if pk.isdigit():
            found = Ticker.objects.filter(pk=pk)
        case ["page", pk] if pk.isdigit():
            found = Ticker.objects.filter(article_id=pk)
        case _:
            return ()
    return found.values_list("article__number", flat=True)


def was_public(number: int) -> bool:
    """Whether readers may know an article by that number: it answers 410 then, not 404."""
    return ArticleAddress.objects.filter(number=number).exists()
