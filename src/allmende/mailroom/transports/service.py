"""Hands letters to an e-mail service by django-anymail, one request each.

Services take parts, not bytes: the letter is read again and given to Django's mail classes.
"""

import email
import email.policy
from email.message import EmailMessage as Mail
from typing import Any

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRequestsAPIError
from django.core.mail import EmailMultiAlternatives, get_connection

from allmende.mailroom.letters import Fate, Letter, Outcome
from allmende.mailroom.transports import Desk, one_by_one

# Headers that the classes set by themselves.
OWN = {"from", "to", "subject", "mime-version", "content-type", "content-transfer-encoding",
       "dkim-signature", "reply-to"}  # fmt: skip
BUSY = {408, 425, 429}


class Service:
    """name: of anymail's backend, as "mailgun"; options: what that backend needs, as api_key."""

    def __init__(self, name: str, options: dict[str, Any]) -> None:
        path = name if "." in name else f"anymail.backends.{name}.EmailBackend"
        self._connection = get_connection(path, **options)

    def carry(self, desk: Desk) -> float:
        self._connection.open()
        return one_by_one.carry(desk, self._send)

    def _send(self, letter: Letter) -> Outcome:
        mail = read_again(letter)
        try:
            self._connection.send_messages([mail])
        except AnymailRequestsAPIError as error:
            return answered(error)
        except AnymailAPIError as error:  # the connection broke: nobody knows how far it came
            return Outcome(Fate.SILENT, words=one_line(error))
        except AnymailError as error:
            return Outcome(Fate.REFUSED, "554", one_line(error))
        status = getattr(mail, "anymail_status", None)
        return Outcome(Fate.ACCEPTED, queue_id=str(getattr(status, "message_id", "") or ""))

    def close(self) -> None:
        self._connection.close()


def answered(error: AnymailRequestsAPIError) -> Outcome:
    """What an HTTP status says about the letter."""
    status = error.status_code or 0
    if status >= 500 or status in BUSY:
        return Outcome(Fate.DEFERRED, f"4{status % 100:02}", one_line(error))
    if status in (401, 402, 403):  # our account, not this letter
        return Outcome(Fate.UNSENT, words=one_line(error), pause=60)
    return Outcome(Fate.REFUSED, "554", one_line(error))


def one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]


def read_again(letter: Letter) -> EmailMultiAlternatives:
    found = email.message_from_bytes(letter.content, policy=email.policy.default)
    assert isinstance(found, Mail)
    text, rich = found.get_body(("plain",)), found.get_body(("html",))
    mail = EmailMultiAlternatives(
        subject=str(found["Subject"] or ""),
        body=text.get_content() if text else "",
        from_email=str(found["From"]),
        to=[letter.address],
        reply_to=[str(found["Reply-To"])] if found["Reply-To"] else None,
        headers={name: str(value) for name, value in found.items() if name.lower() not in OWN},
    )
    if rich:
        mail.attach_alternative(rich.get_content(), "text/html")
    for part in found.iter_attachments():
        mail.attach(part.get_filename(), part.get_payload(decode=True), part.get_content_type())
    if letter.return_path:
        mail.envelope_sender = letter.return_path  # type: ignore[attr-defined]
    return mail
