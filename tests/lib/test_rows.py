"""Rows written at once: as the models would write them, and refused as they would be."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from allmende.ledger.models import Account
from allmende.lib.rows import LOT, insert
from allmende.payments.models import DueItem
from tests.factories import payments as made
from tests.factories.payments import NOW

pytestmark = pytest.mark.django_db
DAY = dt.date(2027, 1, 31)


def test_rows_are_those_that_the_model_would_write():
    pledge = made.pledge()
    same = {"cents": 1_200, "method": "debit", "changed_at": NOW}
    DueItem.objects.create(pledge=pledge, period=70, due_on=DAY, **same)
    insert(connection, DueItem, ["pledge", "period", "due_on"], [(pledge.pk, 71, DAY)], **same)
    theirs, ours = DueItem.objects.filter(period__gte=70).order_by("period").values()
    assert ours == theirs | {"id": ours["id"], "period": 71}


def test_more_rows_than_one_statement_takes_keep_their_order():
    count = LOT + 2
    with transaction.atomic():
        rows = ((f"made-{n}", n) for n in range(10_000, 10_000 + count))
        insert(connection, Account, ["code", "number"], rows, kind="asset")
    codes = Account.objects.filter(kind="asset", code__startswith="made-").order_by("number")
    assert [one.code for one in codes] == [f"made-{10_000 + n}" for n in range(count)]


def test_what_stands_is_passed_over_where_it_may_and_else_refused():
    pledge = made.pledge()
    same = {"due_on": DAY, "cents": 1_200, "method": "debit", "changed_at": NOW}
    names, rows = ["pledge", "period"], [(pledge.pk, 70), (pledge.pk, 71)]
    insert(connection, DueItem, names, rows[:1], **same)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(connection, DueItem, names, rows, **same)
    insert(connection, DueItem, names, rows, anew=False, **same)
    assert pledge.items.filter(period__gte=70).count() == 2


def test_passing_over_lets_no_other_rule_be_broken():
    pledge = made.pledge()
    same = {"due_on": DAY, "cents": 0, "method": "debit", "changed_at": NOW}
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(connection, DueItem, ["pledge", "period"], [(pledge.pk, 70)], anew=False, **same)


def test_a_name_that_is_no_field_is_refused():
    with pytest.raises(TypeError, match="kinds"):
        insert(connection, Account, ["code", "number"], [("x", 1)], kinds="asset")
