"""The ledger's entry of an attempt, and the lock under which it is written."""

import datetime as dt

from allmende.ledger import post
from allmende.ledger.money import Money
from allmende.ledger.post import Line
from allmende.payments.models import DueItem, PaymentAttempt, Pledge

SUSPENSE, FEES = "suspense", "fees"
AGAIN = ("charged-back", "won-back")  # what may happen to an attempt more than once


def book(
    attempt: PaymentAttempt, what: str, lines: list[Line], *, on: dt.date, at: dt.datetime
) -> None:
    """Once for each thing that can happen to an attempt; won and lost again are told apart by how
    often that was."""
    key = f"payments:attempt:{attempt.pk}:{what}"
    times = 1
    while what in AGAIN and post.find(numbered(key, times)):
        times += 1
    post.post(
        numbered(key, times),
        on=on,
        at=at,
        text=text_of(attempt, what),
        lines=[line for line in lines if line.money],
    )


def text_of(attempt: PaymentAttempt, what: str) -> str:
    return f"{what} item {attempt.item_id} pledge {attempt.item.pledge_id}"


def numbered(key: str, times: int) -> str:
    return key if times == 1 else f"{key}:{times}"


def locked(item: DueItem) -> DueItem:
    """The item as it is now, after everybody else who has to do with this pledge's money."""
    pledge = Pledge.objects.select_for_update().get(pk=item.pledge_id)
    found = DueItem.objects.get(pk=item.pk)
    found.pledge = pledge
    return found


def left_of(attempt: PaymentAttempt) -> Money:
    return Money(attempt.cents - attempt.refunded_cents, attempt.currency)
