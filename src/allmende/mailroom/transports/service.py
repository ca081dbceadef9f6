"""Hands letters to an e-mail service by django-anymail, one request each.

Services take parts, not bytes: the letter is read again and given to Django's mail classes.
"""

import email
import email.policy
import ssl
import time
from collections.abc import Iterator
from email.message import EmailMessage as Mail
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRequestsAPIError
from django.core.mail import EmailMultiAlternatives, get_connection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from allmende.mailroom import verp
from allmende.mailroom.letters import Fate, Letter, Outcome
from allmende.mailroom.transports import Desk

# Headers that the classes set by themselves.
OWN = {"from", "to", "subject", "mime-version", "content-type", "content-transfer-encoding",
       "dkim-signature", "reply-to"}  # fmt: skip
LATER = {408, 425, 429, 500, 503}
GATEWAYS = {502, 504}  # they do not know what became of the request behind them
OUR_ACCOUNT = {401, 402, 403}
REST = 60.0  # seconds after which a service in trouble is asked again
NOT_REACHED = (NewConnectionError, ConnectTimeoutError, ssl.SSLCertVerificationError)


class Service:
    """name: of anymail's backend, as "mailgun"; options: what that backend needs, as api_key."""

    def __init__(self, name: str, options: dict[str, Any]) -> None:
        path = name if "." in name else f"anymail.backends.{name}.EmailBackend"
        # Not every service takes a return path or a note of ours; no letter is refused for that.
        self._connection = get_connection(path, ignore_unsupported_features=True, **options)
        self._rest_until = 0.0

    def carry(self, desk: Desk) -> float:
        """Stops at a letter of which the service itself is in the way: the others would fare as
        badly."""
        if (rest := self._rest_until - time.monotonic()) > 0:
            return rest
        self._connection.open()
        while letter := desk.take():
            desk.note([letter])
            outcome = self._send(letter)
            desk.ended(letter, outcome)
            if outcome.fate in (Fate.UNSENT, Fate.SILENT):
                self._rest_until = time.monotonic() + REST
                break
        desk.note([])
        return max(0.0, self._rest_until - time.monotonic())

    def _send(self, letter: Letter) -> Outcome:
        mail = read_again(letter)
        try:
            self._connection.send_messages([mail])
        except AnymailRequestsAPIError as error:
            return answered(error)
        except AnymailAPIError as error:
            return Outcome(Fate.SILENT, words=one_line(error))
        except AnymailError as error:
            return Outcome(Fate.REFUSED, "554", one_line(error))
        status = getattr(mail, "anymail_status", None)
        return Outcome(Fate.ACCEPTED, queue_id=str(getattr(status, "message_id", "") or ""))

    def close(self) -> None:
        self._connection.close()


def of_address(address: str, *, share: int) -> Service:
    parts = urlsplit(address)
    return Service(parts.netloc, dict(parse_qsl(parts.query)))


def answered(error: AnymailRequestsAPIError) -> Outcome:
    """What an HTTP status says about the letter, or the want of one."""
    status, words = error.status_code, one_line(error)
    if status is None and any(isinstance(cause, NOT_REACHED) for cause in causes(error)):
        return Outcome(Fate.UNSENT, words=words)
    if status is None or status in GATEWAYS or status < 300:  # "yes", in words nobody understands
        return Outcome(Fate.SILENT, words=words)
    if status in OUR_ACCOUNT:  # not this letter
        return Outcome(Fate.UNSENT, words=words)
    if status > 500 or status in LATER:
        return Outcome(Fate.DEFERRED, f"4{status % 100:02}", words)
    return Outcome(Fate.REFUSED, "554", words)


def causes(error: BaseException | None) -> Iterator[object]:
    """What lies behind an error: of requests, then of urllib3, then of the system."""
    while isinstance(error, BaseException):
        yield error
        inner = error.args[0] if error.args else None
        error = error.__cause__ or getattr(error, "reason", None) or inner


def one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]


def read_again(letter: Letter) -> EmailMultiAlternatives:
    found = email.message_from_bytes(letter.content, policy=email.policy.default)
    assert isinstance(found, Mail)
    text, rich = found.get_body(("plain",)), found.get_body(("html",))
    mail = EmailMultiAlternatives(
        subject=str(found["Subject"] or ""),
        body=content_of(text) if text else "",
        from_email=str(found["From"]),
        to=[letter.address],
        reply_to=[str(found["Reply-To"])] if found["Reply-To"] else None,
        headers={name: str(value) for name, value in found.items() if name.lower() not in OWN},
    )
    if rich:
        mail.attach_alternative(content_of(rich), "text/html")
    for part in found.iter_attachments():
        mail.attach(part.get_filename(), part.get_payload(decode=True), part.get_content_type())
    if letter.return_path:
        mail.envelope_sender = letter.return_path  # type: ignore[attr-defined]
    # Comes back with what the service tells of the letter, and names it for certain.
    mail.metadata = {"letter": verp.token(letter.pk)}  # type: ignore[attr-defined]
    return mail


def content_of(part: Any) -> str:
    return str(part.get_content()).replace("\r\n", "\n")
