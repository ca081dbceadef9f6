"""Mail that comes back, taken in by SMTP or LMTP from a mail server of one's own.

    bounces@bote.example, bounces+…@bote.example  →  127.0.0.1:2424

A mail is in the database before it is answered with 250; where that fails, the server is asked to
come again, and the second time changes nothing. Only return paths and addresses for leaving that we
made are taken, and the address itself, which complaints are sent to.
"""

import asyncio
import datetime as dt
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import close_old_connections, connection
from django.utils import timezone

from allmende.mailroom import verp
from allmende.mailroom.bounces import intake, record

logger = logging.getLogger(__name__)
LINE = 1 << 16  # bytes of a line; mails that come back are not all well-formed
PATIENCE = 60.0  # seconds for a command


class Smtp(SMTP):
    line_length_limit = LINE


class Lmtp(LMTP):
    line_length_limit = LINE


class Door(Controller):
    """Listens from `start` to `stop`, in threads of its own. Raises OSError for a port in use."""

    def __init__(self, host: str, port: int, *, lmtp: bool) -> None:
        self._kind = Lmtp if lmtp else Smtp
        self._taker = Taker("lmtp" if lmtp else "smtp")
        super().__init__(
            self._taker,
            hostname=host,
            port=port,
            server_hostname=settings.MAILROOM["bounces"].rpartition("@")[2],
            ident="allmende",
            data_size_limit=intake.LARGEST,
            timeout=PATIENCE,
        )

    def factory(self) -> SMTP:
        return self._kind(self.handler, **self.SMTP_kwargs)

    def stop(self, no_assert: bool = False) -> None:
        super().stop(no_assert)
        self._taker.close()


class Taker:
    """Answers aiosmtpd's questions; one thread talks to the database."""

    def __init__(self, source: str, now: Callable[[], dt.datetime] = timezone.now) -> None:
        self._source, self._now = source, now
        self._clerk = ThreadPoolExecutor(1, "bounces")

    async def handle_RCPT(  # noqa: N802  aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if envelope.rcpt_tos:  # each has an answer of its own in LMTP, and a token of its own
            return "452 4.5.3 One recipient at a time"
        if not is_ours(address):
            return "550 5.1.1 There is no such address"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Yes"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._clerk, self._keep, delivered(envelope))
        except Exception:
            logger.exception("a mail that came back could not be kept")
            return "451 4.3.0 Not now"
        return "250 2.0.0 Kept"

    def _keep(self, raw: bytes) -> None:
        close_old_connections()
        record.record(raw, at=self._now(), source=self._source)

    def close(self) -> None:
        self._clerk.submit(close_connection)
        self._clerk.shutdown()


def close_connection() -> None:
    """That of the thread which does this."""
    connection.close()


def is_ours(address: str) -> bool:
    """Whether mail to this address can be about a letter of ours."""
    behind = verp.token_in(address)
    if not behind:
        return behind is not None
    return verp.key_of(address) is not None or verp.left_by(address) is not None


def delivered(envelope: Envelope) -> bytes:
    """The mail as whoever delivers it writes it down: with what the envelope says."""
    sender = envelope.mail_from or ""
    head = f"Return-Path: <{sender}>\r\nDelivered-To: {envelope.rcpt_tos[0]}\r\n"
    return head.encode("utf-8", "replace") + (envelope.original_content or b"")
