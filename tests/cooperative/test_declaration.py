"""Declarations from the form to the board: proven, kept, withdrawn, forgotten."""

import datetime as dt
import re
from hashlib import sha256
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError, IntegrityError, transaction

from allmende.cooperative import declaration, keeping
from allmende.cooperative.declaration import State, Way
from allmende.cooperative.models import Declaration, DeclarationPaper, DeclarationText
from allmende.mailroom.models import Message
from tests.cooperative.cast import (
    DAY,
    LENE,
    NOW,
    applicant,
    confirmed,
    declared,
    statute_like,
    wish,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("paper")]
LATER = NOW + dt.timedelta(minutes=5)


def test_a_declaration_waits_until_its_address_is_proven(mailoutbox: list[mail.EmailMessage]):
    found = declared(statute_like())
    assert found.state == State.WAITING
    (asked,) = mailoutbox
    assert asked.to == [LENE]
    assert "Ott" not in asked.body  # the address may be a stranger's
    assert declaration.confirm(found, at=LATER)
    found.refresh_from_db()
    assert (found.state, found.declared_on, found.proven_at) == (State.STANDS, DAY, LATER)


def test_the_paper_goes_to_the_applicant_and_is_kept(mailoutbox: list[mail.EmailMessage]):
    found = confirmed(statute_like())
    paper = keeping.paper_of(found)
    assert paper is not None
    assert paper.startswith(b"%PDF-1.7")
    assert b"<pdfuaid:part>1" in paper
    assert found.paper_hash == sha256(paper).hexdigest()
    name, content, kind = mailoutbox[-1].attachments[0]
    assert (name, content, kind) == ("beitrittserklaerung.pdf", paper, "application/pdf")


def test_pressing_the_button_twice_is_as_good_as_once(mailoutbox: list[mail.EmailMessage]):
    found = declared(statute_like())
    assert declaration.confirm(found, at=LATER)
    assert not declaration.confirm(found, at=LATER + dt.timedelta(seconds=1))
    assert len(mailoutbox) == 2
    assert DeclarationPaper.objects.count() == 1


def test_what_somebody_else_filled_in_is_declared_by_its_confirmation():
    found = declaration.declare(
        applicant(giver="Otto Ott"), wish(statute_like()), way=Way.ONLINE, own_hand=False, at=NOW
    )
    later = NOW + dt.timedelta(days=3)
    declaration.confirm(found, at=later)
    found.refresh_from_db()
    assert found.is_gift
    assert (found.declared_at, found.declared_on) == (later, DAY + dt.timedelta(days=3))


def test_a_statute_that_wants_paper_waits_for_it(mailoutbox: list[mail.EmailMessage]):
    found = declaration.declare(applicant(), wish(statute_like("taz")), way=Way.PRINTED, at=NOW)
    with pytest.raises(declaration.NotNow):
        declaration.confirm(found, at=LATER)
    arrived = DAY + dt.timedelta(days=4)
    at = NOW + dt.timedelta(days=5)
    assert declaration.arrived(found, on=arrived, scan=b"%PDF scan", at=at)
    assert not declaration.arrived(found, on=arrived, at=at)
    found.refresh_from_db()
    assert (found.state, found.declared_on) == (State.STANDS, arrived)
    assert keeping.paper_of(found) == b"%PDF scan"
    assert len(mailoutbox) == 2


def test_more_than_the_statute_allows_is_not_taken():
    law = statute_like("medor")
    with pytest.raises(declaration.NotAllowed):
        declaration.declare(applicant(), wish(law, shares=51), way=Way.ONLINE, at=NOW)
    assert not Declaration.objects.exists()


def test_nothing_personal_is_readable_in_the_rows():
    confirmed(statute_like())
    for model in (Declaration, DeclarationText, DeclarationPaper):
        for row in model.objects.values_list():
            text = b" ".join(
                bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in row
            )
            assert not re.search(rb"Lene|Ott|Wehr|lene@", text)


def test_withdrawn_is_told_and_then_forgotten():
    found = confirmed(statute_like())
    assert declaration.withdraw(found, at=LATER)
    assert not declaration.withdraw(found, at=LATER)
    with pytest.raises(declaration.NotNow):
        declaration.decide(found, State.ADMITTED, at=LATER)


def test_the_data_go_when_the_notice_has_left(settings: Any):
    settings.EMAIL_BACKEND = "allmende.mailroom.outbox.Backend"
    found = confirmed(statute_like())
    declaration.withdraw(found, at=LATER)
    assert declaration.forget_due(at=LATER) == 0  # the notice is in the outbox
    Message.objects.update(state=Message.State.HANDED_OVER, finished_at=LATER)
    assert declaration.forget_due(at=LATER) == 1
    found.refresh_from_db()
    assert found.forgotten_at == LATER
    assert (found.email_mark, found.name_mark, found.paper_hash) == ("", "", "")
    assert keeping.applicant_of(found) is None
    assert not Message.objects.filter(address=LENE).exists()
    assert not DeclarationText.objects.exists()


def test_a_backup_brings_nobody_back():
    found = confirmed(statute_like())
    rows = list(DeclarationText.objects.all()), list(DeclarationPaper.objects.all())
    declaration.decide(found, State.REFUSED, at=LATER)
    declaration.forget(found, at=LATER)
    for restored in rows:
        restored[0].save(force_insert=True)
    assert keeping.applicant_of(found) is None
    assert keeping.words_of(found) is None
    assert keeping.paper_of(found) is None


def test_who_confirms_nothing_goes_whole(settings: Any):
    declared(statute_like())
    declaration.sweep(at=NOW + dt.timedelta(days=29))
    assert Declaration.objects.count() == 1
    declaration.sweep(at=NOW + dt.timedelta(days=31))
    assert not Declaration.objects.exists()
    assert not list((settings.KEYS / "owners").glob("*.key"))


@pytest.mark.parametrize(
    "change",
    [
        {"shares": 9},
        {"group": "staff"},
        {"declared_on": DAY + dt.timedelta(days=9)},
        {"way": "paper"},
        {"state": "waiting", "proven_at": None},
    ],
)
def test_the_database_keeps_what_was_declared(change: dict[str, object]):
    found = confirmed(statute_like())
    with pytest.raises(DatabaseError, match="kept as it was made"), transaction.atomic():
        Declaration.objects.filter(pk=found.pk).update(**change)


def test_the_database_keeps_the_words_and_the_decision():
    found = confirmed(statute_like())
    with pytest.raises(DatabaseError, match="kept as it was made"), transaction.atomic():
        DeclarationText.objects.update(words=b"others")
    declaration.decide(found, State.ADMITTED, at=LATER)
    with pytest.raises(DatabaseError, match="kept as it was made"), transaction.atomic():
        Declaration.objects.update(state="refused")
    with pytest.raises(IntegrityError), transaction.atomic():
        Declaration.objects.update(forgotten_at=LATER)


def test_two_of_the_same_name_or_address_are_found():
    law = statute_like()
    found = confirmed(law)
    other = confirmed(law, email="other@bote.example", last_name="OTT", first_names="Lene-Marie")
    assert set(declaration.alike(name_mark=found.name_mark, email_mark=found.email_mark)) == {
        found,
        other,
    }
    assert list(declaration.alike(name_mark="", email_mark="")) == []


def test_umlauts_written_out_are_the_same_name():
    one, other = (
        keeping.name_mark(applicant(first_names="Jörg", last_name="Weiß")),
        keeping.name_mark(applicant(first_names="Joerg", last_name="Weiss")),
    )
    assert one == other
