"""Background jobs and schedules of the newsletters."""

import datetime as dt
import time

from django.utils import timezone
from django_tasks import task

from allmende.lib.schedule import Daily, Every, Schedule
from allmende.newsletters import dispatch, drafting, growth
from allmende.newsletters.models import Issue

PATIENCE = 20.0  # seconds for pages that are being baked; then the schedule looks again
LOOK = 0.2


@task()
def carry_on(pk: int) -> None:
    """An issue was approved: what is due of it is done at once."""
    rows = Issue.objects.select_related("newsletter", "batch")
    until = time.monotonic() + PATIENCE
    while not dispatch.carry_on(rows.get(pk=pk), at=timezone.now()):
        if time.monotonic() > until:
            return
        time.sleep(LOOK)


def draft(*, at: dt.datetime) -> None:
    drafting.draft_due(at=at)


def send(*, at: dt.datetime) -> None:
    dispatch.carry_on_all(at=at)


SCHEDULES = [
    Schedule("newsletters.draft", Every(dt.timedelta(minutes=5)), draft, catch_up=True),
    Schedule("newsletters.send", Every(dt.timedelta(minutes=1)), send, catch_up=False),
    Schedule("newsletters.growth", Daily(dt.time(0, 20)), growth.count_days, catch_up=True),
]
