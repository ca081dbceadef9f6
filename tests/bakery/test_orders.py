"""Orders: merged when they are spread, nothing swallowed, put off where many shall be one."""

import datetime as dt

import pytest

from allmende.bakery import ingredients, orders, queue
from allmende.bakery.ingredients import EVERYTHING, PATH
from allmende.bakery.models import BakedPage, BakeOrder, RecipeLine
from allmende.paper.models import Paper

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)
LULL = dt.timedelta(minutes=5)


def baked(path: str, *recipe: str) -> BakedPage:
    page = BakedPage.objects.create(path=path, state="live", baked_at=NOW)
    RecipeLine.objects.bulk_create(RecipeLine(page=page, ingredient=name) for name in recipe)
    return page


def due() -> dict[str, int]:
    """Priority by path."""
    return dict(BakedPage.objects.filter(due=True).values_list("path", "priority"))


def test_hundred_changes_of_one_thing_make_a_page_due_once():
    page = baked("/a.html", "page:1")
    for _ in range(100):
        orders.place("page:1")
    assert orders.spread(at=NOW) == 100
    assert orders.spread(at=NOW) == 0
    page.refresh_from_db()
    assert (page.due, page.version) == (True, 1)


def test_order_concerns_those_that_read_it_and_no_others():
    baked("/a.html", "page:1", "paper")
    baked("/b.html", "page:2", "paper")
    orders.place("page:1")
    orders.spread(at=NOW)
    assert due() == {"/a.html": BakedPage.Priority.USUAL}


def test_urgent_order_goes_before_what_is_due_already():
    baked("/a.html", "page:1")
    orders.place("page:1")
    orders.spread(at=NOW)
    orders.place("page:1", urgent=True)
    orders.spread(at=NOW)
    assert due() == {"/a.html": BakedPage.Priority.URGENT}
    orders.place("page:1")
    orders.spread(at=NOW)
    assert due() == {"/a.html": BakedPage.Priority.URGENT}  # and it stays so


def test_everything_is_due_behind_all_others():
    Paper.load()  # which is a change of its own when it is made
    BakeOrder.objects.all().delete()
    baked("/a.html", "page:1")
    baked("/b.html", "page:2")
    orders.place("page:2")
    orders.place(EVERYTHING)
    orders.spread(at=NOW)
    paths = due()
    assert (paths["/b.html"], paths["/a.html"]) == (1, 2)
    assert "/" in paths  # never baked, but there should be one
    assert not BakeOrder.objects.exists()


def test_order_of_a_path_makes_it_known():
    orders.place(PATH + "/neu.html")
    orders.spread(at=NOW)
    assert due() == {"/neu.html": BakedPage.Priority.USUAL}


def test_rendering_learns_what_was_spread_since_it_began():
    before = orders.last_spread()
    orders.place("page:1")
    assert orders.spread_since(before) == set()
    orders.spread(at=NOW)
    assert orders.spread_since(before) == {"page:1"}
    assert orders.spread_since(orders.last_spread()) == set()


def test_what_was_spread_long_ago_is_forgotten_but_counted_on():
    orders.place("page:1")
    orders.spread(at=NOW)
    last = orders.last_spread()
    orders.place("page:2")
    orders.spread(at=NOW + 2 * orders.KEPT)
    assert orders.spread_since(0) == {"page:2"}
    assert orders.last_spread() == last + 1


def test_postponed_order_is_one_and_waits():
    orders.postpone(EVERYTHING, until=NOW + LULL)
    orders.postpone(EVERYTHING, until=NOW + 2 * LULL)
    assert BakeOrder.objects.get().not_before == NOW + 2 * LULL
    assert orders.spread(at=NOW + LULL) == 0
    assert orders.waiting() == {EVERYTHING}


def test_released_order_is_due_at_once():
    orders.postpone(EVERYTHING, until=NOW + LULL)
    orders.release(EVERYTHING)
    assert orders.spread(at=NOW) == 1


def test_order_that_nobody_releases_comes_due_by_itself():
    orders.postpone(EVERYTHING, until=NOW + LULL)
    assert orders.spread(at=NOW + LULL) == 1


def test_order_that_is_being_spread_is_not_put_off_but_followed_by_another():
    orders.postpone(EVERYTHING, until=NOW)
    BakeOrder.objects.update(lease_until=NOW + orders.LEASE)
    orders.postpone(EVERYTHING, until=NOW + LULL)
    assert set(BakeOrder.objects.values_list("not_before", flat=True)) == {NOW, NOW + LULL}


def test_order_whose_spreading_was_cut_off_is_spread_again_after_its_lease():
    orders.place(EVERYTHING)
    BakeOrder.objects.update(lease_until=NOW + orders.LEASE)
    assert orders.spread(at=NOW + orders.LEASE / 2) == 0
    assert orders.spread(at=NOW + orders.LEASE * 1.1) == 1


def test_new_order_ends_the_pause_of_a_failed_page():
    page = baked("/a.html", "page:1")
    orders.place("page:1")
    orders.spread(at=NOW)
    task = queue.take(at=NOW, since=0)[0]
    queue.try_again(task, error="no", at=NOW)
    assert not queue.ready(at=NOW).exists()
    orders.place("page:1")
    orders.spread(at=NOW)
    assert queue.ready(at=NOW).get() == page


def test_recordings_nest_without_mixing():
    with ingredients.recording() as outer:
        ingredients.read("a")
        with ingredients.recording() as inner:
            ingredients.read("b")
    ingredients.read("c")
    assert (outer, inner) == ({"a"}, {"b"})
