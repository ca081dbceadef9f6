"""Money that we owe: by two persons to the bank, true when the bank says so, and come back."""

import datetime as dt
import io
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from wagtail.models import ModelLogEntry

from allmende.ledger import balances
from allmende.ledger.money import Money
from allmende.payments import (
    bankfiles,
    faults,
    ibans,
    matching,
    payout_batches,
    payouts,
    proofs,
    reading_statements,
    retention,
    signals,
)
from allmende.payments.models import BankAccount, Payout, PayoutBatch, PayoutLine, Question
from allmende.payments.pain.parts import Address
from allmende.payments.pain.reading import read
from allmende.payments.payouts import Debt, Receiver
from allmende.payments.providers.dummy_bank.bank import Bank
from tests.factories import payments as made
from tests.factories.payments import NOW
from tests.payments.sending import DEBT, PAID, TODAY, ask, exported, gathered, owed
from tests.people import cast

pytestmark = pytest.mark.django_db
OTHER = "NL91ABNA0417164300"
LATE = dt.datetime(2027, 2, 20, 12, tzinfo=dt.UTC)


@pytest.fixture
def account() -> BankAccount:
    return made.bank_account()


@pytest.fixture
def heard() -> Iterator[list[tuple[str, str, int]]]:
    """What was announced: signal, reference, cents."""
    told: list[tuple[str, str, int]] = []

    def on_paid(payout: Payout, money: Money, **_more: Any) -> None:
        told.append(("paid", payout.reference, money.cents))

    def on_returned(payout: Payout, money: Money, **_more: Any) -> None:
        told.append((payout.code, payout.reference, money.cents))

    signals.paid_out.connect(on_paid)
    signals.payout_returned.connect(on_returned)
    yield told
    signals.paid_out.disconnect(on_paid)
    signals.payout_returned.disconnect(on_returned)


def asked() -> QuerySet[Question]:
    """About payouts; the bank's opening balance is asked about, too."""
    return Question.objects.exclude(what="opening")


def bank_of(account: BankAccount, **more: Any) -> Bank:
    return Bank(account.iban, opening=1_000_000, **more)


def tell(bank: Bank, *, since: dt.date = TODAY, until: dt.date = PAID) -> None:
    """The office takes the statement of these days in."""
    reading_statements.take_in(io.BytesIO(bank.statement(since, until)), at=NOW)
    matching.work(at=NOW)


def sums() -> dict[str, int]:
    codes = ["bank", "payouts", "payout-transit", "share-capital", "fees", "suspense"]
    found = {code: balances.balance(code).cents for code in codes}
    return {code: cents for code, cents in found.items() if cents}


def wrong() -> dict[str, list[str]]:
    found = {proof.name: list(proof.wrong()) for proof in proofs.PROOFS}
    return {name: lines for name, lines in found.items() if lines}


# --- Asked for --------------------------------------------------------------------------------


def test_asking_twice_makes_one_payout():
    first = ask()
    assert ask() == first
    assert Payout.objects.count() == 1
    with pytest.raises(payouts.OtherWish):
        ask(cents=50_001)
    with pytest.raises(payouts.OtherWish):
        ask(debt=Debt("settlement", "18", "payouts", "member:17"))


def test_accounts_are_sealed_and_looks_are_written_down():
    payout = ask()
    assert made.IBAN.encode() not in bytes(payout.iban)
    assert payouts.receiver(payout) == Receiver("Ada Lovelace", made.IBAN)
    with pytest.raises(payouts.NoRight):
        payouts.look(payout, by=made.person())
    otto = cast.staff("Otto", "office")
    assert payouts.look(payout, by=otto).iban == made.IBAN
    logged = ModelLogEntry.objects.get(action="payments.see_iban")
    assert (logged.user, logged.object_id) == (otto, str(payout.pk))


