"""Every kind of page for everybody: narrow, large, by keyboard, in print, in forced colours."""

import pytest

from tests.browser.chromium import visitor

pytestmark = pytest.mark.browser
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Nothing may be cut off where it cannot be scrolled to.
CUT_OFF = """() => [...document.querySelectorAll("main *")]
    .filter(it => getComputedStyle(it).overflowX === "hidden")
    .filter(it => it.scrollWidth > it.clientWidth + 1)
    .map(it => it.outerHTML.slice(0, 120))"""
# A table's frame and code can be scrolled, sound and film be played, details opened; the newsletter
# box has a field and a button.
REACHED = ("A", "DIV", "PRE", "AUDIO", "VIDEO", "SUMMARY", "INPUT", "BUTTON")
# Scrolling stops at whole pixels.
IN_VIEW = """() => {
    const box = document.activeElement.getBoundingClientRect();
    return box.width > 0 && box.left >= 0 && box.top > -1 && box.bottom < innerHeight + 1;
}"""
# A teaser is marked as a whole when its headline has the focus.
FOCUSED = """() => {
    const it = document.activeElement;
    const look = getComputedStyle(it.closest(".title") ? it.closest(".teaser") : it);
    return {
        tag: it.tagName, href: it.getAttribute("href"), inMain: !!it.closest("main"),
        marked: look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2,
    };
}"""


# Whether Tab went on: behind the last stop it leaves the page, or begins anew. A player has
# several stops of its own, as many as it has loaded.
STEP = """() => {
    const it = document.activeElement;
    const on = it !== document.body && (!globalThis.reached.has(it) || !!it.controls);
    globalThis.reached.add(it);
    return on;
}"""
MISSED = """() => [...document.querySelectorAll("a[href]")]
    .filter(it => it.checkVisibility() && !globalThis.reached.has(it))
    .map(it => it.outerHTML.slice(0, 120))"""


def tab(page):
    """Presses Tab and says what has the focus."""
    page.keyboard.press("Tab")
    return focused(page)


def focused(page):
    """What has the focus, once it has been brought into view."""
    page.wait_for_function(IN_VIEW)
    return page.evaluate(FOCUSED)


@pytest.mark.parametrize(
    ("width", "text"), [(320, 16), (1280, 32), (390, 32)], ids=["320 px", "200 %", "phone at 200 %"]
)
def test_nothing_is_cut_off(paper, kinds, chromium, width, text):
    """`text` is the size in pixels that the reader has chosen in the browser; usual is 16."""
    with visitor(chromium, paper.url, viewport={"width": width, "height": 800}) as context:
        page = context.new_page()
        context.new_cdp_session(page).send(
            "Page.setFontSizes", {"fontSizes": {"standard": text, "fixed": text}}
        )
        for kind in kinds:
            page.goto(kind.path)
            assert (
                page.evaluate("getComputedStyle(document.documentElement).fontSize") == f"{text}px"
            )
            assert page.evaluate(TOO_WIDE) <= 0, kind
            assert page.evaluate(CUT_OFF) == [], kind


@pytest.mark.parametrize("path", ["/", "/artikel", "/konto/login/"])
def test_keyboard_reaches_the_content_first(paper, trials, chromium, path):
    with visitor(chromium, paper.url) as context:
        page = context.new_page()
        page.goto(trials["everything"] if path == "/artikel" else path)
        assert tab(page)["href"] == "#content"
        page.keyboard.press("Enter")
        after = tab(page)
        assert after["inMain"]
        assert after["marked"]


def test_keyboard_reaches_every_link_and_shows_where_it_is(paper, trials, chromium):
    with visitor(chromium, paper.url) as context:
        page = context.new_page()
        page.goto(trials["everything"])
        assert page.locator("a[href]").count() > 30
        page.evaluate("globalThis.reached = new Set()")
        page.keyboard.press("Tab")
        while page.evaluate(STEP):
            here = focused(page)
            assert here["tag"] in REACHED, here
            # The browser marks its own controls, inside the player.
            assert here["marked"] or here["tag"] in ("AUDIO", "VIDEO"), here
            page.keyboard.press("Tab")
        assert page.evaluate(MISSED) == []


def test_nothing_moves_by_itself(paper, kinds, chromium):
    with visitor(chromium, paper.url, reduced_motion="reduce") as context:
        page = context.new_page()
        for kind in kinds:
            page.goto(kind.path)
            assert page.evaluate("document.getAnimations().length") == 0, kind


def test_print_keeps_the_text_and_drops_the_rest(paper, trials, chromium):
    with visitor(chromium, paper.url) as context:
        page = context.new_page()
        page.goto(trials["everything"])
        page.emulate_media(media="print")
        for selector in (
            "h1",
            ".subheading",
            ".by",
            ".body p >> nth=1",
            ".footnotes",
            ".corrections",
        ):
            assert page.locator(selector).first.is_visible(), selector
        for selector in (".menu", ".skip", ".ask >> nth=0", ".related", ".imprint nav"):
            assert not page.locator(selector).first.is_visible(), selector
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def test_an_old_browser_without_styles_reads_in_order(paper, trials, chromium):
    """The order of the source is the order of DESIGN: what a screen reader or w3m says."""
    with visitor(chromium, paper.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.route("**/*.css", lambda route: route.abort())
        page.goto(trials["everything"])
        tops = [
            page.locator(selector).first.bounding_box()["y"]
            for selector in (
                ".skip", ".menu", ".kicker", "h1", ".subheading", ".by", ".lead-picture",
                "p.lead", ".ask", ".footnotes", ".corrections", ".topics", ".related", ".imprint",
            )
        ]  # fmt: skip
        assert tops == sorted(tops)
