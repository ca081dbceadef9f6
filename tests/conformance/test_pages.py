"""Every page before the judges: all kinds in every light and width, all sources, all styles."""

import shutil
import subprocess
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

import pytest

from tests.browser.chromium import visitor
from tests.browser.crawl import Asker
from tests.browser.judges import axe, vnu

pytestmark = pytest.mark.conformance


@pytest.mark.parametrize("contrast", ["no-preference", "more"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_no_barrier(paper, kinds, chromium, width, scheme, contrast):
    """Violations of WCAG 2.2 AA fail; what is merely good practice is printed."""
    size = {"width": width, "height": 900}
    barriers = {}
    with visitor(
        chromium, paper.url, viewport=size, color_scheme=scheme, contrast=contrast
    ) as context:
        page = context.new_page()
        for kind in kinds:
            page.goto(kind.path)
            barriers[kind.name], advice = axe(page)
            print(*(f"\n{kind.name}: {one}" for one in advice), end="")
    assert {name: found for name, found in barriers.items() if found} == {}


def test_vnu_finds_no_error_in_any_baked_page(paper):
    files = sorted((paper.data / "baked").rglob("*.html"))
    assert len(files) > 130
    assert vnu(files) == []


def test_vnu_finds_no_error_in_the_styles(paper):
    files = [*(paper.data / "static" / "site").glob("*.css"), paper.data / "baked" / "look.css"]
    assert len(files) >= 3
    assert vnu(files, "--css") == []


def test_vnu_finds_no_error_in_the_icon(paper):
    assert vnu([paper.data / "baked" / "icon.svg"], "--svg") == []


@pytest.mark.skipif(not shutil.which("w3m"), reason="w3m is missing")
def test_a_text_browser_shows_an_article_from_top_to_bottom(paper, trials, tmp_path):
    text = as_text(paper, trials["everything"], tmp_path)
    places = [text.index(words) for words in ORDER]
    assert places == sorted(places), dict(zip(ORDER, places, strict=True))
    assert "Ein Artikel, der jedes Feld füllt" in text
    assert "• Erstens" in text.replace("*", "•")
    assert "1. Erstens" in text
    assert all(word in text for word in ("Oberau", "1.204", "88,5"))


@pytest.mark.skipif(not shutil.which("w3m"), reason="w3m is missing")
def test_a_text_browser_shows_the_sign_in_form(paper, tmp_path):
    text = as_text(paper, "/konto/login/", tmp_path)
    assert text.index("E-Mail-Adresse") < text.index("Passwort") < text.index("\nWeiter\n")


@pytest.mark.skipif(not shutil.which("w3m"), reason="w3m is missing")
def test_a_text_browser_shows_the_search(paper, tmp_path):
    text = as_text(paper, "/suche/?q=br%C3%BCcke", tmp_path)
    assert text.index("Suchwörter") < text.index("Reihenfolge") < text.index(" Artikel\n")


@pytest.mark.skipif(not shutil.which("w3m"), reason="w3m is missing")
def test_a_text_browser_shows_the_declaration_to_join(paper, tmp_path):
    text = as_text(paper, "/beitreten/", tmp_path)
    assert text.index("Wie viele Anteile?") < text.index("Weiter: Ihre Angaben")
    details = begun(
        paper, {"kind": "person", "group": "readers", "shares": "1", "instalments": "1"}
    )
    text = as_text(paper, details, tmp_path)
    labels = ["Vornamen", "Nachname", "Straße und Hausnummer", "Ort", "E-Mail-Adresse"]
    places = [text.index(label) for label in [*labels, "Weiter: alles lesen"]]
    assert places == sorted(places)
    text = as_text(paper, "/beitreten/ausdruck/", tmp_path)
    assert text.index("Postleitzahl") < text.index("Ort")


def begun(paper, form):
    """The address of the next page, after the first one was sent."""
    data = urlencode(form).encode()
    request = Request(f"{paper.url}/beitreten/", data, {"Origin": paper.url})
    with urlopen(request, timeout=30) as answer:
        return urlsplit(answer.url).path


ORDER = [
    "Zum Inhalt",
    "Alles auf einmal",
    "Am Morgen liegt der Nebel",
    "Eine Zwischenüberschrift",
    "Das geht.",
    "Das Tal in Zahlen",
    "Eine Fußnote mit Betonung",
    "\nKorrekturen\n",
    "\nThemen\n",
    "Auentaler Bote eG",
]


def as_text(paper, path, folder):
    """The page as w3m lays it out, 80 signs wide; it asks for nothing by itself."""
    ask = Asker(paper.url)
    page = folder / "page.html"
    page.write_bytes(ask.get(path, Accept_Language="de").body)
    ask.close()
    done = subprocess.run(
        ["w3m", "-dump", "-T", "text/html", "-I", "UTF-8", "-O", "UTF-8", "-cols", "80", page],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    return done.stdout
