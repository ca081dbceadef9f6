"""The one paper and its menus."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allmende.newsroom import foundation
from allmende.newsroom.models import FrontPage, InfoPage
from allmende.paper.identity import paper
from allmende.paper.models import MenuItem, Paper

pytestmark = pytest.mark.django_db


def info(slug: str, *, live: bool = True) -> InfoPage:
    foundation.lay()
    page = InfoPage(title=slug.title(), slug=slug, live=live)
    return FrontPage.objects.get().add_child(instance=page)


def line(label: str, place: str = "main", **leads: object) -> MenuItem:
    return MenuItem.objects.create(paper=paper(), label=label, place=place, **leads)


def test_paper_is_one_however_often_asked() -> None:
    assert paper().pk == paper().pk
    assert Paper.objects.count() == 1


def test_menus_are_kept_apart_and_in_order() -> None:
    line("Ticker", address="/ticker.html", sort_order=2)
    line("Archiv", address="/archiv/", sort_order=1)
    line("Impressum", "footer", page=info("impressum"))
    assert [item.label for item in paper().menu("main")] == ["Archiv", "Ticker"]
    assert [(item.label, item.url) for item in paper().menu("footer")] == [
        ("Impressum", "/impressum.html")
    ]


def test_menu_leaves_out_a_page_that_is_not_published() -> None:
    line("Entwurf", page=info("entwurf", live=False))
    assert paper().menu("main") == []


def test_menu_asks_as_much_for_three_pages_as_for_one() -> None:
    counts = []
    for slugs in (["eins"], ["zwei", "drei"]):
        for slug in slugs:
            line(slug, page=info(slug))
        with CaptureQueriesContext(connection) as asked:
            addresses = [item.url for item in paper().menu("main")]
        counts.append(len(asked))
    assert addresses == ["/eins.html", "/zwei.html", "/drei.html"]
    assert counts[0] == counts[1]
