"""Addresses of an older system lead to where its pages stand now, from files like any page."""

import pytest
from django.core.exceptions import ValidationError

from allmende.bakery import bake, placing
from allmende.bakery.models import BakeOrder
from allmende.bakery.store import FolderStore
from allmende.newsroom import moving, writing
from allmende.newsroom.models import Article, InfoPage, MovedAddress
from tests.factories import newsroom as make

pytestmark = pytest.mark.django_db
OLD = "/2019/03/der-steg/"


def work() -> None:
    bake.finish()


def state(path: str) -> tuple[str, str]:
    """State of a path in the store, and where it leads."""
    work()
    store = placing.store()
    assert isinstance(store, FolderStore)
    found = str(store.state(path))
    file = store.root / (path[1:] + ("index.html.moved" if path.endswith("/") else ".moved"))
    return found, file.read_text() if found == "moved" else ""


def lead(path: str, **target: object) -> MovedAddress:
    row = MovedAddress(path=path, **target)
    row.full_clean()
    row.save()
    return row


def test_old_address_leads_to_the_article_and_follows_it() -> None:
    article = make.article()
    lead(OLD, page=article.page_ptr)
    assert state(OLD) == ("moved", article.url)
    article.slug = "anders"
    article.save_revision().publish()
    article = Article.objects.get(pk=article.pk)
    assert state(OLD) == ("moved", article.url)
    assert "anders" in article.url


def test_old_address_of_a_withdrawn_or_deleted_article_is_gone() -> None:
    article = make.article()
    lead(OLD, page=article.page_ptr)
    state(OLD)
    writing.withdraw(article)
    assert state(OLD) == ("gone", "")
    writing.publish(Article.objects.get(pk=article.pk), at=make.NOON)
    assert state(OLD)[0] == "moved"
    Article.objects.get(pk=article.pk).delete()
    assert state(OLD) == ("gone", "")


def test_old_address_of_a_draft_is_nowhere_until_it_is_published() -> None:
    article = make.draft()
    lead(OLD, page=article.page_ptr)
    assert state(OLD) == ("absent", "")
    article = writing.publish(article, at=make.NOON)
    assert state(OLD) == ("moved", article.url)


def test_editors_own_redirect_comes_and_goes() -> None:
    row = lead("/spenden", link="https://bank.example/a")
    assert row.path == "/spenden/"
    assert state("/spenden/") == ("moved", "https://bank.example/a")
    row.link = "/archiv/"
    row.save()
    assert state("/spenden/") == ("moved", "/archiv/")
    row.path = "/gaben/"
    row.save()
    assert (state("/spenden/")[0], state("/gaben/")[0]) == ("absent", "moved")
    row.delete()
    assert state("/gaben/") == ("absent", "")


@pytest.mark.parametrize(
    ("path", "spelled"),
    [
        ("/2019/steg", "/2019/steg/"),
        ("/steg.html", "/steg.html"),
        ("/2019/br%C3%BCcke/", "/2019/brücke/"),
        ("/2019/テスト/", "/2019/テスト/"),
        ("/artikel/der-steg/", "/artikel/der-steg/"),
        ("/index.php/der-steg/", None),
        ("/a//b/", None),
        ("/../a/", None),
        ("/.well-known/a/", None),
        ("/", None),
        ("a", None),
        ("", None),
        ("/" + "a" * 500, None),
    ],
)
def test_spelling(path: str, spelled: str | None) -> None:
    info = make.info_page()
    if spelled is None:
        with pytest.raises(ValidationError):
            lead(path, page=info.page_ptr)
        assert list(moving.refused([path])) == [path]
    else:
        assert lead(path, page=info.page_ptr).path == spelled
        assert state(spelled) == ("moved", info.url)


@pytest.mark.parametrize(
    "path",
    ["/tal/", "/tal/seite-1.html", "/impressum.html", "/archiv/", "/thema/x/", "/feed.atom",
     "/redaktion/x/", "/konto/", "/-/health/", "/static/a.css", "/artikel/1.steg.html"],
)  # fmt: skip
def test_address_that_is_ours_is_refused(path: str) -> None:
    make.section()
    info = make.info_page()
    with pytest.raises(ValidationError, match="path"):
        lead(path, page=info.page_ptr)


def test_own_page_comes_before_an_old_address() -> None:
    info = make.info_page()
    lead("/kultur/", page=info.page_ptr)
    assert state("/kultur/") == ("moved", info.url)
    section = make.section("Kultur", "kultur")
    assert state("/kultur/") == ("live", "")
    section.slug = "feuilleton"
    section.save_revision().publish()
    assert state("/kultur/") == ("moved", info.url)


@pytest.mark.parametrize("link", ["javascript:alert(1)", "//x.example/", "x", "/a b/", "/alt/"])
def test_target_that_is_none_is_refused(link: str) -> None:
    with pytest.raises(ValidationError):
        lead("/alt/", link=link)


def test_many_lead_on_in_few_statements(django_assert_max_num_queries) -> None:
    make.front_page()
    pages = [make.info_page(f"Seite {n}", f"seite-{n}") for n in range(3)]
    targets = {f"/alt/{page.pk}/": page.pk for page in pages}
    with django_assert_max_num_queries(4):
        moving.lead_on(targets)
    moving.lead_on({"/alt/neu": pages[0].pk, **targets})
    assert MovedAddress.objects.count() == 4
    work()
    assert not BakeOrder.objects.exists()
    assert state("/alt/neu/") == ("moved", InfoPage.objects.get(pk=pages[0].pk).url)
