"""The office sees how mailings fare, and decides; who may only look decides nothing."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from allmende.mailroom import deliver
from allmende.mailroom.letters import Fate, Letter, Outcome
from allmende.mailroom.models import Batch
from allmende.mailroom.transports.dummy import Dummy
from tests.mailroom.cast import CONTENT, NOON, batch
from tests.people import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_journal(settings: Any, tmp_path: Path) -> None:
    settings.MAILROOM = settings.MAILROOM | {"journal": tmp_path / "journal"}


@pytest.fixture
def office(client: Client) -> Client:
    cast.come_in(client, cast.staff("Otto", "office"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def page(client: Client, name: str, *keys: int) -> str:
    answer = client.get(reverse(name, args=keys))
    assert answer.status_code == 200
    return str(answer.content.decode())


def press(client: Client, name: str, batch: Batch, do: str) -> str:
    """The page that follows a pressed button."""
    answer = client.post(reverse(name, args=[batch.pk]), {"do": do}, follow=True)
    batch.refresh_from_db()
    return str(answer.content.decode())


def doubtful() -> Batch:
    """Sent, but of two letters nobody knows whether they arrived; one was refused."""
    made = batch(4)

    def answer(letter: Letter) -> Outcome:
        if letter.recipient == 4:
            return Outcome(Fate.REFUSED, "550 5.1.1", "unknown")
        return Outcome(
            Fate.SILENT if letter.recipient in (1, 2) else Fate.ACCEPTED, words="hung up"
        )

    deliver.work(at=NOON, transport=Dummy(answer))
    made.refresh_from_db()
    return made


def test_no_mailing_yet_is_a_page(office: Client) -> None:
    assert "No mailing has been opened yet" in page(office, "mailroom_mailings")


def test_list_asks_no_more_for_three_mailings_than_for_one(office: Client) -> None:
    counts = []
    for number in (1, 2, 3):
        batch(2, key=f"weekly:{number}")
        page(office, "mailroom_mailings")
        with CaptureQueriesContext(connection) as seen:
            assert page(office, "mailroom_mailings").count(CONTENT.subject) == number
        counts.append(len(seen))
    assert counts[0] == counts[2]


def test_mailing_is_paused_goes_on_and_is_stopped(office: Client) -> None:
    made = batch(3)
    press(office, "mailroom_run", made, "pause")
    assert made.state == Batch.State.PAUSED
    press(office, "mailroom_run", made, "resume")
    assert made.state == Batch.State.SENDING
    assert "3 letters have not left and never will" in page(office, "mailroom_stop", made.pk)
    press(office, "mailroom_run", made, "stop")
    assert made.state == Batch.State.STOPPED
    assert "somebody was quicker" in press(office, "mailroom_run", made, "resume")
    assert made.state == Batch.State.STOPPED


def test_progress_tells_what_became_of_each_letter(office: Client) -> None:
    made = doubtful()
    found = page(office, "mailroom_progress", made.pk)
    assert "1 of 4 handed over" in found
    assert "2 letters may have arrived" in found
    assert "leserin1@example.org" in found
    assert "550 5.1.1" in found
    assert "data-live" not in found
    assert "data-live" in page(office, "mailroom_progress", batch(1, key="weekly:2").pk)


def test_uncertain_letters_are_sent_again_once(office: Client) -> None:
    made = doubtful()
    assert "2 letters are sent again" in press(office, "mailroom_settle", made, "resend")
    assert "somebody was quicker" in press(office, "mailroom_settle", made, "resend")
    assert made.messages.filter(state="waiting").count() == 2


def test_uncertain_letters_are_left_as_they_are(office: Client) -> None:
    made = doubtful()
    assert "2 letters count as handed over" in press(office, "mailroom_settle", made, "leave")
    assert "may have arrived" not in page(office, "mailroom_mailing", made.pk)


def test_of_a_stopped_mailing_no_letter_is_sent_again(office: Client) -> None:
    made = doubtful()
    Batch.objects.update(state=Batch.State.STOPPED)
    assert "resend" not in page(office, "mailroom_mailing", made.pk)
    press(office, "mailroom_settle", made, "resend")
    assert made.messages.filter(state="uncertain").count() == 2


def test_editor_looks_and_decides_nothing(client: Client) -> None:
    cast.come_in(client, cast.staff("Edda", "editor"))
    made = doubtful()
    assert "<button form" not in page(client, "mailroom_mailing", made.pk)
    for name in ("mailroom_run", "mailroom_settle"):
        for do in ("stop", "resend"):
            press(client, name, made, do)
    assert made.messages.filter(state="uncertain").count() == 2
    assert made.state == Batch.State.ENDED


def test_author_sees_no_mailing(client: Client) -> None:
    cast.come_in(client, cast.staff("Jana", "author"))
    for name in ("mailroom_mailings", "mailroom_letters"):
        assert client.get(reverse(name)).status_code == 302
