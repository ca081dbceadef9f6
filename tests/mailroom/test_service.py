"""An e-mail service takes parts, answers in statuses of HTTP, and keeps what it was given."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils import timezone

from allmende.mailroom import deliver, verp
from allmende.mailroom.models import Message
from allmende.mailroom.transports.choice import transport_of
from tests.house import free_port
from tests.mailroom.cast import CONTENT, batch

pytestmark = pytest.mark.django_db
OK = {"ErrorCode": 0, "Message": "OK", "MessageID": "b7bc2f4a-e38e-4336-af7d-e6c392c2f817"}
UNKNOWN = {"ErrorCode": 10, "Message": "Bad or missing API token."}


@pytest.fixture(autouse=True)
def own_journal(settings, tmp_path):
    settings.MAILROOM = settings.MAILROOM | {
        "journal": tmp_path / "journal",
        "bounces": "bounces@bote.example",
    }


@contextmanager
def postmark(status: int, answer: dict[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Postmark, as far as a letter sees of it; status 0 hangs up without a word. Yields the
    address for the settings, and what came in."""
    came: list[dict[str, Any]] = []

    class Window(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            if not status:
                return
            words = json.dumps(answer | {"To": came[-1]["To"]})
            body = words.replace("WHOM", came[-1]["To"]).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Window)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield address(server.server_port), came
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def address(port: int) -> str:
    return f"anymail://postmark?server_token=x&api_url=http://127.0.0.1:{port}/"


def send(url: str, *, bulk: bool = True) -> None:
    transport = transport_of(url)
    try:
        deliver.work(at=timezone.now(), bulk=bulk, transport=transport)
    finally:
        transport.close()


def states() -> Counter[str]:
    return Counter(Message.objects.values_list("state", flat=True))


def test_a_service_gets_the_letter_with_its_parts_and_headers():
    batch(1)
    with postmark(200, OK) as (url, came):
        send(url)
    (row,), (sent,) = Message.objects.all(), came
    assert (row.state, row.queue_id) == ("handed over", OK["MessageID"])
    headers = {one["Name"]: one["Value"] for one in sent["Headers"]}
    assert sent["To"] == "leserin1@example.org"
    assert sent["Subject"] == CONTENT.subject
    assert sent["TextBody"].startswith("Guten Tag 1,\n\ndie Woche.\n.\n..Punkt\n")
    assert 'href="https://bote.example/n/t1/"' in sent["HtmlBody"]
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "<https://bote.example/n/t1/ab/>" in headers["List-Unsubscribe"]
    assert headers["Message-ID"] == f"<{verp.token(row.pk)}@bote.example>"
    assert verp.key_of(sent["Metadata"]["letter"]) == row.pk


def test_a_service_of_anymail_s_own_keeps_attachments_and_return_path():
    letter = EmailMultiAlternatives("Ihre Karte", "Anbei.", "a@bote.example", ["b@example.org"])
    letter.attach("karte.pdf", b"%PDF-1.7", "application/pdf")
    get_connection("allmende.mailroom.outbox.Backend").send_messages([letter])
    send("anymail://test", bulk=False)
    (sent,) = mail.outbox
    (kept,) = sent.attachments
    assert (kept.filename, kept.content) == ("karte.pdf", b"%PDF-1.7")
    row = Message.objects.get()
    assert sent.anymail_test_params["envelope_sender"] == verp.return_path(row.pk)


@pytest.mark.parametrize(
    ("status", "answer", "state"),
    [
        (422, {"ErrorCode": 300, "Message": "Invalid 'To' address: 'WHOM'."}, "refused"),
        (400, {}, "refused"),
        (401, UNKNOWN, "waiting"),
        (429, {}, "deferred"),
        (500, {}, "deferred"),
        (503, {}, "deferred"),
    ],
)
def test_what_a_service_answers_is_what_becomes_of_the_letter(status, answer, state):
    batch(2)
    with postmark(status, answer) as (url, came):
        send(url)
    assert states() == {state: 2}
    assert len(came) == (1 if state == "waiting" else 2)


@pytest.mark.parametrize(("status", "answer"), [(0, {}), (502, {}), (504, {}), (200, {"x": 1})])
def test_a_service_that_says_nothing_to_go_by_is_left_in_peace_after_one_letter(status, answer):
    batch(5)
    with postmark(status, answer) as (url, came):
        send(url)
    assert states() == {"uncertain": 1, "waiting": 4}
    assert len(came) == 1


def test_a_service_that_nobody_reaches_gets_no_letter_and_leaves_none_uncertain():
    batch(3)
    send(address(free_port()))
    assert states() == {"waiting": 3}
