"""Today: what each role sees, what an empty desk says, and what it costs."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ReferenceIndex

from allmende.bakery import bake
from allmende.bakery.models import BakedPage
from allmende.newsroom import reading, today
from allmende.newsroom.models import Article, Picture
from allmende.people.models import Person
from allmende.people.roles import Role
from tests.factories import newsroom as make
from tests.newsroom import desks
from tests.people import cast

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)
TRACEBACK = 'Traceback:\n  File "body.py", line 3\nRuntimeError: a template broke'


def home(client: Any) -> str:
    answer = client.get("/redaktion/", headers={"accept-language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def submit(article: Article, by: Person) -> None:
    article.save_revision(user=by)
    article.get_workflow().start(article, by)


def fail(path: str, *, hours_ago: int = 0) -> BakedPage:
    now = timezone.now()
    later = now + HOUR
    return BakedPage.objects.create(
        path=path, state="live", baked_at=now - hours_ago * HOUR, error=TRACEBACK, due=True,
        ordered_at=now, not_before=later, attempts=3,
    )  # fmt: skip


def test_empty_desk_says_something_friendly() -> None:
    client, _person = desks.editor()
    said = home(client)
    for sentence in (
        "Nothing waits for a decision",
        "No draft of yours is lying about",
        "Nothing is scheduled",
        "Nothing is published yet",
        "All pictures are in order",
        "Every page came out of the oven",
    ):
        assert sentence in said


def test_editor_sees_what_waits_and_author_only_their_own() -> None:
    author_client, author = desks.sit_down(Role.AUTHOR)
    editor_client, _editor = desks.sit_down(Role.EDITOR, "Tarik")
    other = cast.staff("Milan", Role.AUTHOR)
    submit(make.draft("Vom Wehr", owner=author), author)
    submit(make.draft("Vom Ufer", owner=other), other)
    said = home(editor_client)
    assert "Vom Wehr" in said
    assert "Vom Ufer" in said
    assert "waits for you" in said
    said = home(author_client)
    assert "Vom Wehr" in said
    assert "Vom Ufer" not in said
    assert "waits for you" not in said


def test_newest_leads_to_the_public_page_and_scheduled_says_when() -> None:
    client, _person = desks.editor()
    article = make.article("Die Brücke steht")
    later = make.draft("Morgen früh")
    later.go_live_at = timezone.now() + 20 * HOUR
    later.save_revision().publish()
    said = home(client)
    assert article.url in said
    assert "Morgen früh" in said
    assert today.scheduled().count == 1


def test_drafts_are_the_persons_own_with_their_newest_headline() -> None:
    client, person = desks.editor()
    mine = make.article("Alter Titel", owner=person)
    mine.title = "Neuer Titel"
    mine.save_revision()
    make.draft("Fremder Entwurf", owner=cast.staff("Milan", Role.AUTHOR)).save_revision()
    assert [a.draft_title for a in today.drafts_of(person).rows] == ["Neuer Titel"]
    assert "Neuer Titel" in home(client)


def test_office_sees_no_articles() -> None:
    client, _person = desks.sit_down(Role.OFFICE)
    make.article("Die Brücke steht")
    fail("/tal/")
    said = home(client)
    assert "Die Brücke steht" not in said
    assert "/tal/" not in said
    assert "Welcome" in said


def test_failed_page_is_tried_again_by_who_publishes() -> None:
    client, _person = desks.editor()
    page = fail("/tal/")
    assert "RuntimeError: a template broke" in home(client)
    assert "body.py" not in home(client)
    answer = client.post("/redaktion/failed-pages/again/", {"pk": page.pk})
    assert answer.status_code == 302
    page.refresh_from_db()
    assert page.not_before is None
    make.section()
    bake.finish()
    page.refresh_from_db()
    assert page.error == ""


def test_try_again_after_the_page_was_mended_orders_nothing() -> None:
    client, _person = desks.editor()
    for pk in ("77", "x", "²"):
        assert client.post("/redaktion/failed-pages/again/", {"pk": pk}).status_code == 302
    assert not BakedPage.objects.filter(due=True).exists()


@pytest.mark.parametrize(
    ("role", "listed", "whole"),
    [(Role.AUTHOR, 302, 302), (Role.EDITOR, 200, 302), (Role.ADMIN, 200, 200)],
)
def test_failed_pages_are_for_editors_and_the_whole_error_for_admins(
    role: str, listed: int, whole: int
) -> None:
    client, _person = desks.sit_down(role)
    page = fail("/tal/")
    assert client.get("/redaktion/failed-pages/").status_code == listed
    assert client.get(f"/redaktion/failed-pages/{page.pk}/").status_code == whole
    again = client.post("/redaktion/failed-pages/again/", {"next": "/redaktion/failed-pages/"})
    assert again.status_code == 302
    page.refresh_from_db()
    assert (page.not_before is None) == (listed == 200)


def test_expired_pictures_are_named_with_what_lacks_them() -> None:
    client, _person = desks.editor()
    day = timezone.localdate(timezone=reading.zone())
    for name in ("Eins", "Zwei"):
        picture = make.picture(name)
        make.article(f"Mit {name}", picture=picture)
        Picture.objects.filter(pk=picture.pk).update(expires_on=day - dt.timedelta(days=1))
    make.picture("Bald", expires_on=day + dt.timedelta(days=3))
    said = home(client)
    assert "2 pictures expired lately; 2 articles now lack their picture." in said
    assert "Bald" in said


def test_live_article_without_credit_is_named_also_for_its_body() -> None:
    client, _person = desks.editor()
    picture = make.picture("Namenlos")
    body = [*make.paragraphs("Satz."), make.writing.block("picture", {"picture": picture.pk})]
    article = make.article("Mit Bild im Text", body=body)
    make.article("Ohne Bild")
    ReferenceIndex.create_or_update_for_object(article)  # the worker's job
    Picture.objects.filter(pk=picture.pk).update(credit="")
    found = today.without_credit()
    assert [(row.article.title, [p.title for p in row.pictures]) for row in found.rows] == [
        ("Mit Bild im Text", ["Namenlos"])
    ]
    assert "Namenlos" in home(client)


def fill(numbers: range, person: Person) -> None:
    """A row in every list for each number."""
    for number in numbers:
        picture = make.picture(f"Bild {number}")
        article = make.article(f"Artikel {number}", picture=picture, owner=person)
        article.save_revision()
        ReferenceIndex.create_or_update_for_object(article)
        Picture.objects.filter(pk=picture.pk).update(
            credit="", expires_on=timezone.localdate() - dt.timedelta(days=2)
        )
        submit(make.draft(f"Entwurf {number}"), person)
        later = make.draft(f"Später {number}")
        later.go_live_at = timezone.now() + (number + 1) * HOUR
        later.save_revision().publish()
        fail(f"/seite-{number}/", hours_ago=number)


def test_today_asks_as_much_for_one_row_as_for_many_and_shows_few() -> None:
    client, person = desks.editor()
    asked = []
    for numbers in (range(1), range(1, today.SHOWN + 2)):
        fill(numbers, person)
        home(client)
        with CaptureQueriesContext(connection) as queries:
            said = home(client)
        asked.append(len(queries))
    assert asked[0] == asked[1], asked
    assert asked[1] <= 60
    for name in ("Artikel", "Entwurf", "Später"):
        assert said.count(f">{name} ") <= 4 * today.SHOWN  # lists that name it
    read = [q["sql"] for q in queries if 'FROM "newsroom_article"' in q["sql"]]
    assert read
    unbounded = [sql for sql in read if "LIMIT" not in sql and " IN (" not in sql]
    assert not unbounded


def test_counts_stop_where_nobody_counts_any_longer() -> None:
    rows = BakedPage.objects.bulk_create(
        BakedPage(path=f"/{n}/", state="live", baked_at=timezone.now(), error="x")
        for n in range(today.MANY + 5)
    )
    found = today.failed_pages()
    assert len(rows) > found.count == today.MANY
    assert found.more
    assert len(found.rows) == today.SHOWN
