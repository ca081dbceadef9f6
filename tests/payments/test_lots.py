"""Lots of a table that is large: found by their keys, and as they are when it is their turn."""

import datetime as dt
import io

import pytest
from django.db import connection
from django.db.models import QuerySet

from allmende.payments import (
    batches,
    crediting,
    mandates,
    matching,
    notices,
    pledges,
    reading_statements,
)
from allmende.payments.models import BankAccount, BatchItem, DueItem, Pledge, Transfer
from allmende.payments.moving import still
from allmende.payments.providers.dummy_bank.bank import Bank
from tests.factories import payments as made
from tests.factories.payments import NOW
from tests.payments.sepa import TODAY, announce, arrive, debit

pytestmark = pytest.mark.django_db
KEYS = range(1, 1_001)


@pytest.fixture
def account() -> BankAccount:
    return made.bank_account()


@pytest.mark.parametrize(
    ("rows", "index"),
    [
        (DueItem.objects.filter(still(["planned"]), pk__in=KEYS), "INTEGER PRIMARY KEY"),
        (DueItem.objects.filter(still(["planned"]), pledge__in=KEYS), "(pledge_id=?)"),
        (Pledge.objects.filter(still(["active"]), pk__in=KEYS), "INTEGER PRIMARY KEY"),
        (Transfer.objects.filter(still(["open"]), pk__in=KEYS), "INTEGER PRIMARY KEY"),
        (Transfer.objects.filter(lump__in=["a", "b"]).exclude(lump=""), "transfer_of_lump"),
        (
            crediting.rows_of(Transfer(end_to_end_id="FAELLIG-1-1", bank_account_id=1)),
            "transfer_of_debit",
        ),
    ],
)
def test_sqlite_looks_for_the_keys_and_not_for_the_state(rows: QuerySet, index: str):
    if connection.vendor != "sqlite":
        return  # PostgreSQL counts its rows
    assert index in rows.explain()


def test_who_has_ended_meanwhile_is_not_announced(account):
    ended, kept = debit(), debit()
    keys = list(notices.waiting(on=TODAY).values_list("pk", flat=True))
    assert sorted(keys) == sorted([ended.pk, kept.pk])
    pledges.end(ended.pledge, reason=Pledge.Reason.READER, at=NOW)
    assert notices.announce(keys, account=account, on=TODAY, at=NOW) == 1
    kept.refresh_from_db()
    assert kept.state == DueItem.State.ANNOUNCED


def test_what_has_no_mandate_any_more_keeps_nothing_else_out_of_a_batch(account, monkeypatch):
    monkeypatch.setattr(batches.lines, "LOT", 1)
    first, second = debit(), debit()
    announce(account)
    arrive()
    mandates.revoke(mandates.of(first.pledge), at=NOW)
    day = second.notices.get().due_on
    assert batches.gather(account, collect_on=day, at=NOW) == 1
    assert BatchItem.objects.get().item == second


def test_rows_of_one_day_and_of_the_next_come_in_lots_in_their_order(account, monkeypatch):
    monkeypatch.setattr(matching, "LOT", 2)
    bank, day = Bank(account.iban), dt.timedelta(days=1)
    for on in (TODAY, TODAY + day, TODAY + 3 * day):
        bank.come_in(100, on=on, name="Ada", iban=made.IBAN)
        bank.come_in(200, on=on, name="Ada", iban=made.IBAN)
        bank.come_in(300, on=on, name="Ada", iban=made.IBAN)
    file = bank.statement(TODAY, TODAY + 3 * day)
    reading_statements.take_in(io.BytesIO(file), at=NOW)
    lots, after = [], (dt.date.min, 0)
    while rows := matching.open_after(after):
        lots.append([(row.booked_on, row.cents) for row in rows])
        after = (rows[-1].booked_on, rows[-1].pk)
    assert list(map(len, lots)) == [2, 2, 2, 2, 1]
    assert [row for lot in lots for row in lot] == [
        (TODAY + days * day, cents) for days in (0, 1, 3) for cents in (100, 200, 300)
    ]
