"""The search page: a form that is an address, answers that are honest, nothing kept of who asks."""

import datetime as dt
import re
import xml.etree.ElementTree as ElementTree
from types import SimpleNamespace

import pytest
from django.db import OperationalError
from django.test import Client

from allmende.newsroom import search_views
from allmende.newsroom.search import finding
from tests.factories import newsroom as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def german(settings):
    settings.PAPER_URL = "https://bote.example"
    search_views.limit.cache_clear()


@pytest.fixture
def ask(client: Client):
    def get(path="/suche/", **fields):
        return client.get(path, fields)

    return get


def text(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def articles(count: int, **fields) -> None:
    for n in range(count):
        at = make.NOON - dt.timedelta(days=n)
        make.article(f"Artikel {n:02}", at=at, body=make.paragraphs("Eine Brücke."), **fields)


def test_empty_page_shows_the_form_only(ask):
    response = ask()
    assert response.status_code == 200
    assert 'name="q"' in text(response)
    assert "search-answer" not in text(response)


def test_answer_is_kept_by_nobody_for_long_and_sets_no_cookie(ask):
    articles(1)
    response = ask(q="brücke")
    assert response["Cache-Control"] == "public, max-age=60"
    assert response["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in text(response)
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


def test_answer_names_articles_with_the_place_that_answers(ask):
    articles(1, bylines=[(make.author(), "")])
    page = text(ask(q="brücken"))
    assert "1 Artikel" in page
    assert "Eine <mark>Brücke</mark>." in page
    assert "Jana Reuter" in page


def test_what_was_typed_is_shown_as_text(ask):
    page = text(ask(q='"><script>alert(1)</script>', autor='"><b>'))
    assert "<script>alert" not in page
    assert "<b>" not in page
    assert "&lt;script&gt;" in page


def test_pages_hold_twenty_and_lead_on(ask):
    articles(23)
    first, second = text(ask(q="brücke")), text(ask(q="brücke", seite="2"))
    assert first.count('class="teaser row-story hit"') == 20
    assert second.count('class="teaser row-story hit"') == 3
    assert 'href="/suche/?q=br%C3%BCcke&amp;seite=2"' in first
    assert 'rel="prev" href="/suche/?q=br%C3%BCcke"' in second
    assert text(ask(q="brücke", seite="99")).count("row-story hit") == 3
    assert text(ask(q="brücke", seite="x")).count("row-story hit") == 20


def test_answer_says_when_there_is_more_than_it_knows(ask, monkeypatch):
    monkeypatch.setattr(finding, "MOST", 20)
    articles(22)
    page = text(ask(q="brücke"))
    assert "Mehr als 20 Artikel" in page
    assert "bis=2026-11-01" in page


def test_nothing_found_says_what_may_help(ask):
    make.section()
    page = text(ask(q="tunnel brücke", ressort="tal"))
    assert "Nichts gefunden" in page
    assert 'href="/suche/?q=tunnel"' in page
    assert 'href="/suche/?q=tunnel+br%C3%BCcke"' in page


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"q": "x" * 201}, "q"),
        ({"q": "x", "ressort": "gibt-es-nicht"}, "ressort"),
        ({"q": "x", "autor": "Niemand"}, "autor"),
        ({"q": "x", "von": "gestern"}, "von"),
        ({"q": "x", "von": "2026-02-02", "bis": "2026-02-01"}, "bis"),
    ],
)
def test_mistake_is_told_beside_its_field_and_nothing_typed_is_lost(ask, fields, field):
    make.section()
    response = ask(**fields)
    page = text(response)
    assert response.status_code == 200
    assert f'id="error_{field}"' in page
    assert f'href="#id_{field}"' in page
    if field != "ressort":
        assert f'value="{fields[field]}"' in page


def test_filters_narrow_the_answer(ask):
    stadt = make.section("Stadt", "stadt")
    make.article("In der Stadt", section=stadt, bylines=[(make.author("José Öz", "oez"), "")])
    make.article("Im Tal")
    assert text(ask(ressort="stadt")).count("row-story hit") == 1
    assert "In der Stadt" in text(ask(autor="jose oz"))
    assert "1 Artikel" in text(ask(autor="oz", von="20.11.2026", bis="20.11.2026"))
    assert "Nichts gefunden" in text(ask(autor="oz", bis="2026-11-19"))


def test_strange_fields_break_nothing(ask):
    for fields in (
        {"q": "a\0b", "ressort": "\0", "autor": "\0", "von": "\0"},
        {"q": "x", "von": "0001-01-01", "bis": "9999-12-31"},
        {"q": "x", "seite": "-1"},
        {"q": "x", "folge": "unfug"},
        {"q": "\ud800".encode("utf-8", "surrogatepass")},
    ):
        assert ask(**fields).status_code == 200


def test_only_asking_is_allowed(client):
    assert client.post("/suche/", {"q": "x"}).status_code == 405


def test_feed_holds_what_the_search_finds(ask):
    articles(2)
    response = ask("/suche/feed.atom", q="brücke")
    assert response["Content-Type"].startswith("application/atom+xml")
    atom = "{http://www.w3.org/2005/Atom}"
    feed = ElementTree.fromstring(response.content)
    titles = [entry.findtext(f"{atom}title") for entry in feed.iter(f"{atom}entry")]
    assert titles == ["Artikel 00", "Artikel 01"]
    assert "brücke" in feed.findtext(f"{atom}title")
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{atom}link")}
    assert links["self"] == "https://bote.example/suche/feed.atom?q=br%C3%BCcke"
    assert links["alternate"] == "https://bote.example/suche/?q=br%C3%BCcke"
    assert 'href="/suche/feed.atom?q=br%C3%BCcke"' in text(ask(q="brücke"))


def test_feed_of_a_mistaken_search_does_not_exist(ask):
    assert ask("/suche/feed.atom", q="x", von="gestern").status_code == 404


def test_who_asks_too_often_is_told_to_wait(ask, monkeypatch):
    minute = SimpleNamespace(time=lambda: 1_800_000_000.0)
    monkeypatch.setattr(search_views, "time", minute)
    for _ in range(search_views.limit().times):
        assert ask(q="brücke").status_code == 200
    response = ask(q="brücke")
    assert response.status_code == 429
    assert response["Retry-After"] == "60"
    assert response["Cache-Control"] == "no-store"
    assert 'value="brücke"' in text(response)
    assert ask("/suche/feed.atom", q="brücke").status_code == 429
    assert ask().status_code == 200


def test_others_are_not_held_up_by_who_asks_too_often(client, settings):
    settings.PROXIES = ["127.0.0.1"]
    for n in range(70):
        response = client.get("/suche/", {"q": "x"}, headers={"X-Forwarded-For": f"192.0.2.{n}"})
        assert response.status_code == 200


def test_search_says_so_while_the_database_is_away(ask, monkeypatch, settings):
    def away(*args, **more):
        raise OperationalError("connection refused")

    monkeypatch.setattr(finding, "find", away)
    response = ask(q="brücke")
    assert response.status_code == 503
    assert response["Retry-After"]
    settings.BAKED_ROOT.mkdir(exist_ok=True)
    (settings.BAKED_ROOT / "503.html").write_text("Gerade nicht")
    assert ask(q="brücke").content == b"Gerade nicht"


@pytest.mark.parametrize("path", ["/suche/", "/suche/feed.atom"])
def test_what_a_page_of_results_asks_the_database_does_not_grow(
    ask, path, django_assert_max_num_queries
):
    articles(3, bylines=[(make.author(), "")])
    ask(path, q="brücke")
    with django_assert_max_num_queries(22):
        ask(path, q="brücke")
