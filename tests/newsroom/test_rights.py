"""A picture may be shown through its last day, and no page shows it a day longer."""

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone

from allmende.bakery.models import BakeOrder, RecipeLine
from allmende.newsroom import reading, rights, writing
from allmende.newsroom.models import Article, Picture
from tests.factories import newsroom as make
from tests.newsroom.test_baking import everything, from_scratch, page, tree, work

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
SHARED = "summary_large_image"  # a page without a picture of its own shows the paper's icon


def today() -> dt.date:
    return timezone.localdate(timezone=reading.zone())


def midnight(day: dt.date) -> dt.datetime:
    """When the day before `day` is over for the paper."""
    return dt.datetime.combine(day, dt.time.min, tzinfo=reading.zone())


def move_last_day(picture: Picture, day: dt.date) -> None:
    """As if time had passed instead: its recipe names that day."""
    Picture.objects.filter(pk=picture.pk).update(expires_on=day)
    RecipeLine.objects.filter(ingredient__startswith="last-day:").update(
        ingredient=f"last-day:{day}"
    )


def in_body(picture: Picture, other: Picture) -> list[dict]:
    pair = [{"picture": one.pk, "caption": f"Aus {one.title}"} for one in (picture, other)]
    return [
        *make.paragraphs("Erster Satz."),
        writing.block("picture", {"picture": picture.pk, "caption": "Am Pegel"}),
        writing.block("gallery", {"heading": "Rundgang", "pictures": pair}),
    ]


def shown_everywhere() -> tuple[Picture, Article]:
    """A picture of limited time as lead, in the body and in a gallery."""
    picture = make.picture("Leihbild", credit="Foto: Agentur Nord", expires_on=today())
    body = in_body(picture, make.picture("Eigenes"))
    article = make.article("Hochwasser", picture=picture, body=body, at=timezone.now())
    everything()
    return picture, article


def test_picture_is_shown_on_its_last_day() -> None:
    _picture, article = shown_everywhere()
    for path in (article.url, "/", "/tal/", "/tal/feed.atom"):
        assert "Leihbild" in page(path), path
    assert SHARED in page(article.url)


def test_expired_picture_leaves_every_page_and_nothing_else_is_baked(tmp_path: Path) -> None:
    picture, article = shown_everywhere()
    other = make.article("Ohne Frist", picture=make.picture("Dauernd"), at=timezone.now())
    work()
    concerned = set(
        RecipeLine.objects.filter(ingredient=f"last-day:{today()}").values_list(
            "page__path", flat=True
        )
    )
    move_last_day(picture, today() - DAY)
    rights.day_ends(at=midnight(today()))
    assert work() == len(concerned)
    assert other.url not in concerned
    text = page(article.url)
    assert "Leihbild" not in text
    assert "Agentur Nord" not in text
    assert "Am Pegel" not in text
    assert SHARED not in text
    assert '"image"' not in text
    assert "Eigenes" in text
    assert "Leihbild" not in page("/") + page("/tal/") + page("/tal/feed.atom")
    assert "lead-picture" in page(other.url)
    assert not RecipeLine.objects.filter(ingredient__startswith="last-day:").exists()
    assert tree() == from_scratch(tmp_path / "fresh")


def test_sharing_falls_back_to_a_picture_that_may_be_shown() -> None:
    over = make.picture("Vorbei", expires_on=today() - DAY)
    article = make.article(picture=make.picture("Eigenes"), share_picture=over)
    everything()
    assert "Eigenes" in page(article.url).partition("og:image")[2].partition(">")[0]


def test_gallery_whose_pictures_are_all_over_is_left_out() -> None:
    over = [make.picture(name, expires_on=today() - DAY) for name in ("Eins", "Zwei")]
    article = make.article(body=in_body(*over))
    everything()
    assert "Rundgang" not in page(article.url)


def test_longer_term_brings_the_picture_back(tmp_path: Path) -> None:
    picture, article = shown_everywhere()
    move_last_day(picture, today() - DAY)
    rights.day_ends(at=midnight(today()))
    work()
    picture.expires_on = today() + DAY
    picture.save()
    work()
    assert "Leihbild" in page(article.url)
    assert tree() == from_scratch(tmp_path / "fresh")


def test_days_without_a_worker_are_made_up_for() -> None:
    picture, article = shown_everywhere()
    move_last_day(picture, today() - 9 * DAY)
    rights.day_ends(at=midnight(today()))
    work()
    assert "Leihbild" not in page(article.url)


def test_midnight_orders_no_day_that_no_page_names() -> None:
    make.picture(expires_on=today() - 40 * DAY)
    BakeOrder.objects.all().delete()
    rights.day_ends(at=midnight(today()))
    assert [order.ingredient for order in BakeOrder.objects.all()] == [f"last-day:{today() - DAY}"]


def test_page_with_pictures_of_no_limit_does_not_depend_on_days() -> None:
    article = make.article(picture=make.picture())
    everything()
    lines = RecipeLine.objects.filter(page__path=article.url)
    names = set(lines.values_list("ingredient", flat=True))
    assert not [name for name in names if name.startswith(("last-day:", "clock:"))]
