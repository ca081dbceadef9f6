"""From a mail that came in to what is done about it.

1. `receive` keeps the mail whole, once.
2. `take` reads it, writes a `Bounce` for each recipient that it tells of, bars the address where
   that is due, and announces it: one transaction. A mail to a letter's address for leaving is
   announced, and forgotten itself, for it is somebody's own. Nothing is ever answered.

Anybody can write to the address for bounces. So only a mail that bears the token of a letter of
ours bars an address at once; one without it counts as one failure among several, and a complaint
without it is shown to the staff and does nothing.
"""

import datetime as dt
import hashlib

from django.db import transaction
from django.db.models.functions import TruncDate

from allmende.mailroom import signals, suppression, verp
from allmende.mailroom.bounces import parse, shape
from allmende.mailroom.bounces.shape import Kind
from allmende.mailroom.models import Bounce, Incoming, Message, Suppression

WINDOW = dt.timedelta(days=60)
MANY = 4  # days within the window on which mail failed
KEEP = dt.timedelta(days=90)  # whole mails; what was read in them stays


def record(raw: bytes, *, at: dt.datetime, source: str = "mail") -> list[Bounce]:
    """Keeps a mail and acts on it. The same mail again changes nothing."""
    return take(receive(raw, at=at, source=source), at=at)


def receive(raw: bytes, *, at: dt.datetime, source: str = "mail") -> Incoming:
    """Keeps a mail as it came in."""
    return Incoming.objects.get_or_create(
        digest=hashlib.sha256(raw).hexdigest(),
        defaults={"raw": raw, "source": source, "received_at": at},
    )[0]


def take(incoming: Incoming, *, at: dt.datetime) -> list[Bounce]:
    """Reads a mail that was kept. Returns what it told of letters; of one read before, the same."""
    with transaction.atomic():
        if not Incoming.objects.filter(pk=incoming.pk, read_at=None).update(read_at=at):
            return list(incoming.bounces.order_by("pk"))
        raw = bytes(incoming.raw or b"")
        told = [one for one in parse.read(raw) if one.kind in ACTED_ON]
        if not told:
            left(incoming, *parse.reached(raw), at=at)
        return [note(one, incoming, at=at) for one in told]


def left(incoming: Incoming, reached: list[str], named: list[str], *, at: dt.datetime) -> None:
    """Announces the letter to whose address for leaving a mail came.

    reached: addresses that whoever delivered it wrote down. named: those of its sender, for a
    server may tell nothing of ours.
    """
    addresses = reached if any(map(verp.token_in, reached)) else named
    keys = [pk for address in addresses if (pk := verp.left_by(address)) is not None]
    letters = Message.objects.select_related("batch").filter(pk__in=keys, batch__isnull=False)
    if letter := letters.first():
        signals.unsubscribed.send(Message, message=letter, at=at)
        Incoming.objects.filter(pk=incoming.pk).update(raw=None)


def take_unread(*, at: dt.datetime) -> int:
    """Reads what was kept by somebody who died over it. Returns how many mails."""
    unread = list(Incoming.objects.filter(read_at=None).order_by("pk")[:1000])
    for incoming in unread:
        take(incoming, at=at)
    return len(unread)


def sweep(*, at: dt.datetime) -> int:
    """Forgets old mails themselves. Returns how many."""
    old = Incoming.objects.filter(read_at__lt=at - KEEP, raw__isnull=False)
    return old.update(raw=None)


def forget(address: str) -> int:
    """Removes an erased person's address from what was noted; the barring stays."""
    noted = Bounce.objects.filter(address=address.strip().lower())
    Incoming.objects.filter(bounces__in=noted).update(raw=None)
    return noted.update(address="", words="")


def note(said: shape.Bounce, incoming: Incoming, *, at: dt.datetime) -> Bounce:
    message = letter_of(said)
    known = message.address if message and message.address else said.original or said.recipient
    bounce = Bounce.objects.create(
        incoming=incoming,
        message=message,
        address=known.lower()[:320],
        kind=said.kind,
        reason=said.reason,
        hard=said.hard,
        lasting=said.lasting,
        status=said.status,
        code=said.code,
        words=said.words,
        at=at,
    )
    ACTED_ON[said.kind](bounce, at=at)
    return bounce


def letter_of(said: shape.Bounce) -> Message | None:
    """The letter whose token the mail bears."""
    every = (verp.message_of(name) for name in said.ours)
    return next((message for message in every if message), None)


def failed(bounce: Bounce, *, at: dt.datetime) -> None:
    barred = False
    if bounce.address and bounce.hard and bounce.message_id:
        barred = suppression.suppress(bounce.address, Suppression.Why.DEAD, at=at)
    elif bounce.address and bounce.lasting and days_failed(bounce.address, at=at) >= MANY:
        barred = suppression.suppress(bounce.address, Suppression.Why.FAILING, at=at)
    signals.bounced.send(Bounce, bounce=bounce, recipient=recipient_of(bounce), barred=barred)


def complained(bounce: Bounce, *, at: dt.datetime) -> None:
    if not bounce.message_id:
        return
    if bounce.address:
        suppression.suppress(bounce.address, Suppression.Why.COMPLAINT, at=at)
    signals.complained.send(Bounce, bounce=bounce, recipient=recipient_of(bounce))


ACTED_ON = {Kind.BOUNCE: failed, Kind.COMPLAINT: complained}


def days_failed(address: str, *, at: dt.datetime) -> int:
    """Days of the window on which mail to the address failed for good."""
    lately = Bounce.objects.filter(
        address=address, kind=Kind.BOUNCE, lasting=True, at__gt=at - WINDOW
    )
    return lately.annotate(day=TruncDate("at")).values("day").distinct().count()


def recipient_of(bounce: Bounce) -> int | None:
    return bounce.message.recipient if bounce.message else None
