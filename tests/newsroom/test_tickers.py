"""Tickers: posted once and in order, small pages that never shift, an end."""

import datetime as dt
import json
import os
import re
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allmende.bakery.models import BakedPage
from allmende.newsroom import staff_roles, ticker_pages, tickers, writing
from allmende.newsroom.models import Article, Ticker, TickerEntry
from allmende.newsroom.models.tickers import PER_PAGE
from allmende.people.roles import Role
from tests.factories import newsroom as make
from tests.newsroom.test_baking import everything, from_scratch, page, tree, work
from tests.people import cast

pytestmark = pytest.mark.django_db
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
REFRESH = '<noscript><meta http-equiv="refresh" content="60"></noscript>'


@pytest.fixture
def ticker() -> Ticker:
    """A running ticker on a published article, everything baked."""
    everything()
    found = tickers.start(make.article("Das Spiel", slug="spiel"))
    work()
    return found


def post(ticker: Ticker, count: int = 1, **fields) -> TickerEntry:
    for _ in range(count):
        known = ticker.entries.count()
        words = {"text": f"Eintrag {known + 1}.", "at": make.NOON + known * MINUTE} | fields
        entry = tickers.post(ticker, **words)
    return entry


def numbered(ticker: Ticker, number: int) -> str:
    return f"/ticker/{ticker.article.number}/seite-{number}.html"


def quiet(ticker: Ticker) -> str:
    return f"/ticker/{ticker.article.number}/ohne-neuladen.html"


def texts(path: str) -> list[int]:
    """Numbers of the entries of a page, in the order of reading."""
    return [int(number) for number in re.findall(r"<p>Eintrag (\d+)\.</p>", page(path))]


def test_article_shows_the_newest_and_numbered_pages_show_all(ticker):
    post(ticker, PER_PAGE + 3)
    work()
    assert texts(ticker.article.url) == list(range(PER_PAGE + 3, 3, -1))
    assert texts(numbered(ticker, 1)) == list(range(PER_PAGE, 0, -1))
    assert texts(numbered(ticker, 2)) == list(range(PER_PAGE + 3, PER_PAGE, -1))
    assert numbered(ticker, 1) in page(ticker.article.url)


def test_oldest_first_shows_the_newest_while_it_runs_and_the_beginning_afterwards(ticker):
    tickers.turn(ticker, newest_first=False)
    post(ticker, PER_PAGE + 3)
    work()
    assert texts(ticker.article.url) == list(range(4, PER_PAGE + 4))
    tickers.close(ticker, at=make.NOON)
    work()
    assert texts(ticker.article.url) == list(range(1, PER_PAGE + 1))
    assert numbered(ticker, 2) in page(ticker.article.url)


def test_fresh_entry_bakes_only_what_it_touches(ticker):
    post(ticker, 2 * PER_PAGE + 1)
    work()
    post(ticker)
    assert work() == 4  # the article, its twin, the newest numbered page, the ticker's feed
    renewed = BakedPage.objects.order_by("-baked_at")[:4].values_list("path", flat=True)
    assert set(renewed) == {
        ticker.article.url,
        quiet(ticker),
        numbered(ticker, 3),
        ticker_pages.feed_path(ticker.article.number),
    }


def test_entry_keeps_its_address_however_many_follow(ticker):
    entry = post(ticker)
    work()
    path = numbered(ticker, 1)
    assert f'href="{path}#{entry.anchor}"' in page(ticker.article.url)
    post(ticker, 3 * PER_PAGE)
    work()
    assert f'id="{entry.anchor}"' in page(path)
    ticker.article.slug = "anders"
    ticker.article.save_revision().publish()
    work()
    assert f'id="{entry.anchor}"' in page(path)


def test_page_of_a_long_ticker_stays_small(ticker):
    post(ticker, 8 * PER_PAGE, text="Ein Satz, wie er am Rand des Platzes entsteht. " * 6)
    work()
    assert len(page(ticker.article.url)) < 60_000


def test_running_ticker_reloads_without_script_and_its_twin_does_not(ticker):
    post(ticker)
    work()
    assert REFRESH in page(ticker.article.url)
    assert quiet(ticker) in page(ticker.article.url)
    assert "http-equiv" not in page(quiet(ticker))
    assert f'rel="canonical" href="http://localhost:8000{ticker.article.url}"' in page(
        quiet(ticker)
    )
    assert "http-equiv" not in page(numbered(ticker, 1))


