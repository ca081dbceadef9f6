"""A mailing is paused, goes on, is stopped; and a person decides over what nobody knows."""

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allmende.mailroom import batches, deliver
from allmende.mailroom.letters import Fate, Letter, Outcome
from allmende.mailroom.models import Batch, Message
from allmende.mailroom.transports.choice import transport_of
from allmende.mailroom.transports.dummy import Dummy
from tests.mailroom.cast import NOON, batch

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_journal(settings, tmp_path):
    settings.MAILROOM = settings.MAILROOM | {"journal": tmp_path / "journal"}


def send(dummy: Dummy) -> int:
    return deliver.work(at=NOON, transport=dummy)


def states(made: Batch) -> Counter[str]:
    return Counter(made.messages.values_list("state", flat=True))


def silent(letter: Letter) -> Outcome:
    """A service that hangs up on the second recipient."""
    fate = Fate.SILENT if letter.recipient == 2 else Fate.ACCEPTED
    return Outcome(fate, queue_id="Q", words="hung up")


def test_a_paused_mailing_waits_and_goes_on_where_it_was():
    made = batch(3)
    assert batches.pause(made, remark="Fehler im Vorspann")
    dummy = Dummy()
    assert send(dummy) == 0
    assert states(made) == {"waiting": 3}
    assert batches.resume(made)
    assert made.remark == ""
    send(dummy)
    assert states(made) == {"handed over": 3}


def test_letters_in_hand_go_back_when_their_mailing_is_paused():
    made = batch(4)

    def halfway(letter: Letter) -> Outcome:
        if letter.recipient == 2:
            batches.pause(Batch.objects.get())
        return Outcome(Fate.ACCEPTED, queue_id="Q")

    with deliver.Sender(bulk=True, at=NOON, transport=Dummy(halfway)) as sender:
        desk = sender.desk
        desk.refill(at=NOON)
        for _ in range(2):
            letter = desk.take()
            desk.note([letter])
            desk.ended(letter, halfway(letter))
        desk.refill(at=NOON)
        assert desk.take() is None
        desk.record(at=NOON, all_of_them=True)
    assert states(made) == {"handed over": 2, "waiting": 2}


def test_a_stopped_mailing_never_leaves():
    made = batch(3)
    assert batches.stop(made, at=NOON)
    assert not batches.resume(made)
    assert not batches.stop(made, at=NOON)
    dummy = Dummy()
    send(dummy)
    assert dummy.sent == []
    assert made.state == Batch.State.STOPPED


def test_deeds_that_come_too_late_change_nothing():
    made = batch(1)
    send(Dummy())
    assert not batches.pause(made)
    assert not batches.resume(made)
    assert not batches.stop(made, at=NOON)
    assert made.state == Batch.State.ENDED


def test_uncertain_letters_wait_for_a_person_and_are_sent_again():
    made = batch(3)
    send(Dummy(silent))
    made.refresh_from_db()
    assert states(made) == {"handed over": 2, "uncertain": 1}
    assert made.state == Batch.State.ENDED
    assert batches.settle(made, resend=True, at=NOON) == 1
    assert made.state == Batch.State.SENDING
    dummy = Dummy()
    send(dummy)
    assert [letter.recipient for letter in dummy.sent] == [2]
    made.refresh_from_db()
    assert made.state == Batch.State.ENDED


def test_uncertain_letters_are_left_as_they_are():
    made = batch(3)
    send(Dummy(silent))
    assert batches.settle(made, resend=False, at=NOON) == 1
    assert batches.settle(made, resend=True, at=NOON) == 0
    assert states(made) == {"handed over": 3}


def test_progress_counts_every_letter_once():
    made = batch(5)
    Message.objects.filter(recipient=4).update(state="withdrawn", finished_at=NOON)

    def some(letter: Letter) -> Outcome:
        refused = Outcome(Fate.REFUSED, "550")
        return refused if letter.recipient == 5 else silent(letter)

    send(Dummy(some))
    made.refresh_from_db()
    found = batches.progress(made, at=NOON)
    assert (found.total, found.handed_over, found.refused, found.uncertain) == (5, 2, 1, 1)
    assert (found.withdrawn, found.left, found.rate) == (1, 0, 0.0)


def test_letters_that_have_left_are_not_walked_through():
    """Otherwise each claim costs as much as the whole mailing."""
    running = batch(3)
    with CaptureQueriesContext(connection) as asked:
        deliver.bulk_is_due(at=NOON)
        deliver.work(at=NOON, transport=Dummy())
        batches.progress(running, at=NOON)
    wanted = [q["sql"] for q in asked if 'FROM "mailroom_message" WHERE' in q["sql"]]
    assert len(wanted) > 2
    explain, index = "EXPLAIN QUERY PLAN", "letter_queue"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # so few it walks through, or takes any index
            cursor.execute("SET LOCAL enable_seqscan = off")
            explain, index = "EXPLAIN", "Index"
        for sql in wanted:
            cursor.execute(f"{explain} {sql}")
            assert index in str(cursor.fetchall()), sql


def test_a_folder_gets_every_letter_whole(tmp_path):
    made = batch(3)
    deliver.work(at=NOON, transport=transport_of(f"folder://{tmp_path}/out"))
    assert states(made) == {"handed over": 3}
    files = sorted((tmp_path / "out").iterdir())
    assert [file.suffix for file in files] == [".eml"] * 3
    assert all(file.read_bytes().endswith(b"--\r\n") for file in files)


def test_a_folder_that_cannot_be_written_to_puts_letters_off(tmp_path):
    made = batch(2)
    (tmp_path / "out").mkdir()
    for row in made.messages.all():
        (tmp_path / "out" / f".{row.pk:012}.eml.part").mkdir()
    deliver.work(at=NOON, transport=transport_of(f"folder://{tmp_path}/out"))
    assert states(made) == {"deferred": 2}
