"""A site moves in: what becomes of what, however odd it is."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation
from wagtail.models import Revision

from allmende.importers.models import Import
from allmende.importers.wordpress import load as loading
from allmende.importers.wordpress.report import Outcome
from allmende.newsroom.models import (
    Article,
    ArticleAddress,
    Author,
    InfoPage,
    ListingEntry,
    MovedAddress,
    Page,
    SectionPage,
    Topic,
)
from tests.factories import newsroom as make
from tests.importers.wordpress.moving import (
    AT,
    LATER,
    author,
    bring,
    category,
    notes,
    only,
    opened,
    page,
    post,
    text,
)
from tests.importers.wordpress.samples import item, label, meta

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "export.xml"


# --- What becomes of what ----------------------------------------------------------------


def test_published_post_becomes_a_live_article(file):
    labels = label("category", "tal", "Tal & Dörfer") + label("category", "wetter", "Wetter")
    parts = author("jana", "Jana Reuter"), category(5, "tal", "Tal &amp; Dörfer")
    report = bring(file, *parts, item(inside=labels + label("post_tag", "aue", "Aue")))
    article = only()
    assert (article.title, article.slug) == ("Der Fluss steigt", "der-fluss-steigt")
    assert (article.section.title, article.section.slug) == ("Tal & Dörfer", "tal")
    assert {topic.name for topic in article.topics.all()} == {"Aue", "Wetter"}
    assert [byline.author.name for byline in article.bylines.all()] == ["Jana Reuter"]
    assert article.first_published_at == dt.datetime(2019, 3, 1, 8, 30, tzinfo=dt.UTC)
    assert article.teaser == "Kurz."
    assert [block["value"] for block in article.body.raw_data] == [
        "<p>Erster Absatz.</p>",
        "<p>Zweiter Absatz.</p>",
    ]
    assert ArticleAddress.objects.filter(article=article).exists()
    assert set(article.listing_entries.values_list("listing", flat=True)) == article.listings()
    assert report.counts["post"] == {Outcome.NEW: 1}
    assert (
        Import.objects.get(kind="post").address == "https://bote.example/2019/03/der-fluss-steigt/"
    )


def test_nobody_s_address_becomes_public(file):
    bring(
        file,
        author("jana@bote.example", "jana@bote.example"),
        post(1, dc__creator="jana@bote.example"),
    )
    found = Author.objects.get()
    assert (found.name, found.slug, found.email) == ("jana", "jana", "")


def test_author_who_is_not_listed_comes_by_login(file):
    bring(file, post(1, dc__creator="gast"))
    assert [byline.author.name for byline in only().bylines.all()] == ["gast"]


@pytest.mark.parametrize(
    ("fields", "live", "note"),
    [
        ({"wp__status": "draft"}, False, ""),
        ({"wp__status": "pending"}, False, "was “pending”"),
        ({"wp__status": "private"}, False, "was “private”"),
        ({"wp__status": "archiviert"}, False, "was “archiviert”"),
        ({"wp__post_password": "geheim"}, False, "behind a password"),
        ({"wp__status": "future"}, True, ""),  # its time came between export and import
        ({"wp__post_date_gmt": LATER}, True, "lies in the future"),
        (
            {
                "wp__post_date_gmt": "",
                "wp__post_date": "",
                "wp__post_modified_gmt": "",
                "wp__post_modified": "",
            },
            True,
            "has no date",
        ),
    ],
)
def test_state_follows_the_original(file, fields, live, note):
    report = bring(file, post(1, **fields))
    article = only()
    assert article.live is live
    assert article.listing_entries.exists() is live
    assert note in notes(report)
    assert not live or article.first_published_at <= AT


def test_future_post_is_scheduled(file):
    bring(file, post(1, wp__status="future", wp__post_date_gmt=LATER))
    article, moment = only(), dt.datetime(2027, 3, 1, 8, 30, tzinfo=dt.UTC)
    assert (article.live, article.go_live_at) == (False, moment)
    assert Revision.objects.get(approved_go_live_at=moment).object_id == str(article.pk)


@pytest.mark.parametrize("status", ["trash", "auto-draft", "inherit"])
def test_rubbish_is_left_out_with_a_reason(file, status):
    report = bring(file, post(1, wp__status=status))
    assert not Article.objects.exists()
    assert report.counts["post"] == {Outcome.LEFT_OUT: 1}
    assert notes(report)


def test_post_without_category_stands_in_a_section_of_its_own(file):
    bring(file, post(1))
    assert only().section.title == "Without section"


def test_uncategorized_counts_only_where_there_is_nothing_else(file):
    none = label("category", "uncategorized", "Uncategorized")
    bring(file, post(1, inside=none + label("category", "tal", "Tal")), post(2, inside=none))
    sections = {article.slug: article.section.slug for article in Article.objects.all()}
    assert sections == {"artikel-1": "tal", "artikel-2": "uncategorized"}
    assert not Topic.objects.exists()


def test_section_never_takes_an_address_of_the_system(file):
    names = ["archiv", "artikel", "konto"]
    bring(file, *(category(n, name, name.title()) for n, name in enumerate(names)))
    slugs = set(SectionPage.objects.values_list("slug", flat=True))
    assert slugs == {"archiv-rubrik", "artikel-rubrik", "konto-rubrik"}


def test_section_that_the_paper_has_is_taken_for_the_same(file):
    ours, other = make.section("Tal", "tal"), make.section("Unser Sport", "sport")
    bring(file, category(1, "tal", "Tal"), category(2, "sport", "Sport"))
    assert SectionPage.objects.get(slug="tal") == ours
    assert SectionPage.objects.get(title="Sport").slug == "sport-2"
    assert SectionPage.objects.get(pk=other.pk).title == "Unser Sport"


def test_two_terms_of_one_name_are_one_topic(file):
    labels = label("post_tag", "aue", "Aue") + label("post_tag", "fluss", "Aue")
    bring(file, post(1, inside=labels))
    assert [topic.name for topic in only().topics.all()] == ["Aue"]


def test_pages_become_info_pages_side_by_side(file):
    report = bring(
        file,
        page(1, title="Über uns", wp__post_name="ueber-uns"),
        page(2, title="Kontakt", wp__post_name="ueber-uns", wp__post_parent="1"),
        page(3, title="Archiv", wp__post_name="archiv"),
        page(4, title="Entwurf", wp__status="draft", wp__post_name=""),
    )
    slugs = dict(InfoPage.objects.values_list("title", "slug"))
    assert slugs == {
        "Über uns": "ueber-uns",
        "Kontakt": "ueber-uns-2",
        "Archiv": "archiv-2",
        "Entwurf": "entwurf",
    }
    assert InfoPage.objects.live().count() == 3
    assert "its address is /ueber-uns-2.html" in notes(report)
    assert Page.find_problems() == ([], [], [], [], [])


def test_places_follow_the_dates_whatever_the_order_in_the_file(file, monkeypatch):
    monkeypatch.setattr(loading, "BATCH", 2)
    bring(file, *(post(number) for number in (5, 3, 1, 4, 2)))
    entries = ListingEntry.objects.filter(listing="all").order_by("place")
    slugs = [entry.article.slug for entry in entries.select_related("article")]
    assert slugs == [f"artikel-{number}" for number in (1, 2, 3, 4, 5)]


def test_other_things_are_counted_not_lost_sight_of(file):
    parts = [post(n, wp__post_type=kind) for n, kind in enumerate(["attachment", "event"])]
    report = bring(file, *parts)
    assert report.passed_over == {"attachment": 1, "event": 1}


# --- Hostile and odd input ---------------------------------------------------------------


def test_script_reaches_no_field(file):
    evil = '<script>alert(1)</script>Titel<img src=x onerror="alert(1)">'
    bring(
        file,
        category(1, "x", evil),
        author("x", evil),
        post(
            1,
            title=evil,
            inside=label("category", "x", evil) + label("post_tag", "y", evil),
            content__encoded=f'{evil}<p onclick="x()">A <a href="javascript:x()">link</a></p>',
            excerpt__encoded=evil,
            dc__creator="x",
        ),
    )
    article = only()
    shown = [article.title, article.teaser, article.section.title, text(article)]
    shown += [topic.name for topic in article.topics.all()]
    shown += [byline.author.name for byline in article.bylines.all()]
    for words in shown:
        assert "Titel" in words
        assert not any(word in words for word in ("<script", "alert", "onerror", "javascript:"))


@pytest.mark.parametrize(
    "title",
    [
        "🚲 Rad-Rekord 🚴‍♀️",
        "שלום לעמק",
        "مرحبا بالوادي",
        "日本語の見出し",
        "Z̸̢a̷l̴g̵o̶",
        "&lt;b&gt; &amp; Co.",
    ],
)
def test_title_in_any_script_is_kept(file, title):
    bring(file, post(1, title=title, wp__post_name=""))
    article = only()
    assert article.title == title.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert article.slug
    assert article.slug.isascii()


def test_title_of_300_characters_is_cut_and_told(file):
    long = "Überschrift " * 25
    report = bring(file, post(1, title=long))
    assert len(only().title) <= 255
    assert only().title.endswith("…")
    assert long.strip() in notes(report)


def test_post_without_title_is_called_by_its_first_words(file):
    eight = "Eins zwei drei vier fünf sechs sieben acht"
    report = bring(
        file,
        post(1, title=" ", content__encoded=f"{eight} neun."),
        post(2, title=" ", content__encoded=""),
    )
    titles = dict(Article.objects.values_list("slug", "title"))
    assert titles == {
        "artikel-1": f"{eight} …",
        "artikel-2": "Untitled",
    }
    assert "has no title" in notes(report)


def test_empty_published_post_has_a_page_all_the_same(file):
    bring(file, post(1, content__encoded="", excerpt__encoded=""))
    assert only().live
    assert len(only().body) == 1


def test_percent_encoded_slug_becomes_a_plain_one(file):
    bring(file, post(1, wp__post_name="%c3%bcber-die-br%C3%BCcke"))
    assert only().slug == "ueber-die-bruecke"


def test_second_item_of_one_number_is_left_out(file):
    report = bring(file, post(1), post(1, title="Noch einer"))
    assert only().title == "Artikel 1"
    assert "stands twice" in notes(report)


def test_item_that_the_newsroom_refuses_does_not_stop_the_others(file, monkeypatch):
    monkeypatch.setattr("allmende.importers.wordpress.plans.TITLE", 400)
    report = bring(file, post(1), post(2, title="Wort " * 60), post(3))
    assert set(Article.objects.values_list("slug", flat=True)) == {"artikel-1", "artikel-3"}
    assert report.counts["post"] == {Outcome.NEW: 2, Outcome.LEFT_OUT: 1}
    assert "title" in notes(report)


def test_old_addresses_lead_to_what_they_named(file):
    report = bring(
        file,
        post(1, link="https://bote.example/2019/03/artikel-1/", inside=meta("_wp_old_slug", "alt")),
        post(2),
        post(3, link="https://bote.example/2019/03/drei/", wp__status="draft"),
        page(4, title="Impressum", link="https://bote.example/impressum/"),
        page(5, title="Kasse", link="https://bote.example/konto/kasse/"),
    )
    led = {row.path: row.page.specific.title for row in MovedAddress.objects.exclude(page=None)}
    assert led == {
        "/2019/03/artikel-1/": "Artikel 1",
        "/2019/03/alt/": "Artikel 1",
        "/impressum/": "Impressum",
    }
    assert "?p=2 cannot lead here" in notes(report)
    assert "/konto/kasse/ has a page of this paper already" in notes(report)


def test_staff_can_open_what_came(file):
    odd = (
        "Eins<br>zwei\nd<b>rei <i>vier</b> fünf</i> &amp; <a href='https://x.example/?a=1&b=2'>s"
        "<br>echs</a>\n\n<ul><li>a<br>b<ul><li><code>c</code></li></ul></li></ul>\n\n"
        "<pre>x\n  y</pre>"
        "<table><tr><td>a<br>b</td></tr></table><blockquote>z<br>u</blockquote><h2>i<br>t</h2>"
        "<img src='https://x.example/a.jpg'>\n\n<a href='/?p=1'>selbst</a> <sup>1</sup><s>alt</s>"
    )
    bring(file, post(1, content__encoded=odd), page(2, content__encoded=odd))
    for found in (only(), InfoPage.objects.get()):
        assert "zwei" in opened(found)
