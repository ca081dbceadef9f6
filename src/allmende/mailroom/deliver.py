"""Mail leaves: rows are claimed, handed to the transport, and what became of them is recorded.

`work` does what is due and returns, for the worker's thread that sends single mails. `run` goes on,
for a process of its own that sends mailings: its loop talks to mail servers while a second thread
talks to the database.
"""

import datetime as dt
import logging
import os
import threading
import time
from collections.abc import Callable
from typing import Self

from django.conf import settings
from django.db import connection
from django.utils import timezone

from allmende.lib.pages import few_pages
from allmende.mailroom import claims, composing, guard
from allmende.mailroom.composing import Composer
from allmende.mailroom.desk import Desk
from allmende.mailroom.models import Batch, Message
from allmende.mailroom.throttle import DomainLimit, Domains
from allmende.mailroom.transports import Transport
from allmende.mailroom.transports.choice import transport_of
from allmende.mailroom.transports.smtp import relays_of

logger = logging.getLogger(__name__)

LOOK = 0.25  # seconds between two looks at the database while all goes well
PAUSE = 0.02  # seconds before a look that found nothing is repeated
IDLE = 5.0  # seconds without a letter after which a process for mailings ends
MOST_SENDERS = 4
AWAY = 1.0  # seconds of rest after the database did not answer


class Sender:
    """One journal, one transport, one desk. Close it, so that another may have the journal."""

    def __init__(
        self, *, bulk: bool, at: dt.datetime, transport: Transport | None = None, share: int = 1
    ) -> None:
        """share: of how many senders this is one.

        Raises guard.Ahead, journal.Unreadable, OSError."""
        self.file = guard.begin(at=at)
        limits = {
            domain: DomainLimit(connections, rate)
            for domain, connections, rate in settings.MAILROOM["limits"]
        }
        self.desk = Desk(self.file, Composer(), Domains(limits), bulk=bulk)
        self.transport = transport or transport_of(settings.MAILROOM["transport"], share=share)
        self.rest_until = 0.0

    def work(self, *, at: dt.datetime) -> int:
        """Sends what is due, in this thread. Returns the number of letters taken up."""
        self.desk.record(at=at, all_of_them=True)  # what the database did not take last time
        if time.monotonic() < self.rest_until:
            return 0
        taken = self.desk.refill(at=at)
        if taken:
            self.rest_until = time.monotonic() + self.transport.carry(self.desk)
            self.desk.clear()
            self.desk.record(at=at, all_of_them=True)
        return taken

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.transport.close()
        self.file.close()


def work(*, at: dt.datetime, bulk: bool = True, transport: Transport | None = None) -> int:
    """Sends everything that is due, once. Returns the number of letters taken up."""
    total = 0
    with Sender(bulk=bulk, at=at, transport=transport) as sender:
        while taken := sender.work(at=at):
            total += taken
            if sender.rest_until > time.monotonic():
                break
    return total


def bulk_is_due(*, at: dt.datetime) -> bool:
    """Whether a mailing has a letter to send now."""
    return any(
        Message.objects.remaining()
        .filter(batch=batch.pk, state__in=Message.OPEN, due_at__lte=at)
        .exists()
        for batch in claims.sending(at=at)
    )


def bulk_is_near(*, at: dt.datetime) -> bool:
    """Whether one is being written down for now, so that a sender may already warm up."""
    freezing = Batch.objects.filter(state=Batch.State.FREEZING, send_at__lte=at)
    return freezing.exists() or bulk_is_due(at=at)


def senders() -> int:
    """How many processes send mailings best. A signature with RSA takes longer than all the rest of
    a letter, so every core signs; whatever else is done, one has enough to do with the network."""
    slow = any(signer.is_slow for signer in composing.signers())
    relays = settings.MAILROOM["transport"].startswith("smtp")
    if not slow or not relays or settings.MAILROOM["limits"]:  # a limit cannot always be divided
        return 1
    fewest = min(relay.connections for relay in relays_of(settings.MAILROOM["transport"]))
    return max(1, min(os.cpu_count() or 1, fewest, MOST_SENDERS))


def run(
    *, stop: threading.Event, now: Callable[[], dt.datetime] = timezone.now, share: int = 1
) -> None:
    """Sends mailings until `stop`, or until there is nothing to send for a while.

    share: of how many senders this is one.
    """
    with Sender(bulk=True, at=now(), share=share) as sender:
        clerk = Clerk(sender.desk, now)
        thread = threading.Thread(target=clerk.run, name="clerk")
        thread.start()
        try:
            carry_on(sender, clerk, stop)
        finally:
            clerk.end()
            thread.join()


def carry_on(sender: Sender, clerk: "Clerk", stop: threading.Event) -> None:
    idle_since = time.monotonic()
    while not stop.is_set() and time.monotonic() - idle_since < IDLE:
        rest = sender.transport.carry(Stoppable(sender.desk, stop))
        if rest:
            stop.wait(min(rest, 5.0))
            idle_since = time.monotonic()
        elif sender.desk.is_busy or clerk.found():
            idle_since = time.monotonic()
            clerk.news.wait(LOOK / 5)
        else:
            clerk.news.wait(LOOK)
        clerk.news.clear()


class Stoppable:
    """The desk as the transport sees it: empty once we are asked to stop."""

    def __init__(self, desk: Desk, stop: threading.Event) -> None:
        self._desk, self._stop = desk, stop
        self.note, self.noting, self.ended = desk.note, desk.noting, desk.ended

    def take(self):  # type: ignore[no-untyped-def]
        return None if self._stop.is_set() else self._desk.take()


class Clerk:
    """Keeps desk and database in step, in a thread of its own."""

    def __init__(self, desk: Desk, now: Callable[[], dt.datetime]) -> None:
        self._desk, self._now = desk, now
        self._over = threading.Event()
        self._taken = 0
        self.news = threading.Event()  # set when there are letters to take

    def found(self) -> int:
        """Letters taken up since the last question."""
        taken, self._taken = self._taken, 0
        return taken

    @few_pages(connection, megabytes=2)
    def run(self) -> None:
        next_look = 0.0
        while not self._over.is_set():
            try:
                self._desk.record(at=self._now())
                if self._desk.wanted.is_set() or time.monotonic() >= next_look:
                    self._desk.wanted.clear()
                    next_look = time.monotonic() + LOOK
                    self._look()
            except Exception:
                logger.exception("the database could not be reached")
                connection.close()
                self._over.wait(AWAY)
            self._desk.wanted.wait(LOOK / 5)
        self._finish()

    def _look(self) -> None:
        if found := self._desk.refill(at=self._now()):
            self._taken += found
            self.news.set()
        else:
            self._over.wait(PAUSE)

    def end(self) -> None:
        self._over.set()
        self._desk.wanted.set()

    def _finish(self) -> None:
        try:
            self._desk.clear()
            self._desk.record(at=self._now(), all_of_them=True)
        except Exception:  # the journal knows; the next sender mends it
            logger.exception("the last outcomes could not be recorded")
        finally:
            connection.close()
