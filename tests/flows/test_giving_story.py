"""Who can, gives: by each way of paying, from the box at the end of an article to the thank-you
page, the mail and the books.

Told in a real Chromium in the demo, whose PayPal and Mollie are the shipped dummies; the bank is
the shipped one, too. The days that a debit takes pass by the dates that the office is told.
"""

import datetime as dt
import email
import email.policy
import json
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser, Page

from allmende.payments.providers.dummy_bank.bank import Bank
from tests.browser.chromium import Notes, visitor
from tests.flows.desk import Desk
from tests.flows.test_publish_story import at_a_desk
from tests.house import House
from tests.waiting import until

pytestmark = pytest.mark.browser
ARTICLE = "Auenstadt baut die Neue Brücke"
ACCOUNT, GIVER = "DE02120300000000202051", "DE89370400440532013000"
CLERK = "lene.brandt@auentaler-bote.example"
BOOKED_ON = dt.date(2026, 11, 27)
SECOND = "tarik.aydin@auentaler-bote.example"
TWELVE = "12\N{NO-BREAK SPACE}€"
THANKS = "Danke für Ihren Beitrag"
BOOKS = """
from allmende.ledger import balances
from allmende.payments.models import Pledge
from allmende.people import addresses
pledge = Pledge.objects.get(person=addresses.reached("{email}").person)
given = balances.balance("contributions", party=pledge.party).cents
print(pledge.method, pledge.state, -given)
"""
# What the schedule does in the night, and then again some days later.
NOTICE_AND_BATCH = """
from django.utils import timezone
from allmende.mailroom import deliver
from allmende.mailroom.models import Message
from allmende.payments import batches, notices
from allmende.payments.models import BankAccount, Notice, SepaBatch
from allmende.payments.moving import day_of
from allmende.people import addresses
from tests.waiting import until
account, now = BankAccount.objects.get(is_main=True), timezone.now()
notices.announce_due(account, on=day_of(now), at=now)
rows = Notice.objects.filter(item__pledge__person=addresses.reached("{email}").person)
deliver.work(at=now)
until(lambda: rows.get().message.state == Message.State.HANDED_OVER)
batches.gather(account, collect_on=rows.get().due_on, at=now)
print(SepaBatch.objects.get(lines__item=rows.get().item).pk, rows.get().due_on)
"""


@pytest.fixture(scope="module")
def bank() -> Bank:
    """One for the module: a bank gives no reference twice."""
    return Bank(ACCOUNT)


@pytest.fixture(scope="module")
def clerk(paper: House, chromium: Browser) -> Iterator[Desk]:
    with at_a_desk(chromium, paper.url) as desk:
        desk.sign_in(CLERK, password_of(paper))
        desk.page.wait_for_url("**/redaktion/")
        yield desk


@pytest.fixture
def reader(paper: House, chromium: Browser) -> Iterator[Page]:
    """Somebody whose browser complains of nothing on our pages: of no form that leads astray."""
    notes = Notes(paper.url.removeprefix("http://"))
    with visitor(chromium, paper.url) as context:
        page = context.new_page()
        notes.watch(page)
        yield page
        assert context.cookies() == []
    assert [said for said in notes.complaints if paper.url in said] == []


def test_giver_by_paypal_needs_no_script(paper: House, chromium: Browser) -> None:
    with visitor(chromium, paper.url, java_script_enabled=False) as context:
        page = context.new_page()
        give(page, "pia@leser.example", way="PayPal")
        # A form's policy keeps it with us; the page in between leads on.
        page.wait_for_url("**/checkoutnow?**")
        page.get_by_text(TWELVE).first.wait_for()
        page.get_by_role("button", name="Jetzt zahlen").click()
        page.get_by_role("heading", name="Vielen Dank").wait_for()
        page.wait_for_url(f"{paper.url}/beitrag/**/danke/**")
        assert context.cookies(paper.url) == []
    assert_thanked(paper, "pia@leser.example")
    assert books(paper, "pia@leser.example") == "paypal ended 1200"


def test_giver_by_card_goes_to_mollie_and_comes_back(paper: House, reader: Page) -> None:
    give(reader, "karla@leser.example", way="Karte")
    reader.wait_for_url("**/checkout/**")
    reader.get_by_role("button", name="Jetzt zahlen").click()
    reader.get_by_role("heading", name="Vielen Dank").wait_for()
    assert_thanked(paper, "karla@leser.example")
    assert books(paper, "karla@leser.example") == "mollie ended 1200"


