"""Many pages at once give what each gives by itself: recipes, files, rows, and failures."""

import pytest
from django.db import connection
from django.template import Context, Template
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from allmende.bakery import bake, orders, placing
from allmende.bakery.ingredients import ahead, keeping, read, recording
from allmende.bakery.models import BakedPage, RecipeLine
from allmende.bakery.store import StoreFull
from tests.bakery.test_queue import NOW, answer, body, page, take

pytestmark = pytest.mark.django_db


def finished(count: int, recipe: tuple[str, ...] = ("page:1",)) -> list[placing.Finished]:
    """Renderings of so many pages, claimed together."""
    for number in range(count):
        page(f"/{number}.html")
    return [(task, answer(task.path, recipe=recipe)) for task in take()]


def test_pages_are_put_in_place_in_as_many_statements_as_three():
    counts = []
    for count in (3, 9):
        some = finished(count)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert placing.deliver_together(some) == []
        counts.append(len(seen))
        BakedPage.objects.all().delete()
    assert counts[0] == counts[1]
    assert body("/8.html") == "<p>da</p>"


def test_each_page_keeps_its_own_recipe_and_is_struck_off():
    (one, _), (two, _) = finished(2)
    RecipeLine.objects.create(page_id=one.pk, ingredient="page:9")
    both = [(one, answer(one.path, recipe=("page:1",))), (two, answer(two.path, recipe=("b",)))]
    placing.deliver_together(both)
    assert placing.recipes_of([one.pk, two.pk]) == {one.pk: {"page:1"}, two.pk: {"b"}}
    assert not BakedPage.objects.exclude(due=False, claim=None, state="live", placed=1).exists()


def test_page_ordered_anew_meanwhile_stays_due_and_its_neighbour_does_not():
    first, second = finished(2)
    BakedPage.objects.filter(pk=first[0].pk).update(version=2)
    placing.deliver_together([first, second])
    assert [task.path for task in take()] == [first[0].path]


def test_only_the_page_that_missed_an_order_is_due_again():
    (one, _), (two, _) = finished(2)
    orders.place("page:1")
    orders.spread(at=NOW)
    placing.deliver_together(
        [(one, answer(one.path, recipe=("page:1",))), (two, answer(two.path, recipe=("b",)))]
    )
    assert [task.path for task in take()] == [one.path]
    assert not placing.store().root.joinpath(one.path[1:]).exists()
    assert body(two.path) == "<p>da</p>"


def test_page_that_cannot_be_stored_harms_no_other(monkeypatch):
    some = finished(3)
    store = placing.store()
    put = store.put

    def full(path: str, *rest: object) -> bool:
        if path == "/1.html":
            raise StoreFull(path)
        return put(path, *rest)

    monkeypatch.setattr(store, "put", full)
    bake.arrive_together(some)
    failed = BakedPage.objects.get(path="/1.html")
    assert (failed.due, failed.attempts) == (True, 1)
    assert not BakedPage.objects.exclude(pk=failed.pk).filter(due=True).exists()
    assert body("/2.html") == "<p>da</p>"


def test_rows_of_a_lot_are_loaded_once_and_page_by_page_where_that_fails():
    asked = []

    def load(paths):
        asked.append(list(paths))
        if "/broken" in paths and len(paths) > 1:
            raise ValueError("a row is broken")
        return {path: path.upper() for path in paths}

    with keeping(["/a", "/b"]):
        assert [ahead(path, load) for path in ("/a", "/b", "/c")] == ["/A", "/B", "/C"]
    with keeping(["/a", "/broken"]):
        assert [ahead(path, load) for path in ("/a", "/broken")] == ["/A", "/BROKEN"]
    assert asked == [["/a", "/b"], ["/c"], ["/a", "/broken"], ["/a"], ["/broken"]]


def test_block_is_written_once_for_a_lot_and_value_and_leaves_its_traces_on_every_page():
    text = "{% load newsroom_tags %}{% kept 'menu' section %}{{ asked }}{% endkept %}"
    block = Template(text)
    asked = []

    def ask() -> str:
        read("sections")
        asked.append("asked")
        return f"menu {len(asked)}"

    def written(section: int) -> tuple[str, set[str]]:
        with recording() as recipe:
            return block.render(Context({"section": section, "asked": ask})), recipe

    with override("de"):
        with keeping():
            pages = [written(1), written(1), written(2)]
            with override("en"):
                pages.append(written(1))
        pages.append(written(1))
    assert [page for page, _ in pages] == ["menu 1", "menu 1", "menu 2", "menu 3", "menu 4"]
    assert all(recipe == {"sections"} for _, recipe in pages)
