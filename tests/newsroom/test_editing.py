"""The article's form, as the admin's editor sends it."""

import pytest
from django.test import Client
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from allmende.newsroom import foundation, staff_roles
from allmende.newsroom.models import Article, ArticleIndex
from allmende.people.roles import Role
from tests.factories import newsroom as make
from tests.people import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Client:
    """An author who has come in."""
    jana = cast.staff("Jana", Role.AUTHOR)
    make.front_page()
    staff_roles.lay_page_permissions()
    cast.come_in(client, jana)
    return client


def form(title: str, slug: str) -> dict[str, object]:
    """An article's form with one paragraph."""
    nothing = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}
    inline = ("bylines", "related_links", "corrections", "comments")
    return nested_form_data(
        {
            "title": title,
            "slug": slug,
            "section": make.section().pk,
            "language": foundation.article_index().locale_id,
            "body": streamfield([("paragraph", rich_text("<p>Ein Satz.</p>"))]),
            **dict.fromkeys(inline, nothing),
        }
    )


def test_two_articles_may_share_a_slug(desk: Client) -> None:
    make.draft("Wetter", slug="wetter")
    address = f"/redaktion/pages/add/newsroom/article/{ArticleIndex.objects.get().pk}/"
    answer = desk.post(address, form("Wetter", "wetter"))
    assert answer.status_code == 302, answer.context["form"].errors
    assert Article.objects.filter(slug="wetter").count() == 2


def test_longest_headline_is_kept_with_a_shorter_slug(desk: Client) -> None:
    address = f"/redaktion/pages/add/newsroom/article/{ArticleIndex.objects.get().pk}/"
    answer = desk.post(address, form("x" * 255, "x" * 255))
    assert answer.status_code == 302, answer.context["form"].errors
    assert Article.objects.get().slug == "x" * 120


def test_two_sections_may_not(desk: Client) -> None:
    make.section("Tal", "tal")
    with pytest.raises(Exception, match="slug"):
        make.put(type(make.section())(title="Tal", slug="tal"))
