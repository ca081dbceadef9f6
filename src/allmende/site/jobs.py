"""Background jobs: the worker's share of django-tasks, and jobs whose worker died."""

import datetime as dt
import uuid

from django.db.models import QuerySet
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker as TaskWorker
from django_tasks_db.models import DBTaskResult

from allmende.site.models import Worker
from allmende.site.schedules import SILENCE

# A job that so many workers died of is not given to another one.
DEATHS = 5


def do_one(*, worker: uuid.UUID) -> bool:
    """Does the next job. Returns whether there was one."""
    if not DBTaskResult.objects.ready().exists():
        return False
    TaskWorker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=1,
        worker_id=str(worker),
        excluded_queue_names=[],
    ).run()
    return True


def free_abandoned(*, at: dt.datetime) -> int:
    """Puts jobs of dead workers back into the queue. Returns how many."""
    keys = Worker.objects.filter(seen_at__gt=at - SILENCE).values_list("key", flat=True)
    alive = {str(key) for key in keys}
    running: QuerySet[DBTaskResult] = DBTaskResult.objects.running()
    return sum(free(job, at=at) for job in running if job.worker_ids[-1] not in alive)


def free(job: DBTaskResult, *, at: dt.datetime) -> int:
    mine = DBTaskResult.objects.filter(
        pk=job.pk, status=TaskResultStatus.RUNNING, started_at=job.started_at
    )
    if len(job.worker_ids) >= DEATHS:
        return mine.update(status=TaskResultStatus.FAILED, finished_at=at)
    return mine.update(status=TaskResultStatus.READY, started_at=None)
