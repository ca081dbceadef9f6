"""Whose money a transfer is: what is certain, what is only suggested, what a person decides."""

import datetime as dt
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.ledger.balances import balance
from allmende.payments import matching, reading_statements, references
from allmende.payments.matching import Decided, NotOpen, Part, Uneven
from allmende.payments.models import BankAccount, DueItem, Match, Pledge, Transfer
from allmende.payments.providers.dummy_bank.bank import Bank
from tests.factories import payments as made
from tests.factories.payments import NOW

pytestmark = pytest.mark.django_db
DAY = dt.date(2027, 1, 18)
ADAS, BOS = "DE02120300000000202051", "NL91ABNA0417164300"


@pytest.fixture
def account() -> BankAccount:
    return made.bank_account()


@pytest.fixture
def bank(account) -> Bank:
    return Bank(account.iban)


def promise(periods: int = 1, **more) -> Pledge:
    pledge = made.pledge(method="transfer", **more)
    pledge.transfer_reference = references.creditor(pledge.pk)
    pledge.save()
    for period in range(periods):
        made.item(pledge, period=period)
    return pledge


def come(bank: Bank, cents: int, *, on: dt.date = DAY, iban: str = ADAS, **more) -> Transfer:
    """One transfer as its row, before anybody looked at it."""
    bank.come_in(cents, on=on, name="Ada", iban=iban, **more)
    reading_statements.take_in(io.BytesIO(bank.statement(on, on)), at=NOW)
    return Transfer.objects.order_by("pk").last()


def look(transfer: Transfer) -> bool:
    transfer.refresh_from_db()
    found = transfer.state == "open"
    return found and matching.look(transfer, matching.around([transfer]), at=NOW)


def suggestions(transfer: Transfer) -> list[matching.Suggestion]:
    return list(matching.suggestions(transfer, matching.around([transfer])))


def reasons(transfer: Transfer) -> list[tuple[str, bool]]:
    return [(one.reason, one.fits) for one in suggestions(transfer)]


def states(pledge: Pledge) -> list[str]:
    return list(pledge.items.order_by("period").values_list("state", flat=True))


def on(*codes: str) -> list[int]:
    return [balance(code).cents for code in codes]


@pytest.mark.parametrize("where", ["purpose", "reference"])
def test_a_reference_and_the_amount_due_are_certain(bank, where):
    pledge = promise()
    row = come(bank, 1200, **{where: pledge.transfer_reference})
    assert look(row)
    assert states(pledge) == ["collected"]
    match = Match.objects.get()
    assert (match.reason, match.by, match.cents) == ("reference", None, 1200)
    assert on("bank", "suspense", "contributions") == [1200, 0, -1200]
    row.refresh_from_db()
    assert (row.state, row.why, look(row)) == ("matched", "reference", False)


def test_a_mistyped_reference_is_none(bank):
    pledge = promise()
    wrong = pledge.transfer_reference[:-1] + str((int(pledge.transfer_reference[-1]) + 1) % 10)
    row = come(bank, 1200, purpose=wrong)
    assert (reasons(row), look(row)) == ([], False)


def test_whole_periods_in_one_transfer_are_paid_in_their_order(bank):
    pledge = promise(periods=4)
    assert look(come(bank, 3600, purpose=pledge.transfer_reference))
    assert states(pledge) == ["collected"] * 3 + ["planned"]


def test_another_amount_than_is_due_waits_for_a_person(bank):
    pledge = promise()
    row = come(bank, 1500, purpose=pledge.transfer_reference)
    assert (reasons(row), look(row)) == ([("reference", False)], False)
    (best,) = suggestions(row)
    matching.give(row, best.parts, reason="person", by=made.person(), at=NOW)
    assert states(pledge) == ["collected"]
    assert on("suspense", "contributions") == [0, -1500]


def test_an_amount_alone_says_nothing(bank):
    promise()
    row = come(bank, 1200, iban=BOS, purpose="Beitrag Ada Lovelace")
    assert (reasons(row), look(row)) == ([], False)
    assert on("suspense", "contributions") == [-1200, 0]


def test_an_account_that_paid_before_and_the_amount_due_are_certain(bank):
    pledge = promise(periods=2)
    assert look(come(bank, 1200, purpose=pledge.transfer_reference))
    row = come(bank, 1200, on=DAY + dt.timedelta(days=30), purpose="vergessen")
    assert reasons(row) == [("known account", True)]
    assert look(row)
    assert states(pledge) == ["collected", "collected"]


def test_an_account_that_pays_for_two_leaves_it_to_a_person(bank):
    for _ in range(2):
        pledge = promise(periods=2)
        assert look(come(bank, 1200, purpose=pledge.transfer_reference))
    row = come(bank, 1200, purpose="vergessen")
    assert (reasons(row), look(row)) == ([("known account", False)] * 2, False)


def test_a_couple_pays_for_two_by_both_references(bank):
    one, two = promise(), promise(cents=2000)
    told = f"{one.transfer_reference} und {two.transfer_reference}"
    assert look(come(bank, 3200, purpose=told))
    assert (states(one), states(two)) == (["collected"], ["collected"])


