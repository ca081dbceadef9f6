"""A paper moves in from WordPress: read under its old addresses, searched, edited, published anew.

Told in a real Chromium, in a house outside the demo, with its own web server and worker.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.browser.chromium import visitor
from tests.flows.test_publish_story import EDITOR, GIVE_APP, SECRET, at_a_desk
from tests.importers.wordpress.moving import post
from tests.importers.wordpress.picture_files import alternative, attachment, lead, put
from tests.importers.wordpress.samples import export, label
from tests.waiting import until

pytestmark = pytest.mark.browser
UPLOADS = "https://bote.example/wp-content/uploads"
INDEXED = """
from allmende.newsroom.models import Article, SearchEntry
keys = Article.objects.filter(title={title!r}).values("pk")
print(SearchEntry.objects.filter(article__in=keys).exists())
"""


@dataclass
class Site:
    """An export, and an article of it: its title, its old address, words of its text."""

    file: Path
    title: str
    path: str
    words: str

    @property
    def command(self) -> list[str]:
        uploads = self.file.with_suffix("")
        more = ["--uploads", str(uploads)] if uploads.exists() else []
        return ["import", "wordpress", str(self.file), *more]


@pytest.fixture(scope="module")
def app(earnest) -> None:
    """The editor's second factor."""
    earnest.python(GIVE_APP)


@pytest.fixture
def small(tmp_path: Path) -> Site:
    put(tmp_path / "export/2019/steg.jpg", size=(900, 600))
    put(tmp_path / "export/2019/kahn.jpg", 9, size=(900, 600))
    (tmp_path / "export/2019/ton.mp3").write_bytes(b"ID3")
    text = (
        f'Am Wehr liegt der <a href="https://bote.example/2019/04/der-kahn/">Kahnschnabel</a>.\n\n'
        f'<img src="{UPLOADS}/2019/kahn-300x200.jpg" alt="Ein Kahn" />\n\n'
        f"https://www.youtube.com/watch?v=abcdefgh"
    )
    parts = [
        attachment(50, "2019/steg.jpg", alternative("Ein Steg im Nebel")),
        attachment(51, "2019/ton.mp3", title="Das Wehr rauscht"),
        post(
            1,
            title="Wo der Steg stand",
            inside=lead(50) + label("category", "auen", "In den Auen"),
            link="https://bote.example/2019/03/der-steg/",
            content__encoded=text,
        ),
        post(
            2,
            title="Der alte Kahn",
            link="https://bote.example/2019/04/der-kahn/",
            content__encoded=f"Man hört ihn noch.\n\n[audio {UPLOADS}/2019/ton.mp3]",
        ),
    ]
    file = tmp_path / "export.xml"
    file.write_bytes(export(*parts))
    return Site(file, "Wo der Steg stand", "/2019/03/der-steg/", "Kahnschnabel")


@pytest.fixture
def theme_test(peer_data: Path) -> Site:
    """WordPress's own, whose pictures cannot be had."""
    file = peer_data / "wordpress" / "themeunittestdata.wordpress.xml"
    title, path = "Markup: HTML Tags and Formatting", "/2013/01/11/markup-html-tags-and-formatting/"
    return Site(file, title, path, "Stay hungry")


def test_moved_in_read_under_its_old_address_with_pictures(earnest, chromium, small):
    earnest.allmende(*small.command)
    earnest.wait_for(small.path)
    with visitor(chromium, earnest.url, java_script_enabled=False) as context:
        page = context.new_page()
        strangers = []
        page.on("request", lambda got: got.url.startswith(earnest.url) or strangers.append(got.url))
        page.goto(small.path)
        assert "/artikel/" in page.url
        assert page.get_by_role("heading", name=small.title).is_visible()
        for name in ("Ein Steg im Nebel", "Ein Kahn"):
            picture = page.get_by_role("img", name=name)
            picture.scroll_into_view_if_needed()
            assert picture.evaluate("img => img.decode().then(() => img.naturalWidth)") > 300
        assert page.get_by_text("Video auf youtube.com").is_visible()
        page.get_by_role("link", name="Kahnschnabel").click()
        assert page.get_by_role("heading", name="Der alte Kahn").is_visible()
        assert page.locator("audio").count() == 1
        page.goto("/blog/category/auen/")
        assert page.get_by_role("heading", name="In den Auen").is_visible()
        assert strangers == []
        assert context.cookies() == []


@pytest.mark.parametrize(
    "site", ["small", pytest.param("theme_test", marks=[pytest.mark.peer, pytest.mark.conformance])]
)
def test_moved_in_searched_edited_and_published_anew(earnest, app, chromium, site, request):
    site = request.getfixturevalue(site)
    earnest.allmende(*site.command)
    earnest.wait_for(site.path)
    # A background job brings it into the search.
    until(lambda: earnest.python(INDEXED.format(title=site.title)) == "True", patience=180)
    assert found(chromium, earnest.url, site)
    password = json.loads((earnest.data / "demo_sign_in.json").read_text())["password"]
    with at_a_desk(chromium, earnest.url) as milan:
        milan.sign_in(EDITOR, password)
        milan.show_code(SECRET)
        milan.page.wait_for_url("**/redaktion/")
        milan.page.goto(f"/redaktion/articles/?{urlencode({'q': site.title})}")
        milan.page.get_by_role("link", name=site.title, exact=True).first.click()
        milan.fill(title=f"{site.title} (neu)")
        milan.more("Veröffentlichen")
        milan.page.wait_for_url("**/redaktion/pages/*/")
    new = f"{site.title} (neu)".encode()
    until(lambda: new in earnest.get(site.path)[1])


def found(chromium, url: str, site: Site) -> bool:
    """Whether a reader's search finds the article."""
    with visitor(chromium, url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/suche/")
        page.get_by_label("Suchwörter").fill(f"{site.words} {site.title}")
        page.get_by_role("button", name="Suchen").click()
        return page.get_by_role("link", name=site.title).count() > 0
