"""From announced debits to a file at the bank, and back after a rejection."""

import datetime as dt
from hashlib import sha256

import pytest
from django.db import IntegrityError, transaction

from allmende.payments import bankfiles, batches, faults, mandates, notices
from allmende.payments.models import (
    BankAccount,
    BatchItem,
    DueItem,
    Mandate,
    Notice,
    PaymentAttempt,
    SepaBatch,
)
from allmende.payments.pain.reading import read
from tests.factories import payments as made
from tests.factories.payments import NOW
from tests.payments.sepa import (
    BEFORE,
    COLLECTED,
    announce,
    arrive,
    debit,
    exported,
    gathered,
)

pytestmark = pytest.mark.django_db
OTHER = "NL91ABNA0417164300"
State = SepaBatch.State


@pytest.fixture
def account() -> BankAccount:
    return made.bank_account()


def states() -> set[str]:
    return set(DueItem.objects.values_list("state", flat=True))


def test_a_batch_comes_to_the_bank_by_two_persons(account):
    one, two = debit(), debit(cents=3000)
    batch = gathered(account)
    assert (batch.count, batch.cents, batch.collect_on) == (2, 4200, COLLECTED)
    frozen = batches.freeze(batch, by=made.person(), at=BEFORE)
    with pytest.raises(bankfiles.WrongState):
        bankfiles.file_of(frozen)
    out = batches.release(frozen, by=made.person(), at=BEFORE)
    data = bankfiles.file_of(out)
    assert sha256(data).hexdigest() == out.digest
    message, orders = read(data)
    assert message == out.msg_id
    assert [(order.cents, order.end_to_end, order.iban) for order in orders] == [
        (1200, f"FAELLIG-{one.pk}-1", made.IBAN), (3000, f"FAELLIG-{two.pk}-1", made.IBAN),
    ]  # fmt: skip
    assert states() == {"submitted"}
    assert set(PaymentAttempt.objects.values_list("external_id", "state", "provider")) == {
        (f"FAELLIG-{item.pk}-1", "submitted", "debit") for item in (one, two)
    }
    assert made.IBAN.encode() not in bytes(SepaBatch.objects.get().file)


def test_the_file_is_the_same_whenever_it_is_asked_for(account):
    debit()
    out = exported(account)
    first = bankfiles.file_of(out)
    mandates.change_account(out.lines.get().mandate, iban=OTHER, at=NOW)
    assert bankfiles.file_of(SepaBatch.objects.get(pk=out.pk)) == first


def test_days_in_the_file_are_the_papers(account):
    """A mandate that is signed at half past midnight in Berlin, when in London it is yesterday."""
    item = debit()
    night = dt.datetime(2026, 12, 1, 23, 30, tzinfo=dt.UTC)
    Mandate.objects.filter(pledge=item.pledge).update(signed_at=night)
    data = bankfiles.file_of(exported(account))
    assert b"<DtOfSgntr>2026-12-02</DtOfSgntr>" in data


def test_one_person_alone_sends_nothing(account):
    debit()
    clerk = made.person()
    batch = batches.freeze(gathered(account), by=clerk, at=BEFORE)
    with pytest.raises(bankfiles.SamePerson):
        batches.release(batch, by=clerk, at=BEFORE)
    with pytest.raises(IntegrityError), transaction.atomic():
        SepaBatch.objects.filter(pk=batch.pk).update(
            state="exported", released_by=clerk, exported_at=NOW
        )


def test_a_double_click_does_it_once(account):
    debit()
    batch = gathered(account)
    clerk, second = made.person(), made.person()
    batches.freeze(batch, by=clerk, at=BEFORE)
    with pytest.raises(bankfiles.WrongState):
        batches.freeze(batch, by=clerk, at=BEFORE)
    batches.release(batch, by=second, at=BEFORE)
    with pytest.raises(bankfiles.WrongState):
        batches.release(batch, by=second, at=BEFORE)
    assert PaymentAttempt.objects.count() == 1


def test_gathering_twice_takes_each_item_once(account):
    debit()
    batch = gathered(account)
    assert batches.gather(account, collect_on=COLLECTED, at=BEFORE) == 0
    assert batch.lines.count() == 1
    line, other = batch.lines.get(), made.batch(bank_account=account)
    with pytest.raises(IntegrityError), transaction.atomic():
        BatchItem.objects.create(
            batch=other, item=line.item, mandate=line.mandate, end_to_end_id="X", cents=1200
        )


def test_batches_have_a_banks_size(account):
    BankAccount.objects.update(most=2)
    account.refresh_from_db()
    for _ in range(5):
        debit()
    announce(account)
    arrive()
    assert batches.gather(account, collect_on=COLLECTED, at=BEFORE) == 5
    assert list(SepaBatch.objects.order_by("pk").values_list("count", flat=True)) == [2, 2, 1]
    assert SepaBatch.objects.values("msg_id").distinct().count() == 3


