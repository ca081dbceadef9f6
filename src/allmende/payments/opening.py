"""What was on a bank account of ours before its first statement: booked once, against what is
brought forward, and dated the day on which that statement begins.

The office books it; `reading_statements` asks for it. Without it the ledger's account counts from
the first statement on. It stands once, whoever is at it: the entry's key is unique, and says how
often the entry was taken back. It is taken back by its mirror image on the same day, so that what
is booked anew stands alone on every day since.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from allmende.ledger import balances, post
from allmende.ledger.money import Money
from allmende.ledger.post import Line
from allmende.payments import questions
from allmende.payments.models import BankAccount, Question
from allmende.payments.told_balances import (
    added_up,
    currency_of,
    first_of,
    loose,
    with_balances,
)
from allmende.people.models import Person

BROUGHT_FORWARD = "opening"  # account of the ledger
DAY = dt.timedelta(days=1)


class NotNow(Exception):
    """It is not to be booked or taken back (any more), or not so as it was shown."""


@dataclass(frozen=True)
class Opening:
    """on: the day on which the first statement begins. told: the balance it begins with. before:
    what the books have of the account from days before."""

    on: dt.date
    told: Money
    before: Money

    @property
    def money(self) -> Money:
        """To be booked."""
        return self.told - self.before


@dataclass(frozen=True)
class Booked:
    """number: of the entry."""

    number: int
    on: dt.date
    money: Money


def of(account: BankAccount) -> Opening | None:
    """None where no statement has told a balance yet."""
    rows = with_balances(account)
    if not rows:
        return None
    first, currency = first_of(rows), currency_of(account)
    before = Money(before_of(account, on=first.begins_on, currency=currency), currency)
    return Opening(first.begins_on, Money(first.opening, currency), before)


def before_of(account: BankAccount, *, on: dt.date, currency: str) -> int:
    """In cents: what notifications told row by row; and where no other bank account shares the
    ledger's, whatever else is booked there. A statement's own rows are none of it, though a bank
    may date one back."""
    if BankAccount.objects.filter(account=account.account).exclude(pk=account.pk).exists():
        return added_up(loose(account).filter(booked_on__lt=on))
    own = account.transfers.filter(statement__form="camt.053", booked_on__lt=on)
    return balances.balance(account.account, on=on - DAY, currency=currency).cents - added_up(own)


def standing(account: BankAccount) -> Booked | None:
    """Its entry, if it is booked and not taken back."""
    entry = post.find(key_of(account))
    if entry is None:
        return None
    return Booked(entry.pk, entry.booked_on, post.lines_of([entry])[entry.pk][0].money)


def is_booked(account: BankAccount) -> bool:
    """Its entry stands, or nothing is to be booked."""
    found = of(account)
    return found is not None and (not found.money or standing(account) is not None)


def booked(account: BankAccount) -> Money:
    entry = standing(account)
    return entry.money if entry else Money(0, currency_of(account))


def fits(account: BankAccount, found: Opening) -> bool:
    """The books say what the first statement says."""
    entry = standing(account)
    if entry is None:
        return not found.money
    return (entry.on, entry.money) == (found.on, found.money)


@transaction.atomic
def book(
    account: BankAccount, *, on: dt.date, money: Money, by: Person | None, at: dt.datetime
) -> None:
    """on, money: as they were shown. Raises NotNow."""
    locked(account)
    found = of(account)
    if found is None or not money or (found.on, found.money) != (on, money) or standing(account):
        raise NotNow
    entry = post.post(
        key_of(account), on=on, at=at, text=f"opening balance of bank account {account.pk}",
        lines=[Line(account.account, money), Line(BROUGHT_FORWARD, -money)],
    )  # fmt: skip
    reply = _("Booked: entry %(number)d.") % {"number": entry.pk}
    for question in open_questions(account):
        questions.answer(question, reply=reply, by=by, at=at)


@transaction.atomic
def take_back(account: BankAccount, *, number: str, at: dt.datetime) -> None:
    """And asks for it anew. number: of the entry, as it was shown. Raises NotNow where that one
    does not stand."""
    locked(account)
    key = key_of(account)
    entry = post.find(key)
    if entry is None or str(entry.pk) != number:
        raise NotNow
    text = f"opening balance of bank account {account.pk} taken back"
    post.reverse(entry, key=f"{key}:back", on=entry.booked_on, at=at, text=text)
    ask(account, at=at, anew=True)


def ask(account: BankAccount, *, at: dt.datetime, anew: bool = False) -> None:
    """Once for each day that turns out to be the first, as long as the books say otherwise. anew:
    though it was answered before."""
    found = of(account)
    if found is None:
        return
    is_open, detail = not fits(account, found), detail_of(account, found)
    reply = _("By itself: statements read since say otherwise.")
    rows = open_questions(account)
    for question in rows.exclude(detail=detail) if is_open else rows:
        questions.answer(question, reply=reply, by=None, at=at)
    known = Question.objects.filter(what=Question.What.OPENING, detail=detail)
    if is_open and (anew or not known.exists()):
        questions.ask(Question.What.OPENING, detail=detail, at=at)


def detail_of(account: BankAccount, found: Opening) -> str:
    return f"account {account.pk} since {found.on}"


def open_questions(account: BankAccount) -> QuerySet[Question]:
    rows = Question.objects.filter(what=Question.What.OPENING, answered_at__isnull=True)
    return rows.filter(detail__startswith=f"account {account.pk} ")


def key_of(account: BankAccount) -> str:
    """Of the entry that stands, or of the next."""
    times = 1
    while post.find(f"payments:opening:{account.pk}:{times}:back"):
        times += 1
    return f"payments:opening:{account.pk}:{times}"


def locked(account: BankAccount) -> None:
    """Statements are read, and this is decided, by one at a time."""
    BankAccount.objects.select_for_update().get(pk=account.pk)
