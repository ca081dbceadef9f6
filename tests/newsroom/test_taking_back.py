"""What was done to many articles has a way back, as long as nobody has gone on from there."""

import datetime as dt
import re
from typing import Any

import pytest
from django.utils import timezone

from allmende.newsroom import bin, bulk, taking_back, today
from allmende.newsroom.models import Article, BinnedArticle, BulkChange
from allmende.newsroom.search import finding
from tests.factories import newsroom as make
from tests.newsroom import desks
from tests.newsroom.test_baking import everything, from_scratch, page, tree, work
from tests.newsroom.test_bulk import address, said

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def way_back(told: str) -> str:
    found = re.search(r'href="(/redaktion/articles/undo/\d+/[^"]*)"', told)
    assert found
    return found[1].replace("&amp;", "&")


def sections() -> dict[str, str]:
    return {row.title: row.section.title for row in Article.objects.select_related("section")}


def test_moving_is_taken_back_to_where_each_stood() -> None:
    client, _person = desks.editor()
    sport, culture = make.section("Sport", "sport"), make.section("Kultur", "kultur")
    first, second = make.article("Erster"), make.article("Zweiter", section=culture)
    draft = make.article("Mit Entwurf")
    draft.title, draft.section = "Geändert", culture
    draft.save_revision()
    everything()
    before = {url: page(url) for url in ("/tal/", "/kultur/", first.url)}
    url = address("refile", first, second, draft)
    told = said(client, url, {"choice": sport.pk, "seen": sport.pk})
    work()
    assert set(sections().values()) == {"Sport"}
    back = way_back(told)
    assert "3 articles will be as they were." in said(client, back)
    assert "3 articles are as they were." in said(client, back, {})
    work()
    assert sections() == {"Erster": "Tal", "Zweiter": "Kultur", "Mit Entwurf": "Tal"}
    newest = Article.objects.get(pk=draft.pk).get_latest_revision_as_object()
    assert (newest.title, newest.section.title) == ("Geändert", "Kultur")
    assert set(before) == {url for url in before if page(url)}
    assert client.get(back).status_code == 404


def test_what_moved_on_since_stays() -> None:
    client, person = desks.editor()
    sport, culture = make.section("Sport", "sport"), make.section("Kultur", "kultur")
    articles = [make.article("Erster"), make.article("Zweiter")]
    told = said(client, address("refile", *articles), {"choice": sport.pk, "seen": sport.pk})
    bulk.perform(
        bulk.refile(culture), [Article.objects.get(title="Zweiter")], by=person, at=make.NOON
    )
    back = way_back(told)
    assert "1 was changed again since, and stays:" in said(client, back)
    said(client, back, {})
    assert sections() == {"Erster": "Tal", "Zweiter": "Kultur"}


def test_topic_is_taken_from_those_that_got_it_only() -> None:
    client, _person = desks.editor()
    topic = make.topic()
    had, got = make.article("Hatte es", topics=[topic]), make.article("Bekam es")
    draft = make.article("Im Entwurf")
    draft.topics.add(topic)
    draft.save_revision()
    told = said(
        client, address("add_topic", had, got, draft), {"choice": topic.pk, "seen": topic.pk}
    )
    assert "2 articles got the topic." in told
    said(client, way_back(told), {})
    assert [row.title for row in Article.objects.filter(topics=topic)] == ["Hatte es"]
    newest = Article.objects.get(pk=draft.pk).get_latest_revision_as_object()
    assert [row.pk for row in newest.topics.all()] == [topic.pk]


def test_deletion_goes_into_the_bin_and_comes_back_as_it_was(tmp_path: Any) -> None:
    client, person = desks.editor()
    live = make.article("Live")
    live.title = "Mit Änderung"
    live.save_revision()
    later = make.draft("Später")
    later.go_live_at = timezone.now() + DAY
    later.save_revision().publish()
    draft = make.draft("Vom Ufer", owner=person)
    draft.save_revision()
    everything()
    before = page(live.url)
    told = said(client, address("delete", live, later, draft), {})
    assert "2 articles put into the bin." in told
    assert "1 stayed as it was." in told
    work()
    assert tree()[live.url][0] == "gone"
    assert tree() == from_scratch(tmp_path / "binned")
    assert not finding.find("Live", finding.Filters()).keys
    assert not today.drafts_of(person).rows
    shown = client.get("/redaktion/articles/").content.decode()
    assert "Vom Ufer" not in shown
    assert "Vom Ufer" in client.get("/redaktion/articles/?state=binned").content.decode()
    said(client, way_back(told), {})
    work()
    assert page(live.url) == before
    assert tree() == from_scratch(tmp_path / "back")
    assert Article.objects.get(pk=live.pk).draft_title == "Mit Änderung"
    assert not BinnedArticle.objects.exists()


def test_bin_is_emptied_after_thirty_days_and_what_was_published_stays() -> None:
    _client, person = desks.editor()
    gone, kept = make.article("Weg"), make.article("Bleibt")
    change = bulk.perform(bulk.remove(at=make.NOON), [gone, kept], by=person, at=make.NOON).change
    assert change
    Article.objects.get(pk=kept.pk).get_latest_revision().publish()
    bin.empty(at=make.NOON + bin.KEPT - DAY)
    assert Article.objects.count() == 2
    bin.empty(at=make.NOON + bin.KEPT)
    assert [row.title for row in Article.objects.all()] == ["Bleibt"]
    assert not BulkChange.objects.exists()


def test_put_back_by_the_action_of_the_list_needs_who_publishes() -> None:
    client, person = desks.editor()
    article = make.article("Weg")
    stays = make.article("Nie dort gewesen")
    bulk.perform(bulk.remove(at=make.NOON), [article], by=person, at=make.NOON)
    told = said(client, address("put_back", article, stays), {})
    assert "1 article put back." in told
    assert "1 stayed as it was." in told
    assert Article.objects.live().count() == 2


def test_taken_back_twice_is_done_once() -> None:
    _client, person = desks.editor()
    article = make.article()
    sport = make.section("Sport", "sport")
    outcome = bulk.perform(bulk.refile(sport), [article], by=person, at=make.NOON)
    assert outcome.change
    taking_back.take_back(outcome.change, by=person, at=make.NOON)
    again = taking_back.take_back(outcome.change, by=person, at=make.NOON)
    assert (again.articles, list(again.staying)) == ([], [bulk.Reason.NOTHING])
    assert sections() == {"Die Brücke steht": "Tal"}
