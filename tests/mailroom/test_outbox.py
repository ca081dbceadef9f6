"""Mail is taken in as rows: once each, with its transaction, and nothing leaves too early."""

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.db import IntegrityError, transaction

from allmende.mailroom import batches, deliver, outbox, verp
from allmende.mailroom.models import Batch, Message
from allmende.mailroom.transports.dummy import Dummy
from tests.mailroom.cast import CONTENT, NOON, batch, recipients

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_journal(settings, tmp_path):
    settings.MAILROOM = settings.MAILROOM | {
        "journal": tmp_path / "journal",
        "bounces": "bounces@bote.example",
    }


def send(*mails: EmailMessage) -> int:
    return get_connection("allmende.mailroom.outbox.Backend").send_messages(list(mails))


def test_a_mail_of_django_is_a_row_for_every_address():
    mail = EmailMultiAlternatives(
        "Ihr Code", "123456", "Böte <a@bote.example>", ["b@example.org"], ["d@example.org"],
        cc=["c@example.org", "b@example.org"],
    )  # fmt: skip
    assert send(mail, EmailMessage("Niemandem", "x")) == 1
    rows = Message.objects.order_by("pk")
    assert [row.address for row in rows] == ["b@example.org", "c@example.org", "d@example.org"]
    assert {row.return_path for row in rows} == {"a@bote.example"}
    raw = bytes(rows[0].raw)
    assert b"d@example.org" not in raw
    assert b"Auto-Submitted: auto-generated\r\n" in raw
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_a_mail_is_taken_back_with_its_transaction():
    with transaction.atomic():
        send(EmailMessage("x", "y", to=["b@example.org"]))
        transaction.set_rollback(True)
    assert not Message.objects.exists()


def test_a_sent_mail_keeps_no_content():
    send(EmailMessage("Ihr Code", "123456", to=["b@example.org"]))
    dummy = Dummy()
    assert deliver.work(at=outbox.timezone.now(), bulk=False, transport=dummy) == 1
    (row,) = Message.objects.all()
    assert (row.state, row.raw) == ("handed over", None)
    assert b"123456" in dummy.sent[0].content
    assert verp.message_of(dummy.sent[0].return_path) == row


def test_a_batch_is_opened_once_and_its_audience_written_down_once():
    first = outbox.open_batch("weekly:1", content=CONTENT, at=NOON)
    again = outbox.open_batch("weekly:1", content=CONTENT, at=NOON)
    assert first == again

    def broken():
        yield from recipients(3)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        outbox.freeze(first, broken(), at=NOON)
    assert deliver.work(at=NOON, transport=Dummy()) == 0  # nothing leaves before all stand there
    assert outbox.freeze(again, [*recipients(4), *recipients(2)], at=NOON) == 4
    with pytest.raises(outbox.Closed):
        outbox.freeze(again, recipients(1, first=9), at=NOON)


def test_a_recipient_without_a_piece_is_refused():
    opened = outbox.open_batch("weekly:1", content=CONTENT, at=NOON)
    with pytest.raises(outbox.Incomplete):
        outbox.freeze(opened, [(1, "a@example.org", {"greeting": "Hallo"})], at=NOON)


def test_the_database_refuses_a_second_letter():
    made = batch(1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.create(
            batch=made, recipient=1, address="x@example.org", due_at=NOON, created_at=NOON
        )


def test_who_leaves_gets_no_letter_that_has_not_left():
    made = batch(3)
    assert outbox.withdraw([made.pk], recipient=2, at=NOON) == 1
    assert outbox.withdraw([made.pk], recipient=2, at=NOON) == 0
    dummy = Dummy()
    deliver.work(at=NOON, transport=dummy)
    assert {letter.recipient for letter in dummy.sent} == {1, 3}
    made.refresh_from_db()
    assert made.state == Batch.State.ENDED
    assert batches.progress(made, at=NOON).withdrawn == 1


def test_who_is_erased_leaves_a_row_that_says_nothing():
    made = batch(2)
    deliver.work(at=NOON, transport=Dummy())
    assert outbox.forget(1) == 1
    assert set(made.messages.values_list("address", flat=True)) == {"", "leserin2@example.org"}


@pytest.mark.parametrize(
    "address", ["", "bounces@bote.example", "bounces+1-aaaaaaaaaa@bote.example", "+@", "ü+ß-x@y"]
)
def test_no_made_up_address_names_a_letter(address):
    batch(1)
    assert verp.message_of(address) is None


def test_a_return_path_names_its_letter_whatever_its_case():
    made = batch(1)
    row = made.messages.get()
    assert verp.message_of(verp.return_path(row.pk).upper()) == row
    assert verp.message_of(f"<{verp.token(row.pk)}@bote.example>") == row
