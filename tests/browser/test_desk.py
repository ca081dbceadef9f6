"""The editor's desk in the browser: many articles at once, said in numbers, done and undone; and
what is said beside the text while it is written."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.chromium import Notes, visitor
from tests.flows.desk import Desk
from tests.house import House

pytestmark = pytest.mark.browser
EDITOR = "milan.kovac@auentaler-bote.example"
TWO = """
from allmende.newsroom.models import Article
for article in Article.objects.filter(live=True).order_by("first_published_at")[:2]:
    print(article.pk, article.url, article.title, sep="|")
"""


@pytest.fixture
def desk(paper: House, chromium) -> Iterator[Page]:
    """Milan at work; the browser must have had nothing to complain of."""
    password = json.loads((paper.data / "demo_sign_in.json").read_text())["password"]
    with visitor(chromium, paper.url) as context:
        page = context.new_page()
        notes = Notes(paper.url.removeprefix("http://"))
        notes.watch(page)
        Desk(page).sign_in(EDITOR, password)
        page.wait_for_url("**/redaktion/")
        yield page
        assert not notes.complaints
        assert not notes.strangers


def number(page: Page, sentence: str) -> int:
    """What stands in place of the number in a sentence of the page."""
    text = page.locator("main").inner_text()
    found = re.search(sentence, " ".join(text.split()))
    assert found, text
    return int(found[1])


def test_two_articles_are_withdrawn_in_numbers_and_brought_back(paper: House, desk: Page) -> None:
    rows = [line.split("|") for line in paper.python(TWO).splitlines()]
    desk.goto("/redaktion/articles/?ordering=first_published_at")
    for key, _address, _title in rows:
        desk.locator(f"input[data-bulk-action-checkbox][data-object-id='{key}']").check()
    desk.locator("a[data-bulk-action-button][href*='/article/unpublish/']").click()
    desk.wait_for_url("**/article/unpublish/**")
    assert number(desk, r"(\d+) Artikel") == 2
    announced = number(desk, r"(\d+) Seiten werden dann erneuert")
    assert announced > 2
    for _key, address, title in rows:
        assert desk.locator(".bulk-list", has_text=title).count()
        assert paper.get(address)[0] == 200  # nothing is done yet
    desk.locator("main form button[type=submit]").click()
    desk.wait_for_url("**/redaktion/articles/**")
    said = desk.locator(".messages").inner_text()
    assert f"{announced} Seiten werden erneuert" in said
    for _key, address, _title in rows:
        paper.wait_for(address, 410)
    desk.get_by_role("link", name="Rückgängig machen").click()
    assert number(desk, r"(\d+) Artikel") == 2
    desk.locator("main form button[type=submit]").click()
    desk.wait_for_url("**/redaktion/articles/**")
    for _key, address, title in rows:
        assert title.encode() in paper.wait_for(address)


def test_headline_that_is_taken_is_named_while_typing(paper: House, desk: Page) -> None:
    (key, _address, title), (other, *_rest) = (
        line.split("|") for line in paper.python(TWO).splitlines()
    )
    desk.goto(f"/redaktion/pages/{other}/edit/")
    field = desk.locator("#id_title")
    caution = desk.locator(f".cautions a[href$='/pages/{key}/edit/']")
    own = field.input_value()
    assert caution.count() == 0
    field.fill(title.upper() + "!")
    caution.wait_for()
    field.fill("Lang " * 30)
    caution.wait_for(state="detached")
    count = desk.locator("#id_title-count")
    assert count.inner_text() == "Zeichen: 149, das sind 79 mehr, als gut passen"
    assert "id_title-count" in (field.get_attribute("aria-describedby") or "")
    field.fill(own)
    assert count.inner_text().startswith(f"Zeichen: {len(own)}")
