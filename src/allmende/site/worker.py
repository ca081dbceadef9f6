"""The worker: bakes what is ordered, publishes what is due, does jobs and schedules.

Four threads, so that none waits for another: baking (a publish shows within a second; where there
is much to bake, further processes lend a hand, one a core), the clock
(heartbeat and scheduled pages), post (single mails; mailings leave from a process of their own),
and errands (jobs and schedules, which may take long). Each goes
on after an error with growing pauses: a database that is away for a while comes back.
"""

import logging
import signal
import socket
import threading
import time
import uuid
from collections.abc import Callable

from django.db import connection
from django.utils import timezone

from allmende.bakery import bake
from allmende.people import erasure
from allmende.site import due_pages, hands, jobs, post, schedules
from allmende.site.models import Worker

logger = logging.getLogger(__name__)

LONGEST_PAUSE = 15.0
BAKING_PAUSE = 0.1  # seconds; what an idle worker costs is one query of an empty table
CLOCK_PAUSE = 1.0
POST_PAUSE = 0.25
ERRANDS_PAUSE = 0.5
HEARTBEAT = 10.0
AFTERCARE = 30.0


def run() -> None:
    """Works until SIGTERM or SIGINT, then ends what is in hand. Call in the main thread."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    key = uuid.uuid4()
    beat(key)
    logger.info("worker %s is at work", key)
    if again := erasure.make_again():
        logger.warning("%d persons were erased again: a backup had brought them back", again)
    office = post.Office()
    threads = [
        threading.Thread(target=keep_doing, args=(step, pause, stop), name=name)
        for name, step, pause in (
            ("clock", clock(key), CLOCK_PAUSE),
            ("errands", errands(key), ERRANDS_PAUSE),
            ("post", office.step, POST_PAUSE),
        )
    ]
    for thread in threads:
        thread.start()
    if not stop.is_set():
        bake.warm_up()
    further = hands.Hands()
    keep_doing(baking(further), BAKING_PAUSE, stop)
    further.end()
    for thread in threads:
        thread.join()
    office.close()
    Worker.objects.filter(key=key).delete()
    logger.info("worker %s has stopped", key)


def keep_doing(step: Callable[[], bool], pause: float, stop: threading.Event) -> None:
    """Repeats `step`, at once while it finds work, after `pause` seconds when it finds none."""
    failures = 0
    while not stop.is_set():
        try:
            busy, failures = step(), 0
        except Exception:
            failures += 1
            logger.exception("%s failed", threading.current_thread().name)
            connection.close()
            stop.wait(min(0.5 * 2**failures, LONGEST_PAUSE))
        else:
            if not busy:
                stop.wait(pause)
    if threading.current_thread() is not threading.main_thread():
        connection.close()


def baking(further: hands.Hands) -> Callable[[], bool]:
    def step() -> bool:
        baked = bake.work(at=timezone.now())
        if baked:
            further.lend()
        return baked > 0

    return step


def clock(key: uuid.UUID) -> Callable[[], bool]:
    every_heartbeat = Rarely(HEARTBEAT)

    def step() -> bool:
        if every_heartbeat():
            beat(key)
        due_pages.publish_due(at=timezone.now())
        return False

    return step


def errands(key: uuid.UUID) -> Callable[[], bool]:
    known = schedules.known()
    now_and_then, second = Rarely(AFTERCARE), Rarely(1.0)

    def step() -> bool:
        if now_and_then():
            jobs.free_abandoned(at=timezone.now())
        if second():
            schedules.run_due(known, worker=key, at=timezone.now())
        return jobs.do_one(worker=key)

    return step


def beat(key: uuid.UUID) -> None:
    """Says that this worker lives; others take over the work of one that falls silent."""
    now = timezone.now()
    Worker.objects.update_or_create(
        key=key,
        defaults={"seen_at": now},
        create_defaults={"seen_at": now, "started_at": now, "host": socket.gethostname()[:120]},
    )


class Rarely:
    """True when called for the first time, and again after so many seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.next = 0.0

    def __call__(self) -> bool:
        now = time.monotonic()
        if now < self.next:
            return False
        self.next = now + self.seconds
        return True
