"""What `contributions` listens to: its own rows, which pages show, and money."""

import datetime as dt
from typing import Any

from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver
from django.utils import timezone

from allmende.contributions import (
    accounts,
    appealing,
    giving,
    letters,
    remembering,
    showing,
    troubles,
)
from allmende.contributions.campaigns import PURPOSE
from allmende.contributions.models import Appeal, Campaign, PublicAccounts, Replacement
from allmende.paper import identity
from allmende.payments import pledges, signals
from allmende.payments.models import DueItem, PaymentAttempt, Pledge
from allmende.payments.moving import day_of


@receiver(pre_save, sender=Appeal)
def on_appeal(instance: Appeal, **_: Any) -> None:
    appealing.changing(instance, on=today())


@receiver(post_delete, sender=Appeal)
def on_appeal_removed(instance: Appeal, **_: Any) -> None:
    appealing.removed(instance)


@receiver([post_save, post_delete], sender=Campaign)
def on_campaign(instance: Campaign, **_: Any) -> None:
    showing.changed(instance)
    appealing.settle(on=today())


@receiver(post_save, sender=PublicAccounts)
def on_accounts(instance: PublicAccounts, **_: Any) -> None:
    """The office changed what is told."""
    showing.accounts_changed()
    accounts.renew(on=today())


def today() -> dt.date:
    return timezone.localdate(timezone=identity.paper().time_zone_info)


@receiver(signals.activated)
def on_activated(pledge: Pledge, at: dt.datetime, **_: Any) -> None:
    """Who pays by transfer is told how; what goes on, or is paid later, is confirmed; one that took
    another's place lets that one end."""
    if pledge.purpose != PURPOSE:
        return
    taken = Replacement.objects.filter(after=pledge).select_related("before").first()
    if taken:
        pledges.end(taken.before, reason=Pledge.Reason.READER, at=at)
    words = giving.instructions(pledge)
    if words:
        letters.how_to_transfer(pledge, words, at=at)
    elif pledge.rhythm != Pledge.Rhythm.ONCE or pledge.anchor > day_of(at):
        letters.confirmed(pledge, at=at)


@receiver(signals.settled)
def on_settled(item: DueItem, at: dt.datetime, **_: Any) -> None:
    """Thanks for the first money; nobody gets a mail each month."""
    pledge = item.pledge
    if pledge.purpose != PURPOSE:
        return
    others = pledge.items.filter(collected_on__isnull=False).exclude(pk=item.pk)
    if not others.exists():
        letters.thank(pledge, at=at)


@receiver(signals.ended)
def on_ended(pledge: Pledge, at: dt.datetime, **_: Any) -> None:
    """Who has died is not reminded of giving."""
    if pledge.reason == Pledge.Reason.DEATH and pledge.person:
        remembering.end_all_of(pledge.person, at=at)


@receiver(signals.failed)
def on_failed(
    item: DueItem, code: str, attempt: PaymentAttempt | None, retry_on: dt.date | None,
    at: dt.datetime, **_: Any,
) -> None:  # fmt: skip
    """A debit could not be collected."""
    if item.pledge.purpose == PURPOSE:
        troubles.tell(item, code=code, attempt=attempt, retry_on=retry_on, came_back=False, at=at)


@receiver(signals.returned)
def on_returned(
    item: DueItem, code: str, attempt: PaymentAttempt, retry_on: dt.date | None, at: dt.datetime,
    **_: Any,
) -> None:  # fmt: skip
    """A debit went back to the giver's bank."""
    if item.pledge.purpose == PURPOSE:
        troubles.tell(item, code=code, attempt=attempt, retry_on=retry_on, came_back=True, at=at)