@pytest.mark.parametrize(
    ("to", "refused"),
    [
        (Receiver("Ada", "DE89370400440532013001"), ibans.Mistyped),
        (Receiver("Ada", "CH9300762011623852957"), payouts.NoAddress),
    ],
)
def test_what_no_bank_would_pay_is_refused(to, refused):
    with pytest.raises(refused):
        ask(to=to)
    assert not Payout.objects.exists()


@pytest.mark.parametrize("money", [Money(0), Money(-1), Money(1, "USD")])
def test_only_euros_are_paid_out(money):
    to = Receiver("Ada", made.IBAN)
    with pytest.raises(ValueError, match="no amount"):
        payouts.ask(
            "k", amount=money, to=to, debt=DEBT, words="w", pay_on=TODAY, person=None, at=NOW
        )


# --- To the bank ------------------------------------------------------------------------------


def test_payouts_go_by_two_persons_in_a_file_that_stays_the_same(account):
    one = owed()
    abroad = Receiver("Zoé", "CH9300762011623852957", Address("CH", "Bern"))
    two = owed("settlement:18", cents=1, to=abroad)
    batch = gathered(account)
    assert (batch.count, batch.cents, batch.execute_on) == (2, 50_001, None)
    clerk = made.person()
    frozen = payout_batches.freeze(batch, by=clerk, at=NOW)
    assert (frozen.execute_on, frozen.state) == (PAID, "frozen")
    with pytest.raises(bankfiles.WrongState):
        bankfiles.file_of(frozen)
    with pytest.raises(bankfiles.SamePerson):
        payout_batches.release(frozen, by=clerk, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        PayoutBatch.objects.update(state="exported", released_by=clerk, exported_at=NOW)
    out = payout_batches.release(frozen, by=made.person(), at=NOW)
    data = bankfiles.file_of(out)
    assert sha256(data).hexdigest() == out.digest
    message, orders = read(data)
    assert message == out.msg_id
    assert [(o.end_to_end, o.cents, o.name, o.iban, o.on, o.purpose) for o in orders] == [
        (f"AUSZAHLUNG-{one.pk}-1", 50_000, "Ada Lovelace", made.IBAN, PAID, "Guthaben 2026"),
        (f"AUSZAHLUNG-{two.pk}-1", 1, "Zoe", abroad.iban, PAID, "Guthaben 2026"),
    ]
    assert set(Payout.objects.values_list("state", flat=True)) == {"submitted"}
    assert bankfiles.file_of(PayoutBatch.objects.get()) == data
    assert made.IBAN.encode() not in bytes(PayoutBatch.objects.get().file)


def test_a_double_click_does_it_once(account):
    owed()
    batch = gathered(account)
    assert payout_batches.gather(account, on=TODAY, at=NOW) == 0
    one, two = made.person(), made.person()
    payout_batches.freeze(batch, by=one, at=NOW)
    with pytest.raises(bankfiles.WrongState):
        payout_batches.freeze(batch, by=one, at=NOW)
    payout_batches.release(batch, by=two, at=NOW)
    with pytest.raises(bankfiles.WrongState):
        payout_batches.release(batch, by=two, at=NOW)
    assert PayoutLine.objects.count() == 1


def test_a_crash_between_export_and_download_changes_nothing(account):
    owed()
    batch = payout_batches.freeze(gathered(account), by=made.person(), at=NOW)
    before = transaction.savepoint()
    payout_batches.release(batch, by=made.person(), at=NOW)
    transaction.savepoint_rollback(before)
    assert Payout.objects.get().state == "waiting"
    out = payout_batches.release(batch, by=made.person(), at=NOW)
    assert bankfiles.file_of(out) == bankfiles.file_of(PayoutBatch.objects.get())


def test_a_payout_waits_for_its_day(account):
    owed(pay_on=dt.date(2027, 1, 23))  # a Saturday, six bank days away
    assert payout_batches.gather(account, on=TODAY, at=NOW) == 0
    assert payout_batches.gather(account, on=TODAY + dt.timedelta(days=3), at=NOW) == 1
    frozen = payout_batches.freeze(PayoutBatch.objects.get(), by=made.person(), at=NOW)
    assert frozen.execute_on == dt.date(2027, 1, 25)


def test_files_have_a_banks_size(account):
    BankAccount.objects.update(most=2)
    account.refresh_from_db()
    for number in range(5):
        ask(f"settlement:{number}")
    assert payout_batches.gather(account, on=TODAY, at=NOW) == 5
    assert list(PayoutBatch.objects.order_by("pk").values_list("count", flat=True)) == [2, 2, 1]


def test_nothing_is_released_after_the_banks_hour(account):
    owed()
    batch = payout_batches.freeze(gathered(account), by=made.person(), at=NOW)
    hour = dt.datetime(2027, 1, 20, 9, tzinfo=dt.UTC)
    assert payout_batches.deadline(batch) == hour
    with pytest.raises(bankfiles.PastDeadline):
        payout_batches.release(batch, by=made.person(), at=hour + dt.timedelta(seconds=1))


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        ({"cents": 3}, faults.PAYOUT),
        ({"state": "cancelled"}, faults.PAYOUT),
        ({"iban": b"\x01m"}, faults.IBAN),
        ("DE23999999990000000000", faults.IBAN),
        ("CH9300762011623852957", faults.ADDRESS),
    ],
)
def test_a_bad_row_is_named_and_left_out(account, spoil, why):
    bad = ask("bad")
    good = ask("good")
    batch = gathered(account)
    if isinstance(spoil, str):
        spoil = {"iban": payouts.seal(spoil, column="payout.iban", row="bad")}
    Payout.objects.filter(pk=bad.pk).update(**spoil)
    assert [(line.payout, reason) for line, reason in payout_batches.faults(batch)] == [(bad, why)]
    frozen = payout_batches.freeze(batch, by=made.person(), at=NOW)
    assert (frozen.count, frozen.lines.get(live=True).payout) == (1, good)
    assert [(line.payout, reason) for line, reason in payout_batches.faults(frozen)] == [(bad, why)]


