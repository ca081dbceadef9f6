"""What was on the bank's account before its first statement is booked once, and proved since."""

import datetime as dt
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.ledger import balances, books, post
from allmende.ledger.money import Money
from allmende.ledger.post import Line
from allmende.payments import opening, proofs
from allmende.payments.models import BankAccount, Question
from allmende.payments.providers.dummy_bank.bank import Bank
from allmende.payments.reading_statements import take_in
from allmende.people.models import Person
from tests.factories import payments as make
from tests.people import cast

pytestmark = pytest.mark.django_db
NOW, DAY = make.NOW, make.NOW.date()
ONE = dt.timedelta(days=1)
IBAN, OTHER, GIVER = (
    "DE89370400440532013000",
    "DE02120300000000202051",
    "DE02500105170137075030",
)
STATEMENTS = "/redaktion/geld/auszuege/"


@pytest.fixture
def account() -> BankAccount:
    return make.bank_account(iban=IBAN)


@pytest.fixture
def bank(account: BankAccount) -> Bank:
    return Bank(account.iban, opening=4_321_00)


@pytest.fixture
def otto(client: Client) -> Person:
    person = cast.staff("Otto", "office")
    cast.come_in(client, person)
    return person


def read(file: bytes, *, minutes: int = 0) -> None:
    take_in(io.BytesIO(file), at=NOW + dt.timedelta(minutes=minutes))


def told(bank: Bank, day: dt.date = DAY, cents: int = 1000) -> bytes:
    """A statement of one day on which something came."""
    bank.come_in(cents, on=day, name="Ada", iban=GIVER)
    return bank.statement(day, day)


def book(account: BankAccount) -> None:
    found = opening.of(account)
    assert found
    opening.book(account, on=found.on, money=found.money, by=None, at=NOW)


def back(account: BankAccount) -> None:
    entry = opening.standing(account)
    assert entry
    opening.take_back(account, number=str(entry.number), at=NOW)


def asked() -> list[str]:
    rows = Question.objects.filter(what="opening", answered_at=None)
    return list(rows.order_by("pk").values_list("detail", flat=True))


def wrong() -> list[str]:
    return [line for proof in proofs.PROOFS for line in proof.wrong()]


def by_hand(cents: int, *, account: str = "bank") -> None:
    lines = [Line(account, Money(cents)), Line("fees", Money(-cents))]
    post.post("by-hand", on=DAY - 9 * ONE, at=NOW, text="no row", lines=lines)


