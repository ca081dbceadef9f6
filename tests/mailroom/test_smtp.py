"""Through a real socket: every letter once, whatever the server does; what is unknown is shown."""

import errno
import os
from collections import Counter
from collections.abc import Iterator

import pytest
from django.core.mail import EmailMessage, get_connection
from django.utils import timezone

from allmende.mailroom import deliver
from allmende.mailroom.models import Message
from allmende.mailroom.transports.smtp import Relay, Smtp
from tests.mailroom.cast import NOON, batch
from tests.mailroom.sink import Sink

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_journal(settings, tmp_path):
    settings.MAILROOM = settings.MAILROOM | {
        "journal": tmp_path / "journal",
        "bounces": "bounces@bote.example",
    }


@pytest.fixture(autouse=True)
def hung_up() -> Iterator[None]:
    """No test leaves a connection to the garbage collector."""
    yield
    while TRANSPORTS:
        TRANSPORTS.pop().close()


TRANSPORTS: list[Smtp] = []


def smtp(sink: Sink, **more) -> Smtp:
    relay = Relay("127.0.0.1", sink.port, **{"connections": 4, "timeout": 30} | more)
    TRANSPORTS.append(Smtp([relay]))
    return TRANSPORTS[-1]


def states() -> Counter[str]:
    return Counter(Message.objects.values_list("state", flat=True))


def test_every_letter_arrives_once_over_few_connections():
    batch(50)
    with Sink() as sink:
        assert deliver.work(at=NOON, transport=smtp(sink)) == 50
    assert Counter(mail.recipient for mail in sink.mails) == Counter(
        f"leserin{number}@example.org" for number in range(1, 51)
    )
    assert states() == {"handed over": 50}
    assert all(row.queue_id.startswith("Q") for row in Message.objects.all())
    assert sink.most_at_once <= 4


def test_no_letter_ends_whose_note_did_not_come_to_the_disk(monkeypatch: pytest.MonkeyPatch):
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    batch(3)
    with Sink() as sink:
        with deliver.Sender(bulk=True, at=NOON, transport=smtp(sink)) as sender:
            monkeypatch.setattr(os, "fdatasync", full)
            with pytest.raises(OSError, match="no space left"):
                sender.work(at=NOON)
            assert b"> " not in sender.file.path.read_bytes()
            monkeypatch.undo()
        assert sink.mails == []
        assert deliver.work(at=NOON, transport=smtp(sink)) == 3
    assert states() == {"handed over": 3}
    assert len(sink.mails) == 3


def test_a_server_without_pipelining_is_asked_step_by_step():
    batch(12)
    with Sink(extensions=()) as sink:
        deliver.work(at=NOON, transport=smtp(sink))
    assert states() == {"handed over": 12}
    assert len(sink.mails) == 12


def test_dots_and_umlauts_of_a_single_mail_arrive_as_written():
    text = ".\n..zwei\nGrüße\n."
    mail = EmailMessage("Grüße", text, "a@bote.example", ["b@example.org"])
    get_connection("allmende.mailroom.outbox.Backend").send_messages([mail])
    with Sink() as sink:
        deliver.work(at=timezone.now(), bulk=False, transport=smtp(sink))
    (found,) = sink.mails
    assert found.content.partition(b"\r\n\r\n")[2].decode() == text.replace("\n", "\r\n") + "\r\n"
    assert found.sender.startswith("bounces+")


def test_refused_put_off_and_well_are_told_apart():
    batch(9)
    answers = {
        "leserin2@example.org": "550 5.1.1 unknown user",
        "leserin4@example.org": "450 4.2.0 greylisted",
        "leserin6@example.org": "452-4.2.2 full\r\n452 4.2.2 really",
    }
    with Sink(lambda event, who: answers.get(who) if event == "rcpt" else None) as sink:
        deliver.work(at=NOON, transport=smtp(sink))
    assert states() == {"handed over": 6, "refused": 1, "deferred": 2}
    refused = Message.objects.get(state="refused")
    assert (refused.recipient, refused.code) == (2, "550 5.1.1")
    assert refused.answer == "5.1.1 unknown user"
    late = Message.objects.get(recipient=4)
    assert late.attempts == 1
    assert 45 <= (late.due_at - NOON).total_seconds() <= 90
    with Sink() as sink:
        deliver.work(at=late.due_at, transport=smtp(sink))
    assert "leserin4@example.org" in {mail.recipient for mail in sink.mails}


@pytest.mark.parametrize(
    ("answer", "state"), [("554 5.7.1 spam", "refused"), ("451 no", "deferred")]
)
def test_what_is_said_at_the_end_counts(answer, state):
    batch(5)
    with Sink(lambda event, who: answer if event == "end" and "n3@" in who else None) as sink:
        deliver.work(at=NOON, transport=smtp(sink))
    assert states() == {"handed over": 4, state: 1}


@pytest.mark.parametrize("moment", ["close", "close after"])
def test_a_letter_without_an_answer_is_uncertain_and_the_others_go_on(moment):
    batch(12)
    with Sink(lambda event, who: moment if event == "end" and "n5@" in who else None) as sink:
        transport = smtp(sink)
        deliver.work(at=NOON, transport=transport)
        transport = smtp(sink)
        deliver.work(at=NOON, transport=transport)
    assert states() == {"handed over": 11, "uncertain": 1}
    assert max(Counter(mail.recipient for mail in sink.mails).values()) == 1


def test_a_server_that_hangs_at_the_end_leaves_no_more_than_its_connections():
    batch(6)
    with Sink(lambda event, who: "hang" if event == "end" else None) as sink:
        deliver.work(at=NOON, transport=smtp(sink, timeout=0.3, connections=2))
    assert states()["uncertain"] <= 2
    assert states()["waiting"] == 6 - states()["uncertain"]


def test_uncertain_letters_are_sent_again_where_the_batch_says_so():
    batch(3, policy="resend")
    asked = []

    def once(event: str, who: str) -> str | None:
        if event == "end" and "n2@" in who:
            asked.append(who)
            return "close after" if len(asked) == 1 else None
        return None

    with Sink(once) as sink:
        for _ in range(2):
            deliver.work(at=NOON, transport=smtp(sink))
    assert states() == {"handed over": 3}
    assert Counter(mail.recipient for mail in sink.mails)["leserin2@example.org"] == 2


def test_a_server_that_is_away_costs_nothing_but_time():
    batch(3)
    with Sink() as sink:
        gone = smtp(sink)
    deliver.work(at=NOON, transport=gone)
    assert states() == {"waiting": 3}
    assert gone.relays[0].trouble
