"""An e-mail service tells what came back: believed with password only, and once."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from allmende.mailroom import outbox, suppression, verp, views
from allmende.mailroom.models import Batch, Bounce, Message, Suppression
from tests.mailroom.cast import NOON, batch

pytestmark = pytest.mark.django_db
PASSWORD = "bote:ein langes Wort"


@pytest.fixture(autouse=True)
def service(settings: Any, tmp_path: Path) -> None:
    settings.MAILROOM = settings.MAILROOM | {
        "journal": tmp_path / "journal",
        "bounces": "bounces@bote.example",
        "service": "postmark",
    }
    settings.ANYMAIL = {"WEBHOOK_SECRET": PASSWORD}
    cache.clear()
    views.limit.cache_clear()


@pytest.fixture
def letter() -> Message:
    return batch(1).messages.get()


def bounce(letter: Message, **more: Any) -> dict[str, Any]:
    """As Postmark tells it."""
    return {
        "RecordType": "Bounce",
        "ID": 4323372036854775807,
        "Type": "HardBounce",
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Details": "smtp;550 5.1.1 The email account that you tried to reach does not exist.",
        "Description": "The server was unable to deliver your message (ex: unknown user).",
        "Email": letter.address,
        "BouncedAt": "2026-11-20T16:33:54.9070259Z",
        "Metadata": {"letter": verp.token(letter.pk)},
    } | more


def tell(
    client: Client, event: dict[str, Any], *, password: str = PASSWORD, service: str = "postmark"
) -> int:
    known = base64.b64encode(password.encode()).decode()
    return client.post(
        f"/-/mail/{service}",
        json.dumps(event),
        content_type="application/json",
        headers={"Authorization": f"Basic {known}"},
    ).status_code


def test_dead_address_is_barred_and_told_twice_it_counts_once(
    client: Client, letter: Message
) -> None:
    for _ in range(2):
        assert tell(client, bounce(letter)) == 200
    (row,) = Bounce.objects.all()
    assert (row.message, row.hard, row.status) == (letter, True, "5.1.1")
    assert suppression.why(letter.address) is not None


def test_full_mailbox_is_no_dead_address(client: Client, letter: Message) -> None:
    words = "smtp;452 4.2.2 The email account that you tried to reach is over quota."
    tell(client, bounce(letter, Type="SoftBounce", Details=words, Description=""))
    (row,) = Bounce.objects.all()
    assert (row.hard, row.reason) == (False, "full")
    assert suppression.why(letter.address) is None


def test_complaint_bars_for_good(client: Client, letter: Message) -> None:
    tell(client, bounce(letter, RecordType="SpamComplaint", Type="SpamComplaint"))
    barred = suppression.why(letter.address)
    assert barred is not None
    assert barred.why == Suppression.Why.COMPLAINT


def test_letter_that_the_service_delivered_is_no_bounce(client: Client, letter: Message) -> None:
    event = {
        "RecordType": "Delivery",
        "Recipient": letter.address,
        "DeliveredAt": "2026-11-20T16:33:54Z",
    }
    assert tell(client, event) == 200
    assert not Bounce.objects.exists()


def test_made_up_note_bars_nobody(client: Client, letter: Message) -> None:
    tell(client, bounce(letter, Metadata={"letter": "1-aaaaaaaaaa"}))
    assert Bounce.objects.get().message is None
    assert suppression.why(letter.address) is None


def test_letter_is_known_by_the_message_id_that_a_service_repeats(
    client: Client, letter: Message
) -> None:
    own = f"<{verp.token(letter.pk)}@bote.example>"
    told = {"message": {"headers": [{"Message-ID": own}]}}
    tell(client, bounce(letter, Metadata={}, **told))
    assert Bounce.objects.get().message == letter
    assert suppression.why(letter.address) is not None


def test_message_id_that_somebody_made_up_names_no_letter(client: Client, letter: Message) -> None:
    made_up = f"<{verp.base36(letter.pk)}-aaaaaaaaaa@bote.example>"
    tell(client, bounce(letter, Metadata={}, **{"smtp-id": made_up}))
    assert Bounce.objects.get().message is None


@pytest.mark.parametrize("single", [False, True])
def test_letter_is_known_by_the_name_under_which_the_service_took_it(
    client: Client, letter: Message, single: bool
) -> None:
    event = bounce(letter, Metadata={})
    if single:
        outbox.enqueue(
            EmailMessage("Ihr Code", "1", "post@bote.example", [letter.address]), at=NOON
        )
        letter = Message.objects.get(batch=None)
    else:
        Batch.objects.update(opened_at=timezone.now())
    Message.objects.filter(pk=letter.pk).update(
        state="handed over", finished_at=NOON, queue_id=event["MessageID"]
    )
    tell(client, event | {"Email": "jemand@example.org", "ID": 1})
    tell(client, event)
    assert [row.message for row in Bounce.objects.order_by("pk")] == [None, letter]


def test_stranger_is_not_believed(client: Client, letter: Message) -> None:
    assert tell(client, bounce(letter), password="bote:geraten") == 400
    assert not Bounce.objects.exists()


def test_door_is_closed_without_password_and_to_other_services(
    client: Client, letter: Message, settings: Any
) -> None:
    assert tell(client, bounce(letter), service="mailgun") == 404
    settings.ANYMAIL = {"WEBHOOK_SECRET": ""}
    assert tell(client, bounce(letter), password="") == 404
    assert not Bounce.objects.exists()


def test_too_many_are_asked_to_come_later(client: Client, letter: Message) -> None:
    views.limit().times = 2
    found = [tell(client, bounce(letter, ID=number)) for number in range(3)]
    assert found == [200, 200, 429]
