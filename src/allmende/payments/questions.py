"""What a person has to look at: one list, which should be empty."""

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext as _

from allmende.payments.models import DueItem, Pledge, Question
from allmende.people.models import Person

What = Question.What
#: What the giver mends by another account or way of paying, or by ending it.
THEIRS = [What.IBAN, What.METHOD, What.FAILED, What.NEVER]


def ask(what: str, *, detail: str, item: DueItem | None = None, at: dt.datetime) -> None:
    """Once, as long as it is open. detail: an id or a code, never a name."""
    Question.objects.bulk_create(
        [Question(what=what, detail=detail[:160], item=item, asked_at=at)], ignore_conflicts=True
    )


def answer(question: Question, *, reply: str, by: Person | None, at: dt.datetime) -> bool:
    """False where somebody else has answered."""
    rows = Question.objects.filter(pk=question.pk, answered_at__isnull=True)
    return rows.update(answered_at=at, answered_by=by, reply=reply[:300]) == 1


def mended(pledge: Pledge, *, at: dt.datetime) -> None:
    """It goes on, or has ended: nobody has to look any more at why it rested."""
    rows = Question.objects.filter(what__in=THEIRS, answered_at__isnull=True)
    about = rows.filter(Q(item__pledge=pledge) | Q(detail=f"pledge {pledge.pk}"))
    reply = _("By itself: it goes on, or has ended.")
    for question in about:
        answer(question, reply=reply, by=None, at=at)
