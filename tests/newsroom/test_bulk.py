"""Bulk actions: the numbers said before are those that come true; what stays is named."""

from typing import Any
from urllib.parse import urlencode

import pytest

from allmende.newsroom import bulk
from allmende.newsroom.models import Article, BinnedArticle, Picture
from allmende.people.models import Person
from allmende.people.roles import Role
from tests.factories import newsroom as make
from tests.newsroom import desks
from tests.newsroom.test_baking import everything, page, tree, work
from tests.people import cast

pytestmark = pytest.mark.django_db


def address(action: str, *articles: Article) -> str:
    query = urlencode({"id": [a.pk for a in articles], "next": "/redaktion/articles/"}, doseq=True)
    return f"/redaktion/bulk/newsroom/article/{action}/?{query}"


def said(client: Any, url: str, data: dict[str, Any] | None = None) -> str:
    method = client.get if data is None else client.post
    answer = method(url, data or {}, follow=True, headers={"accept-language": "en"})
    assert answer.status_code == 200
    return str(answer.content.decode())


def locked(article: Article, by: Person) -> Article:
    article.locked, article.locked_by = True, by
    article.save()
    return article


def test_withdrawal_says_its_numbers_does_that_much_and_offers_the_way_back() -> None:
    client, _person = desks.editor()
    other = cast.staff("Hedwig", Role.CHIEF_EDITOR)
    articles = [make.article(f"Artikel {number}", topics=[make.topic()]) for number in range(3)]
    stays = locked(make.article("Verschlossen"), other)
    everything()
    before = tree()
    url = address("unpublish", *articles, stays)
    told = said(client, url)
    assert "3 articles will be taken from readers." in told
    assert "1 is locked or waits for its time, and stays:" in told
    assert Article.objects.live().count() == 4
    assert work() == 0
    number = bulk.rehearse(bulk.withdraw(), articles, by=_person, at=make.NOON).pages
    assert f"{number} pages will be renewed." in told
    done = said(client, url, {})
    assert "3 articles taken from readers." in done
    assert f"{number} pages are being renewed. 1 stayed as it was." in done
    assert "unpublish" not in done.partition("Undo")[0].rpartition("<a")[2]
    assert work() <= number
    assert tree()[articles[0].url][0] == "gone"
    said(client, address("publish", *articles), {})
    work()
    assert tree()[articles[0].url] == before[articles[0].url]


def test_withdrawal_twice_does_it_once() -> None:
    client, _person = desks.editor()
    article = make.article()
    said(client, address("unpublish", article), {})
    told = said(client, address("unpublish", article), {})
    assert "1 stayed as it was." in told
    assert "Nothing is left to do." in said(client, address("unpublish", article))


def test_what_is_not_ready_is_not_published() -> None:
    client, _person = desks.editor()
    picture = make.picture("Namenlos")
    ready, unready = make.draft("Fertig", slug="fertig"), make.draft("Ohne Nachweis")
    unready.picture = picture
    unready.save_revision()
    Picture.objects.filter(pk=picture.pk).update(credit="")
    told = said(client, address("publish", ready, unready), {})
    assert "1 article published." in told
    assert [a.title for a in Article.objects.live()] == ["Fertig"]


def test_move_asks_for_the_section_then_says_the_numbers_then_moves() -> None:
    client, person = desks.editor()
    sport = make.section("Sport", "sport")
    article = make.article("Torlos")
    draft = make.article("Mit Änderung")
    draft.title = "Geändert"
    draft.save_revision()
    everything()
    url = address("refile", article, draft)
    assert "2 articles are selected" in said(client, url)
    told = said(client, url, {"choice": sport.pk})
    assert "2 articles will move." in told
    assert set(Article.objects.values_list("section__title", flat=True)) == {"Tal"}
    said(client, url, {"choice": sport.pk, "seen": sport.pk})
    work()
    assert set(Article.objects.values_list("section__title", flat=True)) == {"Sport"}
    assert "Torlos" in page("/sport/")
    assert "Torlos" not in page("/tal/")
    draft = Article.objects.get(pk=draft.pk)
    assert draft.title == "Mit Änderung"
    newest = draft.get_latest_revision_as_object()
    assert (newest.title, newest.section.title) == ("Geändert", "Sport")
    assert newest.latest_revision.user == person


