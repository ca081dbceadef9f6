"""Giving money back: asked for by a person, sent by a worker, true once the provider says so."""

import datetime as dt
import logging
import uuid

from django.db import transaction

from allmende.ledger.money import Money
from allmende.payments import facts, patience, questions, settle
from allmende.payments.booking import left_of, locked
from allmende.payments.models import PaymentAttempt, Refund
from allmende.payments.moving import move
from allmende.payments.providers import get
from allmende.payments.providers.port import GivesBack, Refused, Trouble
from allmende.people.models import Person

logger = logging.getLogger(__name__)
State = Refund.State
OPEN = [State.ASKED, State.SUBMITTED]


@transaction.atomic
def ask(
    attempt: PaymentAttempt, *, amount: Money, why: str, by: Person | None, key: uuid.UUID,
    at: dt.datetime,
) -> Refund:  # fmt: skip
    """key: of the form. Raises `settle.NotOurs` where more would go back than came."""
    locked(attempt.item)
    attempt = PaymentAttempt.objects.get(pk=attempt.pk)
    known = Refund.objects.filter(key=str(key)).first()
    if known:
        return known
    asked = sum(
        Refund.objects.filter(attempt=attempt, state__in=OPEN).values_list("cents", flat=True)
    )
    if asked + amount.cents > left_of(attempt).cents or attempt.state not in settle.IS_HERE:
        raise settle.NotOurs(f"attempt {attempt.pk} has not so much left")
    return Refund.objects.create(
        attempt=attempt, provider=attempt.provider, key=str(key), cents=amount.cents,
        why=why[:64], by=by, asked_at=at,
    )  # fmt: skip


def send_all(*, at: dt.datetime) -> int:
    """Asks the providers, over the network. `repaying` pays out what none of them gives back."""
    rows = Refund.objects.filter(state__in=OPEN).exclude(ask_at__gt=at)
    rows = rows.select_related("attempt__item").order_by("pk")
    return sum(send(row, at=at) for row in rows)


def send(refund: Refund, *, at: dt.datetime) -> bool:
    provider = get(refund.provider)
    if not isinstance(provider, GivesBack):
        return False
    ask_at = at + patience.as_long_again(at - refund.asked_at)
    Refund.objects.filter(pk=refund.pk).update(ask_at=ask_at)
    try:
        found = provider.give_back(refund, at=at)
    except Refused as refused:
        move(refund, State.FAILED)
        questions.ask("question", detail=f"refund {refund.pk} {refused.code}", at=at)
        return False
    except Trouble as trouble:
        logger.warning("refund %s is asked again later: %s", refund.pk, trouble)
        return False
    move(refund, State.SUBMITTED)
    facts.accept(provider, found, at=at)
    return True
