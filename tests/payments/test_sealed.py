"""What is sealed in tables is renewed with the vault's key: all of it, each under its context."""

import uuid
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import BinaryField

from allmende.contributions.models import Draft
from allmende.lib import renewing
from allmende.lib.vault import number_of
from allmende.payments import bankfiles, events, mandates, payouts, reading_statements, sealing
from allmende.payments.models import InboundEvent, Mandate, Payout, PayoutBatch
from allmende.payments.providers.dummy_bank.bank import Bank
from allmende.payments.providers.port import Heard
from tests.factories import payments as made
from tests.factories.payments import NOW
from tests.payments.sending import exported, owed
from tests.payments.test_matching import come

# Not sealed, or by the key of an owner, which is renewed as a file (`Vault.rewrap_owners`).
OTHERS = {
    "cooperative.DeclarationPaper.sealed",
    "cooperative.DeclarationText.content",
    "cooperative.DeclarationText.words",
    "cooperative.MemberPaper.sealed",
    "cooperative.MemberRequest.sealed",
    "cooperative.PayoutAccount.sealed",
    "cooperative.RegisterPayload.sealed",
    "cooperative.StatuteDocument.content",
    "importers.SubscriberList.content",
    "mailroom.Incoming.raw",
    "mailroom.Message.raw",
}


@pytest.fixture
def keys(settings, tmp_path: Path) -> None:
    settings.KEYS = tmp_path / "keys"


@pytest.mark.no_database
def test_every_binary_column_is_renewed_or_named_here():
    columns = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, BinaryField) and model.__module__.startswith("allmende.")
    }
    named = {column.name for column in renewing.registered()}
    assert named <= columns
    assert columns - named == OTHERS


@pytest.mark.django_db
@pytest.mark.usefixtures("keys")
def test_each_sealed_column_opens_with_the_new_key_alone():
    vault = sealing.vault()
    account = made.bank_account()
    mandate = made.mandate()
    mandates.used(mandate, on=NOW.date())
    mandates.change_account(mandate, iban="NL91ABNA0417164300", at=NOW)
    transfer = come(Bank(account.iban), 1200)
    events.keep("paypal", [Heard(id="E-1", kind="k", subject="s")], b'{"raw": 1}', at=NOW)
    payout = owed()
    batch = exported(account)
    draft = Draft(key=uuid.uuid4(), cents=100, rhythm="once", method="debit", begun_at=NOW)
    draft.keep({"email": "ada@x.example"})
    draft.save(force_insert=True)
    before = bankfiles.file_of(batch)
    used = renewing.used(vault)
    assert set(used) == {1}
    vault.rotate()
    assert renewing.renew(vault).unreadable == ()
    assert renewing.used(vault) == {2: used[1]}
    vault.retire(1)
    mandate.refresh_from_db()
    assert mandates.iban_of(mandate) == "NL91ABNA0417164300"
    assert mandates.iban_before(mandate) == made.IBAN
    assert mandates.holder_of(mandate) == "Ada Lovelace"
    transfer.refresh_from_db()
    assert reading_statements.told_by(transfer)["iban"] == made.IBAN
    event = InboundEvent.objects.get()
    assert sealing.unseal(event.raw, column="event.raw", row="paypal:E-1") == '{"raw": 1}'
    assert payouts.receiver(Payout.objects.get(pk=payout.pk)).iban == made.IBAN
    assert bankfiles.file_of(PayoutBatch.objects.get()) == before
    assert Draft.objects.get().typed == {"email": "ada@x.example"}


@pytest.mark.django_db
@pytest.mark.usefixtures("keys")
def test_what_is_written_while_a_lot_is_renewed_stays():
    vault = sealing.vault()
    mandate = made.mandate()
    (column,) = (one for one in renewing.registered() if one.name == "payments.Mandate.iban")
    rows = column.read(None)
    vault.rotate()
    fresh = [(row, vault.renew(row.sealed, context=row.context)) for row in rows]
    mandates.change_account(mandate, iban="NL91ABNA0417164300", at=NOW)
    column.replace(fresh)
    mandate = Mandate.objects.get()
    assert mandates.iban_of(mandate) == "NL91ABNA0417164300"
    assert number_of(bytes(mandate.iban)) == 2
