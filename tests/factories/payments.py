"""Pledges and what hangs on them, made with what a test does not care about filled in."""

import datetime as dt
import itertools
from typing import Any

from allmende.payments.models import (
    BankAccount,
    DueItem,
    Mandate,
    PaymentAttempt,
    Payout,
    PayoutBatch,
    Pledge,
    PledgeVersion,
    SepaBatch,
)
from allmende.payments.sealing import fingerprint, seal
from allmende.people.models import Person

NOW = dt.datetime(2027, 1, 15, 12, 0, tzinfo=dt.UTC)
IBAN = "DE02120300000000202051"
numbers = itertools.count(1)


def person(**more: Any) -> Person:
    return Person.objects.create_user(**{"first_name": "Ada", "confirmed_at": NOW, **more})


def pledge(**more: Any) -> Pledge:
    """Active, 12 € a month by direct debit from today on, for contributions."""
    rhythm = more.setdefault("rhythm", "monthly")
    values: dict[str, Any] = {
        "party": f"giver:{next(numbers)}",
        "purpose": "contribution",
        "account": "contributions",
        "anchor": NOW.date(),
        "periods": 1 if rhythm == "once" else None,
        "cents": 1200,
        "method": "debit",
        "state": "active",
        "created_at": NOW,
        "activated_at": NOW,
        **more,
    }
    if "person" not in values:
        values["person"] = person()
    made = Pledge.objects.create(**values)
    PledgeVersion.objects.create(
        pledge=made,
        from_period=0,
        cents=made.cents,
        method=made.method,
        agreed_at=NOW,
        confirmed_at=NOW,
    )
    return made


def item(of: Pledge | None = None, **more: Any) -> DueItem:
    of = of or pledge()
    values = {
        "period": 0,
        "due_on": of.anchor,
        "cents": of.cents,
        "currency": of.currency,
        "method": of.method,
        "changed_at": NOW,
        **more,
    }
    return DueItem.objects.create(pledge=of, **values)


def attempt(of: DueItem | None = None, **more: Any) -> PaymentAttempt:
    of = of or item()
    values = {
        "provider": of.method,
        "key": f"attempt-{next(numbers)}",
        "cents": of.cents,
        "currency": of.currency,
        "made_at": NOW,
        **more,
    }
    return PaymentAttempt.objects.create(item=of, **values)


def mandate(of: Pledge | None = None, *, iban: str = IBAN, **more: Any) -> Mandate:
    reference = more.pop("reference", f"M-{next(numbers)}")
    values = {
        "iban": seal(iban, column="mandate.iban", row=reference),
        "fingerprint": fingerprint(iban),
        "last4": iban[-4:],
        "country": iban[:2],
        "holder": seal("Ada Lovelace", column="mandate.holder", row=reference),
        "signed_at": NOW,
        "wording": "…",
        "wording_version": "1",
        **more,
    }
    return Mandate.objects.create(pledge=of or pledge(), reference=reference, **values)


def bank_account(**more: Any) -> BankAccount:
    values = {
        "name": "Giro",
        "holder": "Bote eG",
        "iban": "DE89370400440532013000",
        "creditor_id": "DE98ZZZ09999999999",
        "is_main": True,
        **more,
    }
    return BankAccount.objects.create(**values)


def batch(**more: Any) -> SepaBatch:
    account = more.pop("bank_account", None) or bank_account()
    values = {"msg_id": f"B-{next(numbers)}", "collect_on": NOW.date(), "opened_at": NOW, **more}
    return SepaBatch.objects.create(bank_account=account, **values)


def payout(*, iban: str = IBAN, **more: Any) -> Payout:
    key = more.pop("key", f"settlement:{next(numbers)}")
    values = {
        "purpose": "settlement",
        "reference": "17",
        "account": "payouts",
        "party": "member:17",
        "cents": 50_000,
        "words": "Auseinandersetzungsguthaben 2026",
        "pay_on": NOW.date(),
        "iban": seal(iban, column="payout.iban", row=key),
        "holder": seal("Ada Lovelace", column="payout.holder", row=key),
        "fingerprint": fingerprint(iban),
        "last4": iban[-4:],
        "country": iban[:2],
        "asked_at": NOW,
        "changed_at": NOW,
        **more,
    }
    return Payout.objects.create(key=key, **values)


def payout_batch(**more: Any) -> PayoutBatch:
    account = more.pop("bank_account", None) or bank_account()
    values = {"msg_id": f"A-{next(numbers)}", "opened_at": NOW, **more}
    return PayoutBatch.objects.create(bank_account=account, **values)
