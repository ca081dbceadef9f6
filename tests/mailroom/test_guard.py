"""A journal that is ahead of the database is believed; one that cannot be understood stops all."""

import pytest

from allmende.mailroom import deliver, guard, journal
from allmende.mailroom.models import Batch, Journal, Message
from allmende.mailroom.transports.dummy import Dummy
from tests.mailroom.cast import NOON, batch

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_journal(settings, tmp_path):
    settings.MAILROOM = settings.MAILROOM | {"journal": tmp_path / "journal", "bounces": ""}


def restore_old_backup() -> None:
    """The database as it was after the audience was written down, before a letter left."""
    Message.objects.update(
        state="waiting", journal=None, lease_until=None, finished_at=None, queue_id=""
    )
    Batch.objects.update(state="sending", ended_at=None)
    Journal.objects.all().delete()


def test_a_restored_database_sends_nothing_again():
    made = batch(5)
    deliver.work(at=NOON, transport=Dummy())
    restore_old_backup()
    dummy = Dummy()
    deliver.work(at=NOON, transport=dummy)
    assert dummy.sent == []
    assert set(made.messages.values_list("state", "queue_id")) == {
        ("handed over", str(key)) for key in made.messages.values_list("pk", flat=True)
    }


def test_a_database_that_never_heard_of_a_letter_sends_nothing_until_a_person_has_looked():
    batch(2)
    deliver.work(at=NOON, transport=Dummy())
    restore_old_backup()
    Message.objects.all().delete()
    Batch.objects.all().delete()
    batch(2, key="weekly:2")
    dummy = Dummy()
    with pytest.raises(guard.Ahead, match="knows 2 letters"):
        deliver.work(at=NOON, transport=dummy)
    assert dummy.sent == []
    guard.accept(at=NOON)
    deliver.work(at=NOON, transport=dummy)
    assert len(dummy.sent) == 2


def test_a_letter_that_took_the_number_of_another_is_not_taken_for_it():
    first = batch(1)
    deliver.work(at=NOON, transport=Dummy())
    restore_old_backup()
    first.messages.update(address="jemand@example.org")
    with pytest.raises(guard.Ahead):
        deliver.work(at=NOON, transport=Dummy())


def test_a_half_written_line_is_no_line(tmp_path):
    made = batch(3)
    row = made.messages.first()
    file = guard.begin(at=NOON)
    claimed = made.messages.filter(pk=row.pk)
    claimed.update(state="claimed", journal=file.key, lease_until=NOON)
    file.append(
        f"> {row.pk} {guard.digest_of(row)}\n+ {row.pk} {guard.digest_of(row)[:5]}".encode()
    )
    file.close()
    guard.begin(at=NOON).close()
    row.refresh_from_db()
    assert row.state == "uncertain"


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        ("", "waiting"),
        (">", "uncertain"),
        ("> ?", "uncertain"),
        ("> -", "waiting"),
        ("> - >", "uncertain"),
        ("> +", "handed over"),
        ("> ? > +", "handed over"),
        ("> + >", "handed over"),
    ],
)
def test_what_a_dead_sender_s_journal_says_is_done(lines, state):
    made = batch(1)
    row = made.messages.get()
    file = guard.begin(at=NOON)
    made.messages.update(state="claimed", journal=file.key, lease_until=NOON)
    digest = guard.digest_of(row)
    written = {
        ">": journal.intent(row.pk, digest),
        "+": journal.accepted(row.pk, digest, "Q1"),
        "-": journal.denied(row.pk),
        "?": journal.silent(row.pk),
    }
    for sign in lines.split():
        file.append(written[sign])
    file.close()
    for _ in range(2):
        guard.begin(at=NOON).close()
    row.refresh_from_db()
    assert row.state == state


def test_a_journal_of_another_key_stops_all(settings):
    batch(1)
    deliver.work(at=NOON, transport=Dummy())
    path = guard.journals()[0]
    path.write_bytes(path.read_bytes().replace(guard.fingerprint().encode(), b"0" * 8, 1))
    with pytest.raises(journal.Unreadable):
        deliver.work(at=NOON, transport=Dummy())


def test_two_senders_have_journals_of_their_own():
    first = guard.begin(at=NOON)
    second = guard.begin(at=NOON)
    assert first.key != second.key
    first.close()
    third = guard.begin(at=NOON)
    assert third.key == first.key
    second.close()
    third.close()
