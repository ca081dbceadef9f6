"""A due time is done once, whoever runs, and made up for as its schedule says."""

import datetime as dt
import uuid

import pytest

from allmende.lib.schedule import Every, Schedule
from allmende.site import schedules
from allmende.site.models import Run, Worker

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
ME, OTHER = uuid.uuid4(), uuid.uuid4()


@pytest.fixture
def done():
    return []


@pytest.fixture
def hourly(done):
    return Schedule("test.hourly", Every(HOUR), lambda *, at: done.append(at), catch_up=True)


def run(schedule, at, worker=ME):
    return schedules.run_due([schedule], worker=worker, at=at)


def test_a_new_schedule_begins_with_its_next_due_time(hourly, done):
    run(hourly, NOON)
    assert done == []
    run(hourly, NOON + HOUR)
    assert done == [NOON + HOUR]


def test_a_due_time_is_done_once_by_two_workers(hourly, done):
    run(hourly, NOON)
    for worker in (ME, OTHER, ME):
        run(hourly, NOON + HOUR, worker=worker)
    assert done == [NOON + HOUR]


def test_missed_due_times_are_made_up_for_once(hourly, done):
    run(hourly, NOON)
    run(hourly, NOON + 5.9 * HOUR)
    assert done == [NOON + 5 * HOUR]


def test_a_missed_due_time_is_left_out_where_it_says_so(done):
    news = Schedule("test.news", Every(HOUR), lambda *, at: done.append(at), catch_up=False)
    run(news, NOON)
    run(news, NOON + 1.5 * HOUR)
    assert done == []
    assert Run.objects.get(due=NOON + HOUR).outcome == Run.Outcome.LEFT_OUT
    run(news, NOON + 2 * HOUR)
    assert done == [NOON + 2 * HOUR]


def test_a_failure_is_kept_and_does_not_stop_the_next_time(done):
    def deed(*, at):
        done.append(at)
        if at == NOON + HOUR:
            raise RuntimeError("no paper in the machine")

    frail = Schedule("test.frail", Every(HOUR), deed, catch_up=True)
    for hours in range(3):
        run(frail, NOON + hours * HOUR)
    assert done == [NOON + HOUR, NOON + 2 * HOUR]
    failed = Run.objects.get(due=NOON + HOUR)
    assert failed.outcome == Run.Outcome.FAILED
    assert "no paper in the machine" in failed.error


def test_a_run_of_a_dead_worker_is_taken_over_but_not_one_of_a_living(hourly, done):
    run(hourly, NOON)
    Run.objects.create(
        name=hourly.name,
        due=NOON + HOUR,
        outcome=Run.Outcome.RUNNING,
        worker=OTHER,
        started_at=NOON + HOUR,
    )
    later = NOON + HOUR + dt.timedelta(minutes=2)
    other = Worker.objects.create(key=OTHER, host="press", started_at=NOON, seen_at=later)
    run(hourly, later)
    assert done == []
    other.seen_at = NOON
    other.save()
    run(hourly, later)
    assert done == [NOON + HOUR]


def test_schedules_of_all_apps_have_names_of_their_own():
    names = [schedule.name for schedule in schedules.known()]
    assert "site.sweep" in names
    assert len(names) == len(set(names))
