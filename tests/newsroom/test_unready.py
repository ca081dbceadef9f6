"""What is not ready does not go out silently: held back at its time, named where it is live."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from allmende.newsroom import today, unready, writing
from allmende.newsroom.models import Article, Picture, Unready
from allmende.people.models import Person
from allmende.site import due_pages
from tests.factories import newsroom as make
from tests.newsroom import desks

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def picture() -> Picture:
    return make.picture("Wehr")


def scheduled(by: Person, picture: Picture) -> tuple[Article, dt.datetime]:
    """A draft that was ready when it got its time, an hour from now."""
    body = [*make.paragraphs("Ein Satz."), writing.block("picture", {"picture": picture.pk})]
    draft = make.draft("Vom Wehr", body=body, owner=by)
    moment = timezone.now() + HOUR
    draft.go_live_at = moment
    draft.save_revision(user=by).publish(user=by)
    return draft, moment


def come(draft: Article, moment: dt.datetime) -> None:
    """The time of a draft: Wagtail looks at the clock itself."""
    revision = draft.scheduled_revision
    past = moment - 2 * HOUR
    content = {**revision.content, "go_live_at": past.isoformat()}
    type(revision).objects.filter(pk=revision.pk).update(content=content, approved_go_live_at=past)


def letters() -> list[Any]:
    """Beside those that signing in has sent."""
    return [letter for letter in mail.outbox if "Vom Wehr" in letter.subject]


def without_credit(picture: Picture, credit: str = "") -> None:
    Picture.objects.filter(pk=picture.pk).update(credit=credit)


def test_due_article_with_an_unfinished_block_is_held_back_and_told(picture: Picture) -> None:
    client, person = desks.editor()
    draft, moment = scheduled(person, picture)
    come(draft, moment)
    without_credit(picture)
    assert due_pages.publish_due(at=moment) == 0
    assert not Article.objects.get().live
    said = client.get("/redaktion/", headers={"accept-language": "en"}).content.decode()
    assert "Held back" in said
    assert "The picture “Wehr” still needs: a credit." in said
    (letter,) = letters()
    assert letter.to == [person.email]
    assert "Wehr" in letter.body
    listed = client.get("/redaktion/articles/?state=unready").content.decode()
    assert "Vom Wehr" in listed


def test_held_back_goes_out_by_itself_once_nothing_is_missing(picture: Picture) -> None:
    _client, person = desks.editor()
    draft, moment = scheduled(person, picture)
    come(draft, moment)
    without_credit(picture)
    due_pages.publish_due(at=moment)
    due_pages.publish_due(at=moment + unready.AGAIN)
    assert len(letters()) == 1
    without_credit(picture, "Foto: Jana")
    assert due_pages.publish_due(at=moment + unready.AGAIN * 1.5) == 0  # not looked at yet
    assert due_pages.publish_due(at=moment + 2 * unready.AGAIN) == 1
    assert Article.objects.get().live
    assert not Unready.objects.exists()


def test_held_back_whose_time_is_taken_waits_no_more(picture: Picture) -> None:
    _client, person = desks.editor()
    draft, moment = scheduled(person, picture)
    come(draft, moment)
    without_credit(picture)
    due_pages.publish_due(at=moment)
    assert today.held_back().count == 1
    revision = draft.scheduled_revision
    revision.approved_go_live_at = None
    revision.save(update_fields=["approved_go_live_at"])
    assert today.held_back().count == 0


def test_live_and_unfinished_is_named_until_it_is_published_anew_or_mended() -> None:
    client, person = desks.editor()
    picture = make.picture("Wehr")
    first = make.article("Erster", picture=picture)
    second = make.article("Zweiter", picture=picture)
    without_credit(picture)
    unready.name([first.pk, second.pk], at=make.NOON)
    assert today.live_unready().count == 2
    said = client.get("/redaktion/", headers={"accept-language": "en"}).content.decode()
    assert "Live, but unfinished" in said
    unready.look_again(at=make.NOON + HOUR)
    assert today.live_unready().count == 2
    without_credit(picture, "Foto: Jana")
    writing.publish(Article.objects.get(pk=first.pk), at=make.NOON, by=person)
    assert [row.title for row in today.live_unready().rows] == ["Zweiter"]
    unready.look_again(at=make.NOON + 2 * HOUR)
    assert not Unready.objects.exists()


def test_all_that_is_missing_is_said_at_once() -> None:
    picture = make.picture("Wehr", credit="")
    body = [writing.block("picture", {"picture": picture.pk})]
    draft = make.draft("Vom Wehr", body=body, picture=make.picture("Ufer", description=""))
    said = unready.lacks(draft)
    assert len(said) == 2
    assert "Ufer" in said[0]
    assert "Wehr" in said[1]