def test_only_days_that_come_near_are_gathered(account):
    debit(on=dt.date(2027, 1, 29))
    debit(on=dt.date(2027, 2, 2))
    announce(account)
    arrive()
    assert batches.gather_due(account, on=dt.date(2027, 1, 25), at=BEFORE) == 1
    assert batches.gather_due(account, on=dt.date(2027, 1, 26), at=BEFORE) == 1
    assert set(SepaBatch.objects.values_list("collect_on", flat=True)) == {
        dt.date(2027, 1, 29), dt.date(2027, 2, 2),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "why", "state"),
    [
        ("letter refused", faults.NOT_ANNOUNCED, "planned"),
        ("amount", faults.ITEM, "announced"),
        ("told too late", faults.TOO_LATE, "planned"),
        ("account changed", faults.NOT_ANNOUNCED, "planned"),
        ("mandate revoked", faults.MANDATE, "announced"),
        ("mandate too old", faults.MANDATE, "announced"),
        ("pledge paused", faults.PLEDGE, "announced"),
        ("dead bank", faults.IBAN, "announced"),
        ("key gone", faults.IBAN, "announced"),
        ("no address", faults.ADDRESS, "announced"),
    ],
)
def test_a_bad_row_is_named_and_left_out(account, wrong, why, state):
    good, bad = debit(), debit()
    batch = gathered(account)
    spoil(bad, wrong)
    line = batch.lines.get(item=bad)
    assert [(found.pk, reason) for found, reason in batches.faults(batch)] == [(line.pk, why)]
    frozen = batches.freeze(batch, by=made.person(), at=BEFORE)
    assert (frozen.count, frozen.cents) == (1, 1200)
    line.refresh_from_db()
    bad.refresh_from_db()
    assert (line.live, line.left_out, bad.state) == (False, why, state)
    assert frozen.lines.get(live=True).item == good
    assert [(found.pk, reason) for found, reason in batches.faults(frozen)] == [(line.pk, why)]


def spoil(item: DueItem, wrong: str) -> None:
    mandate = item.pledge.mandates.get()
    if wrong == "letter refused":
        message = item.notices.get().message
        message.state = "refused"
        message.save()
    elif wrong == "amount":
        DueItem.objects.filter(pk=item.pk).update(cents=1300)
    elif wrong == "told too late":
        Notice.objects.filter(item=item).update(sent_at=NOW + dt.timedelta(days=1))
    elif wrong == "account changed":
        mandates.change_account(mandate, iban=OTHER, at=NOW)
    elif wrong == "mandate revoked":
        mandates.revoke(mandate, at=NOW)
    elif wrong == "mandate too old":
        mandate.last_collected_on = dt.date(2024, 1, 28)
        mandate.save()
    elif wrong == "pledge paused":
        item.pledge.state = "paused"
        item.pledge.save()
    else:
        spoil_account(item, wrong)


def spoil_account(item: DueItem, wrong: str) -> None:
    """Notice and mandate agree, but the bank would not take it."""
    told = {"dead bank": "DE23999999990000000000", "no address": "CH9300762011623852957"}
    mandate = item.pledge.mandates.get()
    iban = told.get(wrong, made.IBAN)
    mandate.iban = mandates.seal(iban, column="mandate.iban", row=mandate.reference)
    if wrong == "key gone":
        mandate.iban = bytes(mandate.iban)[:-1]
    mandate.save()


def test_an_account_changed_between_notice_and_collection_is_announced_anew(account):
    item = debit()
    batch = gathered(account)
    mandates.change_account(item.pledge.mandates.get(), iban=OTHER, at=NOW)
    with pytest.raises(bankfiles.Empty):
        batches.freeze(batch, by=made.person(), at=BEFORE)
    assert batches.gather(account, collect_on=COLLECTED, at=BEFORE) == 0


def test_what_changes_after_freezing_stops_the_release(account):
    item, other = debit(), debit()
    batch = batches.freeze(gathered(account), by=made.person(), at=BEFORE)
    mandates.revoke(item.pledge.mandates.get(), at=NOW)
    with pytest.raises(bankfiles.Stale) as caught:
        batches.release(batch, by=made.person(), at=BEFORE)
    assert caught.value.rows == [(f"FAELLIG-{item.pk}-1", faults.MANDATE)]
    batches.reject(batch, code="office", at=BEFORE)
    assert batches.gather(account, collect_on=COLLECTED, at=BEFORE) == 1
    again = SepaBatch.objects.get(state=State.OPEN)
    assert again.lines.get().item == other
    assert again.lines.get().end_to_end_id == f"FAELLIG-{other.pk}-2"


