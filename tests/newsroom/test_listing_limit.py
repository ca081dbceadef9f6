"""One publication renews sixty pages at the most, however many topics and authors there are."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from allmende.newsroom import bulk, writing
from allmende.newsroom.models import Article, ArticleIndex, Counter, ListingEntry
from allmende.newsroom.models.listings import MOST_BESIDE, PER_PAGE
from tests.factories import newsroom as make
from tests.newsroom import desks
from tests.newsroom.test_baking import everything, from_scratch, tree, work
from tests.newsroom.test_editing import form

pytestmark = pytest.mark.django_db


def topics(count: int) -> list:
    return [make.topic(f"Thema {n}", f"thema-{n}") for n in range(count)]


def fill_last_pages() -> None:
    """Moves each listing to the end of a numbered page: the next article opens another."""
    for entry in ListingEntry.objects.all():
        entry.place += PER_PAGE - 1 - entry.place % PER_PAGE
        entry.save()
        counter = f"listing:{entry.listing}"
        Counter.objects.filter(name=counter).update(last=entry.place + 1)


def test_article_in_as_many_listings_as_it_may_renews_sixty_pages_at_the_most(tmp_path) -> None:
    named = topics(MOST_BESIDE - 2)
    fields = {"topics": named, "dossier": make.dossier()}
    bylines = [(make.author(), "")]
    make.article("Zuvor", at=make.NOON - dt.timedelta(days=40), bylines=bylines, **fields)
    make.article("Gestern", at=make.NOON - dt.timedelta(days=1), bylines=bylines)
    for entry in ListingEntry.objects.filter(article__title="Gestern"):
        entry.delete()
    fill_last_pages()
    everything()
    make.article("Neu", bylines=bylines, **fields)
    renewed = work()
    assert renewed <= 60, renewed
    assert tree() == from_scratch(tmp_path / "fresh")


def test_one_more_is_refused_with_a_sentence_that_says_how_many() -> None:
    draft = make.draft(topics=topics(MOST_BESIDE), bylines=[(make.author(), "")])
    with pytest.raises(ValidationError) as refused:
        writing.publish(draft, at=make.NOON)
    assert list(refused.value.message_dict) == ["topics"]
    draft.topics.remove(draft.topics.all()[0])
    assert writing.publish(draft, at=make.NOON).live


def test_editor_says_it_at_the_field_and_keeps_a_draft_all_the_same() -> None:
    client, _person = desks.editor()
    given = form("Zu viel", "zu-viel") | {"topics": [row.pk for row in topics(MOST_BESIDE + 1)]}
    address = f"/redaktion/pages/add/newsroom/article/{ArticleIndex.objects.get().pk}/"
    answer = client.post(
        address, given | {"action-publish": "1"}, headers={"accept-language": "en"}
    )
    assert answer.status_code == 200
    assert "Take away 1" in str(answer.context["form"].errors["topics"])
    assert client.post(address, given).status_code == 302
    draft = Article.objects.get().get_latest_revision_as_object()
    assert (draft.live, len(draft.topics.all())) == (False, MOST_BESIDE + 1)


def test_bulk_action_leaves_out_what_has_enough() -> None:
    _client, person = desks.editor()
    full = make.article("Voll", topics=topics(MOST_BESIDE))
    free = make.article("Frei")
    deed = bulk.add_topic(make.topic())
    outcome = bulk.perform(deed, [full, free], by=person, at=make.NOON)
    assert [row.title for row in outcome.articles] == ["Frei"]
    assert [row.title for row in outcome.staying[bulk.Reason.FULL]] == ["Voll"]
    assert Article.objects.get(pk=full.pk).topics.count() == MOST_BESIDE
