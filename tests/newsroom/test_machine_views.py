"""robots.txt, security.txt, the manifest and its icons."""

import datetime as dt
import io
import json
import re

import pytest
from django.utils import timezone
from PIL import Image

from allmende.bakery import bake, orders
from allmende.bakery.ingredients import EVERYTHING
from allmende.newsroom import publishing
from allmende.paper.models import Paper
from tests.factories import newsroom as make
from tests.newsroom.test_baking import tree, work

pytestmark = pytest.mark.django_db


def set_paper(**fields) -> Paper:
    paper = Paper.load()
    for name, value in fields.items():
        setattr(paper, name, value)
    paper.save()
    return paper


def answer(path: str) -> str:
    return bake.render(path).body.decode()


def test_robots_keep_out_of_the_staffs_rooms_and_find_the_sitemaps():
    said = answer("/robots.txt")
    assert "User-agent: *\nDisallow: /redaktion/\n" in said
    assert re.findall(r"Sitemap: https?://[^/]+(/\S+)", said) == [
        "/sitemap.xml",
        "/sitemap-news.xml",
    ]
    assert "GPTBot" not in said


def test_collectors_are_asked_to_stay_away_where_the_paper_says_so():
    set_paper(text_mining_allowed=False)
    groups = answer("/robots.txt").split("\n\n")
    collectors = next(group for group in groups if "GPTBot" in group)
    assert collectors.endswith("Disallow: /")
    assert "Googlebot" not in collectors
    assert "User-agent: *" not in collectors


def test_security_contact_holds_for_months_and_less_than_a_year():
    set_paper(email="redaktion@bote.example")
    said = answer("/.well-known/security.txt")
    assert "Contact: mailto:redaktion@bote.example\n" in said
    until = dt.datetime.fromisoformat(re.search(r"Expires: (\S+)", said)[1])
    left = until - timezone.now()
    assert dt.timedelta(weeks=38) < left < dt.timedelta(days=365)


def test_paper_without_address_has_no_security_contact():
    orders.place(EVERYTHING)
    work()
    assert "/.well-known/security.txt" not in tree()
    set_paper(email="redaktion@bote.example")
    work()
    assert "/.well-known/security.txt" in tree()


def test_new_week_renews_what_says_how_long_it_holds_and_nothing_else():
    set_paper(email="redaktion@bote.example")
    orders.place(EVERYTHING)
    work()
    publishing.week_begins(at=make.NOON)
    assert orders.affected(orders.waiting()) == {"/.well-known/security.txt"}


def test_every_icon_of_the_manifest_is_there_in_its_size():
    set_paper(name="Öffentlicher Bote")
    said = json.loads(answer("/manifest.webmanifest"))
    assert said["name"] == "Öffentlicher Bote"
    assert len(said["icons"]) == 4
    for icon in said["icons"]:
        with Image.open(io.BytesIO(bake.render(icon["src"]).body)) as image:
            assert "x".join(map(str, image.size)) == icon["sizes"]
            assert image.format == "PNG"


@pytest.mark.parametrize("name", ["Bote", "Żagiel", "Новости", "新聞", "🌉", " "])
def test_icon_is_drawn_for_any_name(name):
    set_paper(name=name)
    first = bake.render("/icon-192.png").body
    assert first == bake.render("/icon-192.png").body
    with Image.open(io.BytesIO(bake.render("/favicon.ico").body)) as image:
        assert image.info["sizes"] == {(16, 16), (32, 32), (48, 48)}


def test_square_logo_is_the_icon_and_a_wide_one_is_not():
    def pixel() -> tuple[int, ...]:
        with Image.open(io.BytesIO(bake.render("/apple-touch-icon.png").body)) as image:
            assert image.size == (180, 180)
            return image.convert("RGB").getpixel((90, 90))

    set_paper(logo=make.picture("Zeichen", (600, 600)))
    assert pixel() == (0x44, 0x66, 0x88)
    set_paper(logo=make.picture("Schriftzug", (600, 100)), name=" ")
    assert pixel() == (0x9C, 0x2F, 0x1B)