def test_a_rejected_batch_gives_its_items_to_another_with_a_new_message_id(account):
    item = debit()
    first = bankfiles.accept(exported(account))
    batches.reject(first, code="AM05", at=BEFORE)
    item.refresh_from_db()
    assert item.state == "announced"
    assert PaymentAttempt.objects.get().state == "failed"
    assert batches.gather(account, collect_on=COLLECTED, at=BEFORE) == 1
    second = batches.freeze(SepaBatch.objects.get(state=State.OPEN), by=made.person(), at=BEFORE)
    batches.release(second, by=made.person(), at=BEFORE)
    assert second.msg_id != first.msg_id
    assert set(item.lines.values_list("end_to_end_id", "live")) == {
        (f"FAELLIG-{item.pk}-1", False), (f"FAELLIG-{item.pk}-2", True),
    }  # fmt: skip
    with pytest.raises(bankfiles.WrongState):
        batches.reject(first, code="AM05", at=BEFORE)


def test_nothing_is_frozen_or_released_after_the_banks_hour(account):
    debit()
    batch = gathered(account)
    hour = dt.datetime(2027, 1, 28, 9, 0, tzinfo=dt.UTC)
    assert batches.deadline(batch) == hour
    late = hour + dt.timedelta(seconds=1)
    with pytest.raises(bankfiles.PastDeadline):
        batches.freeze(batch, by=made.person(), at=late)
    frozen = batches.freeze(batch, by=made.person(), at=hour)
    with pytest.raises(bankfiles.PastDeadline):
        batches.release(frozen, by=made.person(), at=late)


def test_missed_days_are_announced_anew(account):
    item = debit()
    batch = gathered(account)
    assert batches.missed(account, at=BEFORE) == 0
    late = dt.datetime(2027, 1, 28, 12, tzinfo=dt.UTC)
    assert batches.missed(account, at=late) == 1
    item.refresh_from_db()
    assert (item.state, batch.lines.get().left_out) == ("planned", faults.TOO_LATE)
    assert announce(account, on=late.date(), at=late) == 1
    assert notices.Notice.objects.filter(item=item).count() == 2
    assert item.notices.first().due_on == dt.date(2027, 2, 11)


def test_first_debits_are_marked_for_banks_that_want_it():
    account = made.bank_account(first_apart=True)
    one, two = debit(), debit()
    mandates.used(two.pledge.mandates.get(), on=dt.date(2026, 12, 29))
    orders = read(bankfiles.file_of(exported(account)))[1]
    assert {order.end_to_end: order.sequence for order in orders} == {
        f"FAELLIG-{one.pk}-1": "FRST", f"FAELLIG-{two.pk}-1": "RCUR",
    }  # fmt: skip


def test_banks_that_take_one_group_a_file_get_first_debits_apart():
    account = made.bank_account(first_apart=True, one_file_each=True)
    debit()
    mandates.used(debit().pledge.mandates.get(), on=dt.date(2026, 12, 29))
    announce(account)
    arrive()
    assert batches.gather(account, collect_on=COLLECTED, at=BEFORE) == 2
    assert list(SepaBatch.objects.values_list("count", flat=True)) == [1, 1]


def test_a_changed_account_is_told_to_the_bank_with_the_next_debit(account):
    item = debit()
    mandate = item.pledge.mandates.get()
    mandates.used(mandate, on=dt.date(2026, 12, 29))
    mandates.change_account(mandate, iban=OTHER, at=NOW)
    (order,) = read(bankfiles.file_of(exported(account)))[1]
    assert (order.iban, order.former_iban) == (OTHER, "SMNDA")


def test_two_mandates_on_one_account_are_two_debits(account):
    debit()
    debit()
    orders = read(bankfiles.file_of(exported(account)))[1]
    assert len({order.mandate for order in orders}) == 2
    assert len({order.iban for order in orders}) == 1


def test_a_crash_between_export_and_download_changes_nothing(account):
    """The export commits or it does not; then the file is asked for again."""
    debit()
    batch = batches.freeze(gathered(account), by=made.person(), at=BEFORE)
    before = transaction.savepoint()
    batches.release(batch, by=made.person(), at=BEFORE)
    transaction.savepoint_rollback(before)
    assert states() == {"announced"}
    out = batches.release(batch, by=made.person(), at=BEFORE)
    assert bankfiles.file_of(out) == bankfiles.file_of(SepaBatch.objects.get())
    assert PaymentAttempt.objects.count() == 1


def test_a_batch_is_found_by_what_statements_name(account):
    batch = made.batch(bank_account=account, msg_id="SAMMLER-20270129-AB")
    assert batches.of_message("SAMMLER-20270129-AB") == batch
    assert batches.of_message("SAMMLER-20270129-AB-1") == batch
    assert batches.of_message("") is None
