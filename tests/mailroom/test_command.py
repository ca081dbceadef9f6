"""`allmende mail`: mailings seen, paused, stopped and settled on the command line."""

import click
import pytest
from click.testing import CliRunner
from django.utils import timezone

from allmende.mailroom import deliver
from allmende.mailroom.letters import Fate, Letter, Outcome
from allmende.mailroom.models import Batch
from allmende.mailroom.transports.dummy import Dummy
from allmende.site.commands import mail
from tests.mailroom.cast import NOON, batch

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_journal(settings, tmp_path):
    settings.MAILROOM = settings.MAILROOM | {"journal": tmp_path / "journal"}


def say(command: click.Command, *words: str, typed: str = "", status: int = 0) -> str:
    done = CliRunner().invoke(command, words, input=typed)
    assert done.exit_code == status, done.output
    return done.output


def silent(letter: Letter) -> Outcome:
    """A service that hangs up on the second recipient."""
    fate = Fate.SILENT if letter.recipient == 2 else Fate.ACCEPTED
    return Outcome(fate, queue_id="Q", words="hung up")


def test_list_tells_what_became_of_the_letters():
    batch(3)
    assert "weekly:1  sending  0 sent, 3 to be sent" in say(mail.list_)
    deliver.work(at=NOON, transport=Dummy(silent))
    assert "2 sent, 1 uncertain" in say(mail.list_)


def test_mailing_is_paused_resumed_and_stopped_after_a_question():
    made = batch(3)
    assert "is paused" in say(mail.pause, made.key)
    say(mail.pause, made.key, status=1)
    assert deliver.work(at=NOON, transport=Dummy()) == 0
    assert "goes on" in say(mail.resume, made.key)
    say(mail.stop, made.key, typed="n\n", status=1)
    made.refresh_from_db()
    assert made.state == Batch.State.SENDING
    assert "is stopped" in say(mail.stop, made.key, typed="y\n")
    assert deliver.work(at=NOON, transport=Dummy()) == 0


def test_watching_draws_how_far_it_is_and_ends_with_the_mailing():
    made = batch(3)
    deliver.work(at=NOON, transport=Dummy())
    said = say(mail.watch, made.key)
    assert said.splitlines()[-1] == "3 sent"


def test_uncertain_letters_are_settled_either_way():
    made = batch(3)
    deliver.work(at=NOON, transport=Dummy(silent))
    assert "--resend" in say(mail.settle, made.key, status=2)
    assert say(mail.settle, made.key, "--resend") == "1 letters are sent again.\n"
    deliver.work(at=timezone.now(), transport=Dummy(silent))
    assert say(mail.settle, made.key, "--sent") == "1 letters count as handed over.\n"
    assert "3 sent" in say(mail.list_)


@pytest.mark.parametrize("command", [mail.watch, mail.pause, mail.resume])
def test_unknown_mailing_is_told_and_where_they_are_listed(command: click.Command):
    said = say(command, "no such", status=1)
    assert "There is no mailing no such. `allmende mail list` names them." in said
