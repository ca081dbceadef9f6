"""A running ticker before a reader: it renews itself, and can be told not to."""

import pytest

from tests.browser.chromium import visitor
from tests.house import House
from tests.waiting import until

pytestmark = pytest.mark.browser
ENTRY = ".entry h3"
SWITCH = ".live-switch input"
POST = """
from django.utils import timezone
from allmende.newsroom import tickers
from allmende.newsroom.models import Ticker
ticker = Ticker.objects.get(closed_at=None)
tickers.post(ticker, heading={heading!r}, text="Gerade eben.", at=timezone.now())
"""


def post(paper: House, path: str, heading: str) -> None:
    """Posts, and waits until the page is in place."""
    paper.python(POST.format(heading=heading))
    until(lambda: heading.encode() in paper.get(path)[1])


def test_new_entry_comes_by_itself_unless_switched_off(paper, trials, chromium):
    path = trials["ticker"]
    with visitor(chromium, paper.url) as context:
        page = context.new_page()
        page.clock.install()
        page.goto(path)
        assert page.locator(SWITCH).is_checked()
        post(paper, path, "Von selbst")
        page.clock.fast_forward(61_000)
        page.locator(ENTRY, has_text="Von selbst").wait_for()
        assert page.locator(".live-said").inner_text()
        page.locator(SWITCH).uncheck()
        post(paper, path, "Nicht von selbst")
        page.clock.fast_forward(200_000)
        assert page.locator(ENTRY, has_text="Nicht von selbst").count() == 0
        page.reload()
        assert not page.locator(SWITCH).is_checked()  # the choice is kept
        assert page.locator(ENTRY, has_text="Nicht von selbst").count() == 1


def test_without_script_a_link_leads_to_the_twin_that_stays(paper, trials, chromium):
    with visitor(chromium, paper.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(trials["ticker"])
        assert page.locator("head meta[http-equiv=refresh]").count() == 1
        page.locator(".live-tools a").click()
        assert page.url.endswith("/ohne-neuladen.html")
        assert page.locator("head meta[http-equiv=refresh]").count() == 0
        page.locator(".live-tools a").click()
        assert page.url.endswith(trials["ticker"])
