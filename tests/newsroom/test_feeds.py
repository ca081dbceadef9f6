"""Feeds: the same entries in three formats, whole, readable anywhere, and never "now"."""

import datetime as dt
import json
import re
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

import pytest
from django.conf import settings

from allmende.bakery import bake, orders
from allmende.bakery.ingredients import EVERYTHING
from allmende.newsroom import feed_text, feeds, ticker_pages, tickers, translation, writing
from allmende.newsroom.models import Article, Correction
from allmende.paper.models import Paper
from tests.factories import newsroom as make
from tests.newsroom import test_blocks
from tests.newsroom.test_baking import page, work

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
ASKS = {"type": "newsletter_box", "value": None, "id": "1"}


def rich_article(**fields) -> Article:
    """An article with all that a feed must make fit for strangers."""
    body = [
        *make.paragraphs('Erster Satz ((Protokoll, <a href="/archiv/">Seite 4</a>)).'),
        ASKS,
        writing.block("pull_quote", "Zweimal gesagt"),
        writing.block("picture", {"picture": make.picture("Innen").pk, "caption": "Innen"}),
        *make.paragraphs('Ein <a href="/tal/">Verweis</a>.'),
    ]
    return make.article(body=body, lead="Der Vorspann.", picture=make.picture(), **fields)


def answer(path: str) -> str:
    baked = bake.render(path)
    assert baked.status == 200, path
    return baked.body.decode()


def atom_entries(path: str = "/feed.atom") -> list[ElementTree.Element]:
    return ElementTree.fromstring(answer(path)).findall(f"{ATOM}entry")


def htmls() -> list[str]:
    """The text of the one article in all three formats."""
    rss = ElementTree.fromstring(answer("/feed.rss")).findtext(f"channel/item/{CONTENT}")
    return [
        atom_entries()[0].findtext(f"{ATOM}content") or "",
        rss or "",
        json.loads(answer("/feed.json"))["items"][0]["content_html"],
    ]


def test_all_formats_hold_the_same_whole_text():
    rich_article()
    atom, rss, as_json = htmls()
    assert atom == rss == as_json
    assert "Der Vorspann." in atom
    assert "Erster Satz" in atom


def test_text_needs_nothing_of_our_pages():
    rich_article()
    html = htmls()[0]
    assert not re.search(r"<(form|picture|source|aside|div|section|script|button)\b", html)
    assert not re.search(r'\b(class|srcset|sizes|style|id|role)="', html)
    addresses = re.findall(r'(?:href|src)="([^"]*)"', html)
    assert len(addresses) >= 5
    assert all(address.startswith(settings.PAPER_URL + "/") for address in addresses)
    assert html.count('alt="Eine Brücke im Nebel"') == 2
    assert "Zweimal gesagt" not in html


def test_footnotes_lead_to_the_article_for_ids_of_many_would_meet():
    article = rich_article()
    html = htmls()[0]
    assert f'href="{settings.PAPER_URL}{article.url}#fn-1"' in html
    assert "Protokoll" in html


def test_sound_film_and_files_are_found_from_anywhere():
    audio, video = test_blocks.audio(), test_blocks.video()
    plan = {"document": make.download("plan.pdf").pk, "title": "Der Plan", "note": ""}
    blocks = {"audio": audio, "video": video, "download": plan}
    make.article(body=[writing.block(kind, value) for kind, value in blocks.items()])
    html = htmls()[0]
    recordings = re.findall(r"<(?:audio|video|source)\b[^>]*>", html)
    assert len(recordings) == 3
    assert all('preload="none"' in tag for tag in recordings if "source" not in tag)
    addresses = re.findall(r'(?:href|poster|src)="([^"]*)"', html)
    endings = {address.rpartition(".")[2] for address in addresses}
    assert {"ogg", "webm", "pdf"} <= endings
    assert all(address.startswith(settings.PAPER_URL + "/") for address in addresses)
    assert html.count(test_blocks.SPOKEN) == 2


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("/tal/", "https://bote.example/tal/"),
        ("#fn-1", "https://bote.example/artikel/1.a.html#fn-1"),
        ("2.b.html", "https://bote.example/artikel/2.b.html"),
        ("?q=1", "https://bote.example/artikel/1.a.html?q=1"),
        ("//cdn.example/a", "https://cdn.example/a"),
        ("http://andere.example/a?b=c&amp;d", "http://andere.example/a?b=c&amp;d"),
        ("mailto:a@bote.example", "mailto:a@bote.example"),
    ],
)
def test_address_holds_on_a_strangers_page(written, found):
    page = "https://bote.example/artikel/1.a.html"
    assert feed_text.safe(f'<a href="{written}">x</a>', page=page) == f'<a href="{found}">x</a>'


