"""What readers wrote is kept aside, once, and can be forgotten for good."""

from pathlib import Path

import pytest

from allmende.importers.models import KeptComment
from allmende.importers.wordpress import comments
from allmende.newsroom.models import Article
from tests.factories import newsroom as make
from tests.importers.wordpress.moving import bring, post
from tests.importers.wordpress.samples import field

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "export.xml"


def comment(number: int, text: str = "Gut so.", **fields: str) -> str:
    given = {
        "comment_id": str(number),
        "comment_author": "Leserin",
        "comment_author_email": "leserin@post.example",
        "comment_author_IP": "192.0.2.7",
        "comment_date_gmt": "2019-03-02 10:00:00",
        "comment_content": text,
        "comment_approved": "1",
        "comment_type": "",
        "comment_parent": "0",
    }
    inside = "".join(field(f"wp:{name}", value) for name, value in (given | fields).items())
    return f"<wp:comment>{inside}</wp:comment>"


def test_public_comment_is_kept_without_address(file: Path) -> None:
    report = bring(file, post(1, inside=comment(5) + comment(6, comment_parent="5")))
    first, second = KeptComment.objects.order_by("foreign_id")
    assert (first.item, first.name, first.text, first.answers) == ("1", "Leserin", "Gut so.", "")
    assert second.answers == "5"
    stored = str(list(KeptComment.objects.values()))
    assert "post.example" not in stored
    assert "192.0.2.7" not in stored
    assert report.counts["comment"] == {"new": 2}
    assert "Gut so." not in str(list(Article.objects.values()))


@pytest.mark.parametrize(
    "fields",
    [{"comment_approved": "0"}, {"comment_approved": "spam"}, {"comment_type": "pingback"}],
)
def test_what_was_not_public_stays_in_the_export(file: Path, fields: dict[str, str]) -> None:
    report = bring(file, post(1, inside=comment(5, **fields)))
    assert not KeptComment.objects.exists()
    assert sum(report.passed_over.values()) == 1


def test_comments_of_what_is_left_out_are_left_out(file: Path) -> None:
    bring(file, post(1, wp__status="trash", inside=comment(5)))
    assert not KeptComment.objects.exists()


def test_twice_keeps_once_and_new_ones_come_without_another_article(file: Path) -> None:
    bring(file, post(1, inside=comment(5)))
    revisions = Article.objects.get().revisions.count()
    report = bring(file, post(1, inside=comment(5) + comment(6)), post(2, inside=comment(6)))
    assert report.counts["comment"] == {"unchanged": 1, "new": 1}
    assert KeptComment.objects.count() == 2
    assert Article.objects.get(slug="artikel-1").revisions.count() == revisions


def test_dry_run_counts_and_keeps_nothing(file: Path) -> None:
    parts = [
        post(1, inside=comment(5) + comment(6, comment_approved="0")),
        post(2, inside=comment(5)),
    ]
    make.front_page()
    dry = bring(file, *parts, dry_run=True)
    assert not KeptComment.objects.exists()
    assert dry.as_dict() | {"dry_run": False} == bring(file, *parts).as_dict()


def test_forgotten_comment_does_not_come_back(file: Path) -> None:
    parts = [post(1, inside=comment(5) + comment(6, comment_author="Anderer"))]
    bring(file, *parts)
    assert comments.forget(name="leserin") == 1
    bring(file, *parts)
    assert dict(KeptComment.objects.values_list("name", "text")) == {"": "", "Anderer": "Gut so."}
    assert comments.forget() == 1
    bring(file, *parts)
    assert set(KeptComment.objects.values_list("name", "text", "written_at")) == {("", "", None)}
