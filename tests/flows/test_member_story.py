"""Who reads, owns: from the box at the end of an article to the confirmed declaration, and one
member's twelve years after it.

Told in a real Chromium, for readers without JavaScript, in a copy of the demo. The board admits on
its screen; what the schedules and the office do in the years to come is done by the same deeds,
which are given the day, and a bank's statement tells the payout.
"""

import datetime as dt
import email
import email.policy
import json
import re
import shutil
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import visitor
from tests.flows.test_publish_story import at_a_desk
from tests.house import House, free_port
from tests.waiting import until

pytestmark = pytest.mark.browser
ARTICLE = "Auenstadt baut die Neue Brücke"
MEMBER, FRIEND = "lene@mitglied.example", "otto@mitglied.example"
BOARD = "friederike.amsel@auentaler-bote.example"
# The demo's statute knows ten instalments; this one is like the taz's, by mail.
STATUTE = """
from django.utils import timezone
from allmende.cooperative import presets, statute
now, taz = timezone.now(), presets.PRESETS["taz"]
values = {**taz.values, "declaration_form": "text", "in_force_from": statute.day_of(now)}
law = statute.draft(values, groups=taz.groups, document=b"%PDF-1.7 the statute of the story")
statute.publish(law, by=None, at=now)
"""
# What every later chapter begins with. `day(2, 5)`: in the fifth month of the second year.
CLOCK = """
import datetime as dt
import json
from django.utils import timezone
from allmende.cooperative import admission, changing, keeping, leaving, queries, settling, shares
from allmende.cooperative import transfers
from allmende.cooperative.models import Declaration, Membership
from allmende.payments.rhythm import months_later
from tests.cooperative import books
begun = dt.date.fromisoformat("{begun}")
def day(year, month=1):
    return months_later(begun, (year - 1) * 12 + month - 1)
def noon(on):
    return dt.datetime.combine(on, dt.time(12), tzinfo=dt.UTC)
def member(email):
    return Membership.objects.get(person__contact_addresses__email=email)
def applied(name):
    rows = Declaration.objects.filter(state="stands")
    return next(one for one in rows if keeping.applicant_of(one).first_names == name)
"""
ADMITTED = """
made = member("lene@mitglied.example")
print(made.number, made.shares)
"""
# Twenty instalments of fifty euros; the bank takes the tenth back, and it is paid once more. In
# between a third share is declared, which the board may not admit yet.
PAID = """
lene = member("lene@mitglied.example")
for month in range(1, 21):
    on = day(1, month) + dt.timedelta(days=14)
    attempt = books.pay(lene, on=on, at=noon(on))
    if month == 6:
        wish = shares.declare(lene, shares=1, declared_on=on, at=noon(on))
        try:
            shares.admit(wish, decided_on=on, by=None, at=noon(on))
        except shares.Unpaid:
            print("refused")
    if month == 10:
        later = on + dt.timedelta(days=5)
        books.send_back(attempt, on=later, at=noon(later))
        books.pay(lene, on=later + dt.timedelta(days=7), at=noon(later + dt.timedelta(days=7)))
on = day(2, 10)
shares.admit(wish, decided_on=on, by=None, at=noon(on))
attempt = books.pay(lene, on=day(2, 11), at=noon(day(2, 11)))
lene.refresh_from_db()
print(lene.shares, lene.credit_cents)
"""
MOVED = """
lene, on = member("lene@mitglied.example"), day(4)
details = queries.details(on=on)[lene.pk] | dict(
    street="Neue Gasse 1", postcode="04109", town="Leipzig"
)
changing.change_details(lene, details, on=on, by=None, at=noon(on))
on = day(6)
otto = Membership.objects.get(key=applied("Otto").key)
transfers.transfer(lene, to=otto, shares=1, declared_on=on, on=on, at=noon(on))
lene.refresh_from_db(), otto.refresh_from_db()
print(lene.shares, otto.number, otto.shares, otto.credit_cents)
"""
# The bank takes the file of two persons, and its statement says that the money has left.
LEFT = """
import io
from allmende.payments import bankfiles, matching, payout_batches, payouts, reading_statements
from allmende.payments.models import BankAccount, PayoutBatch
from allmende.payments.providers.dummy_bank.bank import Bank
from allmende.people.models import Person
lene, on = member("lene@mitglied.example"), day(10)
event = leaving.give_notice(lene, received_on=on, at=noon(on))
last = event.effective_on
leaving.end_due(on=last + dt.timedelta(days=1), at=noon(last + dt.timedelta(days=1)))
sheet = last + dt.timedelta(days=90)
settling.settle_year(last, on=sheet, by=None, at=noon(sheet))
due = next(one for one in settling.due(on=sheet) if one.membership == lene)
to = payouts.Receiver("Lene Ott", "DE89370400440532013000")
settling.ask(due.event, to=to, on=sheet, at=noon(sheet))
account = BankAccount.objects.get(is_main=True)
first, second = Person.objects.filter(is_active=True, groups__isnull=False).distinct()[:2]
payout_batches.gather(account, on=sheet, at=noon(sheet))
batch = payout_batches.freeze(PayoutBatch.objects.get(), by=first, at=noon(sheet))
batch = payout_batches.release(batch, by=second, at=noon(sheet))
bank, told = Bank(account.iban, opening=1_000_000), sheet + dt.timedelta(days=14)
bank.take(bankfiles.file_of(batch))
reading_statements.take_in(io.BytesIO(bank.statement(sheet, told)), at=noon(told))
matching.work(at=noon(told))
lene.refresh_from_db()
print(lene.stage, last, lene.claim_cents, lene.payable_cents)
"""
ASKED = """
def told(on, known):
    lines = queries.listing(on=on, known=queries.last_known(known))
    return [(line.number, line.shares, line.credit, line.details["town"]) for line in lines]
last = Membership.objects.get(number=1).ended_on
night = dt.timedelta(days=1)
days = [begun - night, day(1, 8), day(3), day(5), day(7), last + night]
known = [day(3), day(6, 2), last + dt.timedelta(days=120)]
print(json.dumps([[told(on, when) for when in known] for on in days]))
"""


