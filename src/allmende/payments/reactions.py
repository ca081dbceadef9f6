"""What follows when a collection failed or came back: as `codes` says."""

import datetime as dt

from allmende.payments import codes, mandates, pledges, questions
from allmende.payments.codes import Policy
from allmende.payments.models import BatchItem, DueItem, Mandate, Pledge
from allmende.people.models import Person

BY_BANK = ("debit", "transfer")  # ways of paying whose codes are a bank's


def react(item: DueItem, code: str, *, on: dt.date, at: dt.datetime) -> dt.date | None:
    """What the code asks for. Returns the day on which the item is tried once more.

    Nothing follows for a pledge that is not alive. What a provider says in words of its own it
    says to the giver, too, and rests by itself: nobody of the office has to look.
    """
    wanted, pledge = codes.policy(code), item.pledge
    if pledge.state not in (Pledge.State.ACTIVE, Pledge.State.PAUSED):
        return None
    if wanted is Policy.QUESTION and item.method not in BY_BANK:
        return None
    if wanted is Policy.RETRY and item.retries < codes.RETRIES:
        return on + codes.RETRY_AFTER
    if wanted is Policy.DEATH:
        death(pledge, at=at)
    elif wanted is not Policy.ALARM:
        stop(item, code, at=at)
    ask = "failed" if wanted is Policy.RETRY else wanted.value
    questions.ask(ask, detail=f"item {item.pk} {code}", item=item, at=at)
    return None


def stop(item: DueItem, code: str, *, at: dt.datetime) -> None:
    """Nothing more is collected until somebody has looked, or the giver has answered."""
    pledges.pause(item.pledge, why=code or "?", at=at)
    mandate: Mandate | None = mandates.of(item.pledge)
    if mandate and codes.policy(code) is Policy.NEVER:
        mandates.revoke(mandate, at=at)
    elif mandate and codes.policy(code) in codes.ACCOUNT:
        mandates.block(mandate, code=code)


def death(pledge: Pledge, *, at: dt.datetime) -> None:
    """Everything stops, and no letter is sent."""
    person: Person | None = pledge.person
    if person:
        pledges.end_all_of(person, reason=Pledge.Reason.DEATH, at=at)
        pledge.refresh_from_db()
    pledges.end(pledge, reason=Pledge.Reason.DEATH, at=at)


def drop_from_batch(item: DueItem) -> None:
    BatchItem.objects.filter(item=item, live=True).update(live=False)
