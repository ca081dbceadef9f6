"""What providers collect again and again by themselves, and telling them what it shall become.

A wish (`Arrangement.wanted`) is written with the deed that has it; here the provider is told,
outside any transaction, until it answers that it is so. An arrangement that lives there and not
here, or was ended here, is a zombie: it would take money that nobody promised.
"""

import datetime as dt
import logging
from collections.abc import Iterator

from django.db import transaction
from django.db.models import F, Q, QuerySet

from allmende.payments import patience, pledges, questions
from allmende.payments.models import Arrangement, Pledge
from allmende.payments.providers import PROVIDERS, get
from allmende.payments.providers.port import Refused, Standing, Trouble

logger = logging.getLogger(__name__)
State = Arrangement.State


def made(pledge: Pledge, *, provider: str, external_id: str, at: dt.datetime) -> Arrangement:
    """The provider has one for us; it waits for the giver's yes."""
    terms = pledges.proposed(pledge) or pledge.versions.last()
    assert terms is not None
    fields = {
        "pledge": pledge,
        "cents": terms.cents,
        "from_period": terms.from_period,
        "made_at": at,
    }
    return Arrangement.objects.get_or_create(
        provider=provider, external_id=external_id, defaults=fields
    )[0]


@transaction.atomic
def is_now(arrangement: Arrangement, state: str, *, code: str = "", at: dt.datetime) -> bool:
    """What the provider says. True where that is new.

    Live: the pledge is confirmed, and what else collects for it shall end. Resting without our
    wish: the pledge rests too. Ended without our wish: the giver ended it there. Live after its
    end: somebody approved by an old link what nobody wants any more, and it is ended there again.
    """
    pledge = Pledge.objects.select_for_update().get(pk=arrangement.pledge_id)
    arrangement = Arrangement.objects.get(pk=arrangement.pk)
    if arrangement.state == State.ENDED and state == State.LIVE:
        rows = Arrangement.objects.filter(pk=arrangement.pk)
        rows.update(state=state, wanted=State.ENDED, ended_at=None)
        return True
    if arrangement.state in (state, State.ENDED):
        return False
    if state == State.LIVE and arrangement.wanted == State.LIVE:
        others = Arrangement.objects.filter(pledge=pledge).exclude(pk=arrangement.pk)
        others.exclude(state=State.ENDED).update(wanted=State.ENDED)
    rows = Arrangement.objects.filter(pk=arrangement.pk)
    rows.update(state=state, code=code[:64], ended_at=at if state == State.ENDED else None)
    followed(pledge, arrangement, state, code=code, at=at)
    return True


def followed(
    pledge: Pledge, arrangement: Arrangement, state: str, *, code: str, at: dt.datetime
) -> None:
    unasked = arrangement.wanted == State.LIVE
    if state == State.LIVE and unasked:
        if pledge.state in (Pledge.State.ENDING, Pledge.State.ENDED):
            Arrangement.objects.filter(pk=arrangement.pk).update(wanted=State.ENDED)
            return
        pledges.adopt(pledge, at=at)
        pledges.activate(pledge, at=at)
        pledges.resume(pledge, at=at)
    elif state == State.LIVE and arrangement.state == State.RESTING:
        # The giver has mended there what made it rest. A pause that was wished for stays.
        if pledge.paused_why not in ("reader", "office") and pledges.resume(pledge, at=at):
            Arrangement.objects.filter(pk=arrangement.pk).update(wanted=State.LIVE)
    elif state == State.RESTING and unasked:
        Arrangement.objects.filter(pk=arrangement.pk).update(wanted=State.RESTING)
        pledges.pause(pledge, why=code or "provider", at=at)
    elif state == State.ENDED:
        never_began = arrangement.state == State.AWAITING and pledge.activated_at
        if arrangement.wanted != State.ENDED and not never_began:
            by_giver = pledge.paused_why in ("", "reader", "office")
            reason = Pledge.Reason.READER if by_giver else Pledge.Reason.FAILED
            pledges.end(pledge, reason=reason, at=at)
        pledges.confirm_end(pledge, at=at)


def unsettled(*, at: dt.datetime) -> "QuerySet[Arrangement]":
    """The provider has not said yet that it is as wanted, and is to be asked now. One that still
    waits for the giver's yes needs none while it is wanted."""
    waits = Q(state=State.AWAITING) & ~Q(wanted=State.ENDED)
    rows = Arrangement.objects.exclude(state=F("wanted")).exclude(state=State.ENDED)
    later = Q(asked=F("wanted"), ask_at__gt=at)
    return rows.exclude(waits).exclude(later).select_related("pledge").order_by("pk")


def turn_all(*, at: dt.datetime) -> int:
    """Tells the providers. Returns how many are as wanted now. Asks over the network."""
    return sum(turn(row, at=at) for row in unsettled(at=at))


def turn(arrangement: Arrangement, *, at: dt.datetime) -> bool:
    provider = get(arrangement.provider)
    assert isinstance(provider, Standing)
    wanted = arrangement.wanted
    put_off(arrangement, at=at)
    try:
        state = provider.turn(arrangement, wanted, at=at)
    except Refused as refused:
        logger.warning("%s does not become %s: %s", arrangement, wanted, refused.code)
        if wanted == State.RESTING:
            Arrangement.objects.filter(pk=arrangement.pk).update(wanted=State.ENDED)
        else:
            questions.ask("zombie", detail=f"{arrangement} {refused.code}", at=at)
        return False
    except Trouble as trouble:
        logger.warning("%s is asked again later: %s", arrangement, trouble)
        return False
    is_now(arrangement, state, at=at)
    return state == wanted


def put_off(arrangement: Arrangement, *, at: dt.datetime) -> None:
    """It is not asked for the same again before a while has passed."""
    same = arrangement.asked == arrangement.wanted
    tries = min(arrangement.tries + 1, patience.MOST) if same else 1
    Arrangement.objects.filter(pk=arrangement.pk).update(
        asked=arrangement.wanted, tries=tries, ask_at=at + patience.pause(tries)
    )


def zombies(name: str) -> Iterator[str]:
    """Live at a provider, and not live here: "paypal:I-17". Asks over the network. Raises Trouble
    where the provider does not answer."""
    provider = get(name)
    if not isinstance(provider, Standing) or not provider.ready():
        return
    ours = set(
        Arrangement.objects.filter(provider=name)
        .exclude(state=State.ENDED)
        .exclude(wanted=State.ENDED)
        .values_list("external_id", flat=True)
    )
    yield from (f"{name}:{id}" for id in provider.live() if id not in ours)


def look_for_zombies(*, at: dt.datetime) -> int:
    """Each becomes a question. Returns how many. A provider that does not answer is asked again the
    next night."""
    count = 0
    for name in PROVIDERS:
        try:
            for found in zombies(name):
                questions.ask("zombie", detail=found, at=at)
                count += 1
        except Trouble as trouble:
            logger.warning("%s does not tell what is live there: %s", name, trouble)
    return count
