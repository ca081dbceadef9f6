"""A bounce finds its letter, and what is done about the address is done once."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from allmende.mailroom import deliver, outbox, signals, suppression, verp
from allmende.mailroom.bounces import intake, record
from allmende.mailroom.models import Bounce, Incoming, Message, Suppression
from allmende.mailroom.transports.dummy import Dummy
from tests.mailroom.bounces.ordinary import BOUNCE
from tests.mailroom.bounces.test_parse import COMPLAINT
from tests.mailroom.cast import CONTENT, NOON, batch, recipients

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
FULL = BOUNCE.replace(b"5.1.1 User unknown", b"5.2.2 Mailbox full").replace(b"5.1.1", b"5.2.2")


@pytest.fixture(autouse=True)
def own_journal(settings: Any, tmp_path: Path) -> None:
    settings.MAILROOM = settings.MAILROOM | {
        "journal": tmp_path / "journal",
        "bounces": "bounces@bote.example",
        "bounces_from": f"maildir://{tmp_path / 'bounces'}",
    }


@pytest.fixture
def letter() -> Message:
    return batch(1).messages.get()


def to(letter: Message, raw: bytes = BOUNCE) -> bytes:
    """As it comes back to the letter's own return path."""
    path = verp.return_path(letter.pk).encode()
    return raw.replace(b"bounces@bote.example", path).replace(
        b"bounces+1z-abcdefghij@bote.example", path
    )


def test_dead_address_is_barred_at_once_and_announced(letter: Message) -> None:
    heard = []

    def listen(**told: Any) -> None:
        heard.append((told["bounce"].message_id, told["recipient"], told["barred"]))

    signals.bounced.connect(listen)
    try:
        [bounce] = record.record(to(letter), at=NOON)
    finally:
        signals.bounced.disconnect(listen)
    assert (bounce.message, bounce.hard, bounce.address) == (letter, True, letter.address)
    assert heard == [(letter.pk, letter.recipient, True)]
    barred = suppression.why(letter.address.upper())
    assert barred is not None
    assert barred.why == Suppression.Why.DEAD


def test_same_mail_twice_is_one_bounce(letter: Message) -> None:
    first = record.record(to(letter), at=NOON)
    assert record.record(to(letter), at=NOON + DAY) == first
    assert (Incoming.objects.count(), Bounce.objects.count()) == (1, 1)


def test_mail_that_nobody_came_to_read_is_read_later(letter: Message) -> None:
    record.receive(to(letter), at=NOON)
    assert Bounce.objects.count() == 0
    assert record.take_unread(at=NOON) == 1
    assert Bounce.objects.count() == 1
    assert record.take_unread(at=NOON) == 0


def test_made_up_bounce_bars_nobody(letter: Message) -> None:
    forged = BOUNCE.replace(b"bounces@", b"bounces+1-aaaaaaaaaa@")
    [bounce] = record.record(forged.replace(b"anna@", b"leserin1@"), at=NOON)
    assert (bounce.address, bounce.message) == (letter.address, None)
    assert suppression.why(letter.address) is None
    [complaint] = record.record(COMPLAINT.replace(b"anna@", b"leserin1@"), at=NOON)
    assert complaint.message is None
    assert suppression.why(letter.address) is None


def test_full_mailbox_is_barred_after_several_days_only(letter: Message) -> None:
    for day in range(record.MANY):
        assert suppression.why(letter.address) is None
        for hour in range(2):
            raw = to(letter, FULL) + b"\n%d %d" % (day, hour)
            record.record(raw, at=NOON + day * DAY + hour * dt.timedelta(hours=1))
    barred = suppression.why(letter.address)
    assert barred is not None
    assert barred.why == Suppression.Why.FAILING


def test_failures_of_long_ago_do_not_count(letter: Message) -> None:
    for day in range(record.MANY + 1):
        record.record(to(letter, FULL) + b"\n%d" % day, at=NOON + day * 40 * DAY)
    assert suppression.why(letter.address) is None


def test_letter_that_is_late_counts_for_nothing(letter: Message) -> None:
    late = to(letter, FULL.replace(b"Action: failed", b"Action: delayed"))
    for day in range(record.MANY + 1):
        record.record(late + b"\n%d" % day, at=NOON + day * DAY)
    assert suppression.why(letter.address) is None


def test_complaint_stays_whatever_comes_later(letter: Message) -> None:
    record.record(to(letter, COMPLAINT), at=NOON)
    record.record(to(letter), at=NOON)
    barred = suppression.why(letter.address)
    assert barred is not None
    assert barred.why == Suppression.Why.COMPLAINT
    assert not suppression.lift(letter.address)


def test_reader_who_mended_it_gets_mail_again(letter: Message) -> None:
    record.record(to(letter), at=NOON)
    assert suppression.lift(letter.address)
    assert suppression.why(letter.address) is None


def test_barred_address_gets_no_mailing_and_no_address_is_kept(letter: Message) -> None:
    record.record(to(letter), at=NOON)
    record.forget(letter.address)
    assert not Bounce.objects.filter(address=letter.address).exists()
    later = outbox.open_batch("weekly:2", content=CONTENT, at=NOON)
    outbox.freeze(later, recipients(3), at=NOON)
    transport = Dummy()
    deliver.work(at=NOON, transport=transport)
    states = dict(later.messages.values_list("address", "state"))
    assert states == {
        "leserin1@example.org": Message.State.WITHDRAWN,
        "leserin2@example.org": Message.State.HANDED_OVER,
        "leserin3@example.org": Message.State.HANDED_OVER,
    }


def test_maildir_is_emptied_into_rows(letter: Message, tmp_path: Path) -> None:
    for name in ("new", "cur", "tmp"):
        (tmp_path / "bounces" / name).mkdir(parents=True)
    (tmp_path / "bounces" / "new" / "1.mx").write_bytes(to(letter))
    (tmp_path / "bounces" / "cur" / "2.mx").write_bytes(b"From: a@b.example\n\nGuten Tag")
    (tmp_path / "bounces" / "tmp" / "3.mx").write_bytes(b"half a ma")
    assert intake.fetch(at=NOON) == 2
    assert intake.fetch(at=NOON) == 0
    assert (Incoming.objects.count(), Bounce.objects.count()) == (2, 1)
    assert (tmp_path / "bounces" / "tmp" / "3.mx").exists()
