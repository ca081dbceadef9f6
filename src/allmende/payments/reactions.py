"""What follows when a collection failed or came back: as `codes` says."""

import datetime as dt

from allmende.payments import codes, mandates, pledges, questions
from allmende.payments.codes import Policy
from allmende.payments.models import BatchItem, DueItem, Mandate, Pledge
from allmende.people.models import Person


def react(item: DueItem, code: str, *, on: dt.date, at: dt.datetime) -> dt.date | None:
    """What the code asks for. Returns the day on which the item is tried once more."""
    wanted, pledge = codes.policy(code), item.pledge
    if pledge.state in (Pledge.State.ENDING, Pledge.State.ENDED):
        return None
    if wanted is Policy.RETRY and item.retries < codes.RETRIES:
        return on + codes.RETRY_AFTER
    if wanted is Policy.DEATH:
        death(pledge, at=at)
    elif wanted is not Policy.ALARM and (wanted is not Policy.QUESTION or item.method == "debit"):
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
    elif mandate and codes.policy(code) in (Policy.ASK_IBAN, Policy.OTHER_METHOD):
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
