"""What other machines read: JSON-LD, feeds and sitemaps, each through a stranger's parser."""

import datetime as dt
import json
import re
from xml.etree import ElementTree

import extruct
import feedparser
import pyshacl
import pytest
from rdflib import RDF, SH, Graph, Namespace

from tests.browser.crawl import Asker, crawl
from tests.browser.kinds import every_kind

pytestmark = pytest.mark.conformance
SCHEMA = Namespace("http://schema.org/")
SHAPES = Namespace("http://schema.org/validation#")
# Pages about money and membership say in Open Graph what they are; schema.org has no word for them.
UNDECLARED = ("/kampagne/", "/offene-buecher/", "/open-books/", "/genossenschaft/", "/cooperative/")
LITERALS = ("Boolean", "Date", "DateTime", "Number", "Text", "Time", "URL")


@pytest.fixture(scope="module")
def ask(paper):
    asker = Asker(paper.url)
    yield asker
    asker.close()


def declared(ask, path):
    """Everything that a page declares, script by script."""
    html = ask.get(path).body.decode()
    found = extruct.extract(html, syntaxes=["json-ld"], errors="strict")["json-ld"]
    assert {part["@context"] for part in found} == {"https://schema.org"}, path
    return found


def stays_out(ask, path):
    """Whether it asks search engines to stay out: of the moment, of a reader, of nothing."""
    answer = ask.get(path)
    return "noindex" in answer.headers.get("X-Robots-Tag", "") + answer.body.decode()


def nodes_of(ask, path):
    """Everything that a page declares, by type."""
    nodes = [node for part in declared(ask, path) for node in part.get("@graph", [part])]
    kinds = [node["@type"] for node in nodes]
    assert len(kinds) == len(set(kinds)), path
    return dict(zip(kinds, nodes, strict=True))


def news_of(ask, path):
    """The one NewsArticle that a page declares."""
    nodes = nodes_of(ask, path)
    assert set(nodes) - {"LiveBlogPosting"} == {"NewsArticle", "BreadcrumbList"}, path
    return nodes["NewsArticle"]


def test_every_article_declares_itself(paper, ask):
    for path in crawl(paper.url).articles:
        news = news_of(ask, path)
        assert news["url"] == paper.url + path
        assert news["isAccessibleForFree"] is True
        assert 0 < len(news["headline"]) <= 255
        for moment in ("datePublished", "dateModified"):
            assert dt.datetime.fromisoformat(news[moment]).tzinfo, path
        assert news["publisher"]["@type"] == "NewsMediaOrganization"
        assert news["publisher"]["name"] == "Auentaler Bote"
        assert all(author["name"] and author["url"] for author in news["author"])


def test_an_article_with_everything_tells_everything(paper, trials, ask):
    news = news_of(ask, trials["everything"])
    assert news["headline"] == "Alles auf einmal"
    assert news["inLanguage"] == "de"
    assert {author["@type"] for author in news["author"]} == {"Person", "Organization"}
    assert len(news["keywords"]) == 3
    assert len(news["image"]) == 4
    for image in [*news["image"], news["publisher"]["logo"]["url"]]:
        kind = ask.get(image.removeprefix(paper.url)).headers["Content-Type"]
        assert kind in ("image/jpeg", "image/png")
    assert [note["text"] for note in news["correction"]] == ["Es waren elf, nicht zwölf."] * 2
    assert news["dateModified"] > news["datePublished"]


def test_hostile_words_stay_words(trials, ask):
    news = news_of(ask, trials["mixed"])
    assert news["headline"] == "גשר חדש & 🌉 <b>nicht fett</b> – جسر جديد"


@pytest.mark.parametrize("name", ["ticker", "ended"])
def test_ticker_declares_its_entries_beside_the_article(trials, ask, name):
    live = nodes_of(ask, trials[name])["LiveBlogPosting"]
    assert live["url"] == news_of(ask, trials[name])["url"]
    assert ("coverageEndTime" in live) == (name == "ended")
    for update in live["liveBlogUpdate"]:
        assert dt.datetime.fromisoformat(update["datePublished"]).tzinfo
        assert update["articleBody"]


@pytest.fixture
def judge(peer_data):
    """What schema.org's shapes say against a declaration; empty if nothing."""
    folder = peer_data / "schemaorg"
    # The context that schema.org serves, without asking its host for it.
    context = json.loads((folder / "schemaorgcontext.jsonld").read_text())
    shapes = Graph().parse(folder / "schemaorg-shapes.shacl", format="turtle")
    for name in LITERALS:
        # The published shapes let no text, date or number be a literal, which all of them are.
        shapes.remove((SHAPES[f"ValidSchema{name}"], SH.nodeKind, None))
    classes = Graph().parse(folder / "schemaorg-subclasses.shacl", format="turtle")

    def faults(node):
        graph = Graph().parse(data=json.dumps(node | context), format="json-ld")
        kind = node.get("@type") or node["@graph"][0]["@type"]
        assert (None, RDF.type, SCHEMA[kind]) in graph
        conforms, _, report = pyshacl.validate(graph, shacl_graph=shapes, ont_graph=classes)
        return "" if conforms else str(report)

    return faults