def test_an_empty_batch_is_not_frozen(account):
    payouts.cancel(ask(), at=NOW)
    ask("other")
    batch = gathered(account)
    payouts.cancel(Payout.objects.get(key="other"), at=NOW)
    batch.refresh_from_db()
    assert (batch.count, batch.cents) == (0, 0)
    with pytest.raises(bankfiles.Empty):
        payout_batches.freeze(batch, by=made.person(), at=NOW)


@pytest.mark.parametrize("deed", ["redirect", "cancel"])
def test_what_changes_after_freezing_stops_the_release(account, deed):
    payout = owed()
    batch = payout_batches.freeze(gathered(account), by=made.person(), at=NOW)
    later = NOW + dt.timedelta(hours=1)
    if deed == "redirect":
        payouts.redirect(payout, to=Receiver("Ada", OTHER), at=later)
    else:
        payouts.cancel(payout, at=later)
    with pytest.raises(bankfiles.Stale) as caught:
        payout_batches.release(batch, by=made.person(), at=later)
    assert caught.value.rows == [(f"AUSZAHLUNG-{payout.pk}-1", faults.PAYOUT)]
    payout_batches.reject(batch, code="office", at=later)
    assert payout_batches.gather(account, on=TODAY, at=later) == int(deed == "redirect")


def test_what_the_bank_has_is_neither_redirected_nor_cancelled(account):
    payout = owed()
    exported(account)
    with pytest.raises(payouts.UnderWay):
        payouts.redirect(payout, to=Receiver("Ada", OTHER), at=NOW)
    with pytest.raises(payouts.UnderWay):
        payouts.cancel(payout, at=NOW)


def test_a_rejected_batch_gives_its_payouts_to_another_with_a_new_message_id(account):
    payout = owed()
    first = bankfiles.accept(exported(account))
    payout_batches.reject(first, code="FF01", at=NOW)
    assert Payout.objects.get().state == "waiting"
    assert wrong() == {}
    second = exported(account)
    assert second.msg_id != first.msg_id
    assert set(payout.lines.values_list("end_to_end_id", "live")) == {
        (f"AUSZAHLUNG-{payout.pk}-1", False),
        (f"AUSZAHLUNG-{payout.pk}-2", True),
    }
    with pytest.raises(bankfiles.WrongState):
        payout_batches.reject(first, code="FF01", at=NOW)
    assert wrong() == {}


