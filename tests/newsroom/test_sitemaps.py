"""Sitemaps after the rules of sitemaps.org and of news search."""

import datetime as dt
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.utils import timezone

from allmende.bakery import bake, orders
from allmende.bakery.ingredients import EVERYTHING
from allmende.newsroom import publishing, reading, sitemaps, writing
from allmende.newsroom.models import Article, Author, Correction, Topic
from allmende.newsroom.reading import PART
from tests.factories import newsroom as make
from tests.newsroom.test_baking import from_scratch, page, tree, work

pytestmark = pytest.mark.django_db
NAMES = {"s": sitemaps.SITEMAP, "news": sitemaps.NEWS}


def locations(path: str) -> list[str]:
    root = ElementTree.fromstring(bake.render(path).body)
    return [
        (node.text or "").removeprefix(settings.PAPER_URL)
        for node in root.findall("*/s:loc", NAMES)
    ]


def numbered(number: int, **fields) -> Article:
    return make.article(f"Nummer {number}", slug=f"n-{number}", number=number, **fields)


def test_every_page_for_readers_stands_in_exactly_one_part():
    article = make.article(bylines=[(make.author(), "")], topics=[make.topic()])
    make.info_page()
    make.dossier()
    parts = locations("/sitemap.xml")
    found = [path for part in parts for path in locations(part)]
    assert len(found) == len(set(found))
    assert {
        *("/", "/tal/", article.url, "/von/jana-reuter/", "/thema/bruecke/"),
        *("/dossier/bruecke/", "/impressum.html", "/archiv/", "/sprache/en/"),
    } <= set(found)


def test_part_is_named_by_the_numbers_that_it_spans():
    first, last, next_one = numbered(1), numbered(reading.PART), numbered(reading.PART + 1)
    assert locations("/sitemap-artikel-1.xml") == [first.url, last.url]
    assert locations("/sitemap-artikel-2.xml") == [next_one.url]
    assert "/sitemap-artikel-2.xml" in locations("/sitemap.xml")
    assert reading.PART <= 50_000


def test_publication_renews_its_own_part_and_the_index_only_for_a_new_part():
    numbered(1)
    numbered(2)
    orders.place(EVERYTHING)
    work()

    def touched() -> set[str]:
        paths = orders.affected(orders.waiting())
        work()
        return {path for path in paths if path.startswith("/sitemap")}

    third = numbered(3)
    assert touched() == {"/sitemap-artikel-1.xml", "/sitemap-news.xml"}
    far = numbered(5_000)
    assert touched() == {"/sitemap-artikel-5.xml", "/sitemap-news.xml", "/sitemap.xml"}
    writing.withdraw(far)
    assert "/sitemap.xml" in touched()
    assert "/sitemap-artikel-5.xml" not in locations("/sitemap.xml")
    writing.withdraw(third)
    assert "/sitemap.xml" not in touched()


def part_of(row: Topic | Author) -> int:
    """PostgreSQL counts on from the tests before: a key may lie in any part."""
    return (row.pk - 1) // PART + 1


def test_sitemaps_follow_topics_authors_and_pages(tmp_path):
    make.article()
    orders.place(EVERYTHING)
    work()
    topic, author = make.topic("Fähre", "faehre"), make.author("Tarik", "tarik")
    make.section("Sport", "sport")
    work()
    of_topic = sitemaps.part_path("thema", part_of(topic))
    of_author = sitemaps.part_path("von", part_of(author))
    assert "/thema/faehre/" in page(of_topic)
    assert "/von/tarik/" in page(of_author)
    assert "/sport/" in page("/sitemap-seiten.xml")
    topic.delete()
    author.delete()
    work()
    assert "thema" not in page("/sitemap.xml")
    assert not {of_topic, of_author} & set(tree())
    assert tree() == from_scratch(tmp_path / "fresh")


def test_modification_is_that_of_the_text():
    article = make.article()
    later = make.NOON + dt.timedelta(days=3)
    article.corrections = [Correction(date=later.date(), text="Falsch.")]
    article.save_revision().publish()
    root = ElementTree.fromstring(bake.render("/sitemap-artikel-1.xml").body)
    assert root.findtext("s:url/s:lastmod", namespaces=NAMES) == "2026-11-23T00:00:00+01:00"


def titles(at: dt.datetime) -> list[str | None]:
    root = ElementTree.fromstring(sitemaps.news(at=at))
    return [node.text for node in root.findall("s:url/news:news/news:title", NAMES)]


def test_news_leave_after_two_days_by_the_hour():
    make.article("Alt", slug="alt", at=make.NOON)
    make.article("Neu & <neu>", at=make.NOON + dt.timedelta(hours=30))
    assert titles(make.NOON + dt.timedelta(hours=31)) == ["Neu & <neu>", "Alt"]
    assert titles(make.NOON + dt.timedelta(hours=48, minutes=59)) == ["Neu & <neu>", "Alt"]
    assert titles(make.NOON + dt.timedelta(hours=49)) == ["Neu & <neu>"]
    assert titles(make.NOON + dt.timedelta(days=9)) == []


def test_news_name_paper_language_and_time():
    make.article()
    root = ElementTree.fromstring(sitemaps.news(at=make.NOON))
    news = root.find("s:url/news:news", NAMES)
    assert news.findtext("news:publication/news:language", namespaces=NAMES) == "de"
    assert news.findtext("news:publication/news:name", namespaces=NAMES)
    assert news.findtext("news:publication_date", namespaces=NAMES) == "2026-11-20T12:00:00+00:00"


def test_baked_news_equal_a_bake_from_scratch(tmp_path):
    now = timezone.now()
    old = make.article("Gestern", slug="gestern", at=now - dt.timedelta(hours=20))
    make.article("Vorgestern", slug="vorgestern", at=now - dt.timedelta(hours=60))
    orders.place(EVERYTHING)
    work()
    assert old.url in page("/sitemap-news.xml")
    assert "vorgestern" not in page("/sitemap-news.xml")
    new = make.article("Jetzt", slug="jetzt", at=now)
    work()
    assert new.url in page("/sitemap-news.xml")
    writing.withdraw(old)
    work()
    assert old.url not in page("/sitemap-news.xml")
    publishing.news_window_moves(at=now)
    assert work() == 1
    assert tree() == from_scratch(tmp_path / "fresh")
