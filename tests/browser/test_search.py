"""A reader searches: by the form, without script, from a page to the article and back."""

import pytest

from tests.browser.chromium import visitor

pytestmark = pytest.mark.browser


def test_reader_searches_narrows_down_and_reads(paper, chromium):
    with visitor(chromium, paper.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/")
        page.get_by_role("link", name="Suche", exact=True).click()
        page.get_by_label("Suchwörter").fill("Brücken")
        page.get_by_role("button", name="Suchen").click()
        everything = page.locator(".hit").count()
        assert everything > 1
        assert page.locator("mark", has_text="Brücke").count()
        page.locator("summary").click()
        page.get_by_label("Ressort", exact=True).select_option("Auenstadt")
        page.get_by_label("Beste Treffer zuerst").check()
        page.get_by_role("button", name="Suchen").click()
        assert "ressort=auenstadt" in page.url
        assert 0 < page.locator(".hit").count() < everything
        assert page.get_by_label("Suchwörter").input_value() == "Brücken"
        title = page.locator(".hit .title a").first
        said = title.inner_text()
        title.click()
        assert page.locator("h1").inner_text() == said
        assert context.cookies() == []


def test_page_that_is_not_there_offers_the_search(paper, chromium):
    with visitor(chromium, paper.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/nichts/hier.html")
        page.get_by_label("In unseren Artikeln suchen").fill("xyzzy")
        page.get_by_role("button", name="Suchen").click()
        assert page.get_by_text("Nichts gefunden").count() == 1
