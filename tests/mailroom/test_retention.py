"""What is forgotten, and that a restored database still sends nothing again."""

import datetime as dt
import os
import threading

import pytest
from django.core.mail import EmailMessage

from allmende.mailroom import batches, deliver, guard, outbox, retention, settled
from allmende.mailroom.letters import Fate, Outcome
from allmende.mailroom.models import Batch, Journal, Message
from allmende.mailroom.transports.dummy import Dummy
from tests.mailroom.cast import NOON, batch

pytestmark = pytest.mark.django_db
LATER = NOON + dt.timedelta(days=100)


@pytest.fixture(autouse=True)
def own_journal(settings, tmp_path):
    settings.MAILROOM = settings.MAILROOM | {"journal": tmp_path / "journal", "bounces": ""}


def send(dummy: Dummy | None = None, *, at: dt.datetime = NOON, bulk: bool = True) -> Dummy:
    dummy = dummy or Dummy()
    deliver.work(at=at, bulk=bulk, transport=dummy)
    os.utime(guard.journals()[-1], (NOON.timestamp(),) * 2)
    return dummy


def single(at: dt.datetime = NOON) -> None:
    outbox.enqueue(EmailMessage("Ihr Code", "123456", to=["b@example.org"]), at=at)


def left() -> set[str]:
    """Journals that are still there."""
    return {path.stem for path in guard.journals()} - {str(settled.KEY)}


def restore_old_backup() -> None:
    """The database as it was before a letter left."""
    Message.objects.update(
        state="waiting", journal=None, lease_until=None, finished_at=None, queue_id=""
    )
    Batch.objects.update(state="sending", ended_at=None, remark="")
    Journal.objects.all().delete()


def test_old_journals_go_and_a_restored_database_sends_nothing_again():
    batch(5)
    send()
    assert retention.prune(at=LATER) == 1
    assert left() == set()
    restore_old_backup()
    assert send(at=LATER).sent == []
    stopped = Batch.objects.get()
    assert stopped.state == Batch.State.STOPPED
    assert stopped.remark
    assert not batches.resume(stopped)


def test_a_restored_mailing_that_was_in_hand_is_stopped_too():
    made = batch(2)
    send()
    retention.prune(at=LATER)
    restore_old_backup()
    dead = Journal.objects.create(host="x", seen_at=NOON)
    made.messages.update(state="claimed", journal=dead, lease_until=NOON)
    assert send(at=LATER).sent == []
    assert set(made.messages.values_list("state", flat=True)) == {"waiting"}


def test_a_database_that_never_heard_of_a_mailing_is_held_until_a_person_has_looked():
    batch(2)
    send()
    retention.prune(at=LATER)
    restore_old_backup()
    Message.objects.all().delete()
    Batch.objects.all().delete()
    batch(2, key="weekly:2")
    with pytest.raises(guard.Ahead, match="1 mailings"):
        send(at=LATER)
    guard.accept(at=LATER)
    assert len(send(at=LATER).sent) == 2


def test_what_came_after_the_backup_is_not_stopped():
    batch(2)
    send()
    retention.prune(at=LATER)
    restore_old_backup()
    batch(3, key="weekly:2")
    assert len(send(at=LATER).sent) == 3


def test_pruning_twice_names_each_mailing_once():
    batch(1)
    send()
    retention.prune(at=LATER)
    batch(1, key="weekly:2")
    send()
    assert retention.prune(at=LATER) == 1
    text = settled.path_in(guard.folder()).read_text()
    assert text.count("\n= ") == 2


def test_a_journal_stays_while_it_is_young():
    batch(1)
    send()
    assert retention.prune(at=NOON + dt.timedelta(days=80)) == 0


@pytest.mark.parametrize("state", [Batch.State.SENDING, Batch.State.PAUSED])
def test_a_journal_stays_while_a_letter_may_still_leave(state):
    made = batch(1)
    send()
    Batch.objects.filter(pk=made.pk).update(state=state)
    assert retention.prune(at=LATER) == 0


def test_a_journal_stays_until_somebody_has_decided_over_uncertain_letters():
    made = batch(1)
    send(Dummy(lambda letter: Outcome(Fate.SILENT)))
    assert retention.prune(at=LATER) == 0
    batches.settle(made, resend=False, at=LATER)
    assert retention.prune(at=LATER) == 1


def test_a_journal_stays_while_its_sender_lives_or_the_database_lags_behind():
    batch(1)
    send()
    file = guard.begin(at=NOON)
    os.utime(file.path, (NOON.timestamp(),) * 2)
    assert retention.prune(at=LATER) == 0
    file.close()
    Journal.objects.update(position=1)
    assert retention.prune(at=LATER) == 0
    assert len(left()) == 1


def test_single_mails_that_left_are_not_sent_by_an_old_backup():
    single()
    send(bulk=False)
    retention.prune(at=LATER)
    restore_old_backup()
    Message.objects.update(raw=b"Subject: x\r\n\r\nx")
    single(at=LATER)
    assert len(send(at=LATER, bulk=False).sent) == 1
    old = Message.objects.order_by("pk")[0]
    assert (old.state, old.raw) == ("withdrawn", None)


def test_a_single_mail_that_waited_for_too_long_never_leaves():
    single()
    single(at=NOON + dt.timedelta(days=6))
    retention.sweep_singles(at=NOON + dt.timedelta(days=8))
    rows = Message.objects.order_by("pk").values_list("state", "raw")
    assert rows[0] == ("withdrawn", None)
    assert rows[1][0] == "waiting"


def test_rows_of_single_mails_go_and_those_of_mailings_stay():
    batch(1)
    send()
    single()
    send(bulk=False)
    assert retention.sweep_singles(at=NOON + dt.timedelta(days=80)) == 0
    assert retention.sweep_singles(at=LATER) == 1
    assert Message.objects.get().batch_id


def test_a_sender_waits_while_another_reads_the_journals_of_the_dead():
    order = []

    def begin() -> None:
        with guard.gate():
            order.append("second")

    with guard.gate():
        second = threading.Thread(target=begin)
        second.start()
        second.join(0.2)
        order.append("first")
    second.join()
    assert order == ["first", "second"]
