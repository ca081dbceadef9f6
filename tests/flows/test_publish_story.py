"""Everybody can read it: an article from the author's desk to a reader's screen, and back.

Told in a real Chromium, in a house outside the demo, with its own web server and worker.
`make bench FIGURE=publish` tells how fast it is.
"""

import json
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from tests.browser.chromium import visitor
from tests.flows.desk import Desk
from tests.waiting import until

pytestmark = pytest.mark.browser
HEADLINE = "Der Steg über die Aue trägt"
QUOTATION = "Wer winkt, den holen wir trotzdem noch mit der Fähre."
AUTHOR = "jana.reuter@auentaler-bote.example"
EDITOR = "milan.kovac@auentaler-bote.example"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
GIVE_APP = f"""
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
TOTP.activate(EmailAddress.objects.get(email="{EDITOR}").user, "{SECRET}")
"""
SEEN_LAST = Path("build/test/story-failed.png")


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    """As a camera of our time makes it, but drawn: 6000 by 4000."""
    picture = Image.radial_gradient("L").resize((6000, 4000)).convert("RGB")
    ImageDraw.Draw(picture).rectangle((0, 2600, 6000, 2900), fill="#7a4a21")
    picture.save(tmp_path / "steg.jpg", quality=90)
    return tmp_path / "steg.jpg"


def test_an_article_from_the_desk_to_the_reader_and_back(earnest, chromium, photograph):
    password = json.loads((earnest.data / "demo_sign_in.json").read_text())["password"]
    earnest.python(GIVE_APP)

    with at_a_desk(chromium, earnest.url) as jana:
        jana.sign_in(AUTHOR, password)
        jana.page.wait_for_url("**/konto/2fa/**")
        jana.set_up_app(password)
        write(jana, photograph)
        assert read_preview(jana)
        jana.more("In Freigabe einreichen")
        jana.page.wait_for_url("**/redaktion/pages/*/")
    assert named_on_front(earnest) == ""

    with at_a_desk(chromium, earnest.url) as milan:
        milan.sign_in(EDITOR, password)
        milan.show_code(SECRET)
        milan.page.wait_for_url("**/redaktion/")
        milan.open_task(HEADLINE)
        milan.approve()
        published = until(lambda: named_on_front(earnest))
        print(f"\npublished: file and front page after {published.seconds:.2f} s")
        path = published.found
        assert file_of(earnest, path).exists()
        read_without_scripts(chromium, earnest.url, path)

        milan.page.wait_for_load_state()
        milan.page.goto("/redaktion/articles/")
        milan.page.get_by_role("link", name=HEADLINE, exact=True).click()
        milan.withdraw()
        withdrawn = until(lambda: earnest.get(path)[0] == 410 and not named_on_front(earnest))
        print(f"withdrawn: 410 and off the front page after {withdrawn.seconds:.2f} s")
    status, body = earnest.get(path)
    assert status == 410
    assert b'href="/"' in body
    assert b'href="/archiv/"' in body
    assert QUOTATION.encode() not in body
    assert not file_of(earnest, path).exists()


@contextmanager
def at_a_desk(chromium, url):
    with visitor(chromium, url, viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("response", lambda got: faults.append(got.url) if got.status >= 500 else None)
        try:
            yield Desk(page)
        except BaseException:
            page.screenshot(path=SEEN_LAST, full_page=True)
            raise
        assert faults == []


def write(desk: Desk, photograph: Path) -> None:
    desk.begin_article()
    desk.fill(kicker="Verkehr", title=HEADLINE, lead="Nach elf Jahren geht man trocken hinüber.")
    desk.choose_section("Leben")
    desk.upload_lead_picture(
        photograph, description="Ein Steg im Nebel", credit="Foto: Jana Reuter"
    )
    desk.add_paragraph("Am Morgen gingen die ersten hinüber, die meisten zweimal.")
    desk.add_quotation(QUOTATION, speaker="Ada Lind", role="Fährfrau in Niederau")
    desk.add_paragraph("Der Steg ist 41 Meter lang und hat kein Geländer auf der Südseite.")
    desk.save()


def read_preview(desk: Desk) -> bool:
    preview = desk.preview()
    seen = preview.get_by_role("heading", name=HEADLINE).is_visible()
    seen = seen and preview.get_by_text(QUOTATION).is_visible()
    preview.close()
    return seen


def read_without_scripts(chromium, url, path):
    """A reader comes to the front page, follows the headline and reads."""
    with visitor(chromium, url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/")
        page.get_by_role("link", name=HEADLINE).first.click()
        page.wait_for_url(f"**{path}")
        assert page.get_by_role("heading", name=HEADLINE).is_visible()
        assert page.get_by_text(QUOTATION).is_visible()
        assert page.get_by_text("Ada Lind").is_visible()
        assert page.get_by_text("kein Geländer").is_visible()
        picture = page.get_by_role("img", name="Ein Steg im Nebel")
        assert picture.evaluate("img => img.complete && img.naturalWidth") > 300
        assert page.get_by_text("Foto: Jana Reuter").is_visible()
        assert context.cookies() == []


def named_on_front(house) -> str:
    """The article's path, if the front page's file names it."""
    front = (house.data / "baked" / "index.html").read_text()
    line = next((line for line in front.splitlines() if HEADLINE in line), "")
    return line.partition('href="')[2].partition('"')[0]


def file_of(house, path: str) -> Path:
    return house.data / "baked" / path.removeprefix("/")