def test_a_couple_in_one_transfer_is_split_and_remembered(bank):
    one, two = promise(periods=2), promise(periods=2, cents=2000)
    row = come(bank, 3200, purpose="von uns beiden")
    assert (reasons(row), look(row)) == ([], False)
    clerk = made.person()
    parts = [Part(one.items.get(period=0), 1200), Part(two.items.get(period=0), 2000)]
    matching.give(row, parts, reason="person", by=clerk, at=NOW)
    row.refresh_from_db()
    assert (row.decided_by, row.matches.count()) == (clerk, 2)
    again = come(bank, 3200, on=DAY + dt.timedelta(days=30), purpose="von uns beiden")
    assert reasons(again)[0] == ("decided before", True)
    assert look(again)
    assert (states(one), states(two)) == (["collected"] * 2, ["collected"] * 2)
    assert on("bank", "suspense", "contributions") == [6400, 0, -6400]


def test_parts_that_are_not_the_whole_are_refused(bank):
    item = promise().items.get()
    row = come(bank, 1200)
    for cents in ([1199], [1201], [1300, -100]):
        with pytest.raises(Uneven):
            matching.give(row, [Part(item, one) for one in cents], reason="person", by=None, at=NOW)
    row.refresh_from_db()
    assert (row.state, Match.objects.count()) == ("open", 0)


def test_a_double_click_decides_once(bank):
    item = promise().items.get()
    row, parts = come(bank, 1200), [Part(item, 1200)]
    matching.give(row, parts, reason="person", by=made.person(), at=NOW)
    with pytest.raises(Decided):
        matching.give(row, parts, reason="person", by=made.person(), at=NOW)
    assert on("suspense", "contributions") == [0, -1200]


def test_a_paid_item_takes_no_second_transfer(bank):
    pledge = promise()
    assert look(come(bank, 1200, purpose=pledge.transfer_reference))
    row = come(bank, 1200, purpose=pledge.transfer_reference)
    assert look(row) is False
    with pytest.raises(NotOpen):
        matching.give(row, [Part(pledge.items.get(), 1200)], reason="person", by=None, at=NOW)


def test_francs_do_not_pay_euros(bank):
    pledge = promise(currency="CHF")
    row = come(bank, 1200, purpose=pledge.transfer_reference)
    assert (reasons(row), look(row)) == ([("reference", False)], False)


def test_money_that_is_no_givers_is_set_aside(bank):
    row, clerk = come(bank, 5000, purpose="Zinsen"), made.person()
    matching.set_aside(row, account="contributions", why="interest", by=clerk, at=NOW)
    assert on("suspense", "contributions") == [0, -5000]
    row.refresh_from_db()
    assert (row.state, row.decided_by) == ("set_aside", clerk)
    with pytest.raises(Decided):
        matching.set_aside(row, account="suspense", why="x", by=clerk, at=NOW)


def test_a_pledge_not_yet_confirmed_begins_with_its_money(bank):
    pledge = promise(state="awaiting", activated_at=None)
    assert look(come(bank, 1200, purpose=pledge.transfer_reference))
    pledge.refresh_from_db()
    assert pledge.state == "active"


def test_open_items_reach_into_the_next_period():
    pledge = promise(periods=0)
    found = matching.open_items(pledge, at=NOW)
    assert [(item.period, item.state) for item in found] == [(0, DueItem.State.PLANNED)]


def test_two_rows_of_a_lot_for_one_item_pay_it_once(bank):
    pledge = promise()
    for purpose in ("eins", "zwei"):
        come(bank, 1200, purpose=f"{pledge.transfer_reference} {purpose}")
    assert matching.work(at=NOW) == 1
    assert on("bank", "suspense", "contributions") == [2400, -1200, -1200]


def test_queries_for_suggestions_do_not_grow_with_the_lot(bank):
    counts = []
    for number in (1, 3):
        for _ in range(number):
            come(bank, 1200, purpose=promise().transfer_reference)
        rows = list(Transfer.objects.all())
        with CaptureQueriesContext(connection) as asked:
            lot = matching.around(rows)
            assert all(matching.certain(row, lot) for row in rows)
        counts.append(len(asked))
    assert counts[0] == counts[1]


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=4), st.data())
@settings(max_examples=10, deadline=None)
def test_whatever_is_split_not_one_cent_is_lost(amounts, data):
    made_account = BankAccount.objects.first() or made.bank_account()
    before = on("bank", "suspense", "contributions")
    items = [promise(cents=cents).items.get() for cents in amounts]
    row = come(Bank(made_account.iban), sum(amounts), purpose=str(data.draw(st.uuids())))
    parts = [Part(item, item.cents) for item in items]
    matching.give(row, parts, reason="person", by=None, at=NOW)
    after = on("bank", "suspense", "contributions")
    total = sum(amounts)
    assert [b - a for a, b in zip(before, after, strict=True)] == [total, 0, -total]
