"""The house's own schedules: sweeping."""

import datetime as dt

from django.core.management import call_command
from django.db import connection

from allmende.lib.pages import empty_log
from allmende.lib.schedule import Daily, Schedule
from allmende.site.models import Run, Worker

KEEP_RUNS = dt.timedelta(days=90)
KEEP_WORKERS = dt.timedelta(days=1)


def sweep(*, at: dt.datetime) -> None:
    """Removes ended sessions, finished jobs, and what is old in our own books."""
    call_command("clearsessions", verbosity=0)
    call_command("prune_db_task_results", verbosity=0)
    Run.objects.filter(due__lt=at - KEEP_RUNS).delete()
    Worker.objects.filter(seen_at__lt=at - KEEP_WORKERS).delete()


def forget_log(*, at: dt.datetime) -> None:
    """What was erased during the day and the night lies in no file then."""
    empty_log(connection)


SCHEDULES = [
    Schedule("site.sweep", Daily(dt.time(3, 40)), sweep, catch_up=True),
    Schedule("site.forget_log", Daily(dt.time(4, 20)), forget_log, catch_up=True),
]
