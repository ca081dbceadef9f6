"""An edition is made in the browser: arranged by mouse and by keyboard, shown to readers; what it
announces is a page that says when the article appears."""

import json

import pytest
from playwright.sync_api import Page

from tests.browser.chromium import Notes, visitor
from tests.flows.desk import Desk
from tests.house import House
from tests.waiting import until

pytestmark = pytest.mark.browser
EDITOR = "milan.kovac@auentaler-bote.example"
DRAFT = """
from allmende.newsroom import writing
from allmende.newsroom.models import SectionPage
from tests.factories.newsroom import paragraphs
draft = writing.draft("Was am Sonntag steht", section=SectionPage.objects.get(slug="leben"),
                      body=paragraphs("Noch geheim."))
print(draft.pk, draft.url)
"""
LINES = "[...document.querySelectorAll('.arrange-line')].map(line => line.dataset.wOrderableItemId)"


def order(page: Page) -> list[str]:
    found: list[str] = page.evaluate(LINES)
    return found


def shown_buttons(page: Page) -> list[tuple[bool, bool]]:
    """For each line, whether it can go up and down."""
    return [
        tuple(line.locator(f"button[value^='{way}:']").is_visible() for way in ("up", "down"))
        for line in page.locator(".arrange-line").all()
    ]


def test_edition_is_arranged_shown_and_announces(paper: House, chromium) -> None:
    key, address = paper.python(DRAFT).splitlines()[-1].split()
    password = json.loads((paper.data / "demo_sign_in.json").read_text())["password"]
    with visitor(chromium, paper.url, viewport={"width": 1280, "height": 1400}) as context:
        page = context.new_page()
        notes = Notes(paper.url.removeprefix("http://"))
        notes.watch(page)
        Desk(page).sign_in(EDITOR, password)
        page.wait_for_url("**/redaktion/")
        page.goto("/redaktion/editions/new/")
        page.locator("#id_date").fill("2036-03-02")
        page.locator("#id_name").fill("Sonntag")
        page.locator("#id_name").press("Enter")
        page.wait_for_url("**/arrange/")
        for box in page.locator("input[name=offered]").all()[:3]:
            box.check()
        page.get_by_role("button", name="Angekreuzte hinzufügen").click()
        page.wait_for_load_state()
        by_mouse(page)
        by_keyboard(page)
        announce(page, key)
        assert notes.complaints == []
        assert notes.strangers == []
    assert b"Was am Sonntag steht" in paper.wait_for(address)
    assert b"2. M\xc3\xa4rz 2036" in paper.wait_for(address)
    contents = paper.wait_for("/ausgabe/2036-03-02.sonntag.html")
    assert b"Was am Sonntag steht" in contents
    assert address.encode() not in contents
    assert b"Noch geheim" not in contents + paper.wait_for(address)


def by_mouse(page: Page) -> None:
    """The first line goes below the last; the buttons at the ends follow, and so does the house."""
    before = order(page)
    assert shown_buttons(page) == [(False, True), (True, True), (True, False)]
    grips = page.locator(".w-orderable__item__handle")
    grips.nth(0).hover()  # may scroll: places are asked for afterwards
    last = page.locator(".arrange-line").nth(2).bounding_box()
    assert last is not None
    page.mouse.down()
    page.mouse.move(last["x"] + 20, last["y"] + last["height"] / 2, steps=12)
    page.mouse.move(last["x"] + 20, last["y"] + last["height"] - 3, steps=6)
    with page.expect_response("**/edition-lines/*/move/**"):
        page.mouse.up()
    after = [*before[1:], before[0]]
    assert order(page) == after
    assert shown_buttons(page) == [(False, True), (True, True), (True, False)]
    page.reload()
    assert order(page) == after


def by_keyboard(page: Page) -> None:
    """The last line goes up by one at its grip; then the first down by its button."""
    one, two, three = order(page)
    grip = page.locator(".w-orderable__item__handle").nth(2)
    grip.focus()
    grip.press("ArrowUp")
    with page.expect_response("**/edition-lines/*/move/**"):
        page.locator(":focus").press("Enter")
    assert order(page) == [one, three, two]
    page.reload()
    assert order(page) == [one, three, two]
    button = page.locator(".arrange-line").nth(0).locator("button[value^='down:']")
    button.focus()
    button.press("Enter")
    page.wait_for_url("**#line-*")
    until(lambda: order(page) == [three, one, two])


def announce(page: Page, key: str) -> None:
    """The draft is chosen by its key, as the chooser does, announced, and the edition shown."""
    page.evaluate("key => { document.querySelector('#id_article').value = key }", key)
    page.get_by_role("button", name="Diesen Artikel hinzufügen").click()
    box = page.locator(".arrange-line", has_text="Was am Sonntag steht").locator("[type=checkbox]")
    box.check()
    page.get_by_role("button", name="Speichern").last.click()
    page.wait_for_load_state()
    assert box.is_checked()
    page.get_by_role("button", name="Sichtbar machen").click()
    page.wait_for_load_state()
