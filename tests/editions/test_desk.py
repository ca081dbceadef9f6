"""The screen on which an edition is arranged, without script."""

import pytest
from django.urls import reverse

from allmende.editions import staff_roles
from allmende.editions.models import Edition
from allmende.people.roles import Role
from tests.factories import newsroom as make
from tests.factories.editions import edition
from tests.newsroom.desks import editor, sit_down

pytestmark = pytest.mark.django_db


def lines(row: Edition) -> list[str]:
    return [str(line) for line in row.lines.all()]


def test_editor_makes_fills_orders_and_shows_an_edition():
    client, _ = editor()
    staff_roles.lay_permissions()
    articles = [make.article(name, slug=name.lower()) for name in ("Eins", "Zwei")]
    answer = client.post(
        reverse("editions:add"), {"date": "2026-11-28", "name": "Samstag", "intro": ""}
    )
    row = Edition.objects.get()
    assert answer.url == reverse("edition_desk", args=[row.pk])
    add = reverse("edition_add", args=[row.pk])
    client.post(add, {"do": "offered", "offered": [article.pk for article in articles]})
    client.post(add, {"do": "heading", "heading": "Tal"})
    client.post(add, {"do": "chosen", "article": make.draft("Drei", slug="drei").pk})
    assert lines(row) == ["Eins", "Zwei", "Tal", "Drei"]
    keys = {str(line): line.pk for line in row.lines.all()}
    arrange = reverse("edition_arrange", args=[row.pk])
    typed = {
        f"heading-{keys['Tal']}": "Aus dem Tal",
        f"known-{keys['Drei']}": "1",
        f"announced-{keys['Drei']}": "on",
    }
    client.post(arrange, {"do": f"up:{keys['Tal']}"} | typed)
    client.post(reverse("edition_move", args=[keys["Drei"]]) + "?position=0")
    client.post(arrange, {"do": f"remove:{keys['Zwei']}"} | typed)
    assert lines(row) == ["Drei", "Eins", "Aus dem Tal"]
    seen = client.get(reverse("edition_preview", args=[row.pk])).content.decode()
    assert "Erscheint am Samstag, 28. November 2026" in seen
    client.post(arrange, {"do": "show"} | typed)
    row.refresh_from_db()
    assert row.public
    page = client.get(reverse("edition_desk", args=[row.pk])).content.decode()
    assert row.url in page
    assert "Samstag" in client.get(reverse("editions:index")).content.decode()


def test_bad_input_changes_nothing():
    client, _ = editor()
    staff_roles.lay_permissions()
    row = edition(make.article())
    other = edition(make.article("B", slug="b"), name="Beilage")
    arrange, add = (reverse(name, args=[row.pk]) for name in ("edition_arrange", "edition_add"))
    foreign = other.lines.get().pk
    for do in ("up:x", "down:99999999", f"remove:{foreign}", "", "sing"):
        assert client.post(arrange, {"do": do}).status_code == 302
    for posted in (
        {"do": "heading", "heading": " "},
        {"do": "offered", "offered": ["x", "9999999"]},
        {"do": "chosen", "article": "7777777"},
        {},
    ):
        assert client.post(add, posted).status_code == 302
    assert (row.lines.count(), other.lines.count()) == (1, 1)
    move = reverse("edition_move", args=[row.lines.get().pk])
    assert client.post(move + "?position=none").status_code == 200
    assert client.get(move).status_code == 405


def test_author_has_no_way_to_editions():
    client, _ = sit_down(Role.AUTHOR)
    staff_roles.lay_permissions()
    row = edition()
    for name in ("edition_desk", "edition_preview"):
        assert client.get(reverse(name, args=[row.pk])).status_code in (302, 403)
    answer = client.post(reverse("edition_arrange", args=[row.pk]), {"do": "hide"})
    assert answer.status_code in (302, 403)
    assert Edition.objects.get().public