@pytest.fixture(scope="module")
def coop(filled: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A copy of the demo: what lies in the years to come is nobody else's."""
    found = House(tmp_path_factory.mktemp("coop"), "", free_port(), {"ALLMENDE_DEMO": "1"})
    shutil.copytree(filled.data, found.data)
    found.python(STATUTE)
    with found.running():
        yield found


def test_reader_joins_from_the_box_of_an_article_to_the_paper(
    coop: House, chromium: Browser
) -> None:
    with visitor(chromium, coop.url, java_script_enabled=False) as context:
        page = context.new_page()
        join(page, "Nora", "nora@mitglied.example", shares=1)
        assert with_paper(coop, "nora@mitglied.example") == []  # nothing is proven yet
        confirm(coop, page, "nora@mitglied.example")
        assert context.cookies() == []
    (letter,) = until(lambda: with_paper(coop, "nora@mitglied.example")).found
    (paper,) = letter.iter_attachments()
    assert paper.get_content().startswith(b"%PDF")
    assert "Nora Ott" in words_of(letter)


def test_member_of_twelve_years(coop: House, chromium: Browser) -> None:
    begun = dt.date.fromisoformat(coop.python("from django.utils import timezone\n"
                                              "print(timezone.localdate())"))  # fmt: skip
    clock = CLOCK.replace("{begun}", begun.isoformat())

    def chapter(code: str) -> str:
        return coop.python(clock + code).splitlines()[-1]

    with visitor(chromium, coop.url, java_script_enabled=False) as context:
        page = context.new_page()
        for name, address in (("Lene", MEMBER), ("Otto", FRIEND)):
            join(page, name, address, shares=2 if name == "Lene" else 1)
            confirm(coop, page, address)
        admit(coop, chromium, "Lene Ott")
        number, shares = chapter(ADMITTED).split()
        assert shares == "2"
        sign_in(coop, page, MEMBER)
        page.get_by_role("link", name="Ansehen").click()
        page.get_by_role("heading", name="Ihre Mitgliedschaft").wait_for()
        assert page.get_by_role("row").count() == 21  # twenty instalments under a head
        page.get_by_role("link", name="Weitere Anteile übernehmen").click()
        page.get_by_text("Noch nicht: 500\N{NO-BREAK SPACE}€").wait_for()

    paid = coop.python(clock + PAID).splitlines()[-2:]
    assert paid == ["refused", "3 150000"]
    assert chapter(MOVED) == f"2 {int(number) + 1} 1 50000"
    stage, last, claim, payable = chapter(LEFT).split()
    assert (stage, claim, payable) == ("ended", "0", "0")
    coop.allmende("register", "verify")
    assert dt.date.fromisoformat(last).year - begun.year in (11, 12)

    told = json.loads(chapter(ASKED.replace("number=1", f"number={number}")))
    us = [[of_us(lines, {int(number), int(number) + 1}) for lines in row] for row in told]
    assert us == WANTED


#: The list as of six days, each as known on three: who, how many shares, cents of credit, where.
#: 1 and 2 are Lene and Otto.
NOBODY: list[list[object]] = []
BEGINNING = [[1, 2, 350_00, "Niederau"]]
WHOLE = [[1, 3, 1500_00, "Niederau"]]
ELSEWHERE = [[1, 3, 1500_00, "Leipzig"]]
SHARED = [[1, 2, 1000_00, "Leipzig"], [2, 1, 500_00, "Niederau"]]
ALONE = [[2, 1, 500_00, "Niederau"]]
WANTED = [
    [NOBODY, NOBODY, NOBODY],
    [BEGINNING, BEGINNING, BEGINNING],
    [WHOLE, WHOLE, WHOLE],
    [WHOLE, ELSEWHERE, ELSEWHERE],  # that she would move was not known in the third year
    [WHOLE, SHARED, SHARED],
    [WHOLE, SHARED, ALONE],
]


def of_us(lines: list[list[object]], numbers: set[int]) -> list[list[object]]:
    first = min(numbers)
    return [[int(str(one[0])) - first + 1, *one[1:]] for one in lines if one[0] in numbers]


# --- What readers do ----------------------------------------------------------------------------


def join(page: Page, name: str, address: str, *, shares: int) -> None:
    """From the front page to the page of thanks."""
    page.goto("/")
    page.get_by_role("link", name=ARTICLE).first.click()
    page.locator("a.button[href^='/beitreten/']").click()
    page.get_by_label("für mich selbst").check()
    page.get_by_label("Wie viele Anteile?").fill(str(shares))
    page.get_by_label("Wie zahlen Sie?").select_option("20")
    page.get_by_role("button", name="Weiter: Ihre Angaben").click()
    typed = {
        "Vornamen": name,
        "Nachname": "Ott",
        "Straße und Hausnummer": "Am Wehr 3",
        "Postleitzahl": "01234",
        "Ort": "Niederau",
        "E-Mail-Adresse": address,
    }
    for label, text in typed.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Weiter: alles lesen").click()
    page.get_by_label("Ich habe das gelesen").check()
    page.get_by_role("button", name="zahlungspflichtig").click()
    page.get_by_role("heading", name="Bitte sehen Sie in Ihr Postfach").wait_for()


def confirm(house: House, page: Page, address: str) -> None:
    (letter,) = until(lambda: letters(house, address)[:1]).found
    link = re.search(r"http\S+/beitreten/bestaetigen/\S+", words_of(letter))
    assert link
    page.goto(link[0])
    page.get_by_role("button", name="Erklärung bestätigen").click()
    page.get_by_role("heading", name="Ihre Erklärung ist bestätigt").wait_for()


def sign_in(house: House, page: Page, address: str) -> None:
    before = len(letters(house, address))
    page.goto("/konto/login/")
    page.get_by_label("E-Mail-Adresse").fill(address)
    page.get_by_role("button", name="Weiter").click()
    letter = until(lambda: letters(house, address)[before:]).found[-1]
    (code,) = re.findall(r"\b[A-Z]{4}-[A-Z]{4}\b", words_of(letter))
    page.locator("input[name=code]").fill(code)
    page.locator("input[name=code]").press("Enter")
    page.get_by_role("heading", name="Ihr Konto").wait_for()


# --- What the board does ------------------------------------------------------------------------


def admit(house: House, chromium: Browser, name: str) -> None:
    """One of all that wait, in the board's sitting."""
    password = json.loads((house.data / "demo_sign_in.json").read_text())["password"]
    with at_a_desk(chromium, house.url) as desk:
        desk.sign_in(BOARD, password)
        desk.page.wait_for_url("**/redaktion/")
        desk.page.goto("/redaktion/cooperative/board/")
        line = desk.page.get_by_role("row").filter(has_text=name)
        line.get_by_label("zulassen").check()
        desk.page.get_by_role("button", name="Ansehen, was geschieht").click()
        desk.page.get_by_text("1 wird aufgenommen").wait_for()
        desk.page.get_by_role("button", name="So beschließen").click()
        desk.page.get_by_role("heading", name="Was beschlossen ist").wait_for()


# --- What is left of it -------------------------------------------------------------------------


def letters(house: House, address: str) -> list[EmailMessage]:
    """Mails to somebody, in the order in which they came."""
    found = []
    for file in sorted((house.data / "mail").glob("*.eml")):
        letter = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        assert isinstance(letter, EmailMessage)
        if address in str(letter["To"]):
            found.append(letter)
    return found


def words_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def with_paper(house: House, address: str) -> list[EmailMessage]:
    return [one for one in letters(house, address) if list(one.iter_attachments())]
