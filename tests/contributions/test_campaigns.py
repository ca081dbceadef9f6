"""The page of a campaign, and how far it is."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from allmende.bakery import orders
from allmende.bakery.models import BakeOrder
from allmende.contributions import campaigns, showing
from allmende.ledger.money import Money
from tests.contributions import money
from tests.contributions.cast import DAY, campaign

pytestmark = pytest.mark.django_db


def test_page_shows_the_bar_and_says_it_in_words(client: Client):
    campaign(given_cents=432_10, givers=3)
    html = client.get("/kampagne/rad/").content.decode()
    assert '<rect class="goal-part" width="43"' in html
    assert "432,10\N{NO-BREAK SPACE}€" in html
    assert "(43 %)" in html


@pytest.mark.parametrize(("givers", "told"), [(0, 0), (1, 0), (2, 0), (3, 3), (40, 40)])
def test_how_many_gave_is_told_from_three_on(client: Client, givers: int, told: int):
    campaign(given_cents=432_10, givers=givers)
    html = client.get("/kampagne/rad/").content.decode()
    assert ("Menschen" in html) == bool(told)
    assert (f"von {told} Menschen" in html) == bool(told)
    assert "einer Person" not in html


@pytest.mark.parametrize(
    ("cents", "percent"), [(0, 0), (99_999, 99), (100_000, 100), (250_000, 100), (-5, 0)]
)
def test_bar_is_full_when_the_goal_is_reached_and_not_before(cents: int, percent: int):
    assert campaign(given_cents=cents).percent == percent


def test_hidden_campaign_has_no_page(client: Client):
    found = campaign(is_public=False)
    assert client.get(found.url).status_code == 404
    assert found.url not in orders.there_should_be()


def test_campaign_is_a_page_and_stands_in_the_sitemap(client: Client):
    found = campaign()
    assert found.url in orders.there_should_be()
    assert found.url in orders.affected({found.ingredient})
    assert found.url in client.get("/sitemap-seiten.xml").content.decode()


def test_campaign_counts_what_is_there_less_what_went_back():
    found = campaign()
    money.paid(Money(20_00), reference=found.purpose, party="person:1")
    money.paid(Money(30_00), reference=found.purpose, party="person:2", refunded=Money(10_00))
    money.paid(Money(5_00), reference=found.purpose, party="person:2")
    money.paid(Money(7_00), reference="", party="person:3")
    assert campaigns.counted(found) == (45_00, 2)


def test_page_is_ordered_only_where_the_books_have_changed():
    found = campaign()
    BakeOrder.objects.all().delete()
    assert campaigns.recount() == 0
    assert not BakeOrder.objects.exists()
    money.paid(Money(20_00), reference=found.purpose, party="person:1")
    assert campaigns.recount() == 1
    names = set(BakeOrder.objects.values_list("ingredient", flat=True))
    assert names == {found.ingredient, showing.CAMPAIGNS}
    assert campaigns.recount() == 0


@pytest.mark.parametrize(
    "wrong", [{"goal_euros": 0}, {"ends_on": DAY - dt.timedelta(days=1)}], ids=str
)
def test_campaign_without_goal_or_days_is_refused(wrong: dict[str, object]):
    with pytest.raises(IntegrityError), transaction.atomic():
        campaign(**wrong)
