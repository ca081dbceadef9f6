"""An issue drafts itself, once, with what matters in it."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from allmende.newsletters import contents, drafting
from allmende.newsletters.models import Issue, Item, Newsletter
from allmende.newsletters.rhythms import EVERY_DAY, MONDAY_TO_FRIDAY, Rhythm
from allmende.newsroom import writing
from allmende.newsroom.models import FrontStory
from tests.factories import newsroom as make
from tests.factories.editions import edition, line_of
from tests.factories.newsletters import FRIDAY, MORNING, issue, newsletter, reader

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")
WORKING_DAYS = {"weekdays": MONDAY_TO_FRIDAY}


def drafted(letter: Newsletter, at: dt.datetime) -> Issue:
    """For the day of this moment."""
    return drafting.draft(letter, day=at.astimezone(BERLIN).date(), at=at)[0]


def told(row: Issue) -> None:
    Issue.objects.filter(pk=row.pk).update(appeared_at=row.send_at)


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
    row = drafted(letter, MORNING - 7 * DAY)
    drafting.put(row, Item.Part.HIGHLIGHTS, [(article, False)])
    told(row)
    assert not issue(letter).items.exists()


BY_CLOCK = [
    ({"weekdays": EVERY_DAY}, "21 22 23 24 25 26 27 28 29 30 31 01 02"),
    (WORKING_DAYS, "21 22 23 24 27 28 29 30 31"),
    ({}, "24 31"),
    ({"rhythm": Rhythm.FORTNIGHTLY, "counted_from": dt.date(2027, 12, 13)}, "31"),
    ({"rhythm": Rhythm.LAST}, "31"),
    ({"rhythm": Rhythm.FIRST, "weekdays": 0b0100000}, "01"),
    ({"rhythm": Rhythm.HAND}, ""),
]


@pytest.mark.parametrize(("rhythm", "days"), BY_CLOCK, ids=lambda value: str(value)[:24])
def test_each_rhythm_is_drafted_by_the_clock_over_the_end_of_a_year(rhythm: Any, days: str) -> None:
    newsletter(**rhythm)
    begin = dt.datetime(2027, 12, 21, 14, 30, tzinfo=dt.UTC)
    made = []
    for hours in range(0, 12 * 24, 3):
        at = begin + dt.timedelta(hours=hours)
        made += drafting.draft_due(at=at)
    assert [f"{row.date:%d}" for row in made] == days.split()
    assert [row.number for row in made] == list(range(1, len(made) + 1))
    assert Issue.objects.count() == len(made)
    early = [row.send_at - row.drafted_at for row in made[1:]]
    assert all(dt.timedelta(hours=3) < span <= dt.timedelta(hours=6) for span in early)


def test_daily_letter_leaves_at_three_before_and_after_clocks_change() -> None:
    letter = newsletter(weekdays=EVERY_DAY, drafted_before=22)
    at = dt.datetime(2026, 10, 23, 12, tzinfo=dt.UTC)
    made = [row for n in range(5 * 24) for row in drafting.draft_due(at=at + n * 60 * MINUTE)]
    assert [row.date.day for row in made] == [23, 24, 25, 26, 27, 28]
    assert {row.send_at.astimezone(BERLIN).time() for row in made} == {dt.time(15)}
    assert {row.send_at.astimezone(dt.UTC).hour for row in made} == {13, 14}
    assert letter.issues.count() == 6


def test_issue_gathers_since_the_one_before_that_readers_have() -> None:
    letter = newsletter(**WORKING_DAYS)
    monday = MORNING - 4 * DAY
    for number in range(4):
        make.article(f"Am {number}.", at=monday + number * DAY - 60 * MINUTE)
    first = drafted(letter, monday)
    assert first.since == monday - 3 * DAY  # since Friday, as if there had been one
    told(first)
    stopped = drafted(letter, monday + DAY)
    Issue.objects.filter(pk=stopped.pk).update(state=Issue.State.STOPPED, ended_at=monday)
    assert said(stopped, Item.Part.TOPICS) == [("Am 1.", False)]
    third = drafted(letter, monday + 2 * DAY)
    assert (third.since, said(third, Item.Part.TOPICS)) == (
        monday,
        [("Am 2.", False), ("Am 1.", False)],
    )
    left_at_the_desk = drafted(letter, monday + 3 * DAY)
    assert left_at_the_desk.since == monday  # the third may never leave
    told(third)
    assert said(drafted(letter, MORNING), Item.Part.TOPICS) == [("Am 3.", False)]


def test_after_a_long_rest_only_what_is_news_is_gathered() -> None:
    letter = newsletter(rhythm=Rhythm.FIRST)
    told(drafted(letter, MORNING - 300 * DAY))
    make.article("Vom Januar", at=MORNING - 250 * DAY)
    make.article("Vom Oktober", at=MORNING - 34 * DAY)
    assert said(drafted(letter, MORNING), Item.Part.TOPICS) == [("Vom Oktober", False)]


@pytest.mark.parametrize(
    ("days", "german", "english"),
    [
        (1, "Die wichtigsten Themen des Tages", "The day's most important topics"),
        (3, "Die wichtigsten Themen seit Dienstag", "The most important topics since Tuesday"),
        (7, "Die wichtigsten Themen der Woche", "The week's most important topics"),
        (14, "Die wichtigsten Themen seit dem 13. November",
         "The most important topics since 13 November"),
    ],
)  # fmt: skip
def test_heading_tells_the_time_that_an_issue_gathers(days: int, german: str, english: str) -> None:
    row = issue()
    row.since = row.drafted_at - days * DAY
    for language, words in (("de", german), ("en", english)):
        with translation.override(language):
            assert contents.heading_of(Item.Part.TOPICS, row) == words


def test_daily_letter_gives_saturday_away_on_friday_only() -> None:
    saturday = edition(make.draft("Kommt", slug="kommt"))
    letter = newsletter(**WORKING_DAYS)
    assert drafted(letter, MORNING - DAY).edition is None
    assert drafted(letter, MORNING).edition == saturday


REFUSED = [
    {"weekdays": 0},
    {"weekdays": 128},
    {"rhythm": "yearly"},
    {"rhythm": Rhythm.FIRST, "weekdays": MONDAY_TO_FRIDAY},
    {"rhythm": Rhythm.FORTNIGHTLY},
    {"rhythm": Rhythm.WEEKLY, "counted_from": FRIDAY.date()},
]


@pytest.mark.parametrize("rhythm", REFUSED, ids=str)
def test_database_refuses_a_rhythm_without_its_days(rhythm: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        newsletter(**rhythm)
    assert newsletter(rhythm=Rhythm.HAND, weekdays=0).calendar.next(FRIDAY.date()) is None
