"""Many changes, one bake: an order that is put off, and comes due even when nobody releases it."""

import datetime as dt

import pytest

from allmende.bakery import orders
from allmende.bakery.ingredients import EVERYTHING
from allmende.bakery.models import BakeOrder

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)
LULL = dt.timedelta(minutes=5)


def test_postponed_order_is_one_and_waits():
    orders.postpone(EVERYTHING, until=NOW + LULL)
    orders.postpone(EVERYTHING, until=NOW + 2 * LULL)
    assert BakeOrder.objects.get().not_before == NOW + 2 * LULL
    assert orders.claim(at=NOW + LULL) is None


def test_released_order_is_due_at_once():
    orders.postpone(EVERYTHING, until=NOW + LULL)
    orders.release(EVERYTHING)
    assert orders.claim(at=NOW).ingredients == [EVERYTHING]


def test_order_that_nobody_releases_comes_due_by_itself():
    orders.postpone(EVERYTHING, until=NOW + LULL)
    assert orders.claim(at=NOW + LULL).ingredients == [EVERYTHING]


def test_claimed_order_is_not_put_off_but_followed_by_another():
    orders.postpone(EVERYTHING, until=NOW)
    claim = orders.claim(at=NOW)
    orders.postpone(EVERYTHING, until=NOW + LULL)
    orders.finish(claim)
    assert BakeOrder.objects.get().not_before == NOW + LULL


def test_failed_page_keeps_its_pause():
    orders.try_again("/x/", attempts=3, error="no", at=NOW)
    pause = BakeOrder.objects.get().not_before
    orders.postpone("path:/x/", until=NOW + LULL)
    orders.release("path:/x/")
    assert BakeOrder.objects.get(attempts=3).not_before == pause