def test_giver_by_transfer_is_told_how_and_found_by_the_reference(
    paper: House, reader: Page, clerk: Desk, bank: Bank
) -> None:
    give(reader, "ulla@leser.example", way="Überweisung")
    reader.get_by_role("heading", name="Nun bitte überweisen").wait_for()
    reader.locator("figure.qr svg").wait_for()
    reference = value_of(reader, "Verwendungszweck")
    (told,) = until(lambda: letters(paper, "ulla@leser.example")).found
    assert reference in told.get_content()
    bank.come_in(1200, on=BOOKED_ON, name="Ulla Ufer", iban=GIVER, purpose=f"Beitrag {reference}")
    hand_in(clerk.page, bank, on=BOOKED_ON)
    assert_thanked(paper, "ulla@leser.example")
    assert books(paper, "ulla@leser.example") == "transfer ended 1200"


def test_giver_by_debit_is_told_before_and_two_persons_collect(
    paper: House, reader: Page, clerk: Desk, chromium: Browser, bank: Bank
) -> None:
    own = {"Wem das Konto gehört": "Dora Damm", "IBAN": GIVER}
    give(reader, "dora@leser.example", way="Lastschrift", rhythm="monatlich", typed=own)
    reader.get_by_role("heading", name="Vielen Dank").wait_for()
    out = paper.python(NOTICE_AND_BATCH.format(email="dora@leser.example"))
    key, day = out.splitlines()[-1].split()
    (notice,) = until(lambda: said(paper, "dora@leser.example", "Lastschrift")).found
    words = notice.get_body(("plain",)).get_content()
    assert words.startswith("Guten Tag,")  # no name was given
    assert TWELVE in words

    clerk.page.goto(f"/redaktion/geld/einzuege/{key}/")
    clerk.page.get_by_role("button", name="Prüfen und einfrieren").click()
    clerk.page.get_by_text("also gibt eine zweite Person frei").wait_for()
    with at_a_desk(chromium, paper.url) as second:
        second.sign_in(SECOND, password_of(paper))
        second.page.wait_for_url("**/redaktion/")
        second.page.goto(f"/redaktion/geld/einzuege/{key}/")
        second.page.get_by_role("button", name="freigeben").click()
        second.page.get_by_role("link", name="Datei für die Bank herunterladen").wait_for()
        file = second.page.request.get(f"/redaktion/geld/einzuege/{key}/datei/")
        bank.take(file.body())
    hand_in(clerk.page, bank, on=dt.date.fromisoformat(day))
    assert_thanked(paper, "dora@leser.example")
    assert books(paper, "dora@leser.example") == "debit active 1200"


# --- What givers do ---------------------------------------------------------------------------


def give(
    page: Page, address: str, *, way: str, rhythm: str = "einmalig",
    typed: dict[str, str] | None = None,
) -> None:  # fmt: skip
    """From the front page to the button that pays."""
    page.goto("/")
    page.get_by_role("link", name=ARTICLE).first.click()
    page.locator("a.button[href^='/beitrag/']").click()
    page.get_by_role("button", name=rhythm).click()
    page.get_by_label("Anderer Betrag in Euro").fill("12")
    page.get_by_label(way, exact=True).check()
    page.get_by_role("button", name="Weiter: Ihre Angaben").click()
    page.get_by_label("E-Mail-Adresse").fill(address)
    for label, text in (typed or {}).items():
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name="Weiter: alles prüfen").click()
    page.get_by_role("button", name="zahlen").click()


def value_of(page: Page, term: str) -> str:
    row = page.locator("dl.summary div").filter(has_text=term)
    return (row.locator("dd").text_content() or "").strip()


# --- What the office does ---------------------------------------------------------------------


def password_of(house: House) -> str:
    return str(json.loads((house.data / "demo_sign_in.json").read_text())["password"])


def hand_in(page: Page, bank: Bank, *, on: dt.date) -> None:
    """The bank's statement of a day."""
    content = {"name": "auszug.xml", "mimeType": "text/xml", "buffer": bank.statement(on, on)}
    page.goto("/redaktion/geld/auszuege/")
    page.get_by_label("Dateien der Bank").set_input_files([content])
    page.get_by_role("button", name="Einlesen").click()
    page.get_by_text("von selbst zugeordnet").wait_for()


# --- What is left of it -----------------------------------------------------------------------


def letters(house: House, address: str) -> list[EmailMessage]:
    """Mails to somebody, in the order in which they came."""
    found = []
    for file in sorted((house.data / "mail").glob("*.eml")):
        letter = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        assert isinstance(letter, EmailMessage)
        if address in str(letter["To"]):
            found.append(letter)
    return found


def said(house: House, address: str, subject: str) -> list[EmailMessage]:
    return [one for one in letters(house, address) if subject in str(one["Subject"])]


def assert_thanked(house: House, address: str) -> None:
    """Once."""
    until(lambda: said(house, address, THANKS))
    assert len(said(house, address, THANKS)) == 1


def books(house: House, address: str) -> str:
    """Way of paying, state of the pledge, and cents that the ledger has of this giver."""
    return house.python(BOOKS.format(email=address)).splitlines()[-1]
