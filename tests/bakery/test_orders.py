"""Orders: one claim at a time, nothing swallowed, abandoned ones found again."""

import datetime as dt

import pytest

from allmende.bakery import ingredients, orders
from allmende.bakery.models import BakeOrder

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)


def test_hundred_changes_of_one_thing_are_one_ingredient_of_a_claim():
    for _ in range(100):
        orders.place("page:1")
    claim = orders.claim(at=NOW)
    assert claim is not None
    assert (claim.ingredients, claim.count) == (["page:1"], 100)


def test_order_placed_while_another_is_worked_on_waits_for_the_next_claim():
    orders.place("page:1")
    first = orders.claim(at=NOW)
    orders.place("page:1")
    assert orders.claim(at=NOW) is None
    orders.finish(first)
    second = orders.claim(at=NOW)
    assert second is not None
    assert second.ingredients == ["page:1"]


def test_claim_of_a_dead_worker_is_taken_over_after_its_lease():
    orders.place("page:1")
    dead = orders.claim(at=NOW)
    assert orders.claim(at=NOW + orders.LEASE / 2) is None
    heir = orders.claim(at=NOW + orders.LEASE * 1.1)
    assert heir is not None
    assert heir.ingredients == ["page:1"]
    assert not orders.renew(dead, at=NOW)
    orders.finish(dead)
    assert BakeOrder.objects.count() == 1  # the dead cannot strike off what the heir works on


def test_urgent_orders_are_claimed_alone_and_first():
    orders.place("page:1")
    orders.place("page:2", urgent=True)
    assert orders.claim(at=NOW).ingredients == ["page:2"]


def test_failed_page_waits_longer_each_time():
    pauses = []
    for attempts in (1, 2, 3, 50):
        orders.try_again("/x/", attempts=attempts, error="no", at=NOW)
        order = BakeOrder.objects.get()
        pauses.append(order.not_before - NOW)
        assert orders.claim(at=NOW) is None
    assert pauses[:3] == [dt.timedelta(seconds=s) for s in (2, 4, 8)]
    assert pauses[3] == orders.LONGEST_PAUSE
    assert orders.claim(at=NOW + orders.LONGEST_PAUSE).ingredients == ["path:/x/"]


def test_recordings_nest_without_mixing():
    with ingredients.recording() as outer:
        ingredients.read("a")
        with ingredients.recording() as inner:
            ingredients.read("b")
    ingredients.read("c")
    assert (outer, inner) == ({"a"}, {"b"})
