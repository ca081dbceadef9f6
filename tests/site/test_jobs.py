"""Background jobs outlive the worker that took them."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from allmende.newsroom.tasks import prepare_picture
from allmende.site import jobs
from allmende.site.models import Worker

ME = uuid.uuid4()


@pytest.fixture
def job(transactional_db):  # the library closes old connections, which must not be in a transaction
    prepare_picture.enqueue(0)  # a picture that was deleted meanwhile: nothing to do
    return DBTaskResult.objects.get()


def test_a_job_is_done_once(job):
    assert jobs.do_one(worker=ME)
    assert not jobs.do_one(worker=ME)
    job.refresh_from_db()
    assert job.status == "SUCCESSFUL"


def test_a_job_of_a_dead_worker_is_done_by_another(job):
    job.claim(str(uuid.uuid4()))
    assert jobs.free_abandoned(at=timezone.now()) == 1
    assert jobs.do_one(worker=ME)
    job.refresh_from_db()
    assert job.status == "SUCCESSFUL"


def test_a_job_of_a_living_worker_is_left_to_it(job):
    now = timezone.now()
    Worker.objects.create(key=ME, host="press", started_at=now, seen_at=now)
    job.claim(str(ME))
    assert jobs.free_abandoned(at=now) == 0
    assert jobs.free_abandoned(at=now + dt.timedelta(minutes=2)) == 1


def test_a_job_that_kills_every_worker_is_given_up(job):
    for _ in range(jobs.DEATHS):
        job.refresh_from_db()
        job.claim(str(uuid.uuid4()))
        assert jobs.free_abandoned(at=timezone.now()) == 1
    job.refresh_from_db()
    assert job.status == "FAILED"
