"""What staff are told about a publication: on its way, out, which pages, and what failed."""

import datetime as dt

import pytest

from allmende.bakery import orders
from allmende.bakery.models import BakedPage, RecipeLine
from allmende.bakery.renewals import renewal

pytestmark = pytest.mark.django_db
CLICK = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)
OUT = CLICK + dt.timedelta(seconds=0.4)
ARTICLE = "/artikel/1.steg.html"


def page(path: str, *, at: dt.datetime = OUT, **fields: object) -> None:
    row = BakedPage.objects.create(path=path, **{"state": "live", "baked_at": at, **fields})
    RecipeLine.objects.create(page=row, ingredient="page:1")


def found():
    return renewal("page:1", path=ARTICLE, since=CLICK)


def test_order_not_yet_carried_to_pages_is_on_its_way():
    orders.place("page:1")
    assert (found().waiting, found().count, found().out_at) == (1, 0, None)


def test_pages_baked_since_are_renewed_and_those_due_are_waited_for():
    page(ARTICLE)
    page("/", at=CLICK - dt.timedelta(hours=1), due=True)
    page("/alt.html", at=CLICK - dt.timedelta(hours=1))
    assert (found().waiting, found().renewed, found().out_at) == (1, [ARTICLE], OUT)


def test_page_never_baked_is_waited_for_by_its_path():
    BakedPage.objects.create(path=ARTICLE, state="absent", baked_at=CLICK, due=True)
    assert (found().waiting, found().count) == (1, 0)


def test_failed_page_is_told_and_not_waited_for():
    page("/tal/", due=True, attempts=2, error="no")
    assert (found().waiting, found().failed) == (0, 1)
