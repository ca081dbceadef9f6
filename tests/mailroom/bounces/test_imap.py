"""A mailbox of a real Dovecot is emptied into rows."""

import imaplib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from allmende.mailroom import verp
from allmende.mailroom.bounces import intake, record
from allmende.mailroom.models import Bounce, Incoming
from tests import dovecot
from tests.mailroom.bounces.ordinary import BOUNCE
from tests.mailroom.cast import NOON, batch

pytestmark = [pytest.mark.django_db, pytest.mark.conformance]


@pytest.fixture(scope="module")
def mailbox() -> Iterator[dovecot.Mailbox]:
    with dovecot.private() as found:
        yield found


@pytest.fixture(autouse=True)
def own_journal(settings: Any, tmp_path: Path, mailbox: dovecot.Mailbox) -> None:
    settings.MAILROOM = settings.MAILROOM | {
        "journal": tmp_path / "journal",
        "bounces": "bounces@bote.example",
        "bounces_from": mailbox.url,
    }


def bounce(pk: int) -> bytes:
    return BOUNCE.replace(b"bounces@bote.example", verp.return_path(pk).encode())


def test_mailbox_is_emptied_into_rows(mailbox: dovecot.Mailbox) -> None:
    keys = list(batch(12).messages.values_list("pk", flat=True))
    for pk in keys:
        mailbox.put(f"{pk}.mx", bounce(pk))
    mailbox.put("x.mx", "From: a@b.example\r\n\r\nGrüße".encode())
    assert intake.fetch(at=NOON) == 13
    assert intake.fetch(at=NOON) == 0
    assert mailbox.names() == set()
    assert set(Bounce.objects.values_list("message", flat=True)) == set(keys)
    assert Incoming.objects.count() == 13


def test_mail_that_was_kept_and_not_yet_removed_counts_once(mailbox: dovecot.Mailbox) -> None:
    pk = batch(1).messages.get().pk
    raw = bounce(pk).replace(b"\n", b"\r\n")  # as IMAP tells it
    record.record(raw, at=NOON)
    mailbox.put("1.mx", raw)
    assert intake.fetch(at=NOON) == 1
    assert Bounce.objects.count() == 1
    assert mailbox.names() == set()


def test_two_fetchers_take_turns_at_the_same_mails(mailbox: dovecot.Mailbox) -> None:
    """Each has seen all mails before the other removes them."""
    keys = list(batch(3).messages.values_list("pk", flat=True))
    for pk in keys:
        mailbox.put(f"{pk}.mx", bounce(pk))
    with intake.signed_in(mailbox.url) as other:
        seen = other.uid("SEARCH", "UNDELETED")[1][0].split()
        assert len(seen) == 3
        assert intake.fetch(at=NOON) == 3
        for uid in seen:
            other.uid("FETCH", uid, "(BODY.PEEK[])")
    assert intake.fetch(at=NOON) == 0
    assert Bounce.objects.count() == 3


def test_wrong_password_and_folder_say_so(mailbox: dovecot.Mailbox) -> None:
    with pytest.raises(imaplib.IMAP4.error):
        intake.mailbox(mailbox.url.replace("geheim", "geraten"), at=NOON)
    with pytest.raises(OSError, match="no mail folder"):
        intake.mailbox(mailbox.url.replace("INBOX", "Nirgends"), at=NOON)
