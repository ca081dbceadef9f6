"""A site moves in twice, or not at all: nothing doubles, and staff's own changes stay."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from allmende.bakery.ingredients import EVERYTHING
from allmende.bakery.models import BakeOrder
from allmende.importers.wordpress import load as loading
from allmende.importers.wordpress.export import BrokenExport
from allmende.importers.wordpress.load import Stage, load
from allmende.importers.wordpress.report import Outcome
from allmende.newsroom import publishing, writing
from allmende.newsroom.models import (
    Article,
    InfoPage,
    ListingEntry,
    SectionPage,
    Topic,
)
from allmende.paper.models import Paper
from tests.factories import newsroom as make
from tests.importers.wordpress.moving import (
    AT,
    bring,
    category,
    everything,
    notes,
    only,
    page,
    post,
    site,
    text,
)
from tests.importers.wordpress.samples import export, label

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "export.xml"


# --- Twice -------------------------------------------------------------------------------


def test_loading_twice_changes_nothing(file):
    bring(file, *site())
    BakeOrder.objects.all().delete()
    before = everything()
    report = bring(file, *site())
    assert everything() == before
    assert not BakeOrder.objects.exists()
    assert {outcome for counts in report.counts.values() for outcome in counts} == {
        Outcome.UNCHANGED
    }


def test_the_same_site_by_another_address_is_the_same(file):
    bring(file, *site())
    before = everything()
    file.write_bytes(
        export(*site()).replace(b"https://bote.example/blog", b"http://www.Bote.example/blog/")
    )
    load(file, at=AT)
    assert everything() == before


def test_another_site_of_the_same_numbers_is_another(file):
    bring(file, *site())
    count = Article.objects.count()
    file.write_bytes(
        export(*site()).replace(b"https://bote.example/blog", b"https://zweite.example")
    )
    load(file, at=AT)
    assert Article.objects.count() == 2 * count
    assert SectionPage.objects.filter(slug="tal").count() == 1


def test_only_what_changed_in_the_export_is_changed(file):
    bring(file, post(1), post(2, wp__status="draft"), page(3))
    urls = {article.slug: article.url for article in Article.objects.all()}
    report = bring(
        file, post(1, title="Neu"), post(2), page(3, content__encoded="Anders."), post(4)
    )
    assert Article.objects.get(slug="artikel-1").title == "Neu"
    assert Article.objects.get(slug="artikel-1").url == urls["artikel-1"]
    assert Article.objects.get(slug="artikel-2").live
    assert text(InfoPage.objects.get()) == "<p>Anders.</p>"
    assert report.counts["post"] == {Outcome.CHANGED: 2, Outcome.NEW: 1}
    assert ListingEntry.objects.filter(listing="all").count() == 3
    again = bring(file, post(1, title="Neu"), post(2), page(3, content__encoded="Anders."), post(4))
    assert again.total(Outcome.UNCHANGED) == 6


def test_published_post_that_became_a_draft_is_withdrawn(file):
    bring(file, post(1))
    bring(file, post(1, wp__status="draft"))
    assert not only().live
    assert not ListingEntry.objects.exists()


def test_staff_s_edit_is_kept(file):
    bring(file, post(1), post(2))
    mine = Article.objects.get(slug="artikel-1")
    mine.title = "Von der Redaktion"
    mine.save_revision().publish()
    report = bring(file, post(1, title="Aus WordPress"), post(2, title="Auch von dort"))
    assert set(Article.objects.values_list("title", flat=True)) == {
        "Von der Redaktion",
        "Auch von dort",
    }
    assert report.counts["post"] == {Outcome.KEPT: 1, Outcome.CHANGED: 1}
    assert "was edited here since" in notes(report)


def test_what_staff_withdrew_or_deleted_stays_so(file):
    bring(file, post(1), post(2))
    writing.withdraw(Article.objects.get(slug="artikel-1"))
    Article.objects.get(slug="artikel-2").delete()
    report = bring(file, post(1, title="Neu"), post(2, title="Neu"))
    assert (only().slug, only().live) == ("artikel-1", False)
    assert "was withdrawn here since" in notes(report)
    assert "was deleted here since" in notes(report)


def test_renamed_section_and_topic_are_found_again(file):
    labels = label("category", "tal", "Tal") + label("post_tag", "aue", "Aue")
    bring(file, category(5, "tal", "Tal"), post(1, inside=labels))
    section, topic = SectionPage.objects.get(), Topic.objects.get()
    section.title = "Unser Tal"
    section.save_revision().publish()
    Topic.objects.update(name="Die Aue")
    bring(file, category(5, "tal", "Tal"), post(1, inside=labels), post(2, inside=labels))
    second = Article.objects.get(slug="artikel-2")
    assert (second.section_id, [t.pk for t in second.topics.all()]) == (section.pk, [topic.pk])


def test_deleted_section_gives_its_posts_to_the_one_without_name(file):
    bring(file, category(5, "tal", "Tal"))
    SectionPage.objects.get().delete()
    bring(file, category(5, "tal", "Tal"), post(1, inside=label("category", "tal", "Tal")))
    assert only().section.title == "Without section"


# --- Dry, broken, baked ------------------------------------------------------------------


def test_dry_run_writes_nothing_and_tells_the_same(file):
    make.front_page()
    before = everything()
    dry = bring(file, *site(), page(12, title="Impressum"), dry_run=True)
    assert everything() == before
    wet = bring(file, *site(), page(12, title="Impressum"))
    assert dry.as_dict() | {"dry_run": False} == wet.as_dict()
    bring(file, *site(), page(12, title="Impressum"), dry_run=True)
    assert bring(file, *site()).total(Outcome.NEW) == 0


def test_broken_export_is_refused_before_anything_is_written(file):
    make.front_page()
    before = everything()
    data = export(*site())
    file.write_bytes(data[: data.rindex(b"</item>")])
    with pytest.raises(BrokenExport) as caught:
        load(file, at=AT)
    assert (caught.value.line, caught.value.column) > (1, 0)
    assert everything() == before


def test_many_articles_are_one_bake_that_waits_for_the_end(file, monkeypatch):
    monkeypatch.setattr(loading, "BATCH", publishing.FEW + 1)
    monkeypatch.setattr(loading, "LULL", dt.timedelta(hours=1))
    seen = set()

    def look(stage: Stage, done: int, total: int) -> None:
        orders = BakeOrder.objects.filter(ingredient=EVERYTHING)
        seen.update(orders.values_list("pk", "not_before"))

    make.front_page()
    Paper.load()
    BakeOrder.objects.all().delete()
    bring(file, *(post(n) for n in range(1, 60)), progress=look)
    assert len({pk for pk, _ in seen}) == 1
    assert all(moment > AT for _, moment in seen)
    assert BakeOrder.objects.get(ingredient=EVERYTHING).not_before is None


def test_progress_counts_bytes_then_items(file):
    told: list[tuple[Stage, int, int]] = []
    bring(file, *site(), progress=lambda *step: told.append(step))
    size = file.stat().st_size
    assert (Stage.READING, size, size) in told
    assert told[-1] == (Stage.LOADING, 11, 11)


def test_report_is_plain_values(file):
    said = json.loads(json.dumps(bring(file, *site()).as_dict()))
    assert said["counts"]["post"] == {"new": 9}
    assert said["source"] == "wordpress:bote.example/blog"
