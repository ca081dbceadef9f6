"""The worker's post office: single mails by itself, mailings by a process lent for as long as there
is one to send, or several where signing takes long. So a sign-in code never waits behind a
newsletter, nor baking behind either."""

import contextlib
import logging
import signal
import subprocess
import sys
import threading
import time

from django.utils import timezone

from allmende.mailroom import deliver, guard, journal

logger = logging.getLogger(__name__)

COMMAND = [sys.executable, "-m", "allmende.site.command", "worker", "--sender"]
LOOK = 0.5  # seconds between two looks for a mailing
REST = 30.0  # seconds after the journal could not be used
CANNOT = (guard.Ahead, journal.Unreadable, OSError, ValueError)


class Office:
    """One worker's. Close it at the end."""

    def __init__(self) -> None:
        self._sender: deliver.Sender | None = None
        self._lent: list[subprocess.Popen[bytes]] = []
        self._look_at = self._rest_until = 0.0

    def step(self) -> bool:
        """Sends what is due. Returns whether there was something."""
        now = time.monotonic()
        if now < self._rest_until:
            return False
        if self._sender is None:
            try:
                self._sender = deliver.Sender(bulk=False, at=timezone.now())
            except CANNOT as error:
                logger.error("no mail is sent: %s", error)
                self._rest_until = now + REST
                return False
        if now >= self._look_at:
            self._look_at = now + LOOK
            self._lend()
        return self._sender.work(at=timezone.now()) > 0

    def _lend(self) -> None:
        self._lent = [process for process in self._lent if process.poll() is None]
        if self._lent or not deliver.bulk_is_near(at=timezone.now()):
            return
        count = deliver.senders()
        self._lent = [subprocess.Popen([*COMMAND, "--share", str(count)]) for _ in range(count)]

    def close(self) -> None:
        for process in self._lent:
            process.send_signal(signal.SIGTERM)
        for process in self._lent:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
        if self._sender:
            self._sender.transport.close()
            self._sender.file.close()


def send_mailings(*, share: int) -> None:
    """What a lent process does, one of so many. SIGTERM ends it after the letters on their way."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        deliver.run(stop=stop, share=share)
    except CANNOT as error:
        logger.error("no mailing is sent: %s", error)
        time.sleep(LOOK)
