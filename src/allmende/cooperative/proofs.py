"""Proving the register: the chain, what it commits to, and what is made of it.

A lawful erasure removes payloads; the chain does not need them. A payload that is there must be
what the chain committed to.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from allmende.cooperative import projecting, sealing
from allmende.cooperative.models import Membership, RegisterEvent, RegisterPayload, Step
from allmende.cooperative.register import BEGINNING, HASHED, hash_of_values
from allmende.ledger import balances
from allmende.lib.proofs import Proof

LOT = 1000
ACCOUNT, LEFT, OWED = "share-capital", "left-capital", "payouts"  # of the ledger


@dataclass(frozen=True)
class Head:
    """The last event: who knows it can prove later that nothing before it was changed."""

    number: int
    hash: str


def head() -> Head:
    """Of the empty register number 0."""
    last = RegisterEvent.objects.order_by("-number").values_list("number", "hash").first()
    return Head(*last) if last else Head(0, BEGINNING)


def unchained() -> Iterator[str]:
    """Events that are missing, changed, or recorded before their predecessor."""
    before, hash_before, time_before = 0, BEGINNING, None
    rows = RegisterEvent.objects.order_by("number").values_list(*HASHED, "hash")
    when = HASHED.index("recorded_at")
    for *values, hash_kept in rows.iterator(LOT):
        number, previous = values[0], values[-1]
        if number != before + 1:
            yield f"event {number} follows {before}"
        if previous != hash_before:
            yield f"event {number} names another predecessor"
        if hash_of_values(values) != hash_kept:
            yield f"event {number} was changed"
        if time_before and values[when] < time_before:
            yield f"event {number} is older than {before}"
        before, hash_before, time_before = number, hash_kept, values[when]


def uncommitted() -> Iterator[str]:
    """Payloads that are not what the chain committed to. Those whose key was destroyed are
    forgotten, and only wait to be removed."""
    after = 0
    while lot := list(
        RegisterPayload.objects.filter(event__gt=after)
        .select_related("event")
        .order_by("event")[:LOT]
    ):
        for payload in lot:
            try:
                told = sealing.commitment_of(payload)
            except sealing.Destroyed:
                continue
            except sealing.Unreadable:
                told = ""
            if told != payload.event.commitment:
                yield f"payload of event {payload.event_id} was changed"
        after = lot[-1].event_id


def unlike_steps() -> Iterator[str]:
    """Steps that are not what their events say."""
    events = RegisterEvent.objects.order_by("number").values_list(*projecting.COLUMNS)
    steps = Step.objects.values_list(*projecting.STEPPED, "void_from")
    after = 0
    while facts := [projecting.fact(row) for row in events.filter(number__gt=after)[:LOT]]:
        last = facts[-1].number
        corrections = RegisterEvent.objects.filter(corrects__gt=after, corrects__lte=last)
        void = dict(corrections.values_list("corrects", "number"))
        said = {
            (*row, void.get(fact.number)) for fact in facts for row in projecting.steps_of(fact)
        }
        kept = set(steps.filter(event__gt=after, event__lte=last))
        for row in sorted(said ^ kept, key=str):
            yield f"event {row[0]}: its steps are not what it says"
        after = last


def unlike_ledger() -> Iterator[str]:
    """Members whose credit in the register is not what the ledger says."""
    rows = Membership.objects.exclude(credit_cents=0).values_list("pk", "credit_cents")
    said = {f"member:{pk}": cents for pk, cents in rows}
    booked = {party: -money.cents for party, money in balances.all_balances(ACCOUNT).items()}
    for party in sorted(said.keys() | booked.keys()):
        if said.get(party, 0) != booked.get(party, 0):
            yield f"{party}: {said.get(party, 0)} cents, the ledger {booked.get(party, 0)}"


def unlike_debts() -> Iterator[str]:
    """Those who left to whom the ledger owes something else than the register."""
    said: dict[str, int] = {}
    rows = Membership.objects.filter(Q(claim_cents__gt=0) | ~Q(payable_cents=0))
    for pk, claim, payable in rows.values_list("pk", "claim_cents", "payable_cents"):
        said[f"member:{pk}"] = claim + payable
    booked: dict[str, int] = defaultdict(int)
    for account in (LEFT, OWED):
        for party, money in balances.all_balances(account).items():
            if party.startswith("member:"):
                booked[party] -= money.cents
    for party in sorted(said.keys() | booked.keys()):
        if said.get(party, 0) != booked.get(party, 0):
            yield f"{party}: {said.get(party, 0)} cents owed, ledger {booked.get(party, 0)}"


PROOFS = [
    Proof("register-chain", _("The register is a chain without a gap."), unchained),
    Proof("register-payloads", _("Nothing in the register was changed."), uncommitted),
    Proof("register-steps", _("Shares and credits are what events say."), unlike_steps),
    Proof("register-members", _("Members are what events say."), projecting.unlike_events),
    Proof("register-ledger", _("Members' credit is what the ledger says."), unlike_ledger),
    Proof("register-owed", _("Former members are owed what the ledger says."), unlike_debts),
]