def test_closed_ticker_reloads_no_more_and_takes_no_entry(ticker):
    post(ticker)
    tickers.close(ticker, at=make.NOON)
    work()
    html = page(ticker.article.url)
    assert "http-equiv" not in html
    assert "ticker.js" not in html
    assert "data-live" not in html
    assert tree()[quiet(ticker)][0] == "moved"
    with pytest.raises(tickers.TickerClosed):
        post(ticker)
    tickers.reopen(ticker, at=make.NOON)
    post(ticker)
    work()
    assert REFRESH in page(ticker.article.url)
    assert tree()[quiet(ticker)][0] == "live"


def test_entry_sent_twice_is_posted_once(ticker):
    key = uuid.uuid4()
    first = post(ticker, key=key)
    assert post(ticker, key=key) == first
    assert ticker.entries.count() == 1


def test_two_editors_do_not_overwrite_each_other(ticker):
    entry = post(ticker)
    words = {"heading": "", "author": None, "picture": None, "pinned": False}
    tickers.mend(entry, at=make.NOON, seen=None, text="Erstens.", **words)
    late = TickerEntry.objects.get(pk=entry.pk)
    with pytest.raises(tickers.ChangedMeanwhile):
        tickers.mend(late, at=make.NOON + MINUTE, seen=None, text="Zweitens.", **words)
    assert TickerEntry.objects.get(pk=entry.pk).words == "Erstens."


def test_key_points_stand_on_top_and_need_a_heading(ticker):
    post(ticker, heading="Tor für Auental", pinned=True)
    post(ticker)
    work()
    html = page(ticker.article.url)
    assert html.index('class="key-points"') < html.index("Eintrag 2.")
    with pytest.raises(ValidationError):
        post(ticker, pinned=True)
    with pytest.raises(ValidationError):
        post(ticker, picture=make.picture(description=""))
    with pytest.raises(ValidationError):
        post(ticker, text="   ")


def test_removed_entry_and_withdrawn_article_are_gone_everywhere(ticker, tmp_path):
    entry = post(ticker, text="Das stimmte nicht.")
    post(ticker)
    work()
    tickers.remove(entry)
    work()
    for path in (ticker.article.url, numbered(ticker, 1), quiet(ticker)):
        assert "Das stimmte nicht" not in page(path), path
    writing.withdraw(ticker.article)
    work()
    for path in (ticker.article.url, numbered(ticker, 1), quiet(ticker)):
        assert tree()[path][0] == "gone", path
    assert tree() == from_scratch(tmp_path / "fresh")


def test_first_page_comes_back_empty_where_a_later_one_is_filled_anew(ticker, tmp_path):
    post(ticker, PER_PAGE)
    work()
    for entry in ticker.entries.all():
        tickers.remove(entry)
    work()
    assert numbered(ticker, 1) not in tree()
    post(ticker)
    work()
    assert texts(numbered(ticker, 2)) == [1]
    assert tree() == from_scratch(tmp_path / "fresh")


def test_script_in_an_entry_stays_text(ticker):
    bad = '<script>alert(1)</script> https://auen.example/?a=1&b="2"'
    post(ticker, heading=bad[:160], text=bad, pinned=True)
    hostile = '<p onclick="x()">Ja<img src=x onerror=x()></p><script>alert(2)</script>'
    post(ticker, text=hostile + '<p><a href="javascript:alert(3)">hier</a></p>')
    work()
    html = page(ticker.article.url)
    for sign in ("<script>alert", "onclick", "onerror", "javascript:", "src=x"):
        assert sign not in html


def test_entry_has_links_and_emphasis_as_paragraphs_have(ticker):
    other = make.article("Das Wehr", slug="wehr")
    text = f'<p>Es steht <b>3:1</b>, mehr <a linktype="page" id="{other.pk}">hier</a>.</p>'
    entry = post(ticker, text=text)
    work()
    html = page(ticker.article.url)
    assert f'<b>3:1</b>, mehr <a href="{other.url}">hier</a>.' in html
    assert (entry.words, str(entry)) == ("Es steht 3:1, mehr hier.",) * 2
    other.slug = "stauwehr"
    other.save_revision().publish()
    work()
    assert Article.objects.get(pk=other.pk).url in page(numbered(ticker, 1))


def test_plain_text_gets_its_paragraphs_and_links(ticker):
    entry = post(ticker, text="Erstens & zweitens.\n\nhttps://auen.example/a")
    said = '<p>Erstens &amp; zweitens.</p>\n\n<p><a href="https://auen.example/a">'
    assert entry.text.startswith(said)
    with pytest.raises(ValidationError):
        post(ticker, text="<p><br/></p>")
    with pytest.raises(ValidationError):
        post(ticker, text="Wort " * 1_001)