@pytest.mark.parametrize("bad", ["http://[", "javascript:alert(1)", "data:text/html,x"])
def test_what_is_no_address_links_nowhere(bad):
    html = f'<a href="{bad}">x</a>'
    assert feed_text.safe(html, page="https://bote.example/a.html") == "<a>x</a>"


def test_running_ticker_is_a_link_and_a_closed_one_tells_what_happened():
    article = make.article("Das Spiel", slug="spiel")
    ticker = tickers.start(article)
    orders.place(EVERYTHING)
    work()
    entry = tickers.post(ticker, text="Tor!", at=make.NOON)
    own = ticker_pages.feed_path(article.number)
    assert {path for path in orders.affected(orders.waiting()) if "feed" in path} == {own}
    work()
    assert f"{article.url}#ticker" in page("/feed.atom")
    assert own in page("/feed.atom")
    assert "Tor!" not in page("/feed.atom")
    tickers.close(ticker, at=make.NOON)
    work()
    assert "Tor!" in page("/feed.atom")
    tickers.remove(entry)
    work()
    assert "Tor!" not in page("/feed.atom")


def test_box_that_asks_stays_at_home(monkeypatch):
    from allmende.newsroom import slots

    monkeypatch.setattr(slots, "_boxes", {})
    slots.register("article.end", key="newsletter", render=lambda article: "<form>Bitte</form>")
    article = rich_article()
    assert "Bitte" in answer(article.url)
    assert "Bitte" not in "".join(htmls())


def test_paper_may_choose_teasers():
    rich_article(teaser="Nur so viel.")
    paper = Paper.load()
    paper.full_text_feeds = False
    paper.save()
    entry = atom_entries()[0]
    assert entry.find(f"{ATOM}content") is None
    assert entry.findtext(f"{ATOM}summary") == "Nur so viel."
    assert "content:encoded>" not in answer("/feed.rss")
    assert json.loads(answer("/feed.json"))["items"][0]["content_text"] == "Nur so viel."


def test_correction_stands_in_text_and_summary_and_makes_the_entry_newer():
    article = rich_article(teaser="Elf Boote.")
    day = make.NOON.date() + dt.timedelta(days=2)
    article.corrections = [Correction(date=day, text="Es waren elf, nicht zwölf.")]
    article.save_revision().publish()
    entry = atom_entries()[0]
    assert "Es waren elf" in (entry.findtext(f"{ATOM}content") or "")
    assert "Es waren elf" in (entry.findtext(f"{ATOM}summary") or "")
    assert entry.findtext(f"{ATOM}published") == "2026-11-20T13:00:00+01:00"
    assert entry.findtext(f"{ATOM}updated") == "2026-11-22T00:00:00+01:00"


def test_every_author_and_rubric_is_named():
    jana, dpa = make.author(), make.author("dpa", "dpa", kind="agency")
    make.article(bylines=[(jana, "Text"), (dpa, "")], topics=[make.topic()])
    entry = atom_entries()[0]
    assert [a.findtext(f"{ATOM}name") for a in entry.findall(f"{ATOM}author")] == [
        "Jana Reuter",
        "dpa",
    ]
    terms = {c.get("term"): c.get("label") for c in entry.findall(f"{ATOM}category")}
    assert terms == {"tal": "Tal", "bruecke": "Brücke"}
    item = ElementTree.fromstring(answer("/feed.rss")).find("channel/item")
    assert [c.text for c in item.findall(CREATOR)] == ["Jana Reuter", "dpa"]
    assert [c.text for c in item.findall("category")] == ["Tal", "Brücke"]
    assert json.loads(answer("/feed.json"))["items"][0]["tags"] == ["Tal", "Brücke"]


def test_article_without_byline_is_by_the_paper():
    make.article()
    assert atom_entries()[0].findtext(f"{ATOM}author/{ATOM}name") == Paper.load().name


