"""From a publication to files: every page type bakes, nothing is stale, nothing is left over."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from allmende.bakery import bake, orders, page_types, placing, queue
from allmende.bakery.ingredients import EVERYTHING, keeping
from allmende.bakery.models import BakedPage, BakeOrder
from allmende.bakery.store import FolderStore
from allmende.contributions.models import PublicAccounts
from allmende.newsroom import publishing, tickers, translation, writing
from allmende.newsroom.models import Article, Counter, MovedAddress, RelatedArticle
from allmende.newsroom.models.listings import PER_PAGE
from allmende.paper.models import Paper
from tests.contributions.cast import campaign
from tests.cooperative.cast import statute_like
from tests.factories import newsroom as make
from tests.factories.editions import edition
from tests.factories.newsletters import appeared, newsletter

pytestmark = pytest.mark.django_db


def work() -> int:
    """Bakes until nothing is due. Returns how many pages stand there anew."""
    return bake.finish()


def page(path: str) -> str:
    name = path.lstrip("/") + ("index.html" if path.endswith("/") else "")
    return (Path(settings.BAKED_ROOT) / name).read_text()


def tree() -> dict[str, tuple[str, str]]:
    return {kept.path: (kept.state, kept.digest) for kept in placing.store().walk()}


def from_scratch(folder: Path) -> dict[str, tuple[str, str]]:
    """The tree that a bake of everything into an empty folder gives."""
    fresh = FolderStore(folder)
    for path in orders.there_should_be():
        baked = bake.render(path)
        if baked.status == 200:
            fresh.put(path, baked.body, baked.content_type)
        elif baked.status == 301:
            fresh.redirect(path, baked.location)
        elif baked.status == 410:
            fresh.tombstone(path, baked.body)
    return {kept.path: (kept.state, kept.digest) for kept in fresh.walk()}


def cast() -> Article:
    """One of everything that has a page."""
    paper = Paper.load()
    paper.email = "redaktion@bote.example"
    paper.save()
    jana, bridge, dossier = make.author(), make.topic(), make.dossier()
    make.info_page()
    article = make.article(
        bylines=[(jana, "Text")], topics=[bridge], dossier=dossier, picture=make.picture()
    )
    easy = translation.translate(article, language="de-simple")
    writing.publish(easy, at=make.NOON)
    tickers.post(tickers.start(article), text="Es geht los.", at=make.NOON)
    MovedAddress.objects.create(path="/2019/03/der-steg/", page=article.page_ptr)
    edition(article)
    appeared(newsletter())
    campaign()
    PublicAccounts.objects.create(is_public=True)
    statute_like()
    return article


def everything() -> None:
    orders.place(EVERYTHING)
    work()


def test_every_page_type_has_a_page_and_no_page_fails():
    cast()
    everything()
    kinds = {queue.kind_of(kept.path) for kept in placing.store().walk()}
    assert kinds == {page_type.name for page_type in page_types.registered()}
    assert not BakedPage.objects.exclude(error="").exists()
    assert not BakeOrder.objects.exists()
    assert not BakedPage.objects.filter(due=True).exists()


def test_page_says_and_reads_in_a_lot_what_it_does_by_itself():
    cast()
    both = make.article("Mit Namen", bylines=[(make.author(), "")], picture=make.picture())
    RelatedArticle.objects.create(article=both, related=make.article("Dazu"))
    paths = list(orders.there_should_be())
    alone = [bake.render(path) for path in paths]
    with keeping(paths):
        assert [bake.render(path) for path in paths] == alone


def test_nothing_that_pages_read_brings_a_page_into_being_that_there_should_not_be():
    """While everything is ordered, a page is baked after those that what it reads may have born."""
    cast()
    there = set(orders.there_should_be())
    names = {name for path in there for name in bake.render(path).recipe}
    born = {
        path for kind in page_types.registered() for name in names for path in kind.born_from(name)
    }
    assert {path for path in born - there if bake.render(path).status == 200} == set()


def test_main_language_has_its_page_at_the_front():
    article = make.article()
    assert bake.render(f"/sprache/{article.language}/").status == 404
    assert bake.render(f"/sprache/{article.language}/feed.atom").status == 404


def test_published_article_stands_on_front_section_topic_author_and_day():
    everything_paths = ["/", "/tal/", "/thema/bruecke/", "/von/jana-reuter/", "/ticker.html"]
    everything_paths += ["/archiv/2026/11/20.html", "/feed.atom", "/tal/seite-1.html"]
    everything()
    article = make.article(bylines=[(make.author(), "")], topics=[make.topic()])
    work()
    for path in everything_paths:
        assert article.url in page(path), path


def test_incremental_bake_equals_a_bake_from_scratch(tmp_path):
    cast()
    everything()
    article = make.article("Zweite", slug="zweite", at=make.NOON + dt.timedelta(days=1))
    work()
    article.slug, article.section = "umbenannt", make.section("Sport", "sport")
    article.save_revision().publish()
    work()
    other = make.article("Dritte", at=make.NOON + dt.timedelta(days=3))
    work()
    writing.withdraw(other)
    jana = make.author()
    jana.name = "Jana Reuter-Kovač"
    jana.save()
    work()
    assert tree() == from_scratch(tmp_path / "fresh")


def test_edits_in_the_middle_of_a_lot_reach_its_pages_that_are_done_and_those_to_come(
    tmp_path, monkeypatch
):
    jana = make.author()
    for number in range(queue.LARGE_LOT):
        make.article(f"Artikel {number}", bylines=[(jana, "")])
    everything()
    render, done = bake.render, []

    def edit_after_some(path: str) -> placing.Baked:
        baked = render(path)
        done.append(path)
        if len(done) == queue.LARGE_LOT // 2:  # menu, names and boxes are kept for the lot by now
            make.section("Sport", "sport")
            jana.name = "Jana Reuter-Kovač"
            jana.save()
            make.article("Mitten darin", bylines=[(jana, "")])
        return baked

    orders.place(EVERYTHING)
    monkeypatch.setattr(bake, "render", edit_after_some)
    assert bake.work() == queue.LARGE_LOT
    monkeypatch.undo()
    work()
    assert tree() == from_scratch(tmp_path / "fresh")


def test_withdrawn_article_is_gone_and_named_nowhere():
    everything()
    article = make.article("Unerhört", topics=[make.topic()])
    work()
    writing.withdraw(article)
    work()
    assert tree()[article.url][0] == "gone"
    for path, (state, _) in tree().items():
        if state == "live" and not path.endswith((".png", ".ico")):
            assert article.url not in page(path), path


def test_article_deleted_before_it_was_baked_answers_410(tmp_path):
    everything()
    article = make.article()
    article.delete()
    work()
    assert tree()[article.url][0] == "gone"
    assert tree() == from_scratch(tmp_path / "fresh")


def test_article_is_there_before_pages_that_an_urgent_order_renews():
    everything()
    old, new = make.article("Alt"), make.article("Neu", slug="neu")
    writing.withdraw(old)
    urgent = BakedPage.objects.filter(due=True, priority=BakedPage.Priority.URGENT)
    while bake.work() and urgent.exists():
        pass
    assert BakedPage.objects.filter(due=True).exists()
    assert tree()[old.url][0] == "gone"
    assert new.url in page("/")
    assert tree()[new.url][0] == "live"


def test_old_slug_redirects_to_the_new():
    everything()
    article = make.article(slug="alt")
    work()
    old = article.url
    article.slug = "neu"
    article.save_revision().publish()
    work()
    assert tree()[old][0] == "moved"
    assert tree()[article.url][0] == "live"


def test_new_day_renews_the_masthead_and_nothing_else():
    cast()
    everything()
    publishing.day_begins(at=make.NOON)
    assert work() == 1
    assert BakedPage.objects.latest("baked_at").path == "/"


def test_publication_renews_a_bounded_number_of_pages_whatever_the_archive():
    """Of an article in as many listings as it can be in, eight: each has a page, a numbered page
    and three feeds. Where a numbered page has just opened, the one before it leads there."""
    shelves: dict[str, Any] = {
        "bylines": [(make.author(f"A{number}", f"a{number}"), "") for number in range(2)],
        "topics": [make.topic(f"T{number}", f"t{number}") for number in range(3)],
        "dossier": make.dossier(),
    }
    everything()
    counts = []
    for more in (PER_PAGE + 5, PER_PAGE):
        with publishing.together(until=timezone.now()):
            for number in range(more):
                make.article(f"Artikel {number}", **shelves)
        orders.release(EVERYTHING)
        work()
        make.article("Noch einer", **shelves)
        counts.append(work())
    assert counts == [48, 48]


def test_numbered_pages_come_back_where_later_ones_are_filled_anew(tmp_path):
    bridge = make.topic()
    Counter.objects.update_or_create(name="listing:all", defaults={"last": PER_PAGE - 2})
    Counter.objects.update_or_create(name=f"listing:{bridge.listing}", defaults={"last": 28})
    everything()
    articles = [make.article(f"A{number}", topics=[bridge]) for number in range(3)]
    work()
    assert {"/thema/bruecke/seite-1.html", "/thema/bruecke/seite-2.html"} <= set(tree())
    for article in articles:
        writing.withdraw(article)
        work()
    assert "/thema/bruecke/seite-1.html" not in tree()
    make.article("Neu", topics=[bridge])
    work()
    assert {"/thema/bruecke/seite-1.html", "/thema/bruecke/seite-2.html"} <= set(tree())
    assert tree() == from_scratch(tmp_path / "fresh")


def test_unchanged_pages_are_not_written_again():
    cast()
    everything()
    before = {path: path.stat().st_mtime_ns for path in Path(settings.BAKED_ROOT).rglob("*.html")}
    everything()
    after = {path: path.stat().st_mtime_ns for path in before}
    assert before == after


def test_new_look_reaches_every_page():
    cast()
    everything()
    paper = Paper.load()
    paper.name = "Der andere Bote"
    paper.save()
    work()
    assert "Der andere Bote" in page("/")
    assert "Der andere Bote" in page("/impressum.html")


def test_page_that_fails_keeps_its_file_and_is_tried_again(monkeypatch):
    """A template that breaks for one page harms no other and mends itself later."""
    everything()
    article = make.article()
    work()
    good = page(article.url)
    broken = bake.render

    def breaks(path: str) -> placing.Baked:
        if path == article.url:
            raise RuntimeError("a template broke")
        return broken(path)

    monkeypatch.setattr(bake, "render", breaks)
    article.title = "Neu"
    article.save_revision().publish()
    work()
    assert page(article.url) == good
    assert "Neu" in page("/")
    failed = BakedPage.objects.get(path=article.url)
    assert "a template broke" in failed.error
    assert failed.due
    assert failed.attempts >= 1  # more where its pause was over before the others were baked
    monkeypatch.undo()
    BakedPage.objects.update(not_before=timezone.now())
    work()
    assert "Neu" in page(article.url)
    assert BakedPage.objects.get(path=article.url).error == ""


def test_archive_pages_follow_the_new_address_of_their_topic(tmp_path):
    bridge = make.topic()
    make.article(topics=[bridge])
    everything()
    bridge.slug = "stege"
    bridge.save()
    work()
    assert "/thema/stege/seite-1.html" in tree()
    assert tree() == from_scratch(tmp_path / "fresh")
