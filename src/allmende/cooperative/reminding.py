"""Reminders of instalments that are overdue: friendly, few, and each stage once.

A letter names all that a member is behind with. It goes to members: not to who has died, was
excluded or has left, nor for what rests because the office agreed to it. Who has no mail address
stands on the office's list of what is overdue.
"""

import datetime as dt
from collections.abc import Iterator

from django.db import transaction

from allmende.cooperative import capital, member_letters, projecting, queries
from allmende.cooperative.folding import Kind, Stage
from allmende.cooperative.models import Membership, PaymentReminder
from allmende.payments.models import DueItem, Pledge

#: Days after an instalment was due, of each stage.
STAGES = {1: 7, 2: 28}
PAUSE = dt.timedelta(days=14)  # at least, from one stage to the next of the same instalment


def remind_due(*, on: dt.date, at: dt.datetime) -> int:
    """Each in a transaction of its own. Returns how many members were written to."""
    parties = {item.pledge.party for item in behind(on=on)}
    found = [capital.of_party(party) for party in sorted(parties)]
    return sum(remind(membership, on=on, at=at) for membership in found if membership)


def behind(*, on: dt.date, membership: Membership | None = None) -> "Iterator[DueItem]":
    rows = queries.overdue(on=on).exclude(pledge__state=Pledge.State.PAUSED)
    if membership:
        rows = rows.filter(pledge__party=membership.party)
    yield from rows.prefetch_related("share_reminders")


@transaction.atomic
def remind(membership: Membership, *, on: dt.date, at: dt.datetime) -> bool:
    """Whether there was something to write of, and somebody to write to."""
    held = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    if not may_be_reminded(held):
        return False
    items = list(behind(on=on, membership=held))
    stages = {item.pk: next_stage(item, on=on, at=at) for item in items}
    reached = [stage for stage in stages.values() if stage]
    if not reached:
        return False
    # What has just become due stands in this letter too, and needs none of its own.
    told = [
        PaymentReminder(item=item, stage=stages[item.pk] or 1, sent_at=at)
        for item in items
        if stages[item.pk] or not item.share_reminders.all()
    ]
    ways = capital.transfers_to(item.pledge for item in items)
    if not member_letters.overdue(held, items, ways, stage=max(reached)):
        return False
    PaymentReminder.objects.bulk_create(told)
    return True


def may_be_reminded(membership: Membership) -> bool:
    if membership.stage != Stage.MEMBER or membership.died_on or membership.rights_end_on:
        return False
    pending = projecting.state_of(membership).pending.values()
    return not any(one.kind in (Kind.EXCLUDED, Kind.DIED) for one in pending)


def next_stage(item: DueItem, *, on: dt.date, at: dt.datetime) -> int | None:
    """None where it is not reached yet, or was the last."""
    sent = {row.stage: row.sent_at for row in item.share_reminders.all()}
    stage = max(sent, default=0) + 1
    if stage not in STAGES or (on - item.due_on).days < STAGES[stage]:
        return None
    if sent and max(sent.values()) > at - PAUSE:
        return None
    return stage