def test_id_outlives_a_mended_slug_in_every_format():
    def ids() -> set[str | None]:
        item = ElementTree.fromstring(answer("/feed.rss")).find("channel/item/guid")
        assert item.get("isPermaLink") == "false"
        as_json = json.loads(answer("/feed.json"))["items"][0]["id"]
        return {atom_entries()[0].findtext(f"{ATOM}id"), item.text, as_json}

    article = make.article(slug="alt")
    before = ids()
    assert len(before) == 1
    article.slug = "neu"
    article.save_revision().publish()
    assert ids() == before


def test_enclosure_tells_its_true_size():
    rich_article()
    item = ElementTree.fromstring(answer("/feed.rss")).find("channel/item/enclosure")
    path = item.get("url").removeprefix(settings.PAPER_URL + settings.MEDIA_URL)
    assert int(item.get("length")) == (settings.MEDIA_ROOT / path).stat().st_size
    assert item.get("type") == "image/jpeg"


@pytest.mark.parametrize("ending", feeds.ENDINGS)
def test_empty_feed_knows_no_now(ending):
    make.section()
    first, second = answer(f"/tal/feed.{ending}"), answer(f"/tal/feed.{ending}")
    assert first == second
    assert str(dt.datetime.now(dt.UTC).year) not in first


@pytest.mark.parametrize("ending", feeds.ENDINGS)
def test_hostile_words_leave_the_feed_well_formed(ending):
    title = "A & <b>B</b> ]]> \x0b\x07 🌉"
    article = make.article(
        bylines=[(make.author("<i>X</i> & Y", "x"), "")], lead="<script>1</script>"
    )
    Article.objects.filter(pk=article.pk).update(title=title)
    text = answer(f"/feed.{ending}")
    if ending == "json":
        assert json.loads(text)["items"][0]["title"] == "A & <b>B</b> ]]>  🌉"
    else:
        assert "A & <b>B</b> ]]>  🌉" in {node.text for node in ElementTree.fromstring(text).iter()}


def test_dates_are_written_as_each_format_wants_them():
    make.article()
    rss = ElementTree.fromstring(answer("/feed.rss"))
    assert parsedate_to_datetime(rss.findtext("channel/item/pubDate")) == make.NOON
    assert parsedate_to_datetime(rss.findtext("channel/lastBuildDate")) == make.NOON
    item = json.loads(answer("/feed.json"))["items"][0]
    assert dt.datetime.fromisoformat(item["date_published"]) == make.NOON


def test_every_listing_has_its_feeds_and_their_page_announces_them():
    article = make.article(
        bylines=[(make.author(), "")], topics=[make.topic()], dossier=make.dossier()
    )
    easy = translation.translate(article, language="de-simple")
    writing.publish(easy, at=make.NOON)
    orders.place(EVERYTHING)
    work()
    for where in ("/", "/tal/", "/thema/bruecke/", "/von/jana-reuter/", "/dossier/bruecke/"):
        for ending in feeds.ENDINGS:
            assert article.url in page(f"{where}feed.{ending}"), where
            assert f'href="{where}feed.{ending}"' in page(where)
    assert easy.url in page("/sprache/de-simple/feed.atom")
    assert article.url not in page("/sprache/de-simple/feed.atom")


def test_feed_of_what_does_not_exist_is_absent():
    for path in ("/nichts/feed.atom", "/thema/nichts/feed.rss", "/sprache/fr/feed.json"):
        assert bake.render(path).status == 404


def test_publication_renews_the_feeds_of_its_own_listings_only():
    make.article(topics=[make.topic()])
    make.article("Sport", slug="sport", section=make.section("Sport", "sport"))
    orders.place(EVERYTHING)
    work()
    before = page("/sport/feed.atom"), page("/thema/bruecke/feed.atom")
    make.article("Neu", slug="neu", at=make.NOON + dt.timedelta(hours=1))
    touched = {path for path in orders.affected(orders.waiting()) if "/feed." in path}
    assert touched == {f"{at}feed.{ending}" for at in ("/", "/tal/") for ending in feeds.ENDINGS}
    work()
    assert (page("/sport/feed.atom"), page("/thema/bruecke/feed.atom")) == before
    assert "/artikel/" in page("/tal/feed.atom")
