"""Direct debit and transfer: ways of paying that need nobody else's server."""

import uuid

import pytest
from django.db import transaction

from allmende.ledger.money import Money
from allmende.payments import checkout, pledges, providers, references
from allmende.payments.models import Pledge
from allmende.payments.providers import port
from tests.factories import payments as made
from tests.factories.payments import NOW

pytestmark = pytest.mark.django_db
WORDS = checkout.Words("Beitrag", "Bote", "de", "https://b.example/a", "https://b.example/b")


def begun(method: str) -> checkout.Checkout:
    terms = pledges.Terms(Money(1200), "monthly", NOW.date(), method)
    cause = pledges.Cause("contribution", "contributions", "person:1")
    return checkout.begin(uuid.uuid4(), person=made.person(), terms=terms, cause=cause, at=NOW)


@pytest.mark.parametrize("name", ["debit", "transfer"])
def test_a_provider_fits_the_port_and_is_offered_with_an_account(name):
    provider = providers.get(name)
    assert isinstance(provider, port.Provider)
    assert not isinstance(provider, port.Told | port.Standing | port.GivesBack)
    assert not provider.ready()
    made.bank_account()
    assert provider in list(providers.offered("monthly"))


def test_debits_are_not_offered_without_a_creditor_identifier():
    made.bank_account(creditor_id="")
    assert [one.name for one in providers.offered("once")] == ["transfer"]


def test_a_debit_is_done_once_its_mandate_is_signed():
    sent = begun("debit")
    mandate = made.mandate(sent.pledge)
    step = checkout.proceed(sent, words=WORDS, at=NOW)
    assert (step.kind, step.words) == ("done", {"mandate": mandate.reference, "iban": "DE … 2051"})
    assert Pledge.objects.get(pk=sent.pledge.pk).state == "active"


def test_a_debit_without_mandate_is_refused():
    sent = begun("debit")
    with pytest.raises(port.Refused), transaction.atomic():
        checkout.proceed(sent, words=WORDS, at=NOW)


def test_a_transfer_is_told_with_reference_and_code():
    made.bank_account()
    sent = begun("transfer")
    step = checkout.proceed(sent, words=WORDS, at=NOW)
    assert step.kind == "instructions"
    assert step.words["holder"] == "Bote eG"
    assert step.words["iban"] == "DE89 3704 0044 0532 0130 00"
    assert step.words["amount"].startswith("12")
    assert step.words["bank"] == "Commerzbank"
    assert step.words["code"].startswith("BCD\n002\n")
    pledge = Pledge.objects.get(pk=sent.pledge.pk)
    assert references.shown(pledge.transfer_reference) == step.words["reference"]
    assert references.creditor_number(pledge.transfer_reference) == pledge.pk


def test_a_transfer_in_francs_has_no_code():
    made.bank_account()
    asked = port.Ask(
        key="k", pledge=made.pledge(currency="CHF"), amount=Money(1200, "CHF"), rhythm="once",
        first_on=NOW.date(), purpose="p", paper="b", language="de", back="", gone="",
    )  # fmt: skip
    assert "code" not in providers.get("transfer").begin(asked, at=NOW).words
