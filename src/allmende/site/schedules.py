"""Doing what the schedules say, each due time once whoever runs.

A worker takes a due time by inserting its `Run`; the unique key lets one win. A run whose worker
died is taken over. A schedule that is seen for the first time begins with its next due time.
"""

import datetime as dt
import logging
import traceback
import uuid
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from zoneinfo import ZoneInfo

from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone

from allmende.lib.schedule import Schedule
from allmende.paper.models import Paper
from allmende.site.models import Run, Worker

logger = logging.getLogger(__name__)

# A due time found later than this passed while no worker ran.
LATE = dt.timedelta(minutes=5)
# A worker that was not heard of for so long is dead.
SILENCE = dt.timedelta(minutes=1)


def known() -> list[Schedule]:
    """The schedules of all apps."""
    return [schedule for tasks in task_modules() for schedule in getattr(tasks, "SCHEDULES", [])]


def task_modules() -> Iterator[object]:
    for app in apps.get_app_configs():
        if app.name.startswith("allmende.") and find_spec(f"{app.name}.tasks"):
            yield import_module(f"{app.name}.tasks")


def run_due(schedules: list[Schedule], *, worker: uuid.UUID, at: dt.datetime) -> int:
    """Does what is due at `at`. Returns the number of deeds done."""
    zone = Paper.load().time_zone_info
    return sum(run_one(schedule, worker=worker, at=at, zone=zone) for schedule in schedules)


def run_one(schedule: Schedule, *, worker: uuid.UUID, at: dt.datetime, zone: ZoneInfo) -> bool:
    due = schedule.every.latest(at, zone=zone)
    run = claim(schedule, due=due, worker=worker, at=at)
    if run is None or run.outcome == Run.Outcome.LEFT_OUT:
        return False
    execute(run, schedule)
    return True


def claim(
    schedule: Schedule, *, due: dt.datetime, worker: uuid.UUID, at: dt.datetime
) -> Run | None:
    """The run of a due time, if it is ours to do now; left out ones come back as such."""
    earlier = Run.objects.filter(name=schedule.name)
    if run := earlier.filter(due=due).first():
        return take_over(run, worker=worker, at=at)
    missed = at - due > LATE and not schedule.catch_up
    leave_out = missed or not earlier.exists()
    outcome = Run.Outcome.LEFT_OUT if leave_out else Run.Outcome.RUNNING
    try:
        with transaction.atomic():
            return Run.objects.create(
                name=schedule.name,
                due=due,
                outcome=outcome,
                worker=worker,
                started_at=at,
                finished_at=at if leave_out else None,
            )
    except IntegrityError:  # another worker was faster
        return None


def take_over(run: Run, *, worker: uuid.UUID, at: dt.datetime) -> Run | None:
    """A run whose worker died without finishing it; None for any other."""
    if run.outcome != Run.Outcome.RUNNING or is_alive(run.worker, at=at):
        return None
    mine = Run.objects.filter(pk=run.pk, worker=run.worker, outcome=Run.Outcome.RUNNING)
    if not mine.update(worker=worker, started_at=at):
        return None
    run.refresh_from_db()
    return run


def is_alive(worker: uuid.UUID | None, *, at: dt.datetime) -> bool:
    alive = Worker.objects.filter(seen_at__gt=at - SILENCE)
    return worker is not None and alive.filter(key=worker).exists()


def execute(run: Run, schedule: Schedule) -> None:
    """Does the deed and records what came of it; a failure is told, and waits for the next time."""
    try:
        schedule.deed(at=run.due)
    except Exception:
        logger.exception("schedule %s failed", schedule.name)
        run.outcome, run.error = Run.Outcome.FAILED, traceback.format_exc()[-8_000:]
    else:
        run.outcome, run.error = Run.Outcome.DONE, ""
    run.finished_at = timezone.now()
    run.save(update_fields=["outcome", "error", "finished_at"])
