"""What readers are shown: the cooperative's pages, statutes, and the box in articles."""

import datetime as dt

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from allmende.bakery.models import BakeOrder
from allmende.cooperative import figures, showing, statute
from allmende.cooperative.models import CooperativePage, Question
from allmende.site import boxes
from tests.cooperative import members
from tests.cooperative.cast import DAY, NOW, PDF, statute_like

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("paper")]
GERMAN, ENGLISH = "/genossenschaft/", "/cooperative/"


def ordered() -> set[str]:
    return set(BakeOrder.objects.values_list("ingredient", flat=True))


def test_page_says_what_a_share_costs_and_how_one_leaves(client: Client):
    statute_like("taz")
    html = client.get(GERMAN).content.decode()
    assert "500\u00a0€, auf einmal oder in bis zu 20 Raten ab 25\u00a0€" in html
    assert "die Frist beträgt 2 Jahre zum Schluss" in html
    assert "drucken und unterschreiben" in html
    assert "A share costs €500" in client.get(ENGLISH).content.decode()


def test_pages_name_each_other_by_their_whole_addresses(client: Client):
    """Search engines take no other (hreflang), and want the page itself among them."""
    statute_like()
    for page in (GERMAN, ENGLISH):
        html = client.get(page).content.decode()
        for code, path in (("de", GERMAN), ("en", ENGLISH)):
            address = f"{settings.PAPER_URL}{path}"
            assert f'<link rel="alternate" hreflang="{code}" href="{address}">' in html


def test_page_lists_every_statute_with_its_document(client: Client):
    first = statute_like(in_force_from=dt.date(2019, 1, 1))
    second = statute_like(in_force_from=dt.date(2020, 1, 1))
    html = client.get(GERMAN).content.decode()
    assert html.index(second.url) < html.index(first.url)
    assert first.document_id in html
    answer = client.get(first.url)
    assert (answer.content, answer["Content-Type"]) == (PDF, "application/pdf")
    assert list(showing.document_paths()) == [second.url, first.url]


def test_a_draft_is_no_page(client: Client):
    found = statute_like(published=False)
    assert client.get(found.url).status_code == 404
    assert client.get(GERMAN).status_code == 404
    assert list(showing.paths()) == []


def test_the_office_can_hide_pages_and_box(client: Client):
    statute_like()
    assert showing.box(None)
    CooperativePage.objects.update(is_public=False)
    assert client.get(GERMAN).status_code == 404
    assert showing.box(None) == ""


def test_the_box_leads_to_the_form_in_the_pages_language():
    statute_like("nd")
    with translation.override("de"):
        german = showing.box(None)
    with translation.override("en"):
        english = showing.box(None)
    assert 'href="/beitreten/?sprache=de"' in german
    assert "500\u00a0€" in german
    assert 'href="/beitreten/?sprache=en"' in english
    assert "€500" in english


def test_boxes_stand_below_articles_in_one_order():
    from allmende.newsroom import slots

    boxes.register()
    keys = [box.key for box in slots.boxes("article.end")]
    assert keys.index("membership") < keys.index("contribution")


def test_a_statute_shows_from_its_day_on():
    law = statute_like(in_force_from=dt.date(2020, 1, 1))
    later = statute_like(published=False, in_force_from=DAY + dt.timedelta(days=10))
    statute.publish(later, by=None, at=NOW)
    assert CooperativePage.load().law == law
    BakeOrder.objects.all().delete()
    assert not statute.turn(on=DAY + dt.timedelta(days=9))
    assert statute.turn(on=DAY + dt.timedelta(days=10))
    assert CooperativePage.load().law == later
    assert ordered() == {CooperativePage.INGREDIENT}


def test_members_are_counted_once_a_day(client: Client):
    statute_like()
    assert "Wer wir sind" not in client.get(GERMAN).content.decode()
    members.member(shares=2)
    members.member(shares=1)
    members.applied()
    html = client.get(GERMAN).content.decode()
    assert "Wer wir sind" not in html  # an admission renews no page
    assert figures.renew(on=DAY)
    assert not figures.renew(on=DAY + dt.timedelta(days=1))
    html = client.get(GERMAN).content.decode()
    assert "Am 1. März 2026 hat die Genossenschaft 2 Mitglieder mit 3 Anteilen." in html


def test_what_the_office_writes_renews_the_pages(client: Client):
    statute_like()
    BakeOrder.objects.all().delete()
    Question.objects.create(question="Warum eine Genossenschaft?", answer="Darum.")
    assert ordered() == {CooperativePage.INGREDIENT}
    html = client.get(GERMAN).content.decode()
    assert "Warum eine Genossenschaft?" in html
    assert "Warum" not in client.get(ENGLISH).content.decode()
