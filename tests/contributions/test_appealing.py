"""Which box stands below which article, and until when."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from allmende.bakery.ingredients import recording
from allmende.bakery.models import BakeOrder
from allmende.contributions import appealing, showing
from allmende.contributions.models import Appeal, AppealCount
from allmende.newsroom.models import Page
from tests.contributions.cast import DAY, appeal, campaign
from tests.factories import newsroom as make

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Placed:
    number: int = 1
    section_id: int = 0
    language: str = "de"


def today() -> dt.date:
    from allmende.contributions.receivers import today

    return today()


def section() -> Page:
    make.front_page()
    return make.section("auenstadt")


def ordered() -> set[str]:
    return set(BakeOrder.objects.values_list("ingredient", flat=True))


def test_words_take_turns_by_the_articles_number():
    one, two = appeal(name="one"), appeal(name="two")
    chosen = [appealing.choose(Placed(number)) for number in range(4)]
    assert chosen == [one, two, one, two]


def test_words_for_a_section_come_before_those_for_all():
    place = section()
    general, own = appeal(), appeal(section_id=place.pk)
    assert appealing.choose(Placed(section_id=place.pk)) == own
    assert appealing.choose(Placed(section_id=place.pk + 1)) == general


def test_words_of_a_campaign_come_first_while_it_runs():
    general = appeal()
    running = appeal(campaign=campaign(starts_on=today()))
    assert appealing.choose(Placed()) == running
    appealing.settle(on=today() - dt.timedelta(days=1))
    assert appealing.choose(Placed()) == general


def test_words_stand_in_articles_of_their_language():
    appeal()
    english = appeal(language="en")
    assert appealing.choose(Placed(language="en")) == english
    assert appealing.choose(Placed(language="de-simple")) != english


@pytest.mark.parametrize(("every", "shown"), [(1, 12), (2, 6), (3, 4)])
def test_box_stands_in_every_so_many_articles(every: int, shown: int):
    appeal(every=every)
    assert sum(appealing.choose(Placed(number)) is not None for number in range(12)) == shown


def test_box_comes_and_goes_with_its_days():
    last = today()
    appeal(starts_on=last, ends_on=last)
    assert appealing.choose(Placed()) is not None
    assert appealing.settle(on=last + dt.timedelta(days=1)) == 1
    assert appealing.choose(Placed()) is None
    assert appealing.settle(on=last + dt.timedelta(days=1)) == 0


def test_box_holds_words_and_a_link_but_no_figure():
    found = appeal(campaign=campaign(starts_on=today()))
    html = showing.box(Placed())
    assert "Open to everybody" in html
    assert f'href="/beitrag/?aufruf={found.pk}"' in html
    assert 'href="/beitrag/hinweise/"' in html
    assert "1000" not in html


def test_article_without_appeals_has_no_box():
    assert showing.box(Placed()) == ""
    assert showing.box(None) == ""


def test_page_with_a_box_depends_on_its_words_and_on_no_others():
    one, two = appeal(), appeal()
    with recording() as recipe:
        showing.box(Placed(0))
    assert recipe == {appealing.ALL, one.ingredient}
    assert two.ingredient not in recipe


def test_changed_words_order_the_articles_that_show_them_only():
    found = appeal()
    BakeOrder.objects.all().delete()
    found.sentence = "Others give too."
    found.save()
    assert ordered() == {found.ingredient}


@pytest.mark.parametrize("change", [{"is_on": False}, {"every": 2}, {"language": "en"}])
def test_other_place_orders_all_articles_that_ask(change: dict[str, Any]):
    found = appeal()
    BakeOrder.objects.all().delete()
    for name, value in change.items():
        setattr(found, name, value)
    found.save()
    assert appealing.ALL in ordered()


def test_removed_appeal_orders_all_articles_that_ask():
    found = appeal()
    BakeOrder.objects.all().delete()
    name = found.ingredient
    found.delete()
    assert ordered() == {appealing.ALL, name}


def test_appeal_that_ends_before_it_starts_is_refused():
    with pytest.raises(IntegrityError), transaction.atomic():
        appeal(starts_on=DAY, ends_on=DAY - dt.timedelta(days=1))


def test_counts_are_sums_of_a_day():
    found = appeal()
    for _n in range(2):
        appealing.count(found.pk, on=DAY, begun=1)
    appealing.count(found.pk, on=DAY, given=1)
    appealing.count(found.pk + 1, on=DAY, given=1)
    appealing.count(None, on=DAY, given=1)
    (row,) = AppealCount.objects.all()
    assert (row.appeal, row.day, row.begun, row.given) == (found, DAY, 2, 1)


def test_page_of_hints_sets_no_cookie_and_says_what_happens_without_script(client: Client):
    answer = client.get("/beitrag/hinweise/")
    assert answer.status_code == 200
    assert not answer.cookies
    html = answer.content.decode()
    assert "<noscript>" in html
    assert "data-appeals hidden" in html


def test_only_the_house_says_which_appeals_stand():
    found = appeal(is_on=False)
    assert Appeal.objects.get(pk=found.pk).stands is False
