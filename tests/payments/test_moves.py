"""The database lets a row take the steps that `moves` names, and no other."""

from itertools import product
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from allmende.payments.models import Refund, moves
from tests.factories import payments as make

pytestmark = pytest.mark.django_db
DAY = make.NOW.date()


def pledge(state: str) -> dict[str, Any]:
    return {
        "reason": "reader" if state in ("ending", "ended") else "",
        "ended_at": make.NOW if state == "ended" else None,
    }


def item(state: str) -> dict[str, Any]:
    return {"collected_on": DAY, "code": "AM04"}


def attempt(state: str) -> dict[str, Any]:
    return {"settled_on": DAY}


def mandate(state: str) -> dict[str, Any]:
    return {
        "blocked_code": "AC04" if state == "blocked" else "",
        "ended_at": make.NOW if state in ("dormant", "revoked") else None,
    }


def batch(state: str) -> dict[str, Any]:
    first, second = make.person(), make.person()
    done = {"frozen_at": make.NOW, "frozen_by": first, "released_by": second, "digest": "0" * 64}
    return {**done, "file": b"<Document/>", "exported_at": make.NOW}


def refund(state: str) -> dict[str, Any]:
    return {"done_on": DAY if state == "done" else None}


def payout(state: str) -> dict[str, Any]:
    return {
        "paid_on": DAY if state == "paid" else None,
        "code": "AC04" if state == "returned" else "",
    }


def payout_batch(state: str) -> dict[str, Any]:
    return {**batch(state), "execute_on": DAY}


def refunded(**more: Any) -> Refund:
    of = make.attempt(state="settled", settled_on=DAY)
    values = {"provider": "debit", "key": "r", "cents": 1, "asked_at": make.NOW}
    return Refund.objects.create(attempt=of, **values, **more)


KINDS: dict[str, Any] = {
    "pledge": (make.pledge, pledge, moves.PLEDGE),
    "item": (make.item, item, moves.DUE_ITEM),
    "attempt": (make.attempt, attempt, moves.ATTEMPT),
    "mandate": (make.mandate, mandate, moves.MANDATE),
    "batch": (make.batch, batch, moves.BATCH),
    "payout": (make.payout, payout, moves.PAYOUT),
    "payout batch": (make.payout_batch, payout_batch, moves.BATCH),
    "refund": (refunded, refund, moves.REFUND),
}


@pytest.mark.parametrize("kind", KINDS)
def test_steps_are_those_of_the_list(kind: str):
    made, fitting, steps = KINDS[kind]
    allowed = {(one, then) for one, more in steps.items() for then in more.split()}
    taken = set()
    for before, after in product(steps, steps):
        try:
            with transaction.atomic():
                row = made(state=before, **fitting(before))
                with transaction.atomic():
                    rows = type(row).objects.filter(pk=row.pk)
                    rows.update(state=after, **fitting(after))
                taken.add((before, after))
                transaction.set_rollback(True)
        except IntegrityError as error:
            if "does not take" not in str(error):
                raise
    assert {pair for pair in taken if pair[0] != pair[1]} == allowed
