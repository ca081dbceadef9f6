"""The picture library: what a picture lacks, how long it may be shown, where it stands."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse
from django.utils import timezone
from wagtail.models import ReferenceIndex

from allmende.newsroom import reading
from allmende.newsroom.models import Article, Picture
from allmende.newsroom.wagtail_hooks import pictures as library
from allmende.people.roles import Role
from tests.factories import newsroom as make
from tests.newsroom import desks

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
LIBRARY = "/redaktion/images/"


def titles(client: Any, **query: Any) -> set[str]:
    answer = client.get(LIBRARY, query)
    assert answer.status_code == 200
    return {picture.title for picture in answer.context["object_list"]}


def said(client: Any, **query: Any) -> str:
    answer = client.get(LIBRARY, query, headers={"accept-language": "en"})
    assert answer.status_code == 200
    return str(answer.content.decode())


def use(picture: Picture, title: str = "Die Brücke steht") -> Article:
    body = [*make.paragraphs("Satz."), make.writing.block("picture", {"picture": picture.pk})]
    article = make.article(title, body=body)
    ReferenceIndex.create_or_update_for_object(article)  # the worker's job
    return article


def shelf() -> dt.date:
    """A picture of each state; every one but "Unbenutzt" is used."""
    day = timezone.localdate(timezone=reading.zone())
    changes: dict[str, dict[str, Any]] = {
        "Gut": {},
        "Namenlos": {"credit": ""},
        "Wortlos": {"description": ""},
        "Bald": {"expires_on": day},
        "Später": {"expires_on": day + 15 * DAY},
        "Vorbei": {"expires_on": day - DAY},
    }
    for name, change in changes.items():
        picture = make.picture(name)
        use(picture, f"Mit {name}")
        Picture.objects.filter(pk=picture.pk).update(**(change or {"title": name}))
    make.picture("Unbenutzt")
    return day


def test_library_stands_at_wagtails_place() -> None:
    for name in ("index", "index_results"):
        found = resolve(reverse(f"wagtailimages:{name}"))
        assert found.func.view_class is library.PictureListing


def test_filters_find_what_they_say() -> None:
    client, _person = desks.editor()
    shelf()
    everything = {"Gut", "Namenlos", "Wortlos", "Bald", "Später", "Vorbei", "Unbenutzt"}
    assert titles(client) == everything
    for state, found in {
        "uncredited": {"Namenlos"},
        "wordless": {"Wortlos"},
        "soon": {"Bald"},
        "expired": {"Vorbei"},
        "unused": {"Unbenutzt"},
        "x": everything,
    }.items():
        assert titles(client, state=state) == found, state


@pytest.mark.parametrize("layout", ["grid", "list"])
def test_each_picture_says_its_rights_and_where_it_stands(layout: str) -> None:
    client, _person = desks.editor()
    shelf()
    Picture.objects.filter(title="Gut").update(credit="Foto: Jana Reuter")
    told = said(client, layout=layout)
    assert "Foto: Jana Reuter" in told
    assert "needs a credit" in told
    assert "needs an alternative text" in told
    assert told.count("expired, was free until") == 1
    assert told.count("free until") == 3
    assert ("Mit Vorbei" in told) == (layout == "list")


def test_search_asks_title_and_credit_and_keeps_the_filters() -> None:
    client, _person = desks.editor()
    shelf()
    Picture.objects.filter(title__in=["Bald", "Vorbei"]).update(credit="Milan Kovač")
    assert titles(client, q="Kovač") == {"Bald", "Vorbei"}
    assert titles(client, q="kovač", state="expired") == {"Vorbei"}
    assert titles(client, q="Wortlos") == {"Wortlos"}
    assert titles(client, q="nirgends") == set()


def test_order_by_last_day_begins_with_what_ends_first() -> None:
    client, _person = desks.editor()
    shelf()
    answer = client.get(LIBRARY, {"ordering": "expires_on"})
    listed = [picture.title for picture in answer.context["object_list"]]
    assert listed[:3] == ["Vorbei", "Bald", "Später"]
    assert titles(client, ordering="usage_count")  # no longer offered, so ignored


@pytest.mark.parametrize("layout", ["grid", "list"])
def test_page_costs_the_same_for_few_and_for_many(
    layout: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library.PictureListing, "get_paginate_by", lambda self, rows: 50)
    client, _person = desks.editor()
    asked = []
    for numbers in (range(3), range(3, 12)):
        for number in numbers:
            use(make.picture(f"Bild {number}"), f"Artikel {number}")
        titles(client, layout=layout)
        with CaptureQueriesContext(connection) as queries:
            found = titles(client, layout=layout)
        asked.append(len(queries))
    assert len(found) == 12
    assert asked[0] == asked[1]


def test_logo_in_many_places_is_counted_not_named() -> None:
    client, _person = desks.editor()
    logo = make.picture("Logo")
    for number in range(library.NAMED + 1):
        use(logo, f"Artikel {number}")
    told = said(client, layout="list")
    assert f"in {library.NAMED + 1} places" in told
    assert "Artikel 0" not in told


def test_office_does_not_see_the_library() -> None:
    client, _person = desks.sit_down(Role.OFFICE)
    assert client.get(LIBRARY).status_code == 302
