"""Schedules of contributions: appeals, campaigns, public accounts, reminders, drafts."""

import datetime as dt

from django.utils import timezone

from allmende.contributions import accounts, appealing, campaigns, giving, remembering
from allmende.lib.schedule import Daily, Every, Schedule
from allmende.paper import identity


def day_of(at: dt.datetime) -> dt.date:
    return timezone.localdate(at, identity.paper().time_zone_info)


def turn(*, at: dt.datetime) -> None:
    appealing.settle(on=day_of(at))


def remind(*, at: dt.datetime) -> None:
    remembering.send_due(at=at, on=day_of(at))


def recount(*, at: dt.datetime) -> None:
    campaigns.recount()


def renew_accounts(*, at: dt.datetime) -> None:
    accounts.renew(on=day_of(at))


def sweep(*, at: dt.datetime) -> None:
    giving.sweep(at=at)


SCHEDULES = [
    Schedule("contributions.turn", Daily(dt.time(0, 0)), turn, catch_up=True),
    Schedule("contributions.remind", Daily(dt.time(9, 0)), remind, catch_up=True),
    Schedule("contributions.recount", Every(dt.timedelta(minutes=1)), recount, catch_up=False),
    Schedule("contributions.accounts", Daily(dt.time(1, 0)), renew_accounts, catch_up=True),
    Schedule("contributions.sweep", Every(dt.timedelta(hours=1)), sweep, catch_up=False),
]
