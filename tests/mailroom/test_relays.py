"""Several relays share the letters; one in trouble is left in peace, and loses none of them."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.mail import EmailMessage, get_connection
from django.utils import timezone

from allmende.mailroom import deliver
from allmende.mailroom.models import Message
from allmende.mailroom.transports.dummy import Dummy
from allmende.mailroom.transports.smtp import Relay, Smtp
from tests.mailroom.cast import NOON, batch
from tests.mailroom.sink import Behave, Sink
from tests.waiting import until

pytestmark = pytest.mark.django_db
OPEN = Counter(dict.fromkeys(Message.OPEN, 10**6))


@pytest.fixture(autouse=True)
def own_journal(settings, tmp_path):
    settings.MAILROOM = settings.MAILROOM | {"journal": tmp_path / "journal"}


@contextmanager
def transport(*sinks: Sink, **more) -> Iterator[Smtp]:
    smtp = Smtp(
        [
            Relay("127.0.0.1", sink.port, **{"connections": 2, "timeout": 30} | more)
            for sink in sinks
        ]
    )
    try:
        yield smtp
    finally:
        smtp.close()


def send(*sinks: Sink, **more) -> Smtp:
    with transport(*sinks, **more) as smtp:
        deliver.work(at=NOON, transport=smtp)
        return smtp


def send_all(*sinks: Sink) -> None:
    """Until no letter is left, however often the relays rest meanwhile."""
    with (
        transport(*sinks) as smtp,
        deliver.Sender(bulk=True, at=NOON, transport=smtp) as sender,
    ):
        until(lambda: not (sender.work(at=NOON) or states() & OPEN))


def gone() -> Sink:
    """A port on which nobody listens any more."""
    with Sink() as sink:
        return sink


def states() -> Counter[str]:
    return Counter(Message.objects.values_list("state", flat=True))


def everybody(*sinks: Sink) -> Counter[str]:
    return Counter(mail.recipient for sink in sinks for mail in sink.mails)


def always(moment: str, answer: str) -> Behave:
    return lambda event, who: answer if event == moment else None


def test_two_relays_share_the_letters():
    batch(60)
    with Sink() as first, Sink() as second:
        send(first, second)
    assert states() == {"handed over": 60}
    assert set(everybody(first, second).values()) == {1}
    assert first.mails
    assert second.mails


def test_a_relay_gets_no_more_letters_a_second_than_it_may():
    batch(15)
    with Sink() as sink:
        begun = time.monotonic()
        send(sink, rate=10)  # ten at once, and five more in half a second
        took = time.monotonic() - begun
    assert states() == {"handed over": 15}
    assert took >= 0.45


def test_where_one_relay_is_down_the_other_takes_all():
    batch(20)
    with Sink() as there:
        smtp = send(gone(), there)
    assert states() == {"handed over": 20}
    assert len(there.mails) == 20
    assert [bool(relay.trouble) for relay in smtp.relays] == [True, False]


@pytest.mark.parametrize("moment", ["hello", "mail", "rcpt", "data"])
@pytest.mark.parametrize("answer", ["close", "421 4.3.2 going down"])
def test_where_one_relay_breaks_off_before_the_end_the_other_takes_all(moment, answer):
    batch(20)
    with Sink(always(moment, answer)) as bad, Sink() as good:
        send_all(bad, good)
    assert not bad.mails
    assert states() == {"handed over": 20}
    assert set(everybody(good).values()) == {1}


def test_where_all_relays_are_down_all_letters_wait():
    batch(5)
    smtp = send(gone(), gone())
    assert states() == {"waiting": 5}
    assert all(relay.trouble for relay in smtp.relays)


@pytest.mark.parametrize("moment", ["mail", "rcpt", "data"])
def test_a_server_that_hangs_before_the_end_leaves_nothing_uncertain(moment):
    batch(4)
    with Sink(always(moment, "hang")) as sink:
        send(sink, timeout=0.3)
    assert states() == {"waiting": 4}


@pytest.mark.parametrize("moment", ["mail", "rcpt", "data", "end"])
def test_a_server_that_asks_to_come_again_is_asked_again(moment):
    batch(4)
    with Sink(always(moment, "451 4.3.0 later")) as sink:
        send(sink)
    rows = list(Message.objects.values_list("state", "code", "attempts"))
    assert rows == [("deferred", "451 4.3.0", 1)] * 4
    late = max(Message.objects.values_list("due_at", flat=True))
    with Sink() as sink, transport(sink) as smtp:
        deliver.work(at=late, transport=smtp)
    assert states() == {"handed over": 4}


@pytest.mark.parametrize("moment", ["rcpt", "data", "end"])
def test_a_server_that_refuses_is_not_asked_again(moment):
    batch(4)
    with Sink(always(moment, "554 5.7.1 no")) as sink:
        send(sink)
    dummy = Dummy()
    deliver.work(at=timezone.now(), transport=dummy)
    assert dummy.sent == []
    assert states() == {"refused": 4}
    assert set(Message.objects.values_list("code", flat=True)) == {"554 5.7.1"}


def test_a_server_that_refuses_the_paper_s_own_address_refuses_no_letter():
    batch(8)
    with Sink(always("mail", "550 5.7.1 who are you")) as sink:
        smtp = send(sink, connections=1)
    assert states()["refused"] == 0
    assert smtp.relays[0].trouble


def large_mail() -> None:
    """More than connections hold on their way, so that its end is not out when it breaks off."""
    text = ("Zeile" * 180 + "\n") * 16_000
    mail = EmailMessage("groß", text, "a@bote.example", ["b@example.org"])
    get_connection("allmende.mailroom.outbox.Backend").send_messages([mail])


def test_a_letter_broken_off_before_its_end_is_sent_again_and_not_uncertain():
    large_mail()
    with Sink(always("text", "close")) as sink, transport(sink) as smtp:
        deliver.work(at=timezone.now(), bulk=False, transport=smtp)
    assert states() == {"waiting": 1}
    with Sink() as sink, transport(sink) as smtp:
        deliver.work(at=timezone.now(), bulk=False, transport=smtp)
    assert states() == {"handed over": 1}
    assert sink.mails[0].content.count(b"Zeile\r\n") == 16_000


def test_a_small_letter_broken_off_may_have_arrived_and_is_uncertain():
    batch(2)
    with Sink(lambda event, who: "close" if event == "text" and "n2@" in who else None) as sink:
        send_all(sink)
    assert states() == {"handed over": 1, "uncertain": 1}


@pytest.fixture
def cores(monkeypatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)


def rsa_key(folder: Path) -> Path:
    key = rsa.generate_private_key(65537, 1024)
    path = folder / "key.pem"
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    path.write_bytes(key.private_bytes(*form, serialization.NoEncryption()))
    return path


def test_senders_that_sign_slowly_share_the_cores_and_the_connections(settings, tmp_path, cores):
    url = "smtp://127.0.0.1:2?connections=5&rate=10"
    settings.MAILROOM = settings.MAILROOM | {"transport": url, "dkim": [], "limits": []}
    assert deliver.senders() == 1
    settings.MAILROOM["dkim"] = [("bote.example", "s", rsa_key(tmp_path))]
    assert deliver.senders() == 2
    with deliver.Sender(bulk=True, at=NOON, share=2) as sender:
        (relay,) = sender.transport.relays
    assert (relay.connections, relay.rate, relay.bucket.rate) == (2, 5, 5)
    settings.MAILROOM["limits"] = [("gmx.de", 1, 0.0)]
    assert deliver.senders() == 1
    settings.MAILROOM |= {"limits": [], "transport": "smtp://127.0.0.1:2?connections=1"}
    assert deliver.senders() == 1
    settings.MAILROOM["transport"] = "dummy:"
    assert deliver.senders() == 1


def test_two_senders_at_once_send_each_letter_once():
    made = batch(40)
    with (
        Sink() as sink,
        transport(sink) as one,
        transport(sink) as two,
        deliver.Sender(bulk=True, at=NOON, transport=one) as first,
        deliver.Sender(bulk=True, at=NOON, transport=two) as second,
    ):
        assert first.desk.refill(at=NOON) == 40
        assert second.work(at=NOON) == 0
        one.carry(first.desk)
        first.desk.record(at=NOON, all_of_them=True)
    assert set(everybody(sink).values()) == {1}
    assert made.messages.filter(state="handed over").count() == 40
