"""The next edition and the letters at hand, on the staff's first screen."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from allmende.editions import staff_roles as editions
from allmende.editions.models import Edition
from allmende.newsletters import staff_roles
from allmende.newsletters.models import Issue
from allmende.people.roles import Role
from tests.factories.newsletters import issue, newsletter
from tests.mailroom.cast import batch
from tests.people import cast

pytestmark = pytest.mark.django_db
HOME = "/redaktion/"


def come(client: Client, role: str) -> Client:
    person = cast.staff("Milan", role)
    staff_roles.lay_permissions()
    editions.lay_permissions()
    cast.come_in(client, person)
    return client


def panel(client: Client) -> str:
    html = client.get(HOME).content.decode()
    return html.partition('id="today-letters"')[2].partition("</section>")[0]


def test_empty_desk_says_so(client: Client):
    assert "Keine Ausgabe ist angelegt" in panel(come(client, Role.EDITOR))


def test_editor_sees_the_next_edition_and_each_letter_at_hand(client: Client):
    come(client, Role.EDITOR)
    today = timezone.localdate()
    for days in (-1, 2, 9):
        Edition.objects.create(name=f"Ausgabe {days}", date=today + dt.timedelta(days=days))
    row = issue(newsletter(name="Freitagsbrief"))
    html = panel(client)
    edition = Edition.objects.get(name="Ausgabe 2")
    assert f"/redaktion/editions/{edition.pk}/arrange/" in html
    assert ["Ausgabe -1" in html, "Ausgabe 9" in html] == [False, False]
    assert f"/redaktion/issues/{row.pk}/desk/" in html
    assert "Freitagsbrief" in html
    assert "Entwurf" in html


def test_running_letter_tells_how_far_it_is(client: Client):
    come(client, Role.EDITOR)
    row = issue()
    now = timezone.now()
    Issue.objects.filter(pk=row.pk).update(
        state="sending", batch=batch(3), approved_at=now, appeared_at=now, content={}
    )
    assert "0 von 3 übergeben" in panel(client)
    Issue.objects.filter(pk=row.pk).update(state="sent", ended_at=now)
    assert f"/redaktion/issues/{row.pk}/desk/" not in panel(client)


def test_author_sees_letters_and_arranges_no_edition(client: Client):
    come(client, Role.AUTHOR)
    Edition.objects.create(name="Samstag", date=timezone.localdate())
    html = panel(client)
    assert "Samstag" in html
    assert "/arrange/" not in html


def test_bookkeeper_sees_none(client: Client):
    assert panel(come(client, Role.BOOKKEEPER)) == ""


def test_panel_asks_no_more_for_three_letters_than_for_one(client: Client):
    come(client, Role.EDITOR)
    counts = []
    for slugs in (["a"], ["b", "c"]):
        for slug in slugs:
            issue(newsletter(slug=slug, name=slug))
        panel(client)
        with CaptureQueriesContext(connection) as queries:
            panel(client)
        counts.append(len(queries))
    assert counts[0] == counts[1]
