"""Schedules of the payments: what is due, what came in, what providers are to be told."""

import datetime as dt

from django.conf import settings

from allmende.lib.schedule import Daily, Every, Schedule
from allmende.payments import (
    arrangements,
    batches,
    chasing,
    due,
    events,
    mandates,
    matching,
    notices,
    payout_batches,
    pledges,
    reading_statements,
    refunds,
    repaying,
    retention,
)
from allmende.payments.models import BankAccount
from allmende.payments.moving import day_of


def plan(*, at: dt.datetime) -> None:
    """The day begins: pauses end, failed debits are planned anew, periods are written down."""
    pledges.resume_all(at=at)
    due.retry(on=day_of(at), at=at)
    due.plan_all(at=at)


def lapse(*, at: dt.datetime) -> None:
    mandates.lapse(on=day_of(at), at=at)
    retention.forget(on=day_of(at), at=at)


def listen(*, at: dt.datetime) -> None:
    events.process(at=at)


def tell(*, at: dt.datetime) -> None:
    arrangements.turn_all(at=at)
    refunds.send_all(at=at)
    repaying.ask_all(at=at)


def announce(*, at: dt.datetime) -> None:
    """Debits are announced; what was announced, and what shall be paid out, is gathered for the
    office."""
    account = BankAccount.objects.filter(is_main=True).first()
    if account is not None:
        batches.missed(account, at=at)
        notices.announce_due(account, on=day_of(at), at=at)
        batches.gather_due(account, on=day_of(at), at=at)
        payout_batches.gather(account, on=day_of(at), at=at)


def read_statements(*, at: dt.datetime) -> None:
    if settings.STATEMENTS:
        reading_statements.fetch(settings.STATEMENTS, at=at)
    matching.work(at=at)


def chase(*, at: dt.datetime) -> None:
    chasing.chase_checkouts(at=at)
    chasing.chase_payments(on=day_of(at), at=at)


def look_for_zombies(*, at: dt.datetime) -> None:
    arrangements.look_for_zombies(at=at)


FIVE_MINUTES = dt.timedelta(minutes=5)
SCHEDULES = [
    Schedule("payments.plan", Daily(dt.time(0, 5)), plan, catch_up=True),
    Schedule("payments.lapse", Daily(dt.time(0, 40)), lapse, catch_up=True),
    Schedule("payments.announce", Daily(dt.time(6, 0)), announce, catch_up=True),
    Schedule(
        "payments.statements", Every(dt.timedelta(minutes=5)), read_statements, catch_up=False
    ),
    Schedule("payments.listen", Every(dt.timedelta(seconds=15)), listen, catch_up=False),
    Schedule("payments.chase", Every(dt.timedelta(hours=1)), chase, catch_up=False),
    Schedule("payments.tell", Every(dt.timedelta(minutes=1)), tell, catch_up=False),
    Schedule("payments.zombies", Daily(dt.time(4, 0)), look_for_zombies, catch_up=False),
]
