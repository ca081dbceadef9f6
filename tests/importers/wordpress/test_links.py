"""Links to the old site lead to what stands here, whichever of the two came first."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from allmende.bakery import bake
from allmende.importers.models import Import
from allmende.importers.wordpress import links
from allmende.importers.wordpress import load as loading
from allmende.newsroom.models import Article, InfoPage, MovedAddress, SectionPage, Topic
from tests.factories import newsroom as make
from tests.importers.wordpress.moving import author, bring, category, everything, page, post
from tests.importers.wordpress.samples import label

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
SITE = "https://bote.example"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "export.xml"


def to(*paths: str) -> dict[str, str]:
    return {"content__encoded": " und ".join(f'<a href="{path}">dort</a>' for path in paths)}


def at(path: str) -> dict[str, str]:
    return {"link": SITE + path}


def body(slug: str) -> Any:
    return Article.objects.get(slug=slug).body.raw_data[0]["value"]


def internal(key: int) -> str:
    return f'<a linktype="page" id="{key}">dort</a>'


@pytest.mark.parametrize("batch", [1, 100])
def test_link_leads_to_the_page_whichever_comes_first(
    file: Path, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(loading, "BATCH", batch)
    monkeypatch.setattr(links, "BATCH", batch)
    two = post(
        2, **to("/2019/eins/", "http://www.bote.example/2019/drei#mehr"), **at("/2019/zwei/")
    )
    parts = [post(1, **at("/2019/eins/")), two, post(3, **at("/2019/drei/"))]
    parts.append(page(4, title="Impressum", **to("/2019/zwei/"), **at("/impressum/")))
    bring(file, *parts)
    keys = dict(Article.objects.values_list("slug", "pk"))
    assert body("artikel-2") == (
        f"<p>{internal(keys['artikel-1'])} und {internal(keys['artikel-3'])}</p>"
    )
    info = InfoPage.objects.get()
    assert info.body.raw_data[0]["value"] == f"<p>{internal(keys['artikel-2'])}</p>"
    assert not Import.objects.filter(unlinked=True).exists()
    html = bake.render(Article.objects.get(slug="artikel-2").url).body.decode()
    assert f'<a href="{Article.objects.get(slug="artikel-1").url}">dort</a>' in html
    assert Article.objects.get(slug="artikel-2").revisions.count() == 1
    before = everything()
    bring(file, *parts)
    assert everything() == before


def test_editor_who_goes_on_writing_finds_the_link(file: Path) -> None:
    bring(file, post(1, **to("/2019/zwei/")), post(2, **at("/2019/zwei/")))
    draft = Article.objects.get(slug="artikel-1").get_latest_revision_as_object()
    assert "linktype" in str(draft.body.raw_data[0]["value"])


def test_lists_are_led_on_now_and_later(file: Path) -> None:
    listed = '<ul><li><a href="/2019/{}/">dort</a></li></ul>'
    bring(
        file,
        post(1, content__encoded=listed.format("drei"), **at("/2019/eins/")),
        post(3, content__encoded=listed.format("eins"), **at("/2019/drei/")),
    )
    keys = dict(Article.objects.values_list("slug", "pk"))
    for slug, target in (("artikel-1", "artikel-3"), ("artikel-3", "artikel-1")):
        article = Article.objects.get(slug=slug)
        [item] = article.body[0].value["items"]
        assert item.source == f"<p>{internal(keys[target])}</p>"


def test_target_that_comes_with_a_later_export(file: Path) -> None:
    bring(file, post(1, **to("/2020/zwei/")))
    assert f"{SITE}/2020/zwei/" in body("artikel-1")
    bring(file, post(2, **at("/2020/zwei/")))
    assert "linktype" in body("artikel-1")


def test_what_staff_have_edited_is_left_alone(file: Path) -> None:
    bring(file, post(1, **to("/2020/zwei/")))
    Article.objects.get().save_revision().publish()
    bring(file, post(2, **at("/2020/zwei/")))
    assert f"{SITE}/2020/zwei/" in body("artikel-1")


def test_changed_item_is_led_on_anew(file: Path) -> None:
    target = post(2, **at("/2020/zwei/"))
    bring(file, post(1), target)
    bring(file, post(1, **to("/2020/zwei/")), target)
    assert "linktype" in body("artikel-1")


@pytest.mark.parametrize(
    "address",
    [
        "https://else.example/2020/zwei/",
        "https://bote.example/wp-content/uploads/2020/zwei/",
        "https://bote.example/2020/zwei/?share=1",
        "https://bote.example/2020/fremd/",
        "https://bote.example/2020/entwurf/",
        "https://bote.example/?p=3",
        "https://bote.example/?p=99",
        "https://bote.example//../",
        "mailto:a@bote.example",
    ],
)
def test_link_that_leads_to_nothing_here_is_kept(file: Path, address: str) -> None:
    parts = [post(2, **at("/2020/zwei/")), post(3, wp__status="draft", **at("/2020/entwurf/"))]
    make.front_page()
    MovedAddress.objects.create(path="/2020/fremd/", page=make.article("Fremd").page_ptr)
    bring(file, *parts, post(1, **to(address)))
    assert body("artikel-1") == f'<p><a href="{address}">dort</a></p>'


def test_address_by_number_and_front_page(file: Path) -> None:
    bring(file, post(1), post(2, **to("/?p=1", SITE)))
    key = Article.objects.get(slug="artikel-1").pk
    assert body("artikel-2") == f'<p>{internal(key)} und <a href="/">dort</a></p>'


def answer(path: str) -> str:
    return Client().get(path).headers["Location"]


def terms() -> list[str]:
    deeper = category(6, "dorf", "Dorf").replace(
        "</wp:term_id>", "</wp:term_id><wp:category_parent>tal</wp:category_parent>"
    )
    labels = label("category", "dorf", "Dorf") + label("post_tag", "aue", "Aue")
    return [
        author("jana", "Jana Reuter"),
        author("x@bote.example", "Ohne Namen", 4),
        category(5, "tal", "Tal"),
        deeper,
        category(7, "wetter", "Wetter"),
        post(1, inside=labels + label("category", "wetter", "Wetter"), dc__creator="jana"),
    ]


def test_old_addresses_of_terms_lead_on(file: Path) -> None:
    bring(file, *terms())
    led = {row.path: row.target for row in MovedAddress.objects.all()}
    assert led == {
        "/blog/author/jana/": "Jana Reuter",
        "/blog/category/dorf/": "Dorf",
        "/blog/category/tal/": "Tal",
        "/blog/category/tal/dorf/": "Dorf",
        "/blog/category/wetter/": "Wetter",
        "/blog/feed/": "/feed.atom",
        "/blog/tag/aue/": "Aue",
    }
    targets = {path: answer(path) for path in led}
    assert targets["/blog/category/tal/dorf/"] == "/dorf/"
    assert targets["/blog/category/wetter/"] == "/thema/wetter/"
    assert targets["/blog/tag/aue/"] == "/thema/aue/"
    assert targets["/blog/author/jana/"] == "/von/jana-reuter/"
    assert targets["/blog/feed/"] == "/feed.atom"


def test_old_address_that_staff_took_back_stays_away(file: Path) -> None:
    bring(file, *terms())
    MovedAddress.objects.filter(path__in=["/blog/tag/aue/", "/blog/feed/"]).delete()
    bring(file, *terms())
    assert not MovedAddress.objects.filter(path__in=["/blog/tag/aue/", "/blog/feed/"]).exists()


def test_link_to_terms_leads_to_them(file: Path) -> None:
    bring(
        file, *terms(), post(2, **to("/blog/tag/aue/", "/blog/category/tal/", "/blog/author/jana/"))
    )
    section = SectionPage.objects.get(slug="tal")
    assert body("artikel-2") == (
        f'<p><a href="{Topic.objects.get(name="Aue").url}">dort</a> und {internal(section.pk)}'
        ' und <a href="/von/jana-reuter/">dort</a></p>'
    )