def test_forgotten_ticker_closes_itself_after_its_quiet_time_and_says_so(ticker):
    start = ticker.opened_at
    entry = post(ticker, at=start + MINUTE)
    tickers.wait(ticker, hours=3)
    over = entry.posted_at + 3 * HOUR
    tickers.close_forgotten(at=over - MINUTE)
    assert Ticker.objects.get().running
    tickers.close_forgotten(at=over)
    work()
    assert Ticker.objects.get().closed_at == over
    assert "Er hat sich von selbst geschlossen" in page(ticker.article.url)
    tickers.reopen(ticker, at=over + HOUR)
    tickers.close_forgotten(at=over + 2 * HOUR)
    assert Ticker.objects.get().running
    tickers.wait(ticker, hours=0)
    tickers.close_forgotten(at=over + 999 * HOUR)
    assert Ticker.objects.get().running


def test_ticker_of_a_draft_waits_for_its_publication():
    found = tickers.start(make.draft("Morgen"))
    tickers.close_forgotten(at=found.opened_at + 99 * HOUR)
    assert Ticker.objects.get().running


def test_ticker_has_a_feed_of_its_entries(ticker):
    post(ticker, heading="Tor", text='<p>Es steht <b>3:1</b>, <a href="/tal/">sagt</a> Jana.</p>')
    post(ticker, author=make.author())
    work()
    path = ticker_pages.feed_path(ticker.article.number)
    html = page(ticker.article.url)
    assert html.count(path) == 2  # in the head, and below the entries
    feed = page(path)
    assert re.findall(r"<title>(.+?)</title>", feed)[1:] == ["Eintrag 2.", "Tor"]
    assert "&lt;b&gt;3:1&lt;/b&gt;" in feed
    assert 'href="http://localhost:8000/tal/"' in feed.replace("&quot;", '"').replace("&lt;", "<")
    assert f"{numbered(ticker, 1)}#e2" in feed
    writing.withdraw(ticker.article)
    work()
    assert tree()[path][0] == "gone"


def test_ticker_of_a_deleted_article_leaves_nothing_behind(ticker, tmp_path):
    post(ticker)
    work()
    ticker.article.delete()
    work()
    assert not [path for path in tree() if path.startswith("/ticker/")]
    assert tree()[ticker.article.url][0] == "gone"
    assert tree() == from_scratch(tmp_path / "fresh")


def test_machines_read_every_entry_with_its_address(ticker):
    post(ticker, heading="Tor", author=make.author(), pinned=True)
    work()
    found = re.findall(
        r'<script type="application/ld\+json">(.+?)</script>', page(numbered(ticker, 1))
    )
    data = json.loads(found[-1])
    assert data["@type"] == "LiveBlogPosting"
    update = data["liveBlogUpdate"][0]
    assert update["headline"] == "Tor"
    assert update["url"].endswith(f"{numbered(ticker, 1)}#e1")
    assert update["author"]["name"] == "Jana Reuter"
    assert "coverageEndTime" not in data


DEEDS = ["post", "post", "page", "mend", "pin", "remove", "last", "close", "reopen", "turn"]
FEW = 2


