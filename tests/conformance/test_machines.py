"""What other people's machines read: JSON-LD and the feed, each through a stranger's parser."""

import datetime as dt
import json
import re

import extruct
import feedparser
import pyshacl
import pytest
from rdflib import RDF, SH, Graph, Namespace

from tests.browser.crawl import Asker, crawl

pytestmark = pytest.mark.conformance
SCHEMA = Namespace("http://schema.org/")
SHAPES = Namespace("http://schema.org/validation#")
LITERALS = ("Boolean", "Date", "DateTime", "Number", "Text", "Time", "URL")


@pytest.fixture(scope="module")
def ask(paper):
    asker = Asker(paper.url)
    yield asker
    asker.close()


def nodes_of(ask, path):
    """Everything that a page declares, by type; one script holds it all."""
    html = ask.get(path).body.decode()
    found = extruct.extract(html, syntaxes=["json-ld"], errors="strict")["json-ld"]
    assert len(found) == 1, path
    assert found[0]["@context"] == "https://schema.org"
    return {node["@type"]: node for node in found[0].get("@graph", found)}


def news_of(ask, path):
    """The one NewsArticle that a page declares."""
    nodes = nodes_of(ask, path)
    assert set(nodes) == {"NewsArticle", "BreadcrumbList"}, path
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
    assert len(news["keywords"]) == 5
    assert len(news["image"]) == 4
    for image in [*news["image"], news["publisher"]["logo"]["url"]]:
        kind = ask.get(image.removeprefix(paper.url)).headers["Content-Type"]
        assert kind in ("image/jpeg", "image/png")
    assert [note["text"] for note in news["correction"]] == ["Es waren elf, nicht zwölf."] * 2
    assert news["dateModified"] > news["datePublished"]


def test_hostile_words_stay_words(trials, ask):
    news = news_of(ask, trials["mixed"])
    assert news["headline"] == "גשר חדש & 🌉 <b>nicht fett</b> – جسر جديد"


@pytest.mark.peer
@pytest.mark.filterwarnings(
    "ignore::DeprecationWarning:rdflib", "ignore::DeprecationWarning:pyshacl"
)
@pytest.mark.parametrize("name", ["everything", "bare", "mixed"])
def test_declaration_has_the_shape_of_schema_org(trials, ask, peer_data, name):
    news = news_of(ask, trials[name])
    assert faults(news, peer_data / "schemaorg") == ""
    # A judge that finds nothing might not be looking.
    assert "author" in faults(news | {"author": "Jana Reuter"}, peer_data / "schemaorg")


def faults(news, folder):
    """What schema.org's shapes say against a declaration."""
    # The context that schema.org serves, without asking its host for it.
    context = json.loads((folder / "schemaorgcontext.jsonld").read_text())
    graph = Graph().parse(data=json.dumps(news | context), format="json-ld")
    assert (None, RDF.type, SCHEMA.NewsArticle) in graph
    shapes = Graph().parse(folder / "schemaorg-shapes.shacl", format="turtle")
    for name in LITERALS:
        # The published shapes let no text, date or number be a literal, which all of them are.
        shapes.remove((SHAPES[f"ValidSchema{name}"], SH.nodeKind, None))
    classes = Graph().parse(folder / "schemaorg-subclasses.shacl", format="turtle")
    conforms, _, report = pyshacl.validate(graph, shacl_graph=shapes, ont_graph=classes)
    return "" if conforms else str(report)


def test_feed_is_read_by_a_stranger(paper, trials, ask):
    answer = ask.get("/feed.atom")
    feed = feedparser.parse(answer.body, response_headers=dict(answer.headers.items()))
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == "atom10"
    assert feed.feed.title == "Auentaler Bote"
    assert 20 <= len(feed.entries) <= 30
    assert len({entry.id for entry in feed.entries}) == len(feed.entries)
    for entry in feed.entries:
        assert entry.link.startswith(paper.url + "/artikel/")
        # The number alone: an id must outlive a mended slug (RFC 4287, 4.2.6.1).
        assert re.fullmatch(rf"{paper.url}/artikel/\d+", entry.id)
        assert ask.get(entry.link.removeprefix(paper.url)).status == 200
        assert entry.published_parsed <= entry.updated_parsed
        assert entry.title
        assert "<script" not in entry.summary
    corrected = next(e for e in feed.entries if e.link.endswith(trials["everything"]))
    assert "Es waren elf, nicht zwölf." in str(corrected)
