"""A mail server hands over what came back: only what can be ours, and each mail once."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from allmende.mailroom import verp
from allmende.mailroom.bounces import intake
from allmende.mailroom.bounces.listen import Door
from allmende.mailroom.models import Bounce, Incoming
from tests.house import free_port
from tests.mailroom.bounces.ordinary import BOUNCE
from tests.mailroom.cast import batch

# A thread of the door's own writes rows.
writes = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def own_journal(settings: Any, tmp_path: Path) -> None:
    settings.MAILROOM = settings.MAILROOM | {
        "journal": tmp_path / "journal",
        "bounces": "bounces@bote.example",
    }


@contextmanager
def server(*, lmtp: bool = False) -> Iterator[smtplib.SMTP]:
    """Somebody who is connected to the open door."""
    door = Door("127.0.0.1", free_port(), lmtp=lmtp)
    door.start()
    kind = smtplib.LMTP if lmtp else smtplib.SMTP
    try:
        with kind("127.0.0.1", door.port) as found:
            yield found
    finally:
        door.stop()


@writes
def test_a_mail_that_comes_back_is_about_the_letter_that_its_envelope_names() -> None:
    first, second = batch(2).messages.order_by("pk")
    with server() as other:
        for _ in range(2):  # as a server does that never heard our answer
            assert other.sendmail("", [verp.return_path(first.pk)], BOUNCE) == {}
    with server(lmtp=True) as other:
        assert other.sendmail("", [verp.return_path(second.pk)], BOUNCE) == {}
    rows = Bounce.objects.order_by("pk").select_related("message", "incoming")
    assert [(row.message, row.incoming.source) for row in rows] == [
        (first, "smtp"),
        (second, "lmtp"),
    ]
    assert all(row.hard and row.address == row.message.address for row in rows)


@pytest.mark.django_db
def test_what_cannot_be_about_a_letter_of_ours_is_refused() -> None:
    batch(1)
    with server() as other:
        for address in (
            "redaktion@bote.example",
            "bounces@example.org",
            "bounces+1-aaaaaaaaaa@bote.example",
            "bounces+@bote.example",
        ):
            with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
                other.sendmail("", [address], BOUNCE)
            assert refused.value.recipients[address][0] == 550


@writes
def test_any_shape_of_mail_is_taken_but_none_too_large_and_one_recipient_at_a_time() -> None:
    own = verp.return_path(batch(1).messages.get().pk)
    with server() as other:
        with pytest.raises(smtplib.SMTPException):
            other.sendmail("", [own], BOUNCE + b"y\r\n" * (intake.LARGEST // 3))
        assert other.sendmail("", [own], BOUNCE.replace(b"Guten Tag", b"x" * 20_000)) == {}
        refused = other.sendmail("fbl@gmx.example", ["bounces@bote.example", own], BOUNCE)
    assert refused[own][0] == 452
    assert Incoming.objects.count() == 2
