"""Staff find drafts by what they say; readers never do."""

import json

import pytest

from allmende.newsroom import search, writing
from allmende.newsroom.models import Article, DraftEntry
from allmende.newsroom.search import finding, index
from tests.factories import newsroom as make

pytestmark = pytest.mark.django_db


def found(typed: str) -> list[str]:
    return sorted(article.draft_title for article in search.staff(typed))


def test_draft_is_found_by_its_text_and_by_staff_alone() -> None:
    make.draft("Entwurf", body=make.paragraphs("Die alten Brücken rosten.")).save_revision()
    assert found("brücke") == ["Entwurf"]
    assert found('"alte Brücke"') == ["Entwurf"]
    assert found("brücke -rost") == []
    assert not finding.find("brücke", finding.Filters()).keys


def test_change_of_a_live_article_is_found_in_its_newest_words() -> None:
    article = make.article("Steg", body=make.paragraphs("Ein Steg."))
    assert not DraftEntry.objects.exists()
    article.body = json.dumps(make.paragraphs("Ein Tunnel."))
    article.save_revision()
    assert found("tunnel") == ["Steg"]
    assert not finding.find("tunnel", finding.Filters()).keys
    Article.objects.get().get_latest_revision().publish()
    assert not DraftEntry.objects.exists()
    assert found("tunnel") == ["Steg"]


def test_withdrawn_article_is_a_draft_again_and_a_deleted_one_is_gone() -> None:
    article = make.article("Steg", body=make.paragraphs("Ein Steg."))
    writing.withdraw(article)
    assert found("steg") == ["Steg"]
    Article.objects.get().delete()
    assert not DraftEntry.objects.exists()


def test_drafts_that_are_missing_are_caught_up_with() -> None:
    make.draft("Entwurf", body=make.paragraphs("Eine Brücke.")).save_revision()
    DraftEntry.objects.all().delete()
    assert found("brücke") == []
    index.catch_up()
    assert found("brücke") == ["Entwurf"]
    index.rebuild()
    assert found("brücke") == ["Entwurf"]
