"""From a form to the provider and back.

    checkout = begin(key, pledge=…)         one form, one pledge, however often it is sent
    step = proceed(checkout, …)             asks the provider; what the giver does next
    came_back(checkout, at=…)               the giver is here again: look what is true

`proceed` asks over a network and must not be called inside a transaction: its view is a
`non_atomic_requests` one. Each step is written down before the next, so that a process that dies
between them leaves a row from which the same checkout goes on: the provider is asked with the same
key again and answers the same.
"""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import F

from allmende.ledger.money import Money
from allmende.payments import arrangements, due, facts, pledges
from allmende.payments.events import look_again
from allmende.payments.models import Checkout, DueItem, Pledge
from allmende.payments.moving import day_of
from allmende.payments.providers import get
from allmende.payments.providers.port import Ask, Refused, Step, Told, Trouble
from allmende.payments.rhythm import due_on

if TYPE_CHECKING:
    from allmende.people.models import Person

State = Checkout.State


@dataclass(frozen=True)
class Words:
    """What the giver reads at the provider, and the whole addresses that lead back here."""

    purpose: str
    paper: str
    language: str
    back: str
    gone: str


@transaction.atomic
def begin(
    key: UUID, *, person: "Person | None", terms: pledges.Terms, cause: pledges.Cause,
    back: str = "", at: dt.datetime,
) -> Checkout:  # fmt: skip
    """key: made when the form was shown. The same form, sent twice, gives the same checkout.

    Raises `pledges.NotPledged`.
    """
    fields = {"provider": terms.method, "back": back, "begun_at": at}
    checkout, made = Checkout.objects.get_or_create(key=key, defaults=fields)
    if made or checkout.pledge is None:
        checkout.pledge = pledges.begin(person, terms=terms, cause=cause, key=key, at=at)
        Checkout.objects.filter(pk=key).update(pledge=checkout.pledge)
    return checkout


@transaction.atomic
def begin_change(
    key: UUID, pledge: Pledge, *, method: str, amount: Money | None = None, back: str = "",
    at: dt.datetime,
) -> Checkout:  # fmt: skip
    """Other terms of a living pledge that a provider has to approve, or its approval anew.

    Raises `pledges.NotPledged`.
    """
    fields = {"provider": method, "back": back, "begun_at": at, "pledge": pledge}
    checkout, made = Checkout.objects.get_or_create(key=key, defaults=fields)
    if made and pledge.activated_at:
        pledges.propose(pledge, amount=amount, method=method, at=at)
    return checkout


def proceed(checkout: Checkout, *, words: Words, at: dt.datetime) -> Step:
    """What the giver does next; the same answer again for a checkout that was sent before.

    Raises `port.Refused` where the provider wants none of it (the checkout has failed then), and
    other Trouble where trying again helps.
    """
    if checkout.step:
        return Step(**checkout.step)
    provider = get(checkout.provider)
    ask = asked(checkout, words, at=at)
    Checkout.objects.filter(pk=checkout.pk).update(tries=F("tries") + 1)
    try:
        step = provider.begin(ask, at=at)
    except Refused as refused:
        fail(checkout, code=refused.code, at=at)
        raise
    return remember(checkout, step, at=at)


def asked(checkout: Checkout, words: Words, *, at: dt.datetime) -> Ask:
    pledge = checkout.pledge
    assert pledge is not None
    version = pledges.proposed(pledge)
    if version:
        amount = Money(version.cents, pledge.currency)
        first_on = due_on(pledge.anchor, pledge.rhythm, version.from_period)
    else:
        item = due.next_open(pledge, on=day_of(at), at=at)
        amount, first_on = item.amount, item.due_on
    return Ask(
        key=str(checkout.key), pledge=pledge, amount=amount, rhythm=pledge.rhythm,
        first_on=first_on, **asdict(words),
    )  # fmt: skip


@transaction.atomic
def remember(checkout: Checkout, step: Step, *, at: dt.datetime) -> Step:
    """What the provider answered. Something that is done at once confirms the pledge."""
    pledge = checkout.pledge
    assert pledge is not None
    done = step.kind == "done"
    state = State.DONE if done else State.SENT
    rows = Checkout.objects.filter(pk=checkout.pk)
    rows.update(
        state=state, step=asdict(step), external_id=step.subject, ended_at=at if done else None
    )
    checkout.refresh_from_db()
    if step.arrangement:
        arrangements.made(pledge, provider=checkout.provider, external_id=step.arrangement, at=at)
    if step.kind == "redirect":
        pledges.await_confirmation(pledge)
    else:
        pledges.adopt(pledge, at=at)
        pledges.activate(pledge, at=at)
    return step


def fail(checkout: Checkout, *, code: str, at: dt.datetime) -> None:
    rows = Checkout.objects.filter(pk=checkout.pk).exclude(state=State.DONE)
    if rows.update(state=State.FAILED, code=code[:64], ended_at=at):
        checkout.refresh_from_db()


def came_back(checkout: Checkout, *, at: dt.datetime) -> str:
    """The giver is here again, perhaps before any event: looks at once, and leaves it to a worker
    where the provider is in trouble. Returns "done", "waiting" or "failed". Asks over the network.
    """
    provider = get(checkout.provider)
    if checkout.external_id and isinstance(provider, Told) and checkout.state != State.DONE:
        try:
            found = provider.look(checkout.external_id, at=at)
            if facts.accept(provider, found, at=at) == "unknown":
                look_again(checkout.provider, checkout.external_id, at=at)
        except Trouble:
            look_again(checkout.provider, checkout.external_id, at=at)
    return standing(checkout, at=at)


def standing(checkout: Checkout, *, at: dt.datetime) -> str:
    """As it is here, without asking anybody."""
    checkout.refresh_from_db()
    pledge = checkout.pledge
    if pledge is None or checkout.state == State.FAILED:
        return "failed"
    pledge.refresh_from_db()
    if pledge.activated_at and pledges.proposed(pledge) is None:
        rows = Checkout.objects.filter(pk=checkout.pk, ended_at__isnull=True)
        rows.update(state=State.DONE, ended_at=at)
        return "done"
    item = pledge.items.order_by("period").first()
    return "failed" if item and item.state == DueItem.State.FAILED else "waiting"


def abandon(checkout: Checkout, *, at: dt.datetime) -> None:
    """The giver did not want to after all, and came back by the address for that. Money that comes
    nevertheless is taken."""
    fail(checkout, code="gone", at=at)
    if checkout.pledge and not checkout.pledge.activated_at:
        pledges.end(checkout.pledge, reason=Pledge.Reason.READER, at=at)
