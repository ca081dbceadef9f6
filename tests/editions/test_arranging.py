"""Order, headings, what readers see, and what is announced to them."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from allmende.editions import arranging, showing
from allmende.editions.models import Edition, Line
from allmende.newsroom import announcing, writing
from allmende.newsroom.models import Announcement, ArticleAddress
from tests.factories import newsroom as make
from tests.factories.editions import SATURDAY, edition, line_of

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Europe/Berlin")


def lines(row: Edition) -> list[str]:
    return [str(line) for line in row.lines.all()]


def test_lines_move_up_down_and_beyond_the_ends():
    row = edition(*(make.article(name, slug=name.lower()) for name in "ABC"))
    for name, to, wanted in [("C", 0, "CAB"), ("C", 99, "ABC"), ("B", 0, "BAC"), ("A", -4, "ABC")]:
        arranging.move(next(line for line in row.lines.all() if str(line) == name), to=to)
        assert lines(row) == list(wanted)


def test_article_stands_once_however_often_it_is_added():
    article = make.article()
    row = edition(article)
    assert arranging.add_articles(row, [article]) == 0
    assert row.lines.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Line.objects.create(edition=row, article=article)


def test_line_is_heading_or_article_and_never_both():
    row, article = edition(), make.article()
    for fields in ({}, {"heading": "Tal", "article": article}, {"heading": "Tal", "announced": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Line.objects.create(edition=row, **fields)


def test_parts_follow_headings_and_empty_ones_are_left_out():
    first, second = make.article("A", slug="a"), make.article("B", slug="b")
    row = edition(first)
    arranging.add_heading(row, heading="Leer")
    arranging.add_heading(row, heading="Tal")
    arranging.add_articles(row, [second, make.draft("Entwurf", slug="c")])
    told = [(p.heading, [s.headline for s in p.stories]) for p in showing.contents(row)]
    assert told == [("", ["A"]), ("Tal", ["B"])]


def test_article_to_come_is_announced_while_a_public_edition_says_so():
    draft = make.draft("Sperrfrist", slug="sperrfrist")
    rows = [edition(draft, public=False), edition(draft, name="Beilage")]
    for row in rows:
        arranging.announce(line_of(row, draft), announced=True)
    coming = announcing.of(draft.pk)
    assert coming is not None
    assert coming.appears_at == dt.datetime(2026, 11, 28, 6, 0, tzinfo=ZONE)
    arranging.show(rows[1], public=False)
    assert announcing.of(draft.pk) is None
    assert not ArticleAddress.objects.filter(article=draft).exists()
    arranging.show(rows[0], public=True)
    assert announcing.of(draft.pk) is not None
    rows[0].delete()
    assert not Announcement.objects.exists()


def test_announcement_follows_the_time_that_the_article_is_given():
    draft = make.draft("Sperrfrist", slug="sperrfrist")
    row = edition(draft)
    arranging.announce(line_of(row, draft), announced=True)
    draft.go_live_at = dt.datetime(2036, 11, 27, 18, 30, tzinfo=ZONE)
    draft.title = "Neue Worte"
    draft.save_revision().publish()
    coming = announcing.of(draft.pk)
    assert coming is not None
    assert (coming.appears_at, coming.headline) == (draft.go_live_at, "Neue Worte")


def test_withdrawn_article_is_not_announced_again():
    article = make.article()
    row = edition(article)
    writing.withdraw(article)
    arranging.announce(line_of(row, article), announced=True)
    assert announcing.of(article.pk) is None
    assert showing.contents(row) == []


def test_public_edition_keeps_its_day():
    row = edition()
    row.date += dt.timedelta(days=1)
    with pytest.raises(ValidationError, match="date"):
        row.full_clean()
    arranging.show(row, public=False)
    row.full_clean()


def test_one_edition_a_day_and_name():
    edition()
    with pytest.raises(ValidationError):
        Edition(name="Samstag", date=SATURDAY).full_clean()
    with pytest.raises(ValidationError, match="name"):
        Edition(name="!!!", date=SATURDAY).full_clean()
