"""Pages taken in together leave the rows that writing and publishing each of them leaves."""

import datetime as dt
import json

import pytest
from django.core.exceptions import ValidationError
from wagtail.models import PageLogEntry, ReferenceIndex, Revision

from allmende.bakery.ingredients import EVERYTHING
from allmende.bakery.models import BakeOrder
from allmende.newsroom import foundation, publishing, tasks, writing
from allmende.newsroom.models import (
    Article,
    ArticleAddress,
    Byline,
    Counter,
    InfoPage,
    ListingEntry,
    Page,
)
from allmende.newsroom.taking_in import take_in
from allmende.newsroom.writing import block
from tests.factories import newsroom as make

pytestmark = pytest.mark.django_db
LATER = make.NOON + dt.timedelta(hours=1)
# Differ from page to page, or say when something was done.
OWN = {"id", "page_ptr_id", "path", "number", "url_path", "translation_key", "latest_revision_id"}
OWN |= {"live_revision_id", "latest_revision_created_at", "last_published_at"}


def fields() -> dict:
    return {
        "title": "Die Brücke steht",
        "slug": "die-bruecke-steht",
        "section": make.section(),
        "body": json.dumps([block("paragraph", "<p>Sie steht.</p>") | {"id": "eins"}]),
        "teaser": "Endlich.",
        "first_published_at": make.NOON,
    }


def unsaved(**changes) -> Article:
    article = Article(live=True, **(fields() | changes))
    article.bylines = [Byline(author=make.author(), note="Text", sort_order=0)]
    article.topics = [make.topic()]
    return article


def written() -> Article:
    given = fields()
    given["body"] = json.loads(given["body"])
    title = given.pop("title")
    article = writing.draft(
        title, bylines=[(make.author(), "Text")], topics=[make.topic()], **given
    )
    return writing.publish(article, at=make.NOON)


def taken(*pages: Article) -> list[Article]:
    make.front_page()
    take_in(pages, under=foundation.article_index(), at=LATER)
    return [Article.objects.get(pk=page.pk) for page in pages]


def facts(article: Article) -> dict:
    """Everything that is kept about an article, without what names just this one."""
    number = str(article.number)
    row = {f.attname: f.value_to_string(article) for f in article._meta.concrete_fields}
    entries = ListingEntry.objects.filter(article=article).values_list("listing", flat=True)
    log = PageLogEntry.objects.filter(page_id=article.pk).order_by("pk")
    revision = article.latest_revision
    return {
        "row": {name: value for name, value in row.items() if name not in OWN},
        "bylines": list(article.bylines.values_list("author_id", "note", "sort_order")),
        "topics": list(article.topics.values_list("pk", flat=True)),
        "listings": set(entries),
        "addresses": [a.path.replace(number, "N") for a in article.addresses.all()],
        "log": list(log.values_list("action", "label", "content_changed", "user")),
        "logged revision": [entry.revision_id == revision.pk for entry in log],
        "revision": {k: v for k, v in revision.content.items() if k not in OWN | {"pk", "live"}}
        | {"bylines": [], "last_published_at": None, "has_unpublished_changes": False},
        "revisions": article.revisions.count(),
        "is live": article.live_revision_id == article.latest_revision_id,
        "types": (revision.content_type_id, revision.base_content_type_id, revision.object_str),
        "url path": article.url_path,
    }


def test_taken_in_article_is_like_one_written_and_published():
    expected = facts(written())
    [article] = taken(unsaved())
    assert facts(article) == expected


def test_taken_in_article_can_be_edited_published_and_withdrawn():
    [article] = taken(unsaved())
    article.title = "Die Brücke fällt"
    article.save_revision().publish()
    again = Article.objects.get(pk=article.pk)
    assert (again.title, again.revisions.count()) == ("Die Brücke fällt", 2)
    assert [byline.note for byline in again.bylines.all()] == ["Text"]
    writing.withdraw(again)
    assert not Article.objects.get(pk=article.pk).live


def test_tree_and_numbers_stay_whole():
    before = make.article()
    one, two = taken(unsaved(), unsaved(title="Zwei"))
    after = make.article()
    assert [a.number - before.number for a in (one, two, after)] == [1, 2, 3]
    assert sorted(a.path for a in (before, one, two, after)) == [
        a.path for a in (before, one, two, after)
    ]
    assert foundation.article_index().numchild == 4
    assert Page.find_problems() == ([], [], [], [], [])


def test_places_follow_the_order_of_pages():
    one, two = taken(unsaved(), unsaved(title="Zwei"))
    places = [a.listing_entries.get(listing="all").place for a in (one, two)]
    assert places == [0, 1]


def test_draft_is_taken_in_without_places():
    [draft] = taken(_draft())
    assert (draft.live, draft.has_unpublished_changes) == (False, True)
    assert not draft.listing_entries.exists()
    assert not ArticleAddress.objects.filter(article=draft).exists()


def _draft() -> Article:
    article = unsaved(first_published_at=None)
    article.live = False
    return article


def test_scheduled_page_waits_with_an_approved_revision():
    article = _draft()
    article.go_live_at = LATER + dt.timedelta(days=3)
    [article] = taken(article)
    revision = Revision.objects.get(approved_go_live_at=article.go_live_at)
    assert revision.object_id == str(article.pk)
    assert not article.live
    log = PageLogEntry.objects.filter(page_id=article.pk).values_list("action", flat=True)
    assert set(log) == {"wagtail.create", "wagtail.publish.schedule"}


def test_too_long_field_is_refused_and_nothing_is_written():
    with pytest.raises(ValidationError):
        taken(unsaved(), unsaved(kicker="x" * 61))
    assert not Article.objects.exists()


def test_two_info_pages_with_one_address_are_refused():
    front = make.front_page()
    body = json.dumps(make.paragraphs("Text."))
    pages = [InfoPage(title="Wir", slug="wir", body=body, live=True) for _ in range(2)]
    with pytest.raises(ValidationError):
        take_in(pages, under=front, at=LATER)


def test_queries_do_not_grow_with_the_articles(django_assert_max_num_queries):
    foundation.lay()
    few, many = [unsaved() for _ in range(2)], [unsaved() for _ in range(12)]
    with publishing.together(until=LATER), django_assert_max_num_queries(45 + 12):
        take_in(few, under=foundation.article_index(), at=LATER)
        take_in(many, under=foundation.article_index(), at=LATER)


def test_few_articles_order_their_pages_and_many_one_bake_of_everything():
    make.front_page()
    index = foundation.article_index()
    for count, expected in ((1, False), (publishing.FEW + 1, True)):
        articles = [unsaved() for _ in range(count)]
        BakeOrder.objects.all().delete()
        with publishing.together(until=LATER):
            take_in(articles, under=index, at=LATER)
        names = set(BakeOrder.objects.values_list("ingredient", flat=True))
        assert (names == {EVERYTHING}) is expected
        assert expected or articles[0].ingredient in names


def test_index_task_finds_articles_and_what_they_refer_to():
    [article] = taken(unsaved())
    tasks.index_rows.func("newsroom.Article", [article.pk])
    assert list(Article.objects.all().search("Brücke")) == [article]
    sections = ReferenceIndex.get_references_to(article.section)
    assert [reference.object_id for reference in sections] == [str(article.pk)]


def test_counter_gives_many_numbers_and_never_one_twice():
    Counter.take("a")
    assert Counter.take_many({"a": 3, "b": 1}) == {"a": 2, "b": 1}
    assert (Counter.take("a"), Counter.take("b")) == (5, 2)
