"""Warnings beside the text: the same headline, pictures without words or beyond their time."""

import datetime as dt
import importlib
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from allmende.bakery import bake
from allmende.newsroom import cautions, reading, today, writing
from allmende.newsroom.models import Article, Picture
from allmende.newsroom.models.headlines import LENGTH, headline_key
from allmende.people.roles import Role
from tests.factories import newsroom as make
from tests.newsroom import desks

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def said(client: Any, **query: Any) -> str:
    answer = client.get("/redaktion/article-cautions/", query, headers={"accept-language": "en"})
    assert answer.status_code == 200
    return str(answer.content.decode()).strip()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Der Pegel steigt!", "Steigt der Pegel?", True),
        ("Brücke über die AUE", "Brücke über der Aue", True),
        ("Bru\u0308cke", "Brücke", True),
        ("Brü\xadcke", "Brücke", True),
        ("The bridge is open", "Bridge open", True),
        ("Pegel steigt", "Pegel steigt nicht", False),
        ("Die und der", "Auf und ab", False),
    ],
)
def test_headlines_with_the_same_words_have_one_key(one: str, other: str, same: bool) -> None:
    assert (headline_key(one) == headline_key(other)) == same
    assert headline_key(one)


def test_key_of_nothing_and_of_the_longest() -> None:
    assert headline_key("  …?! ") == ""
    assert len(headline_key("ﷺ" * 255)) <= LENGTH


def test_the_same_headline_is_named_but_not_the_articles_own() -> None:
    client, _person = desks.editor()
    old = make.article("Die Brücke steht")
    mine = make.draft("Steht die Brücke?")
    told = said(client, headline="Die Brücke steht!", article=mine.pk)
    assert "This headline is taken already" in told
    assert "Die Brücke steht" in told
    assert f"/pages/{mine.pk}/" not in told
    assert said(client, headline="Steht die Brücke?", article=old.pk).count("<li>") == 2
    assert said(client, headline="Der Steg steht", article=mine.pk) == ""
    assert said(client, headline="", article=mine.pk) == ""


def test_another_language_may_say_the_same() -> None:
    client, _person = desks.editor()
    english = make.article("Auental Open", language="en")
    german = make.draft("Auental Open")
    assert said(client, headline="Auental Open", locale=german.locale_id, article=german.pk) == ""
    assert said(client, headline="Auental Open", locale=english.locale_id, article=german.pk)


def test_key_follows_the_newest_headline_of_a_draft_and_its_publication() -> None:
    article = make.article("Alter Titel")
    article.title = "Neuer Titel"
    revision = article.save_revision()
    assert Article.objects.get().headline_key == headline_key("Neuer Titel")
    revision.publish()
    assert Article.objects.get().headline_key == headline_key("Neuer Titel")


def test_migration_gives_older_articles_their_key() -> None:
    make.article("Die Brücke steht")
    Article.objects.update(headline_key="")
    migration = importlib.import_module("allmende.newsroom.migrations.0010_headlines")
    migration.note_headlines(apps, None)
    assert Article.objects.get().headline_key == headline_key("Die Brücke steht")


def test_pictures_that_lack_words_or_time_are_named() -> None:
    client, _person = desks.editor()
    good, wordless, expired = (make.picture(name) for name in ("Gut", "Wortlos", "Vorbei"))
    Picture.objects.filter(pk=wordless.pk).update(credit="", description="")
    yesterday = timezone.localdate(timezone=reading.zone()) - dt.timedelta(days=1)
    Picture.objects.filter(pk=expired.pk).update(expires_on=yesterday)
    told = said(client, headline="Neu", picture=[good.pk, wordless.pk, expired.pk, wordless.pk])
    assert "“Wortlos” still needs: a credit · an alternative text." in told
    assert told.count("Wortlos") == 1
    assert "“Vorbei” was free until" in told
    assert "Gut" not in told


def test_bad_questions_are_answered_with_nothing() -> None:
    client, _person = desks.editor()
    for bad in ("x", "-1", "²", "9" * 40, ""):
        assert said(client, headline="x\0y", locale=bad, article=bad, picture=bad) == ""
    assert said(client) == ""


def test_question_costs_the_same_for_one_and_for_many() -> None:
    client, _person = desks.editor()
    asked = []
    for numbers in (range(1), range(1, 9)):
        pictures = []
        for number in numbers:
            make.article("Kurz gemeldet", slug=f"kurz-{number}")
            pictures.append(make.picture(f"Bild {number}").pk)
        Picture.objects.update(credit="")
        said(client, headline="Kurz gemeldet", picture=pictures)
        with CaptureQueriesContext(connection) as queries:
            told = said(client, headline="Kurz gemeldet", picture=pictures)
        asked.append(len(queries))
    assert asked[0] == asked[1]
    assert told.count("/edit/") == cautions.TWINS - 1
    assert "and others, older ones" in told


def test_office_is_told_nothing() -> None:
    client, _person = desks.sit_down(Role.OFFICE)
    assert client.get("/redaktion/article-cautions/").status_code == 302


def test_today_names_the_newest_that_say_the_same() -> None:
    client, _person = desks.editor()
    make.article("Die Brücke steht", at=make.NOON - dt.timedelta(hours=1))
    make.article("Steht die Brücke?")
    make.article("Etwas anderes")
    make.draft("Etwas Anderes")
    found = today.same_headlines()
    assert [[article.title for article in rows] for rows in found.rows] == [
        ["Steht die Brücke?", "Die Brücke steht"]
    ]
    home = client.get("/redaktion/", headers={"accept-language": "en"}).content.decode()
    assert "Same headline twice" in home


def test_editor_brings_counts_and_warnings_along() -> None:
    client, _person = desks.editor()
    article = make.article()
    page = client.get(f"/redaktion/pages/{article.pk}/edit/").content.decode()
    assert 'data-cautions="/redaktion/article-cautions/"' in page
    assert f'data-article="{article.pk}"' in page
    assert page.count("data-count=") == 7
    assert "newsroom/counts.js" in page


# --- When it is out -----------------------------------------------------------------------


def out(client: Any, article: Article) -> str:
    path = f"/redaktion/article-out/{article.pk}/"
    answer = client.get(path, headers={"accept-language": "en"})
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_editor_sees_when_readers_have_it_and_which_pages_were_renewed():
    client, _person = desks.editor()
    article = make.article("Der Steg")
    writing.publish(article, at=timezone.now())
    assert "On its way to readers" in out(client, article)
    bake.finish()
    told = out(client, article)
    assert "s later." in told
    assert "data-waiting" not in told
    for path in ("/", article.url, "/tal/"):
        assert f'<a href="{path}">' in told
    assert "article-out" in client.get(f"/redaktion/pages/{article.pk}/edit/").content.decode()


def test_article_that_is_still_to_be_written_is_not_out():
    client, _person = desks.editor()
    home = make.article().get_parent()
    form = client.get(f"/redaktion/pages/add/newsroom/article/{home.pk}/")
    assert form.status_code == 200
    assert "article-out" not in form.content.decode()


def test_publication_of_yesterday_is_no_news_to_the_editor():
    client, _person = desks.editor()
    article = make.article("Der Steg")
    Article.objects.update(last_published_at=timezone.now() - dt.timedelta(days=1))
    assert out(client, article).strip() == ""
    assert client.get("/redaktion/article-out/0/").status_code == 404


def test_office_is_not_told_what_is_out():
    client, _person = desks.sit_down(Role.OFFICE)
    assert client.get(f"/redaktion/article-out/{make.article().pk}/").status_code == 302