# --- What the bank says -----------------------------------------------------------------------


@pytest.mark.parametrize("in_details", [True, False])
def test_a_payout_is_paid_when_the_bank_says_so(account, heard, in_details):
    owed()
    owed("settlement:18", cents=2_500, debt=Debt("settlement", "18", "payouts", "member:18"))
    bank = bank_of(account, in_details=in_details)
    batch = exported(account)
    bank.take(bankfiles.file_of(batch))
    assert sums() == {"payouts": -52_500, "share-capital": 52_500}
    assert heard == []
    for _twice in range(2):
        tell(bank)
        assert sums() == {"bank": -52_500, "share-capital": 52_500}
        assert heard == [("paid", "17", 50_000), ("paid", "18", 2_500)]
    batch.refresh_from_db()
    assert batch.state == "booked"
    assert set(Payout.objects.values_list("state", "paid_on")) == {("paid", PAID)}
    assert balances.balance("payouts", party="member:17") == Money(0)
    assert wrong() == {}


@pytest.mark.parametrize("in_details", [True, False])
def test_what_comes_back_is_owed_again_and_paid_to_another_account(account, heard, in_details):
    payout = owed(to=Receiver("Ada AC04", made.IBAN))
    bank = bank_of(account, in_details=in_details)
    bank.take(bankfiles.file_of(exported(account)))
    tell(bank, until=PAID + dt.timedelta(days=5))
    payout.refresh_from_db()
    assert (payout.state, payout.code, payout.paid_on) == ("returned", "AC04", None)
    assert sums() == {"payouts": -50_000, "share-capital": 50_000}
    assert heard == [("paid", "17", 50_000), ("AC04", "17", 50_000)]
    assert asked().get().detail == f"payout {payout.pk} AC04"
    assert payout_batches.gather(account, on=TODAY, at=NOW) == 0  # not before somebody asked
    assert wrong() == {}
    payouts.redirect(payout, to=Receiver("Ada", OTHER), at=NOW)
    bank.take(bankfiles.file_of(exported(account)))
    tell(bank, until=PAID + dt.timedelta(days=6))
    payout.refresh_from_db()
    assert (payout.state, payout.paid_on) == ("paid", PAID)
    assert sums() == {"bank": -50_000, "share-capital": 50_000}
    assert wrong() == {}


def test_a_fee_for_what_came_back_is_ours(account):
    owed(to=Receiver("Ada AC04", made.IBAN))
    batch = exported(account)
    line = batch.lines.get()
    payouts.paid(line, on=PAID, at=NOW)
    payouts.returned(line, code="AC04", on=PAID, at=NOW, came=Money(49_700))
    assert not payouts.returned(line, code="AC04", on=PAID, at=NOW, came=Money(49_700))
    assert sums() == {
        "payouts": -50_000,
        "share-capital": 50_000,
        "fees": 300,
        "payout-transit": -300,  # the bank's own rows are not told in this test
    }


def test_a_return_that_is_told_before_its_going_waits_for_it(account):
    payout = owed(to=Receiver("Ada AC04", made.IBAN))
    bank = bank_of(account)
    bank.take(bankfiles.file_of(exported(account)))
    tell(bank, since=PAID + dt.timedelta(days=1), until=PAID + dt.timedelta(days=5))
    payout.refresh_from_db()
    assert payout.state == "submitted"
    assert sums()["payout-transit"] == -50_000
    assert wrong() == {}
    tell(bank, until=PAID)
    matching.work(at=NOW)
    payout.refresh_from_db()
    assert payout.state == "returned"
    assert "payout-transit" not in sums()


