"""Givers by direct debit, up to any step of a collection."""

import datetime as dt
from typing import Any

from allmende.mailroom.models import Message
from allmende.payments import batches, notices
from allmende.payments.models import BankAccount, DueItem, SepaBatch
from allmende.people.models import ContactAddress, Person
from tests.factories import payments as made
from tests.factories.payments import NOW

TODAY = NOW.date()  # a Friday
COLLECTED = dt.date(2027, 1, 29)
BEFORE = dt.datetime(2027, 1, 27, 9, tzinfo=dt.UTC)  # two days before, in good time


def giver(**more: Any) -> Person:
    person = made.person(**more)
    ContactAddress.objects.create(person=person, email=f"p{person.pk}@x.example", confirmed_at=NOW)
    return person


def debit(
    person: Person | None = None, *, on: dt.date = COLLECTED, days: int = 14,
    iban: str = made.IBAN, **more: Any,
) -> DueItem:  # fmt: skip
    pledge = made.pledge(person=person or giver(), anchor=on, **more)
    made.mandate(pledge, iban=iban, evidence={"notice_days": days})
    return made.item(pledge)


def announce(account: BankAccount, *, on: dt.date = TODAY, at: dt.datetime = NOW) -> int:
    return notices.announce_due(account, on=on, at=at)


def arrive() -> None:
    """All letters have been handed over."""
    Message.objects.update(state=Message.State.HANDED_OVER, finished_at=NOW, code="2.0.0")


def gathered(account: BankAccount, *, on: dt.date = COLLECTED) -> SepaBatch:
    """Everything that is planned, announced and in a batch."""
    announce(account)
    arrive()
    batches.gather(account, collect_on=on, at=BEFORE)
    return SepaBatch.objects.get(state=SepaBatch.State.OPEN)


def exported(account: BankAccount) -> SepaBatch:
    batch = batches.freeze(gathered(account), by=made.person(), at=BEFORE)
    return batches.release(batch, by=made.person(), at=BEFORE)