@contextmanager
def rolled_back() -> Iterator[None]:
    """One example leaves nothing to the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# --- The deed ----------------------------------------------------------------------------------


def test_the_first_statement_asks_for_what_it_began_with(account, bank):
    read(told(bank))
    assert asked() == [f"account {account.pk} since {DAY}"]
    assert opening.of(account) == opening.Opening(DAY, Money(4_321_00), Money(0))
    read(told(bank, DAY + ONE), minutes=1)
    assert len(asked()) == 1


def test_it_is_booked_on_the_day_the_statement_begins_and_answers_its_question(account, bank):
    read(told(bank))
    book(account)
    entry = post.find(f"payments:opening:{account.pk}:1")
    assert opening.standing(account) == opening.Booked(entry.pk, DAY, Money(4_321_00))
    assert balances.balance("bank", on=DAY - ONE) == Money(0)
    assert balances.balance("bank") == Money(4_331_00)
    assert balances.balance("opening") == Money(-4_321_00)
    assert (asked(), wrong()) == ([], [])


def test_it_is_booked_once(account, bank):
    read(told(bank))
    book(account)
    with pytest.raises(opening.NotNow):
        book(account)
    assert balances.balance("opening") == Money(-4_321_00)


def test_what_was_shown_and_is_not_so_any_more_is_not_booked(account, bank):
    earlier, later = told(bank, DAY), told(bank, DAY + ONE)
    read(later)
    seen = opening.of(account)
    read(earlier, minutes=1)
    with pytest.raises(opening.NotNow):
        opening.book(account, on=seen.on, money=seen.money, by=None, at=NOW)
    assert asked() == [f"account {account.pk} since {DAY}"]  # and the other is answered by itself


def test_it_is_taken_back_by_its_mirror_image_and_booked_anew(account, bank):
    read(told(bank))
    book(account)
    number = str(opening.standing(account).number)
    back(account)
    assert (opening.standing(account), balances.balance("opening")) == (None, Money(0))
    assert asked() == [f"account {account.pk} since {DAY}"]
    with pytest.raises(opening.NotNow):
        opening.take_back(account, number=number, at=NOW)
    book(account)
    assert opening.standing(account).number != int(number)
    with pytest.raises(opening.NotNow):  # of a screen that still shows the first
        opening.take_back(account, number=number, at=NOW)
    assert (balances.balance("bank"), wrong()) == (Money(4_331_00), [])


def test_an_earlier_statement_is_told_until_it_is_booked_anew(account, bank):
    earlier, later = told(bank, DAY), told(bank, DAY + ONE)
    read(later)
    book(account)
    read(earlier, minutes=1)
    assert wrong() == ["bank: booked 4351.00 EUR, statements say 4341.00 EUR"]
    assert asked() == [f"account {account.pk} since {DAY}"]
    back(account)
    book(account)
    assert (balances.balance("bank"), asked(), wrong()) == (Money(4_341_00), [], [])


def test_an_account_that_began_with_nothing_has_nothing_to_book(account):
    read(told(Bank(account.iban)))
    assert (asked(), opening.is_booked(account)) == ([], True)
    with pytest.raises(opening.NotNow):
        book(account)


def test_a_debt_at_the_bank_is_booked_the_other_way_round(account):
    read(told(Bank(account.iban, opening=-500)))
    book(account)
    assert (balances.balance("opening"), wrong()) == (Money(500), [])


def test_notifications_alone_tell_no_opening_balance(account, bank):
    bank.come_in(1000, on=DAY, name="Ada", iban=GIVER)
    read(bank.notification(DAY))
    assert (opening.of(account), asked(), wrong()) == (None, [], [])


def test_what_was_notified_before_is_part_of_what_the_statement_begins_with(account, bank):
    bank.come_in(1000, on=DAY, name="Ada", iban=GIVER)
    read(bank.notification(DAY))
    read(told(bank, DAY + ONE), minutes=1)
    assert opening.of(account) == opening.Opening(DAY + ONE, Money(4_331_00), Money(1000))
    book(account)
    assert (balances.balance("bank"), wrong()) == (Money(4_341_00), [])


def test_what_the_books_have_from_before_is_not_booked_twice(account, bank):
    by_hand(700)
    read(told(bank))
    book(account)
    assert balances.balance("opening") == Money(-4_314_00)
    assert (balances.balance("bank"), wrong()) == (Money(4_331_00), [])


def test_once_it_is_booked_the_account_is_proved_as_a_whole(account, bank):
    read(told(bank))
    book(account)
    by_hand(700)  # of days before: from the first statement on, nobody would see it
    assert wrong() == ["bank: booked 4338.00 EUR, statements say 4331.00 EUR"]


def test_accounts_that_share_one_of_the_ledger_are_booked_one_by_one(account, bank):
    second = make.bank_account(name="Tagesgeld", iban=OTHER, is_main=False)
    read(told(bank))
    read(told(Bank(OTHER, opening=50_00), DAY + ONE), minutes=1)
    for each in (second, account):
        book(each)
        assert wrong() == []
    assert balances.balance("bank") == Money(4_331_00 + 60_00)


def test_datev_has_it_against_9000(account, bank):
    read(told(bank))
    book(account)
    (file,) = books.as_datev(since=DAY - ONE, until=DAY, at=NOW)
    rows = [line.split(";") for line in file.content.decode("cp1252").splitlines()[2:]]
    assert ["4321,00", '"S"', "1800", "9000"] in [[*row[:2], *row[6:8]] for row in rows]


def renew(account: BankAccount) -> None:
    """As the office does that looks at the screen."""
    found = opening.of(account)
    if found is None or opening.fits(account, found):
        return
    if opening.standing(account):
        back(account)
    if found.money:
        book(account)


came = st.lists(st.integers(1, 90_00), min_size=1, max_size=4)


@settings(max_examples=25, deadline=None)
@given(st.data(), came, st.integers(-50_00, 50_00))
def test_books_and_statements_agree_whatever_is_read_and_booked_when(data, came, first):
    with rolled_back():
        account = make.bank_account(iban=IBAN)
        bank = Bank(account.iban, opening=first)
        days = [DAY + number * ONE for number in range(len(came))]
        for day, cents in zip(days, came, strict=True):
            bank.come_in(cents, on=day, name="Ada", iban=GIVER)
        files = [bank.statement(day, day) for day in days]
        files += [bank.notification(day) for day in days]
        for minutes, file in enumerate(data.draw(st.permutations(files))):
            read(file, minutes=minutes)
            if data.draw(st.booleans()):
                renew(account)
        renew(account)
        assert balances.balance("bank") == Money(bank.balance(days[-1]))
        assert (asked(), wrong()) == ([], [])


# --- The screen --------------------------------------------------------------------------------


def screen(client: Client, account: BankAccount) -> str:
    answer = client.get(f"{STATEMENTS}{account.pk}/anfang/")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def press(client: Client, account: BankAccount, deed: str, **typed: str) -> str:
    path = f"{STATEMENTS}{account.pk}/anfang/{deed}/"
    return str(client.post(path, typed, follow=True).content.decode())


def test_the_office_sees_the_entry_books_it_once_and_takes_it_back(client, otto, account, bank):
    read(told(bank))
    assert f"{STATEMENTS}{account.pk}/anfang/" in client.get("/redaktion/geld/").content.decode()
    assert f"{STATEMENTS}{account.pk}/anfang/" in client.get(STATEMENTS).content.decode()
    page = screen(client, account)
    for words in ("1800 Bank", "9000 ", "4.321 €"):
        assert words in page
    shown = re.search(r'name="shown" value="([^"]+)"', page)
    assert shown
    assert press(client, account, "buchen", shown=f"{DAY} 1")  # another amount
    assert opening.standing(account) is None
    for _twice in range(2):
        press(client, account, "buchen", shown=shown[1])
    assert balances.balance("opening") == Money(-4_321_00)
    assert Question.objects.get(what="opening").answered_by == otto
    number = re.search(r'name="entry" value="(\d+)"', screen(client, account))
    assert number
    for _twice in range(2):
        press(client, account, "zurueck", entry=number[1])
    assert balances.balance("opening") == Money(0)


def test_who_may_not_match_transfers_sees_no_opening_balance(client, account):
    cast.come_in(client, cast.staff("Ada", "author"))
    for path in ("", "buchen/", "zurueck/"):
        answer = client.post(f"{STATEMENTS}{account.pk}/anfang/{path}")
        assert answer.status_code in (302, 403, 405)
    assert client.get(f"{STATEMENTS}{account.pk}/anfang/").status_code in (302, 403)


def test_without_a_statement_the_screen_says_so(client, otto, account):
    assert "camt.053" in screen(client, account)
    press(client, account, "buchen", shown="")
    assert opening.standing(account) is None