def test_a_file_that_the_bank_took_twice_is_a_question_and_lies_in_transit(account):
    payout = owed()
    batch = exported(account)
    bank = bank_of(account)
    bank.take(bankfiles.file_of(batch))
    bank.taken.clear()
    bank.take(bankfiles.file_of(batch))
    tell(bank)
    matching.work(at=NOW)
    assert sums() == {"bank": -100_000, "payout-transit": 50_000, "share-capital": 50_000}
    assert [one.what for one in asked()] == ["paid_twice"]
    assert str(payout.pk) in asked().get().detail
    assert wrong() == {}


def test_money_that_left_although_the_office_had_rejected_the_file_is_paid_once(account):
    payout = owed()
    batch = exported(account)
    payout_batches.reject(batch, code="office", at=NOW)
    gathered(account)
    bank = bank_of(account)
    bank.take(bankfiles.opened(batch))
    tell(bank)
    payout.refresh_from_db()
    assert (payout.state, payout.lines.count()) == ("paid", 1)
    assert PayoutBatch.objects.get(state="open").count == 0
    assert wrong() == {}


def test_a_sum_of_another_amount_waits_for_a_person(account):
    owed()
    bank = bank_of(account, in_details=False)
    bank.take(bankfiles.file_of(exported(account)))
    PayoutBatch.objects.update(cents=1)
    tell(bank)
    assert Payout.objects.get().state == "submitted"
    assert asked().get().what == "paid_twice"


# --- What must hold ---------------------------------------------------------------------------


def test_proofs_tell_of_what_deeds_cannot_do(account):
    payout = owed()
    batch = exported(account)
    line = batch.lines.get()
    PayoutLine.objects.update(paid_on=PAID)
    PayoutBatch.objects.update(digest="0" * 64, cents=1)
    assert wrong() == {
        "payments-payouts": [f"payout {payout.pk} of 50000 cents, paid: booked []"],
        "payments-files": [
            f"batch {batch.msg_id}: another file than was frozen",
            f"batch {batch.msg_id} of 1 cents: its rows are 50000",
        ],
    }
    PayoutLine.objects.update(paid_on=None)
    PayoutBatch.objects.update(digest=batch.digest, cents=batch.cents)
    payouts.paid(line, on=PAID, at=NOW)
    assert wrong() == {"payments-transit": ["-500.00 EUR in transit, 0.00 EUR told"]}
    PayoutLine.objects.update(paid_on=None)
    told = [f"entry payments:payout:{line.pk}:paid: no such payout"]
    assert wrong()["payments-payout-entries"] == told


def test_the_database_pays_no_payout_twice(account):
    payout = owed()
    line = exported(account).lines.get()
    PayoutLine.objects.filter(pk=line.pk).update(paid_on=PAID)
    values = {"payout": payout, "cents": 1, "batch": made.payout_batch(bank_account=account)}
    with pytest.raises(IntegrityError), transaction.atomic():
        PayoutLine.objects.create(end_to_end_id="a", **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        PayoutLine.objects.create(end_to_end_id="b", live=False, paid_on=PAID, **values)
    PayoutLine.objects.create(end_to_end_id="c", live=False, **values)


def test_accounts_are_forgotten_some_months_after_the_money_went(account):
    paid, waiting = owed(), ask("waits")
    payouts.paid(exported(account).lines.get(payout=paid), on=PAID, at=NOW)
    assert retention.payouts(on=dt.date(2027, 4, 15)) == 0
    assert retention.payouts(on=dt.date(2027, 4, 16)) == 1
    paid.refresh_from_db()
    assert (bytes(paid.iban), paid.last4) == (b"", "")
    assert payouts.receiver(waiting).iban == made.IBAN
    assert retention.files(on=dt.date(2035, 12, 31)) == 0
    assert retention.files(on=dt.date(2036, 1, 1)) == 1
    with pytest.raises(bankfiles.WrongState):
        bankfiles.file_of(PayoutBatch.objects.get())
    assert "payments-files" not in wrong()