@pytest.mark.peer
@pytest.mark.filterwarnings(
    "ignore::DeprecationWarning:rdflib", "ignore::DeprecationWarning:pyshacl"
)
def test_declarations_of_every_kind_of_page_have_the_shape_of_schema_org(paper, trials, ask, judge):
    judged = 0
    for kind in every_kind(paper, trials):
        if kind.status != 200 or kind.path.startswith(UNDECLARED) or stays_out(ask, kind.path):
            continue
        for part in declared(ask, kind.path):
            assert judge(part) == "", kind
            judged += 1
    assert judged > 20
    # A judge that finds nothing might not be looking.
    news = {"@type": "NewsArticle", "author": "Jana Reuter"}
    assert "author" in judge(news)


FEEDS_OF = (
    *("/", "/auenstadt/", "/thema/hochwasser/", "/von/jana-reuter/", "/dossier/neue-bruecke/"),
    *("/sprache/en/", "/sprache/de-simple/"),
)
KINDS_OF_FEED = {"atom": "atom10", "rss": "rss20"}  # feedparser knows no JSON


def read_feed(ask, path, kind):
    answer = ask.get(path)
    assert answer.status == 200, path
    feed = feedparser.parse(answer.body, response_headers=dict(answer.headers.items()))
    assert not feed.bozo, (path, feed.get("bozo_exception"))
    assert feed.version == kind
    return feed


@pytest.mark.parametrize("ending", KINDS_OF_FEED)
def test_feeds_of_every_kind_of_page_are_read_by_a_stranger(paper, ask, ending):
    ids = {}
    for page in FEEDS_OF:
        feed = read_feed(ask, f"{page}feed.{ending}", KINDS_OF_FEED[ending])
        assert "Auentaler Bote" in feed.feed.title
        assert 1 <= len(feed.entries) <= 20, page
        for entry in feed.entries:
            assert entry.link.startswith(paper.url + "/artikel/")
            # One article is one entry, whatever brings it, and ids outlive a mended slug.
            assert re.fullmatch(rf"{paper.url}/artikel/\d+", entry.id)
            assert ids.setdefault(entry.id, entry.link) == entry.link
            assert entry.title
            assert entry.content[0].value
            assert not re.search(r"<(script|style|iframe|form)\b", entry.content[0].value)
            assert not re.search(r'\b(src|href)="(?!https?:|mailto:|tel:)', entry.content[0].value)
            assert ask.get(entry.link.removeprefix(paper.url)).status == 200
        assert len({entry.id for entry in feed.entries}) == len(feed.entries)


def test_feed_of_a_search_is_read_by_a_stranger(paper, ask):
    feed = read_feed(ask, "/suche/feed.atom?q=br%C3%BCcke", "atom10")
    assert "Suche nach „brücke“" in feed.feed.title
    assert feed.entries
    assert all(entry.published_parsed <= entry.updated_parsed for entry in feed.entries)
    assert all(entry.link.startswith(paper.url + "/artikel/") for entry in feed.entries)


def test_correction_stands_in_every_format(trials, ask):
    items = json.loads(ask.get("/feed.json").body)["items"]
    item = next(item for item in items if item["url"].endswith(trials["everything"]))
    assert "Es waren elf, nicht zwölf." in item["summary"]
    assert "Es waren elf, nicht zwölf." in item["content_html"]
    for ending, kind in KINDS_OF_FEED.items():
        feed = read_feed(ask, f"/feed.{ending}", kind)
        entry = next(e for e in feed.entries if e.link.endswith(trials["everything"]))
        assert "Es waren elf, nicht zwölf." in entry.summary
        assert "Es waren elf, nicht zwölf." in entry.content[0].value


@pytest.mark.parametrize("page", FEEDS_OF)
def test_json_feed_holds_what_its_specification_wants(paper, ask, page):
    """https://www.jsonfeed.org/version/1.1/"""
    feed = json.loads(ask.get(f"{page}feed.json").body)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == f"{paper.url}{page}feed.json"
    assert feed["home_page_url"] == paper.url + page
    atom = read_feed(ask, f"{page}feed.atom", "atom10")
    assert [item["id"] for item in feed["items"]] == [entry.id for entry in atom.entries]
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert {"content_html", "content_text"} & set(item)
        for moment in ("date_published", "date_modified"):
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", item[moment])
        assert all(set(author) <= {"name", "url", "avatar"} for author in item["authors"])
        assert all(isinstance(tag, str) for tag in item["tags"])
        assert item.get("image", paper.url).startswith(paper.url)
    known = {"version", "title", "description", "language", "home_page_url", "feed_url"}
    assert set(feed) <= known | {"icon", "favicon", "items"}


def test_sitemaps_name_pages_that_are_there_and_no_other(paper, ask):
    index = places(ask, "/sitemap.xml", "sitemapindex")
    found = [path for part in index for path in places(ask, part, "urlset")]
    assert len(found) == len(set(found)) > 40
    for path in [*found, *places(ask, "/sitemap-news.xml", "urlset")]:
        answer = ask.get(path)
        assert answer.status == 200, path
        assert f'<link rel="canonical" href="{paper.url}{path}">' in answer.body.decode(), path


def places(ask, path, name):
    """Paths in a sitemap, which must be one after sitemaps.org."""
    answer = ask.get(path)
    assert len(answer.body) < 50 * 1024 * 1024
    root = ElementTree.fromstring(answer.body)
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    assert root.tag == space + name
    assert 1 <= len(root) <= 50_000
    children = {"sitemapindex": "sitemap", "urlset": "url"}
    assert {child.tag for child in root} == {space + children[name]}
    for moment in root.iter(space + "lastmod"):
        assert dt.datetime.fromisoformat(moment.text).tzinfo
    return [re.sub("^https?://[^/]+", "", node.text) for node in root.iter(space + "loc")]
