"""What a person does with money that is here: gives it to another payment, or back to its giver.

What came once more than it was owed lies in suspense until somebody decides. The question about it
is answered by what was done.
"""

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from allmende.ledger.money import Money
from allmende.payments import matching, questions, refunds, settle
from allmende.payments.booking import left_of
from allmende.payments.models import DueItem, PaymentAttempt, Pledge, Question, Refund
from allmende.payments.moving import day_of
from allmende.people.kin import family
from allmende.people.models import Person

ABOUT = [Question.What.SURPLUS, Question.What.CURRENCY]


def takers(attempt: PaymentAttempt) -> list[Pledge]:
    """Pledges of the same giver that may get money which was paid once more than owed."""
    giver = attempt.item.pledge.person
    if attempt.state != PaymentAttempt.State.SURPLUS or giver is None:
        return []
    living = Pledge.objects.filter(person__in=family(giver), state__in=matching.LIVING)
    return list(living.filter(currency=attempt.currency).order_by("pk"))


@transaction.atomic
def assign(attempt: PaymentAttempt, *, to: Pledge, by: Person | None, at: dt.datetime) -> DueItem:
    """Pays what is owed next of a pledge. Raises settle.NotOurs where nothing is, where it is owed
    in another currency, or where somebody else has decided."""
    owed = matching.open_items(to, at=at)
    if not owed or not settle.assign(attempt, to=owed[0], on=day_of(at), at=at):
        raise settle.NotOurs(f"attempt {attempt.pk} is not for pledge {to.pk}")
    told = {"pledge": to.pk, "number": owed[0].period + 1}
    answer(attempt, _("Assigned to pledge %(pledge)d, payment %(number)d.") % told, by=by, at=at)
    return owed[0]


@transaction.atomic
def give_back(
    attempt: PaymentAttempt, *, amount: Money, why: str, by: Person | None, key: uuid.UUID,
    at: dt.datetime,
) -> Refund:  # fmt: skip
    """By the way it came, wholly or in part. key: of the form, so that sending it twice is once.
    why: no names. Raises settle.NotOurs where more would go back than is here."""
    refund = refunds.ask(attempt, amount=amount, why=why, by=by, key=key, at=at)
    if not may_go_back(attempt):
        answer(attempt, _("Given back: refund %(number)d.") % {"number": refund.pk}, by=by, at=at)
    return refund


def may_go_back(attempt: PaymentAttempt) -> Money:
    """What is here of it, less what somebody has asked to give back already."""
    if attempt.state not in settle.IS_HERE:
        return Money(0, attempt.currency)
    asked = Refund.objects.filter(attempt=attempt, state__in=refunds.OPEN)
    cents = asked.aggregate(sum=Sum("cents"))["sum"] or 0
    return left_of(attempt) - Money(cents, attempt.currency)


def answer(attempt: PaymentAttempt, reply: str, *, by: Person | None, at: dt.datetime) -> None:
    rows = Question.objects.filter(what__in=ABOUT, detail=f"attempt {attempt.pk}")
    for question in rows.filter(answered_at__isnull=True):
        questions.answer(question, reply=reply, by=by, at=at)
