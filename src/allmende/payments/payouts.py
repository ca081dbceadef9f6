"""Payouts: what we owe somebody, until it is on their account.

    waiting → submitted (in a released batch) → paid (the bank says so)
                                                → returned → waiting (another account) → …

Whoever owes money asks once, by a key of its own, and names the ledger account on which the debt
stands. The debt ends when the bank's statement shows that the money left, no earlier: then the
entry is written and `paid_out` sent, in one transaction. What comes back is owed again.

    bank's row          bank          −m    payout-transit  +m
    `paid`              account       +m    payout-transit  −m
"""

import datetime as dt
import json
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from wagtail.log_actions import log

from allmende.ledger import post
from allmende.ledger.money import Money
from allmende.ledger.post import Line
from allmende.payments import bankfiles, ibans, questions, signals
from allmende.payments.booking import FEES
from allmende.payments.models import Payout, PayoutBatch, PayoutLine
from allmende.payments.moving import move, must_move
from allmende.payments.pain.parts import Address
from allmende.payments.sealing import fingerprint, seal, unseal
from allmende.people.models import Person

State = Payout.State
TRANSIT = "payout-transit"


class Refused(Exception):
    """A payout cannot be had so.

    Refused
      x NoAddress   an account outside the EEA, and no town and country of its owner
      x OtherWish   the key stands with another amount, account or purpose
      x UnderWay    it is with the bank, or paid
      x NoRight     somebody wants to see an IBAN who may not
    """


class NoAddress(Refused):
    """An account outside the EEA, and no town and country of its owner."""


class OtherWish(Refused):
    """The key stands with another amount, account or purpose."""


class UnderWay(Refused):
    """It is with the bank, or paid."""


class NoRight(Refused):
    """Somebody wants to see an IBAN who may not."""


@dataclass(frozen=True)
class Receiver:
    """Whose account. address: outside the EEA only."""

    holder: str
    iban: str
    address: Address | None = None


@dataclass(frozen=True)
class Debt:
    """Where it stands in the ledger, and for whom: opaque here. party: "member:17", or empty."""

    purpose: str
    reference: str
    account: str
    party: str = ""


# --- Asked for --------------------------------------------------------------------------------


@transaction.atomic
def ask(
    key: str, *, amount: Money, to: Receiver, debt: Debt, words: str, pay_on: dt.date,
    person: Person | None, at: dt.datetime,
) -> Payout:  # fmt: skip
    """The payout of this key; made when it is new. words: what the receiver's bank shows, at most
    140 characters. pay_on: not before.

    Raises ibans.BadIban, NoAddress, OtherWish; ValueError for what is no amount of euros.
    """
    if amount.currency != "EUR" or amount.cents <= 0:
        raise ValueError(f"no amount to pay out: {amount}")
    wish = {**vars(debt), "cents": amount.cents}
    made, new = Payout.objects.get_or_create(
        key=key,
        defaults={
            **wish,
            **_account(to, key),
            "person": person,
            "words": words[:140],
            "pay_on": pay_on,
            "asked_at": at,
            "changed_at": at,
        },
    )
    if not new and wish != {name: getattr(made, name) for name in wish}:
        raise OtherWish(f"{key} stands as payout {made.pk} with other content")
    return made


def _account(to: Receiver, key: str) -> dict[str, Any]:
    """Sealed. Raises ibans.BadIban, NoAddress."""
    iban = ibans.read(to.iban)
    if ibans.needs_address(iban) and to.address is None:
        raise NoAddress
    told = json.dumps(asdict(to.address)) if to.address else ""
    return {
        "iban": seal(iban, column="payout.iban", row=key),
        "holder": seal(to.holder, column="payout.holder", row=key),
        "address": seal(told, column="payout.address", row=key) if told else None,
        "fingerprint": fingerprint(iban),
        "last4": iban[-4:],
        "country": ibans.country(iban),
    }


@transaction.atomic
def redirect(payout: Payout, *, to: Receiver, at: dt.datetime) -> None:
    """The receiver has another account: it waits for the next batch. One that is frozen with the
    account before is not released any more.

    Raises ibans.BadIban, NoAddress, UnderWay.
    """
    payout = _at_hand(payout)
    values = {**_account(to, payout.key), "changed_at": at}
    if payout.state == State.RETURNED:
        must_move(payout, State.WAITING, code="", **values)
        return
    drop(payout)
    Payout.objects.filter(pk=payout.pk).update(**values)


