"""The queue of pages: who is first, whose claim holds, what a late worker may still do."""

import datetime as dt

import pytest

from allmende.bakery import orders, placing, queue
from allmende.bakery.models import BakedPage, RecipeLine
from allmende.bakery.placing import Baked

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)
Priority = BakedPage.Priority


def page(path: str = "/a.html", **fields: object) -> BakedPage:
    return BakedPage.objects.create(
        path=path, **{"state": "live", "baked_at": NOW, "due": True, "version": 1, **fields}
    )


def take(at: dt.datetime = NOW) -> list[queue.Task]:
    return queue.take(at=at, since=orders.last_spread())


def answer(path: str, words: str = "<p>da</p>", recipe: tuple[str, ...] = ()) -> Baked:
    return Baked(path, 200, words.encode(), "text/html", "", frozenset(recipe))


def body(path: str) -> str:
    return (placing.store().root / path[1:]).read_text()


def test_urgent_pages_are_claimed_alone_and_first():
    page("/a.html")
    page("/b.html", priority=Priority.URGENT)
    page("/c.html", priority=Priority.WHOLE)
    assert [[task.path for task in take()] for _ in range(4)] == [
        ["/b.html"], ["/a.html"], ["/c.html"], []
    ]  # fmt: skip


def test_pages_that_others_link_to_come_first_and_those_that_leave_last():
    page("/list.html", rank=5)
    page("/weg.html", rank=1, leaving=True)
    page("/neu.html", rank=1)
    assert [task.path for task in take()] == ["/neu.html", "/list.html", "/weg.html"]


def test_a_claim_is_a_lot_so_that_urgent_pages_wait_for_little():
    for number in range(queue.LOT + 1):
        page(f"/{number}.html")
    assert (len(take()), len(take())) == (queue.LOT, 1)
    for number in range(queue.LARGE_LOT + 1):
        page(f"/{number}.json", priority=Priority.WHOLE)
    assert (len(take()), len(take())) == (queue.LARGE_LOT, 1)


def test_claim_of_a_dead_worker_is_taken_over_after_its_lease():
    page()
    assert len(take()) == 1
    assert take(NOW + queue.LEASE / 2) == []
    assert len(take(NOW + queue.LEASE * 1.1)) == 1


def test_renewed_claim_is_kept():
    page()
    tasks = take()
    queue.renew(tasks, at=NOW + queue.LEASE)
    assert take(NOW + queue.LEASE * 1.5) == []


def test_failed_page_waits_longer_each_time():
    page()
    pauses, at = [], NOW
    for _ in range(14):
        (task,) = take(at)
        queue.try_again(task, error="no", at=at)
        until = BakedPage.objects.get().not_before
        pauses.append((until - at).total_seconds())
        assert take(at) == []
        at = until
    assert pauses[:3] == [2, 4, 8]
    assert pauses[-1] == queue.LONGEST_PAUSE.total_seconds()


def test_delivered_page_is_no_longer_due():
    page()
    (task,) = take()
    placing.deliver(task, answer("/a.html"))
    found = BakedPage.objects.get()
    assert (found.due, found.claim, found.placed) == (False, None, 1)
    assert body("/a.html") == "<p>da</p>"


def test_page_ordered_anew_while_it_was_rendered_stays_due_and_is_free():
    page()
    (task,) = take()
    BakedPage.objects.update(version=2)
    placing.deliver(task, answer("/a.html"))
    assert len(take()) == 1


def test_slow_worker_does_not_replace_what_a_later_rendering_put_in_place():
    page()
    (slow,) = take()
    (heir,) = take(NOW + queue.LEASE * 1.1)
    placing.deliver(heir, answer("/a.html", "<p>neu</p>"))
    placing.deliver(slow, answer("/a.html", "<p>alt</p>"))
    assert body("/a.html") == "<p>neu</p>"
    assert not BakedPage.objects.get().due


def test_late_failure_of_a_slow_worker_does_not_end_the_claim_of_its_heir():
    page()
    (slow,) = take()
    (heir,) = take(NOW + queue.LEASE * 1.1)
    queue.try_again(slow, error="too late", at=NOW)
    assert BakedPage.objects.get().claim == heir.claim


def test_rendering_out_of_turn_counts_for_the_worker_whose_turn_it_was():
    page()
    (task,) = take()
    helper = queue.begin("/a.html", at=NOW, since=orders.last_spread())
    placing.deliver(helper, answer("/a.html", "<p>neu</p>"))
    placing.deliver(task, answer("/a.html", "<p>alt</p>"))
    found = BakedPage.objects.get()
    assert (found.due, found.claim) == (False, None)
    assert body("/a.html") == "<p>neu</p>"


def test_rendering_that_missed_an_order_is_due_again():
    """It read page:1 for the first time while the order for page:1 looked who had read it."""
    page()
    (task,) = take()
    orders.place("page:1")
    orders.spread(at=NOW)
    placing.deliver(task, answer("/a.html", recipe=("page:1",)))
    assert BakedPage.objects.get().due


def test_lines_that_a_rendering_in_progress_relies_on_stay():
    kept = page()
    RecipeLine.objects.create(page=kept, ingredient="page:1")
    (first,) = take()
    queue.begin("/a.html", at=NOW, since=0)
    placing.deliver(first, answer("/a.html"))
    assert RecipeLine.objects.filter(ingredient="page:1").exists()


def test_old_lines_go_with_the_last_rendering():
    RecipeLine.objects.create(page=page(), ingredient="page:1")
    (task,) = take()
    placing.deliver(task, answer("/a.html", recipe=("page:2",)))
    assert list(RecipeLine.objects.values_list("ingredient", flat=True)) == ["page:2"]


def test_page_that_may_stay_after_all_is_not_taken_away():
    page()
    (task,) = take()
    placing.store().put("/a.html", b"<p>da</p>", "text/html")
    BakedPage.objects.update(version=2)
    placing.deliver(task, Baked("/a.html", 410, b"weg", "text/html", "", frozenset()))
    assert body("/a.html") == "<p>da</p>"
    assert len(take()) == 1


def test_page_that_waits_for_another_worker_pauses_for_a_moment():
    page()
    (task,) = take()
    queue.put_back(task, at=NOW)
    assert take() == []
    assert len(take(NOW + queue.A_MOMENT)) == 1
