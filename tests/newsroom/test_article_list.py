"""The list of articles: each filter finds what it says, and a page view reads a page."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from allmende.newsroom import today
from allmende.newsroom.models import Article, Correction
from allmende.newsroom.wagtail_hooks import articles as listing
from allmende.people.roles import Role
from tests.factories import newsroom as make
from tests.newsroom import desks

pytestmark = pytest.mark.django_db


def titles(client: Any, **query: Any) -> set[str]:
    answer = client.get("/redaktion/articles/", query)
    assert answer.status_code == 200
    return {article.title for article in answer.context["object_list"]}


def test_filters_find_what_they_say() -> None:
    client, person = desks.editor()
    jana, bridge, dossier = make.author(), make.topic(), make.dossier()
    sport = make.section("Sport", "sport")
    make.article("A", bylines=[(jana, "")], topics=[bridge], picture=make.picture())
    make.article("B", section=sport, dossier=dossier, at=make.NOON - dt.timedelta(days=400))
    corrected = make.article("C", language="en")
    corrected.corrections.add(Correction(date=make.NOON.date(), text="Falsch."))
    corrected.save()
    mine = make.draft("D", owner=person)
    mine.save_revision()
    later = make.draft("E")
    later.go_live_at = timezone.now() + dt.timedelta(hours=3)
    later.save_revision().publish()
    waiting = make.draft("F", owner=person)
    waiting.save_revision(user=person)
    waiting.get_workflow().start(waiting, person)
    Article.objects.filter(title="A").update(locked=True)
    assert titles(client) == set("ABCDEF")
    for query, found in [
        ({"state": "live"}, "ABC"),
        ({"state": "draft"}, "DEF"),
        ({"state": "scheduled"}, "E"),
        ({"state": "review"}, "F"),
        ({"state": "locked"}, "A"),
        ({"author": jana.pk}, "A"),
        ({"topic": bridge.pk}, "A"),
        ({"section": sport.pk}, "B"),
        ({"dossier": dossier.pk}, "B"),
        ({"picture": "false", "state": "live"}, "BC"),
        ({"picture": "true"}, "A"),
        ({"corrected": "true"}, "C"),
        ({"locale": "en"}, "C"),
        ({"mine": "true"}, "DF"),
        ({"first_published_at_from": "2026-01-01", "first_published_at_to": "2026-12-31"}, "AC"),
    ]:
        assert titles(client, **query) == set(found), query
    assert titles(client, author="999", topic="x", section="²", state="gone") == set("ABCDEF")


def test_scheduled_article_is_not_listed_to_readers_before_its_time() -> None:
    desks.editor()
    later = make.draft("Morgen")
    later.go_live_at = timezone.now() + dt.timedelta(hours=3)
    later.save_revision().publish()
    assert not later.listing_entries.exists()
    assert [row.article.title for row in today.scheduled().rows] == ["Morgen"]


def test_count_stops_where_nobody_turns_pages_any_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "COUNTED", 2)
    for number in range(4):
        make.article(f"Artikel {number}")
    pages = listing.CountsSoFar(Article.objects.all(), 50)
    assert pages.count == 2
    assert "2" in pages.items_count_label


def test_page_view_reads_a_page_whatever_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing.ArticleListing, "paginate_by", 50)
    client, person = desks.editor()
    asked = []
    for numbers in (range(5), range(5, 50)):
        for number in numbers:
            article = make.draft(f"Artikel {number}", owner=person)
            if number % 2:
                Article.objects.filter(pk=article.pk).update(live=True)
            else:
                article.save_revision()
            if number % 10 == 0:
                article.get_workflow().start(article, person)
        cost = []
        for query in ({}, {"q": "Artikel"}, {"state": "live"}):
            titles(client, **query)
            with CaptureQueriesContext(connection) as queries:
                found = titles(client, **query)
            cost.append(len(queries))
            read = [q["sql"] for q in queries if 'FROM "newsroom_article"' in q["sql"]]
            assert all("LIMIT" in sql or " IN (" in sql for sql in read), read
            assert len(found) >= len(numbers) // 2
        asked.append(cost)
    assert asked[0] == asked[1]
    assert len(titles(client)) == 50


def test_search_finds_words_of_the_text_in_any_form_and_headlines_of_drafts() -> None:
    client, _person = desks.editor()
    body = make.paragraphs("Die Häuser am Ufer werden gestrichen.")
    live = make.article("Farbe am Fluss", body=body)
    make.draft("Haustür offen")
    make.article("Etwas anderes")
    assert titles(client, q="Haus") == {"Farbe am Fluss", "Haustür offen"}
    assert titles(client, q=str(live.number)) >= {"Farbe am Fluss"}
    assert titles(client, q="Haus", state="draft") == {"Haustür offen"}
    assert titles(client, q="x'%_") == set()
    assert titles(client, q="Haus", ordering="title") == {"Farbe am Fluss", "Haustür offen"}


def test_list_is_a_file_for_a_spreadsheet_on_wish() -> None:
    client, _person = desks.editor()
    article = make.article("Die Brücke steht")
    answer = client.get("/redaktion/articles/", {"export": "csv"})
    text = b"".join(answer.streaming_content).decode()
    assert article.url in text
    assert "Die Brücke steht" in text


def test_office_does_not_see_the_list() -> None:
    client, _person = desks.sit_down(Role.OFFICE)
    assert client.get("/redaktion/articles/").status_code == 302
