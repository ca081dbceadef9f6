"""Joining, step by step with its errors, and a member's own pages before the judges."""

import shutil
from collections.abc import Iterator

import pytest

from tests.browser.chromium import visitor
from tests.browser.judges import axe, vnu
from tests.flows.test_member_story import confirm, sign_in

pytestmark = pytest.mark.conformance
# Ulla pays in instalments and is behind, Otto has paid all, Pia has given notice of a share.
MEMBERS = """
import datetime as dt
from django.utils import timezone
from allmende.cooperative import admission, declaration, leaving, statute
from allmende.cooperative.declaration import Wish
from allmende.cooperative.keeping import Applicant
from allmende.cooperative.models import Declaration
from allmende.people.models import Person
from tests.cooperative import books
now = timezone.now()
law, today = statute.in_force(on=statute.day_of(now)), statute.day_of(now)
first, second = Person.objects.filter(groups__isnull=False).distinct().order_by("pk")[:2]
def join(name, shares, instalments, days):
    at = now - dt.timedelta(days=days)
    who = Applicant(first_names=name, last_name="Ufer", street="Am Wehr 3", postcode="01234",
                    town="Niederau", email=f"{name.lower()}@mitglied.example")
    wish = Wish(law, "readers", shares, instalments=instalments)
    found = declaration.declare(who, wish, way=Declaration.Way.ONLINE, at=at)
    declaration.confirm(found, at=at)
    found.refresh_from_db()
    day = statute.day_of(at)
    return admission.admit(found, decided_on=day, by=first, second=second, at=at)
print(join("Ulla", 3, 10, 100).number)
otto, pia = join("Otto", 2, 1, 60), join("Pia", 4, 1, 30)
books.pay(otto, on=today)
books.pay(pia, on=today)
print(otto.number)
print(pia.number, leaving.give_notice(pia, shares=1, received_on=today, at=now).number)
"""
PAGES = {
    "Ulla": ["", "anteile/", "angaben/"],
    "Otto": [
        "anteile/",
        "anteile/pruefen/?anteile=2&raten=1",
        "kuendigung/",
        "kuendigung/pruefen/",
        "kuendigung/pruefen/?anteile=1",
    ],
    "Pia": ["", "kuendigung/{notice}/zurueck/"],
}


@pytest.fixture(scope="module")
def members(paper) -> dict[str, list[str]]:
    """Paths of each one's pages."""
    ulla, otto, last = paper.python(MEMBERS).splitlines()[-3:]
    pia, notice = last.split()
    numbers = {"Ulla": ulla, "Otto": otto, "Pia": pia}
    return {
        name: [f"/konto/mitglied/{numbers[name]}/{path.format(notice=notice)}" for path in paths]
        for name, paths in PAGES.items()
    }


@pytest.fixture(params=[(320, "dark"), (1280, "light")], ids=str)
def seat(request, paper, chromium, tmp_path) -> Iterator["Seat"]:
    width, scheme = request.param
    size = {"width": width, "height": 900}
    with visitor(chromium, paper.url, viewport=size, color_scheme=scheme) as context:
        yield Seat(context.new_page(), tmp_path)


class Seat:
    """Somebody whose every page is judged."""

    def __init__(self, page, folder):
        self.page, self.folder, self.barriers, self.files = page, folder, {}, []

    def judge(self, name):
        hard, advice = axe(self.page)
        if hard:
            self.barriers[name] = hard
        print(*(f"\n{name}: {one}" for one in advice), end="")

    def open(self, path):
        """Its source is judged, too: as it was sent, not as the browser mended it."""
        self.page.goto(path)
        self.keep()
        self.judge(path)

    def keep(self):
        file = self.folder / f"{len(self.files)}.html"
        file.write_text(self.page.request.get(self.page.url).text())
        self.files.append(file)

    def press(self, button):
        """And what the next page is like."""
        self.page.get_by_role("button", name=button).first.click()
        self.page.wait_for_load_state()
        self.keep()
        self.judge(f"{button} → {self.page.url}")

    def verdict(self):
        assert self.barriers == {}
        if shutil.which("java"):
            assert vnu(self.files) == []


def test_joining_has_no_barrier_at_any_step(paper, seat):
    address = f"nora{seat.page.viewport_size['width']}@mitglied.example"
    seat.open("/beitreten/")
    seat.page.get_by_label("Wie viele Anteile?").fill("0")
    seat.press("Weiter: Ihre Angaben")
    seat.page.get_by_label("für mich selbst").check()
    seat.page.get_by_label("Leserinnen und Leser").check()
    seat.page.get_by_label("Wie viele Anteile?").fill("1")
    seat.press("Weiter: Ihre Angaben")
    seat.press("Weiter: alles lesen")
    typed = {
        "Vornamen": "Nora",
        "Nachname": "Ott",
        "Straße und Hausnummer": "Am Wehr 3",
        "Postleitzahl": "01234",
        "Ort": "Niederau",
        "E-Mail-Adresse": address,
    }
    for label, text in typed.items():
        seat.page.get_by_label(label, exact=True).fill(text)
    seat.press("Weiter: alles lesen")
    seat.press("zahlungspflichtig")
    seat.page.get_by_label("Ich habe das gelesen").check()
    seat.press("zahlungspflichtig")
    confirm(paper, seat.page, address)
    seat.judge("confirmed")
    seat.verdict()


@pytest.mark.parametrize("name", PAGES)
def test_member_meets_no_barrier(paper, members, seat, name):
    sign_in(paper, seat.page, f"{name.lower()}@mitglied.example")
    for path in members[name]:
        seat.open(path)
    seat.verdict()
