"""Articles into rows: written when readers may find an article, deleted when they may no longer.

`publishing` calls `put` and `drop` in the transaction of the change. What came in bulk, or was
indexed by older rules, is brought up by a background job; until then it is not found. What readers
do not have, or not yet in its newest words, has a row that only staff find (`put_drafts`).
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, prefetch_related_objects

from allmende.newsroom.models import (
    Article,
    Author,
    DossierPage,
    DraftEntry,
    Page,
    SearchEntry,
    SearchWord,
    SectionPage,
    Topic,
)
from allmende.newsroom.search import words

Progress = Callable[[int], None]
# Raise it when words are read by other rules: all rows are written anew.
VERSION = 1
# A place is the second of publication, counted so that old archives stay positive, and the
# article's key behind it: later is greater, and no two are the same.
SINCE = dt.datetime(1800, 1, 1, tzinfo=dt.UTC)
KEY_BITS = 30
PIECE = "__"
STEP = 100  # rows of one transaction
MOST_WORDS = 60_000  # of one article: a ticker of a long night has fewer
MOST_TEXT = 60_000  # signs that excerpts are cut from


def place_of(moment: dt.datetime, key: int = 0) -> int:
    seconds = int((moment - SINCE).total_seconds())
    return (max(seconds, 0) << KEY_BITS) + key


def article_at(place: int) -> int:
    """The key of the article at a place."""
    return place & ((1 << KEY_BITS) - 1)


def section_word(key: int) -> str:
    return f"s_{key}"


def author_word(key: int) -> str:
    return f"a_{key}"


@transaction.atomic
def put(articles: Sequence[Article]) -> None:
    """Writes the rows of articles, and takes out those that readers may not find."""
    SearchEntry.objects.filter(article__in=[article.pk for article in articles]).delete()
    public = [article for article in articles if article.live and article.first_published_at]
    prefetch_related_objects(public, "bylines__author", "topics", "corrections", "ticker__entries")
    entries = [entry_of(article) for article in public]
    SearchEntry.objects.bulk_create(entries, batch_size=50)
    learn(word for entry in entries for word in entry.words.split())


def drop(article: Article) -> None:
    SearchEntry.objects.filter(article=article.pk).delete()


@transaction.atomic
def put_drafts(keys: Sequence[int]) -> None:
    """Writes the rows of drafts by keys of articles, and takes out those that readers have."""
    DraftEntry.objects.filter(pk__in=keys).delete()
    articles = Article.objects.filter(unread(), pk__in=keys).select_related("latest_revision")
    entries = [draft_of(article) for article in articles]
    DraftEntry.objects.bulk_create(entries, batch_size=50)
    learn(word for entry in entries for word in entry.words.split())


def unread() -> Q:
    """Of articles: those whose newest words readers do not have."""
    return Q(live=False) | Q(has_unpublished_changes=True)


def draft_of(article: Article) -> DraftEntry:
    newest = article.latest_revision.as_object() if article.latest_revision else article
    return DraftEntry(
        place=article.pk, article_id=article.pk, version=VERSION, words=words_of(newest)
    )


def entry_of(article: Article) -> SearchEntry:
    assert article.first_published_at
    return SearchEntry(
        place=place_of(article.first_published_at, article.pk),
        article_id=article.pk,
        version=VERSION,
        words=words_of(article),
        text=text_of(article)[:MOST_TEXT],
    )


def words_of(article: Article) -> str:
    """Zones: headline, lead, names, text, and at last what is joined and what filters ask for."""
    language = words.base_language(article.language)
    headline = [article.title, article.short_headline, article.kicker, article.subheading]
    zones = [headline, [article.lead, article.teaser], names_of(article), pieces_of(article)]
    joined = [stem for zone in zones for piece in zone for stem in words.joined(piece, language)]
    authors = [author_word(byline.author_id) for byline in article.bylines.all()]
    last = [*dict.fromkeys(joined), section_word(article.section_id), *authors]
    return words.line([*(stems_of(zone, language) for zone in zones), last])


def stems_of(pieces: Iterable[str], language: str) -> list[str]:
    """Two underscores stand where a piece ends, so that no phrase goes on in the next."""
    stems: list[str] = []
    for piece in filter(None, pieces):
        stems += [PIECE] * bool(stems) + words.stems(piece, language)
    return stems[:MOST_WORDS]


def names_of(article: Article) -> list[str]:
    names = [byline.author.name for byline in article.bylines.all()]
    names += [topic.name for topic in article.topics.all()]
    dossier = [article.dossier.title] if article.dossier else []
    return [article.section.title, article.place, *dossier, *names]


def pieces_of(article: Article) -> list[str]:
    """What an article says below its lead, block by block."""
    blocks = article.body.stream_block.get_searchable_content(article.body)
    corrections = [correction.text for correction in article.corrections.all()]
    entries = article.ticker.entries.all() if hasattr(article, "ticker") else []
    ticker = [text for entry in entries for text in (entry.heading, entry.words)]
    return [article.picture_caption, *map(str, blocks), *ticker, *corrections]


def text_of(article: Article) -> str:
    """What excerpts are cut from: a line for each piece."""
    pieces = [article.lead, *pieces_of(article)]
    return "\n".join(words.plain(piece).strip() for piece in pieces if piece)


def learn(stems: Iterable[str]) -> None:
    """Keeps new words, in their order: two writers never wait for each other in a circle."""
    met = sorted({stem for stem in stems if len(stem) >= 3 and stem.isalnum()})
    for start in range(0, len(met), 500):
        some = met[start : start + 500]
        known = set(SearchWord.objects.filter(word__in=some).values_list("word", flat=True))
        SearchWord.objects.bulk_create(
            (SearchWord(word=word, backwards=word[::-1]) for word in some if word not in known),
            ignore_conflicts=True,
        )


# --- Catching up -----------------------------------------------------------------------------


def behind() -> QuerySet[Article]:
    """Live articles that have no row yet, or one by older rules."""
    fresh = SearchEntry.objects.filter(article=OuterRef("pk"), version=VERSION)
    return Article.objects.live().filter(~Exists(fresh), first_published_at__isnull=False)


def catch_up(*, progress: Progress = lambda count: None) -> int:
    """Writes the rows that are missing or old. Returns how many articles that were."""
    SearchEntry.objects.exclude(article__live=True).delete()
    catch_up_drafts()
    return again(behind(), progress=progress)


def catch_up_drafts() -> None:
    fresh = DraftEntry.objects.filter(article=OuterRef("pk"), version=VERSION)
    missing = Article.objects.filter(unread(), ~Exists(fresh)).order_by("-pk")
    keys = list(missing.values_list("pk", flat=True))
    for start in range(0, len(keys), STEP):
        put_drafts(keys[start : start + STEP])


def rebuild(*, progress: Progress = lambda count: None) -> int:
    """Writes every row anew; words that no article uses any more are forgotten."""
    SearchWord.objects.all().delete()
    DraftEntry.objects.all().delete()
    SearchEntry.objects.exclude(article__live=True).delete()
    catch_up_drafts()
    return again(Article.objects.live(), progress=progress)


def again(articles: QuerySet[Article], *, progress: Progress = lambda count: None) -> int:
    """Writes the rows of these articles anew, newest first, a few in each transaction."""
    keys = list(articles.order_by("-first_published_at", "-pk").values_list("pk", flat=True))
    for start in range(0, len(keys), STEP):
        some = keys[start : start + STEP]
        put_by_key(some)
        progress(len(some))
    return len(keys)


@transaction.atomic
def put_by_key(keys: Sequence[int]) -> None:
    """Locks the pages first: one that is being withdrawn is not written again after it."""
    list(Page.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    put(list(Article.objects.filter(pk__in=keys).select_related("section", "dossier", "locale")))


def renamed(row: Author | Topic | SectionPage | DossierPage) -> int:
    """Writes the articles anew that stand under a name, if the newest knows another one."""
    name = row.name if isinstance(row, Author | Topic) else row.title
    wanted = {
        Author: Q(bylines__author=row.pk),
        Topic: Q(topics=row.pk),
        SectionPage: Q(section=row.pk),
        DossierPage: Q(dossier=row.pk),
    }[type(row)]
    articles = Article.objects.live().filter(wanted).distinct()
    entries = SearchEntry.objects.filter(article__in=articles).order_by("-place")
    newest = entries.values_list("words", "article__locale__language_code").first()
    if newest is None:
        return 0
    stems = words.stems(name, words.base_language(newest[1]))
    return 0 if words.line([stems]) in newest[0] else again(articles)
