"""Addresses, places and orders that come of publishing, changing and withdrawing."""

import datetime as dt
import os

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allmende.bakery.models import BakeOrder
from allmende.newsroom import reading, translation, writing
from allmende.newsroom.models import Article, ArticleAddress, Counter, ListingEntry
from allmende.newsroom.models.listings import PER_PAGE
from tests.factories import newsroom as make

pytestmark = pytest.mark.django_db
FEW = 5


def ordered() -> set[str]:
    return set(BakeOrder.objects.values_list("ingredient", flat=True))


def test_published_article_takes_a_place_in_each_of_its_listings():
    jana, bridge = make.author(), make.topic()
    article = make.article(bylines=[(jana, "")], topics=[bridge], dossier=make.dossier())
    held = set(article.listing_entries.values_list("listing", flat=True))
    assert held == article.listings()
    assert held >= {"all", jana.listing, bridge.listing, article.section.listing}


def test_publishing_orders_the_article_its_listings_and_its_day():
    BakeOrder.objects.all().delete()
    article = make.article()
    names = ordered()
    assert article.ingredient in names
    assert {"listing:all:newest", "listing:all:1", "day:2026-11-20", "month:2026-11"} <= names


def test_number_is_never_given_twice_even_after_deletion():
    first = make.article()
    number = first.number
    first.delete()
    assert make.article().number == number + 1


def test_imported_number_is_kept_and_never_given_again():
    assert make.draft(number=4711).number == 4711
    assert make.draft().number == 4712
    with pytest.raises(IntegrityError), transaction.atomic():
        make.draft(number=4711)


def test_new_slug_keeps_the_old_address():
    article = make.article(slug="alt")
    article.slug = "neu"
    article.save_revision().publish()
    slugs = set(article.addresses.values_list("slug", flat=True))
    assert slugs == {"alt", "neu"}
    assert article.url == f"/artikel/{article.number}.neu.html"


def test_two_articles_may_share_a_slug():
    one, two = make.article(slug="gleich"), make.article(slug="gleich")
    assert one.slug == two.slug
    assert one.url != two.url


def test_withdrawn_article_leaves_every_listing_and_keeps_its_address():
    article = make.article()
    writing.withdraw(article)
    assert not ListingEntry.objects.filter(article=article).exists()
    assert ArticleAddress.objects.filter(article=article).count() == 1
    assert BakeOrder.objects.filter(ingredient=article.ingredient, urgent=True).exists()


def test_deleted_article_leaves_its_address_behind():
    article = make.article()
    article.delete()
    assert list(ArticleAddress.objects.values_list("article_id", flat=True)) == [None]


def test_moved_article_changes_listing_but_not_address():
    article = make.article()
    url = article.url
    article.section = make.section("Sport", "sport")
    article.save_revision().publish()
    listings = set(article.listing_entries.values_list("listing", flat=True))
    assert article.section.listing in listings
    assert Article.objects.get(pk=article.pk).url == url
    assert len(listings) == 2


def test_translation_stands_on_its_language_page_only():
    article = make.article()
    english = translation.translate(article, language="en")
    english.title = "The bridge stands"
    english = writing.publish(english, at=make.NOON)
    assert english.number != article.number
    assert english.listings() == {"language:en"}
    assert [s.language for s in translation.families([article])[article.pk]] == ["en"]
    with pytest.raises(ValueError, match="already a version"):
        translation.translate(article, language="en")


def test_place_is_unique_in_the_database():
    article, other = make.article(), make.article()
    entry = article.listing_entries.get(listing="all")
    with pytest.raises(IntegrityError), transaction.atomic():
        ListingEntry.objects.filter(article=other, listing="all").update(place=entry.place)


def test_picture_without_credit_or_alternative_text_is_named():
    bare = make.picture(credit="", description="")
    with pytest.raises(ValidationError) as raised:
        make.article(picture=bare)
    assert "picture" in raised.value.message_dict
    assert make.draft(picture=bare).pk  # a draft may wait for its words


def test_first_publication_time_is_kept_when_published_again():
    article = make.article()
    writing.withdraw(article)
    again = writing.publish(Article.objects.get(pk=article.pk), at=make.NOON + dt.timedelta(days=3))
    assert again.first_published_at == make.NOON


@pytest.mark.long
@settings(
    max_examples=int(os.environ.get("EXAMPLES", FEW)),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(st.data())
def test_numbered_pages_never_shift(data):
    """Whatever is published or withdrawn, an article stays on the page where it was first."""
    with transaction.atomic():
        seen: dict[int, int] = {}
        live: list[Article] = []
        Counter.objects.update_or_create(name="listing:all", defaults={"last": PER_PAGE - 3})
        for _ in range(data.draw(st.integers(1, 10))):
            if live and data.draw(st.booleans()):
                writing.withdraw(live.pop(data.draw(st.integers(0, len(live) - 1))))
            else:
                live.append(make.article())
            for number in range(1, reading.last_page("all") + 1):
                shown = reading.page_of("all", number)
                for article in shown.articles if shown else []:
                    assert seen.setdefault(article.pk, number) == number
        assert {a.pk for a in live} == set(
            ListingEntry.objects.filter(listing="all").values_list("article_id", flat=True)
        )
        transaction.set_rollback(True)


def test_scheduled_article_stands_in_no_listing():
    article = make.draft("Später")
    article.go_live_at = timezone.now() + dt.timedelta(days=1)
    article.save_revision().publish()
    article.refresh_from_db()
    assert not article.live
    assert not article.listing_entries.exists()
    assert not article.addresses.exists()