def test_another_choice_than_the_one_shown_is_shown_first() -> None:
    client, _person = desks.editor()
    sport, other = make.section("Sport", "sport"), make.section("Kultur", "kultur")
    article = make.article()
    url = address("refile", article)
    told = said(client, url, {"choice": other.pk, "seen": sport.pk})
    assert "1 article will move." in told
    assert Article.objects.get().section.title == "Tal"


def test_topic_is_added_to_what_readers_see() -> None:
    client, _person = desks.editor()
    article, topic = make.article(), make.topic()
    everything()
    said(client, address("add_topic", article), {"choice": topic.pk, "seen": topic.pk})
    work()
    assert article.url in page("/thema/bruecke/")


def test_author_may_look_but_not_touch() -> None:
    client, author = desks.sit_down(Role.AUTHOR)
    mine, other = make.draft("Meiner", owner=author), make.article("Fremder")
    for action in ("publish", "unpublish", "delete"):
        told = said(client, address(action, other), {})
        assert "1 stayed as it was." in told
    said(client, address("publish", mine), {})
    assert [a.title for a in Article.objects.live()] == ["Fremder"]
    said(client, address("delete", mine), {})
    assert list(BinnedArticle.objects.values_list("article", flat=True)) == [mine.pk]


def test_office_finds_no_bulk_actions() -> None:
    client, _person = desks.sit_down(Role.OFFICE)
    article = make.article()
    assert client.post(address("unpublish", article)).status_code in (302, 404)
    assert Article.objects.live().exists()


def test_all_in_the_listing_are_those_that_the_filters_show() -> None:
    client, _person = desks.editor()
    make.article("Im Tal")
    make.article("Im Sport", section=make.section("Sport", "sport"))
    sport = make.section("Sport", "sport").pk
    url = f"/redaktion/bulk/newsroom/article/unpublish/?id=all&section={sport}"
    said(client, url, {})
    assert [a.title for a in Article.objects.live()] == ["Im Tal"]


def test_all_that_a_search_found_are_those_that_the_list_shows() -> None:
    client, _person = desks.editor()
    make.article("Im Tal", body=make.paragraphs("Die Brücken stehen."))
    make.article("Am Berg")
    said(client, "/redaktion/bulk/newsroom/article/unpublish/?id=all&q=Brücke", {})
    assert [a.title for a in Article.objects.live()] == ["Am Berg"]


def test_more_than_the_most_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    client, _person = desks.editor()
    monkeypatch.setattr(bulk, "MOST", 2)
    articles = [make.article(f"Artikel {number}") for number in range(3)]
    assert "At the most 2 articles at once." in said(client, address("unpublish", *articles), {})
    assert Article.objects.live().count() == 3


def test_keys_that_are_none_are_not_found() -> None:
    client, _person = desks.editor()
    for wrong in ("id=x", "id=%C2%B2", "id=999", ""):
        url = f"/redaktion/bulk/newsroom/article/unpublish/?{wrong}"
        assert client.get(url).status_code == 404


def test_one_failure_leaves_all_as_they_were() -> None:
    _client, person = desks.editor()
    articles = [make.article(f"Artikel {number}") for number in range(2)]

    def do(article: Article, by: Person) -> None:
        if article.pk == articles[1].pk:
            raise RuntimeError("the press stands still")
        article.unpublish(user=by)

    deed = bulk.Deed(lambda may: True, lambda article: None, do)
    with pytest.raises(RuntimeError):
        bulk.perform(deed, articles, by=person, at=make.NOON)
    assert Article.objects.live().count() == 2