@pytest.mark.long
@settings(
    max_examples=int(os.environ.get("EXAMPLES", FEW)),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(deeds=st.lists(st.sampled_from(DEEDS), min_size=3, max_size=12), seed=st.randoms())
def test_incremental_bake_of_a_ticker_equals_a_bake_from_scratch(deeds, seed, tmp_path_factory):
    Ticker.objects.all().delete()
    everything()
    ticker = tickers.start(make.article("Das Spiel", slug="spiel"))
    post(ticker, PER_PAGE - 1)
    for deed in deeds:
        do(deed, ticker, seed)
        work()
    assert tree() == from_scratch(tmp_path_factory.mktemp("fresh"))
    assert not BakedPage.objects.exclude(error="").exists()


def do(deed: str, ticker: Ticker, seed) -> None:
    ticker.refresh_from_db()
    entries = list(ticker.entries.order_by("place"))
    entry = seed.choice(entries) if entries else None
    if deed in ("post", "page") and ticker.running:
        post(ticker, PER_PAGE if deed == "page" else 1, heading="Punkt")
    elif deed == "mend" and entry:
        words = {"heading": "Anders", "author": None, "picture": None, "pinned": True}
        tickers.mend(entry, at=make.NOON, seen=entry.changed_at, text="Neu.", **words)
    elif deed == "pin" and entry:
        tickers.pin(entry, pinned=not entry.pinned)
    elif deed == "remove" and entry:
        tickers.remove(entry)
    elif deed == "last":
        for last in entries[-PER_PAGE:]:
            tickers.remove(last)
    elif deed == "close":
        tickers.close(ticker, at=make.NOON)
    elif deed == "reopen":
        tickers.reopen(ticker, at=make.NOON)
    elif deed == "turn":
        tickers.turn(ticker, newest_first=not ticker.newest_first)


# --- The desk -----------------------------------------------------------------------------


@pytest.fixture
def desk(client, ticker):
    """Signed in as who may publish."""
    jana = cast.staff("Jana", Role.EDITOR)
    staff_roles.lay_page_permissions()
    cast.come_in(client, jana)
    return client


def screen(ticker: Ticker) -> str:
    return reverse("ticker_desk", args=[ticker.article_id])


def sent(desk, ticker: Ticker) -> dict[str, str]:
    """An empty form as the screen hands it out, filled in."""
    key = desk.get(screen(ticker)).context["form"].initial["key"]
    return {
        "key": str(key),
        "heading": "Anpfiff",
        "text": "Es geht los.",
        "picture": "",
        "author": "",
    }


def test_desk_posts_once_however_often_the_button_is_pressed(desk, ticker):
    form = sent(desk, ticker)
    for _ in range(2):
        assert desk.post(screen(ticker), form).status_code == 302
    assert [entry.words for entry in ticker.entries.all()] == ["Es geht los."]


def test_desk_keeps_what_was_typed_when_it_cannot_be_posted(desk, ticker):
    form = sent(desk, ticker) | {"heading": "", "pinned": "on"}
    answer = desk.post(screen(ticker), form)
    assert "Es geht los." in answer.content.decode()
    assert answer.context["form"].errors["heading"]
    tickers.close(ticker, at=make.NOON)
    assert desk.post(screen(ticker), form | {"heading": "Anpfiff"}).status_code == 200
    assert not ticker.entries.exists()


def test_desk_changes_pins_and_removes(desk, ticker):
    entry = post(ticker, heading="Anpfiff")
    address = reverse("ticker_change", args=[entry.pk])
    form = {"heading": "Anpfiff!", "text": "Los.", "seen": "", "picture": "", "author": ""}
    assert desk.post(address, form).status_code == 302
    late = desk.post(address, form | {"text": "Zu spät."})
    assert late.status_code == 200
    assert late.context["form"].non_field_errors()
    assert desk.post(address, form | {"seen": "gestern"}).status_code == 200
    desk.post(reverse("ticker_pin", args=[entry.pk]), {"pinned": "yes"})
    entry.refresh_from_db()
    assert (entry.words, entry.pinned) == ("Los.", True)
    remove = reverse("ticker_remove", args=[entry.pk])
    assert "Los." in desk.get(remove).content.decode()
    assert desk.get(reverse("ticker_pin", args=[entry.pk])).status_code == 405
    desk.post(remove)
    assert not ticker.entries.exists()
    assert desk.post(remove).status_code == 404


def test_desk_starts_and_ends_a_ticker(desk, ticker):
    other = make.article("Das Fest", slug="fest")
    run = reverse("ticker_run", args=[other.pk])
    for deed, running in [("start", True), ("start", True), ("close", False), ("reopen", True)]:
        assert desk.post(run, {"do": deed}).status_code == 302
        assert Ticker.objects.get(article=other).running is running
    assert desk.post(run, {"do": "explode"}).status_code == 302
    desk.post(run, {"do": "oldest"})
    assert not Ticker.objects.get(article=other).newest_first
    for hours, kept in [("24", 24), ("0", 0), ("5", 12), ("x", 12)]:
        desk.post(run, {"do": "wait", "quiet": hours})
        assert Ticker.objects.get(article=other).quiet_hours == kept
    assert "Das Fest" in desk.get(reverse("ticker_desk", args=[other.pk])).content.decode()


def test_who_may_not_publish_runs_no_ticker(client, ticker):
    entry = post(ticker)
    toni = cast.staff("Toni", Role.AUTHOR)
    staff_roles.lay_page_permissions()
    cast.come_in(client, toni)
    for name, pk in [("ticker_desk", ticker.article_id), ("ticker_change", entry.pk)]:
        assert client.get(reverse(name, args=[pk])).status_code in (302, 403), name
    client.post(reverse("ticker_remove", args=[entry.pk]))
    client.post(reverse("ticker_run", args=[ticker.article_id]), {"do": "close"})
    ticker.refresh_from_db()
    assert ticker.running
    assert ticker.entries.count() == 1
