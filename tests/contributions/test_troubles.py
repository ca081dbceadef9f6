"""A debit failed or came back: one letter, in plain words, with the way out."""

import datetime as dt

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from allmende.contributions import managing
from allmende.contributions.models import Trouble
from allmende.payments import mandates, pledges, settle
from allmende.payments.models import DueItem, PaymentAttempt
from tests.factories import payments as made
from tests.factories.payments import NOW
from tests.payments import sepa

pytestmark = pytest.mark.django_db
ON = dt.date(2027, 2, 1)
OTHER = "NL91ABNA0417164300"


def tried(**more: object) -> PaymentAttempt:
    """A debit that is with the bank."""
    item = sepa.debit(**more)  # type: ignore[arg-type]
    attempt = made.attempt(item, external_id=f"E-{item.pk}")
    settle.submitted(attempt, at=NOW)
    mail.outbox.clear()
    return attempt


def fail(attempt: PaymentAttempt, code: str) -> None:
    settle.failed(attempt.item, code=code, on=ON, at=NOW, attempt=attempt)


def come_back(attempt: PaymentAttempt, code: str) -> None:
    settle.collected(attempt, into="sepa-transit", on=sepa.COLLECTED, at=NOW)
    mail.outbox.clear()  # thanks
    settle.returned(attempt.item, code=code, on=ON, at=NOW, attempt=attempt)


def letter() -> str:
    (one,) = mail.outbox
    return f"{one.subject}\n{' '.join(str(one.body).split())}"


TOLD = [
    ("AM04", "nicht genug Geld", "nicht vor dem 22. Februar 2027"),
    ("MS03", "Sie nennt keinen Grund", "nicht vor dem 22. Februar 2027"),
    ("AC01", "Ziffer der IBAN", "Mit der richtigen IBAN"),
    ("RC01", "Ziffer der IBAN", "Mit der richtigen IBAN"),
    ("AC04", "geschlossen", "ein anderes Konto"),
    ("AC06", "geschlossen", "ein anderes Konto"),
    ("AG01", "lässt keine Lastschriften zu", "ein anderes Konto"),
    ("MD01", "nicht gewollt", "Ihr Mandat ist beendet"),
    ("MD06", "nicht gewollt", "Ihr Mandat ist beendet"),
    ("MS02", "nicht gewollt", "Ihr Mandat ist beendet"),
    ("SL01", "nicht gewollt", "Ihr Mandat ist beendet"),
    ("ZZ99", "erst nachgehen", "Bis wir mehr wissen"),
]


@pytest.mark.parametrize("how", [fail, come_back])
@pytest.mark.parametrize(("code", "why", "way_out"), TOLD)
def test_each_code_is_told_in_plain_words_with_the_way_out(how, code, why, way_out):
    attempt = tried()
    how(attempt, code)
    told = letter()
    for words in (why, way_out, "12 €", "29. Januar 2027", "/beitrag/verwalten/"):
        assert words in told
    assert "Sie schulden uns nichts" in told
    assert code not in told
    assert ("zurückgekommen" in told) == (how is come_back)


@pytest.mark.parametrize("how", [fail, come_back])
@pytest.mark.parametrize("code", ["MD07", "AM05", "office"])
def test_death_and_faults_of_bank_or_office_are_told_to_nobody(how, code):
    how(tried(), code)
    assert mail.outbox == []
    assert not Trouble.objects.exists()


def test_a_second_failure_says_that_the_contribution_rests():
    attempt = tried()
    DueItem.objects.update(retries=1)
    attempt.item.refresh_from_db()
    fail(attempt, "AM04")
    assert "zweite Mal" in letter()
    assert "ruht" in mail.outbox[0].subject


def test_nobody_is_told_twice_of_one_try():
    attempt = tried()
    fail(attempt, "MS02")
    fail(attempt, "MS02")
    told = "Wir buchen nichts mehr bei Ihnen ab"
    assert letter().startswith(told)
    come_back(attempt, "MS02")  # the bank credits it after all, and takes it back
    assert mail.outbox == []
    values = {"code": "MS02", "told_at": NOW}
    with pytest.raises(IntegrityError), transaction.atomic():
        Trouble.objects.create(item=attempt.item, attempt=attempt, **values)
    Trouble.objects.create(item=attempt.item, **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Trouble.objects.create(item=attempt.item, **values)


@pytest.mark.parametrize(
    "more", [{"purpose": "share"}, {"method": "paypal"}], ids=["another purpose", "by a provider"]
)
def test_others_write_for_themselves(more):
    attempt = tried(**more)
    fail(attempt, "AC04")
    assert mail.outbox == []


def test_nothing_is_written_after_the_contribution_has_ended():
    attempt = tried()
    settle.collected(attempt, into="sepa-transit", on=ON, at=NOW)
    pledges.end(attempt.item.pledge, reason="reader", at=NOW)
    mail.outbox.clear()
    settle.returned(attempt.item, code="MD06", on=ON, at=NOW, attempt=attempt)
    assert mail.outbox == []


@pytest.mark.parametrize("code", ["AC01", "AC04"])
def test_with_another_account_it_goes_on_by_itself(code):
    attempt = tried()
    fail(attempt, code)
    pledge = attempt.item.pledge
    pledge.refresh_from_db()
    assert pledge.state == "paused"
    assert managing.change_account(pledge, iban=OTHER, at=NOW)
    pledge.refresh_from_db()
    assert pledge.state == "active"
    mandate = mandates.of(pledge)
    assert mandate is not None
    assert mandates.iban_of(mandate) == OTHER


def test_a_giver_who_rests_by_choice_rests_on_with_another_account():
    item = sepa.debit()
    pledges.pause(item.pledge, until=None, at=NOW)
    assert managing.change_account(item.pledge, iban=OTHER, at=NOW)
    item.pledge.refresh_from_db()
    assert item.pledge.state == "paused"
