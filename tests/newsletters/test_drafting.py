"""An issue drafts itself, once, with what matters in it."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from allmende.newsletters import drafting
from allmende.newsletters.models import Issue, Item, Newsletter
from allmende.newsroom import writing
from allmende.newsroom.models import FrontStory
from tests.factories import newsroom as make
from tests.factories.editions import edition, line_of
from tests.factories.newsletters import FRIDAY, MORNING, issue, newsletter, reader

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


def said(row: Issue, part: str) -> list[tuple[str, bool]]:
    return [(str(item), item.embargoed) for item in row.items.filter(part=part)]


def test_issue_is_drafted_at_its_time_and_once():
    letter = newsletter()
    assert drafting.draft_due(at=MORNING - MINUTE) == []
    (made,) = drafting.draft_due(at=MORNING)
    assert (made.date, made.send_at, made.number) == (FRIDAY.date(), FRIDAY, 1)
    assert drafting.draft_due(at=MORNING + 5 * MINUTE) == []
    assert drafting.draft_due(at=FRIDAY) == []
    (second,) = drafting.draft_due(at=MORNING + dt.timedelta(days=7))
    assert second.number == 2
    again, new = drafting.draft(letter, day=FRIDAY.date(), at=FRIDAY)
    assert (again.pk, new) == (made.pk, False)


def test_database_refuses_a_second_issue_of_a_day():
    row = issue()
    with pytest.raises(IntegrityError), transaction.atomic():
        Issue.objects.create(
            newsletter=row.newsletter, date=row.date, number=9, drafted_at=FRIDAY, send_at=FRIDAY
        )


def test_newsletter_that_has_ended_drafts_nothing_and_a_late_worker_makes_up_for_a_day():
    Newsletter.objects.all().delete()
    ended = newsletter("alt", is_open=False)
    assert drafting.draft_due(at=FRIDAY) == []
    reader(ended)
    assert drafting.draft_due(at=FRIDAY + dt.timedelta(hours=23))
    Issue.objects.all().delete()
    assert drafting.draft_due(at=FRIDAY + dt.timedelta(hours=25)) == []


def test_draft_holds_the_week_by_weight_and_the_edition_in_its_order():
    days = [FRIDAY - dt.timedelta(days=n) for n in range(1, 5)]
    sport = make.section("Sport", "sport")
    picture = make.picture()
    for number, day in enumerate(days):
        make.article(f"Sport {number}", at=day, section=sport, picture=picture)
    lead = make.article("Aufmacher", at=days[3])
    make.article("Nebenbei", at=days[0])
    make.article("Alt", at=FRIDAY - dt.timedelta(days=8))
    front = make.front_page()
    front.stories.set([FrontStory(article=lead, slot=FrontStory.Slot.LEAD)])
    front.save_revision().publish()
    come, told, gone = (make.draft(name, slug=name.lower()) for name in ("Kommt", "Später", "Weg"))
    writing.withdraw(writing.publish(gone, at=days[3]))
    saturday = edition(told, gone, come, lead)
    line = line_of(saturday, told)
    line.announced = True
    line.save()
    row = issue()
    topics = [name for name, _ in said(row, Item.Part.TOPICS)]
    assert topics == ["Aufmacher", "Sport 0", "Sport 1", "Nebenbei", "Sport 2", "Sport 3"]
    assert said(row, Item.Part.HIGHLIGHTS) == [("Später", True), ("Kommt", False)]
    assert (row.subject, row.edition, row.greeting) == ("Aufmacher", saturday, "Guten Tag[[name]],")


def test_highlights_of_last_friday_are_no_topics_of_this_one():
    letter = newsletter()
    article = make.article("Letzter Freitag", at=FRIDAY - dt.timedelta(days=6))
    row = issue(letter)
    Issue.objects.filter(pk=row.pk).update(
        date=row.date - dt.timedelta(days=7), appeared_at=MORNING
    )
    assert row.items.get().article == article
    assert not issue(letter).items.exists()