@transaction.atomic
def cancel(payout: Payout, *, at: dt.datetime) -> None:
    """It is not paid, or not by us. Raises UnderWay."""
    payout = _at_hand(payout)
    drop(payout)
    must_move(payout, State.CANCELLED, code="", changed_at=at)


def _at_hand(payout: Payout) -> Payout:
    """Raises UnderWay."""
    found = Payout.objects.select_for_update().get(pk=payout.pk)
    if found.state not in (State.WAITING, State.RETURNED):
        raise UnderWay(f"payout {found.pk} is {found.state}")
    return found


def drop(payout: Payout) -> None:
    """Out of the batch that it waits in; a frozen one is found stale when it shall be released."""
    line = payout.lines.filter(live=True).select_related("batch").first()
    if line is None:
        return
    if line.batch.state == PayoutBatch.State.OPEN:
        line.delete()
        bankfiles.count(line.batch)
    else:
        PayoutLine.objects.filter(pk=line.pk).update(live=False)


# --- What the bank says -----------------------------------------------------------------------


@transaction.atomic
def paid(line: PayoutLine, *, on: dt.date, at: dt.datetime) -> bool:
    """Its money has left our account. False where that is known already, or another line has paid
    the same: then the money is not this payout's, and a person is asked."""
    payout = Payout.objects.select_for_update().get(pk=line.payout_id)
    line = PayoutLine.objects.get(pk=line.pk)
    if line.paid_on:
        return False
    other = payout.lines.filter(live=True).exclude(pk=line.pk).select_related("batch").first()
    under_way = other is not None and other.batch.state != PayoutBatch.State.OPEN
    if under_way or not move(payout, State.PAID, paid_on=on, changed_at=at):
        return False
    if other:
        drop(payout)
    PayoutLine.objects.filter(pk=line.pk).update(paid_on=on, live=True)
    lines = [Line(payout.account, payout.amount, payout.party), Line(TRANSIT, -payout.amount)]
    post.post(
        f"payments:payout:{line.pk}:paid", on=on, at=at, lines=lines,
        text=f"paid payout {payout.pk}",
    )  # fmt: skip
    signals.paid_out.send(Payout, payout=payout, money=payout.amount, on=on, at=at)
    return True


@transaction.atomic
def returned(line: PayoutLine, *, code: str, on: dt.date, at: dt.datetime, came: Money) -> bool:
    """It came back: the debt stands again, and a person asks for another account. came: what is
    here again; what the bank kept of it is a fee of ours. False where that is known already."""
    payout = Payout.objects.select_for_update().get(pk=line.payout_id)
    line = PayoutLine.objects.get(pk=line.pk)
    if line.paid_on is None or line.returned_on:
        return False
    PayoutLine.objects.filter(pk=line.pk).update(returned_on=on, live=False)
    must_move(payout, State.RETURNED, code=code[:16] or "?", paid_on=None, changed_at=at)
    kept = payout.amount - came
    lines = [
        Line(TRANSIT, came),
        Line(FEES, kept),
        Line(payout.account, -payout.amount, payout.party),
    ]
    post.post(
        f"payments:payout:{line.pk}:returned", on=on, at=at,
        lines=[one for one in lines if one.money], text=f"returned payout {payout.pk}",
    )  # fmt: skip
    questions.ask("payout", detail=f"payout {payout.pk} {code}".strip(), at=at)
    signals.payout_returned.send(Payout, payout=payout, money=payout.amount, on=on, at=at)
    return True


# --- What is sealed ---------------------------------------------------------------------------


def receiver(payout: Payout) -> Receiver:
    """In full: for files to the bank. A person looks by `look`. Raises vault.Unreadable."""
    address = None
    if payout.address is not None:
        told = unseal(payout.address, column="payout.address", row=payout.key)
        address = Address(**json.loads(told))
    return Receiver(
        holder=unseal(payout.holder, column="payout.holder", row=payout.key),
        iban=unseal(payout.iban, column="payout.iban", row=payout.key),
        address=address,
    )


def look(payout: Payout, *, by: Person) -> Receiver:
    """For somebody of the office; that they looked is written down. Raises NoRight."""
    if not by.has_perm("payments.see_iban"):
        raise NoRight
    log(instance=payout, action="payments.see_iban", user=by)
    return receiver(payout)
