"""What a person has to look at: one list, which should be empty."""

import datetime as dt

from allmende.payments.models import DueItem, Question
from allmende.people.models import Person


def ask(what: str, *, detail: str, item: DueItem | None = None, at: dt.datetime) -> None:
    """Once, as long as it is open. detail: an id or a code, never a name."""
    Question.objects.bulk_create(
        [Question(what=what, detail=detail[:160], item=item, asked_at=at)], ignore_conflicts=True
    )


def answer(question: Question, *, reply: str, by: Person | None, at: dt.datetime) -> bool:
    """False where somebody else has answered."""
    rows = Question.objects.filter(pk=question.pk, answered_at__isnull=True)
    return rows.update(answered_at=at, answered_by=by, reply=reply[:300]) == 1
