"""What `newsletters` listens to: its own rows, which pages show, mailings that end, and mail that
comes back."""

import datetime as dt
from typing import Any

from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver

from allmende.mailroom import suppression
from allmende.mailroom.models import Batch, Bounce, Message
from allmende.mailroom.signals import batch_ended, bounced, complained, unsubscribed
from allmende.newsletters import addressing, dispatch, showing, subscribe
from allmende.newsletters.models import Newsletter


@receiver(pre_save, sender=Newsletter)
def on_newsletter_moves(instance: Newsletter, **_: Any) -> None:
    addressing.keep(instance)


@receiver([post_save, post_delete], sender=Newsletter)
def on_newsletter(instance: Newsletter, **_: Any) -> None:
    showing.changed(instance)


@receiver(batch_ended)
def on_batch_ended(batch: Batch, **_: Any) -> None:
    assert batch.ended_at is not None
    dispatch.settle(batch, at=batch.ended_at)


@receiver(bounced)
def on_bounced(bounce: Bounce, barred: bool, **_: Any) -> None:
    """One failure stops nothing; an address that the mailroom bars gets no issue."""
    known = suppression.why(bounce.address) if barred else None
    if known:
        subscribe.came_back(bounce.address, reason=str(known.get_why_display()), at=bounce.at)


@receiver(unsubscribed)
def on_unsubscribed(message: Message, at: dt.datetime, **_: Any) -> None:
    if message.batch_id is not None and message.recipient is not None:
        subscribe.left_by_mail(message.batch_id, message.recipient, at=at)


@receiver(complained)
def on_complained(bounce: Bounce, **_: Any) -> None:
    if bounce.address:
        subscribe.complained(bounce.address, at=bounce.at)
