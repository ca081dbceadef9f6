"""A mail server that takes our letters: where it is, how it is greeted, and when it has trouble.

Greeting (TLS, sign-in) is the standard library's; the dialogue about letters is ours.
"""

import logging
import random
import smtplib
import ssl
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from allmende.mailroom.throttle import Bucket

logger = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0
PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}


class BadAddress(ValueError):
    """The address of a relay cannot be read."""


@dataclass
class Relay:
    """host, port; tls: "", "tls" (STARTTLS, required) or "ssl". connections: at the most, at once.
    rate: letters a second, 0 as many as go. letters: after which a connection is begun anew.
    timeout: seconds for an answer; to the end of a letter a server has twice that (RFC 5321,
    4.5.3.2, gives it ten minutes).
    """

    host: str
    port: int = 25
    tls: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    connections: int = 10
    rate: float = 0.0
    letters: int = 1_000
    timeout: float = 300.0
    verify: bool = True
    helo: str = ""

    def __post_init__(self) -> None:
        self.bucket = Bucket(self.rate)
        self.rest_until = 0.0  # by the steady clock
        self.trouble = ""
        self._failures = 0

    @classmethod
    def of_url(cls, url: str) -> "Relay":
        """smtp+tls://user:password@host:587?connections=20&rate=50. Raises BadAddress."""
        parts = urlsplit(url)
        try:
            if parts.scheme not in PORTS or not parts.hostname:
                raise BadAddress(f"{parts.scheme}://{parts.hostname or ''} names no mail server.")
            return cls(
                host=parts.hostname,
                port=parts.port or PORTS[parts.scheme],
                tls=parts.scheme.partition("+")[2],
                user=unquote(parts.username or ""),
                password=unquote(parts.password or ""),
                **options(parts.query),
            )
        except ValueError as error:
            raise BadAddress(str(error)) from error

    def shared(self, share: int) -> "Relay":
        """The part of it that one of so many senders may use."""
        return replace(self, connections=max(1, self.connections // share), rate=self.rate / share)

    def open(self) -> smtplib.SMTP:
        """A greeted connection. Raises OSError, which smtplib's own errors are."""
        context = self._context() if self.tls else None
        server: smtplib.SMTP
        helo = self.helo or None
        if self.tls == "ssl":
            server = smtplib.SMTP_SSL(
                self.host, self.port, helo, timeout=self.timeout, context=context
            )
        else:
            server = smtplib.SMTP(self.host, self.port, helo, timeout=self.timeout)
        try:
            server.ehlo_or_helo_if_needed()
            if self.tls == "tls":
                server.starttls(context=context)
                server.ehlo()
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if not self.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def fails(self, words: str, now: float) -> None:
        """Rests for a while, longer every time, so that a server in trouble is left in peace."""
        if now < self.rest_until:
            return
        self._failures += 1
        pause = min(FIRST_PAUSE * 2 ** (self._failures - 1), LONGEST_PAUSE)
        self.rest_until = now + pause * random.uniform(0.5, 1.0)  # noqa: S311  no secret
        self.trouble = words
        logger.warning("mail server %s: %s", self.host, words)

    def is_well(self) -> None:
        self._failures, self.trouble = 0, ""


def relays_of(address: str) -> list[Relay]:
    """One, or several by commas. Raises BadAddress."""
    return [Relay.of_url(one.strip()) for one in address.split(",")]


def options(query: str) -> dict[str, Any]:
    """Numbers and switches behind the question mark. Raises ValueError."""
    kinds: dict[str, Any] = {
        "connections": int,
        "rate": float,
        "letters": int,
        "timeout": float,
        "helo": str,
    }
    found: dict[str, Any] = {}
    for name, value in parse_qsl(query, strict_parsing=bool(query)):
        if name == "verify":
            found[name] = value not in ("0", "no", "off")
        elif name in kinds:
            found[name] = kinds[name](value)
        else:
            raise BadAddress(f"{name} is no option of a mail server.")
    return found
