"""Every kind of page before two judges: axe for people, vnu for machines."""

import pytest

from tests.browser.chromium import visitor
from tests.browser.crawl import Asker
from tests.browser.judges import VNU, axe, vnu

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not VNU.exists(), reason="npm ci has brought no judges"),
]
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}


@pytest.mark.parametrize(
    ("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop light", "phone dark"]
)
def test_axe_finds_no_barrier(paper, kinds, chromium, size, scheme):
    barriers, advice = {}, {}
    with visitor(chromium, paper.url, viewport=size, color_scheme=scheme) as context:
        page = context.new_page()
        for kind in kinds:
            page.goto(kind.path)
            barriers[kind.name], advice[kind.name] = axe(page)
    print(*(f"\n{name}: {one}" for name, said in advice.items() for one in said))
    assert {name: found for name, found in barriers.items() if found} == {}


def test_axe_would_find_one(paper, chromium):
    """A judge that finds nothing might not be looking."""
    with visitor(chromium, paper.url) as context:
        page = context.new_page()
        page.goto("/")
        page.evaluate("document.querySelector('img').removeAttribute('alt')")
        page.evaluate("document.querySelector('.rubric a').style.color = '#eee'")
        barriers, _ = axe(page)
    assert [one.partition(":")[0] for one in barriers] == ["color-contrast", "image-alt"]


def test_vnu_finds_no_error(paper, kinds, tmp_path):
    ask = Asker(paper.url)
    files = []
    for number, kind in enumerate(kinds):
        answer = ask.get(kind.path)
        assert answer.status == kind.status, kind
        files.append(tmp_path / f"{number}-{kind.name}.html")
        files[-1].write_bytes(answer.body)
    ask.close()
    assert vnu(files) == []


def test_vnu_would_find_one(tmp_path):
    bad = tmp_path / "bad.html"
    bad.write_text("<!doctype html><html lang=de><title>x</title><p><div id=a></p></div><b id=a>")
    assert len(vnu([bad])) >= 2
