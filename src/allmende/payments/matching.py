"""Whose money a transfer is: suggestions with their reasons, and what a person decides.

By reference; then by mandate or end-to-end id (`crediting`); then by an account that is known and
an amount that is due. Never by an amount alone. Only what fits exactly is matched without a person:
the rest is looked at, may be split (a couple pays for two in one transfer), and is remembered.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from allmende.ledger import post
from allmende.ledger.money import Money
from allmende.lib.pages import few_pages
from allmende.payments import (
    batches,
    crediting,
    due,
    paying,
    payout_batches,
    references,
    settle,
    settle_many,
)
from allmende.payments.booking import numbered
from allmende.payments.models import (
    DueItem,
    Mandate,
    Match,
    PaymentAttempt,
    PayoutBatch,
    Pledge,
    SepaBatch,
    Transfer,
)
from allmende.payments.models.moves import DUE_ITEM, sources
from allmende.payments.moving import day_of, still
from allmende.payments.reading_statements import SUSPENSE, done, kind_of, lies_on, told_by
from allmende.payments.settle_many import Came
from allmende.payments.statements.shape import Kind
from allmende.people.models import Person

MOST = 12  # periods that one transfer pays for without anybody being asked
LOT = 500
PAYABLE = [state for state in DueItem.OPEN if state != DueItem.State.SUBMITTED]  # nor handed in
LIVING = [Pledge.State.DRAFT, Pledge.State.AWAITING, Pledge.State.ACTIVE, Pledge.State.PAUSED]


class Refused(Exception):
    """A transfer cannot be given so.

    Refused
      x Decided    somebody has decided already
      x NotUndone  it is open, or its money has gone on since
      x Uneven     the parts are not the whole
      x NotOpen    an item is paid, or owed in another currency
    """


class Decided(Refused):
    """Somebody has decided already."""


class NotUndone(Refused):
    """It is open, or its money has gone on since."""


class Uneven(Refused):
    """The parts are not the whole."""


class NotOpen(Refused):
    """An item is paid, or owed in another currency."""


@dataclass(frozen=True)
class Part:
    """So much of a transfer is for this item."""

    item: DueItem
    cents: int


@dataclass(frozen=True)
class Suggestion:
    """reason: "reference", "decided before", "known account". fits: the parts are the whole, and
    each is what is owed."""

    reason: str
    parts: tuple[Part, ...]
    fits: bool


@dataclass(frozen=True)
class Lot:
    """What is asked about many rows at once. told: by row; named: the references in it; batches,
    sent: of debits and of payouts, by the id that rows name; owed: by reference, the pledge and its
    open items in their order."""

    told: dict[int, dict[str, str | int]]
    named: dict[int, tuple[str, ...]]
    batches: dict[str, SepaBatch]
    sent: dict[str, PayoutBatch]
    owed: dict[str, tuple[Pledge, list[DueItem]]]

    def batch_of(self, transfer: Transfer) -> SepaBatch | None:
        return self.batches.get(message_in(self.told[transfer.pk]))

    def sent_by(self, transfer: Transfer) -> PayoutBatch | None:
        return self.sent.get(message_in(self.told[transfer.pk]))


def around(transfers: Sequence[Transfer]) -> Lot:
    """In five queries, however many there are."""
    told = {one.pk: told_by(one) for one in transfers}
    files = {message_in(one) for one in told.values()}
    named = {one.pk: references_in(told[one.pk]) or known(one) for one in transfers}
    lot = Lot(told, named, batches.of_messages(files), payout_batches.of_messages(files), {})
    rows = Pledge.objects.filter(
        still(LIVING), transfer_reference__in={*chain(*named.values())}
    ).order_by()
    pledges = {one.pk: one for one in rows}
    lot.owed.update({str(one.transfer_reference): (one, []) for one in pledges.values()})
    items = DueItem.objects.filter(still(PAYABLE), pledge__in=pledges)
    for item in items.order_by("pledge_id", "period"):
        item.pledge = pledges[item.pledge_id]
        lot.owed[str(item.pledge.transfer_reference)][1].append(item)
    return lot


def references_in(told: Mapping[str, str | int]) -> tuple[str, ...]:
    return references.find(f"{told.get('creditor_reference', '')} {told.get('purpose', '')}")


def known(transfer: Transfer) -> tuple[str, ...]:
    """What is left of a row whose words were forgotten."""
    return (transfer.reference,) if transfer.reference else ()


def message_in(told: Mapping[str, str | int]) -> str:
    return str(told.get("payment_information") or told.get("message") or "")


@few_pages(connection)
def work(*, at: dt.datetime) -> int:
    """Looks at every open row, in the order of their days. Returns how many are settled now."""
    settled, after = 0, (dt.date.min, 0)
    while rows := open_after(after):
        lot = around(rows)
        settled += settle_lot(rows, lot, at=at)
        after = (rows[-1].booked_on, rows[-1].pk)
    return settled


def open_after(after: tuple[dt.date, int]) -> list[Transfer]:
    """The next lot of rows that nobody has decided about. after: day and key of the last one."""
    day, key = after
    rows = Transfer.objects.filter(state=Transfer.State.OPEN).order_by("booked_on", "pk")
    found = list(rows.filter(booked_on=day, pk__gt=key)[:LOT])  # each by its index: no "or"
    return found + list(rows.filter(booked_on__gt=day)[: LOT - len(found)])


def settle_lot(rows: Sequence[Transfer], lot: Lot, *, at: dt.datetime) -> int:
    """What names its reference and fits is given together, in a few queries; all else one by one.
    Returns how many are settled now."""
    sure = list(referenced(rows, lot))
    try:
        give_many(sure, at=at)
    except (Decided, NotOpen):  # somebody was quicker with one of them: each is looked at
        sure = []
    given = {transfer.pk for transfer, _suggestion in sure}
    return len(given) + sum(look(one, lot, at=at) for one in rows if one.pk not in given)


def referenced(rows: Sequence[Transfer], lot: Lot) -> Iterator[tuple[Transfer, Suggestion]]:
    """Each item once: the next transfer for it has to see what has become of it."""
    taken: set[int] = set()
    for transfer in rows:
        about_debits = transfer.end_to_end_id or transfer.mandate_reference
        if about_debits or transfer.decided_by_id or lot.batch_of(transfer):
            continue
        if transfer.cents < 0 or kind_of(transfer) != Kind.IN:
            continue
        best = next(by_reference(transfer, lot), None)
        if best and best.fits and taken.isdisjoint(part.item.pk for part in best.parts):
            taken.update(part.item.pk for part in best.parts)
            yield transfer, best


def look(transfer: Transfer, lot: Lot, *, at: dt.datetime) -> bool:
    """Settles a row that is certain. True where it is settled now."""
    if crediting.credit(transfer, lot.batch_of(transfer), at=at):
        return True
    if paying.tell(transfer, lot.sent_by(transfer), at=at):
        return True
    if kind_of(transfer) == Kind.FEES:
        done(transfer, why="fee", at=at)
        return True
    if transfer.decided_by_id:  # a person took back what had been decided, and decides anew
        return False
    best = certain(transfer, lot)
    if best is None:
        return False
    try:
        give(transfer, best.parts, reason=best.reason, by=None, at=at)
    except (Decided, NotOpen):  # another row of this lot has paid it, or a person was quicker
        return False
    return True


def certain(transfer: Transfer, lot: Lot) -> Suggestion | None:
    return next((one for one in suggestions(transfer, lot) if one.fits), None)


# --- Suggestions --------------------------------------------------------------------------------


def suggestions(transfer: Transfer, lot: Lot) -> Iterator[Suggestion]:
    """The surest first; none for money that went, or came back."""
    if transfer.cents < 0 or kind_of(transfer) != Kind.IN:
        return
    seen = set()
    for way in (by_reference, as_before, by_account):
        for one in way(transfer, lot):
            if one.parts not in seen:
                yield one
            seen.add(one.parts)


def by_reference(transfer: Transfer, lot: Lot) -> Iterator[Suggestion]:
    """Several references in one transfer: each gets what is due of it next."""
    owed = [lot.owed[one] for one in lot.named[transfer.pk] if one in lot.owed]
    if len(owed) == 1:
        yield suggestion("reference", transfer, periods(owed[0][1], transfer.cents))
    elif owed:
        firsts = [items[0] for _pledge, items in owed if items]
        yield suggestion("reference", transfer, tuple(Part(one, one.cents) for one in firsts))


def periods(items: list[DueItem], cents: int) -> tuple[Part, ...]:
    """As many periods as the money is for, where it is for whole ones; else the next one."""
    if not items:
        return ()
    first = items[0]
    times, rest = divmod(cents, first.cents)
    paid = items[:times]
    whole_ones = not rest and 1 < times <= MOST and len(paid) == times
    if whole_ones and all(one.cents == first.cents for one in paid):
        return tuple(Part(one, one.cents) for one in paid)
    return (Part(first, cents),)


def as_before(transfer: Transfer, lot: Lot) -> Iterator[Suggestion]:
    """A person has decided over the same amount from the same account."""
    before = Transfer.objects.filter(
        fingerprint=transfer.fingerprint, cents=transfer.cents, currency=transfer.currency,
        state=Transfer.State.MATCHED, decided_by__isnull=False,
    ).exclude(fingerprint="").order_by("-decided_at").first()  # fmt: skip
    if before is not None:
        rows = before.matches.select_related("item__pledge").order_by("pk")
        parts = tuple(Part(item, row.cents) for row in rows if (item := next_of(row.item.pledge)))
        yield suggestion("decided before", transfer, parts)


def by_account(transfer: Transfer, lot: Lot) -> Iterator[Suggestion]:
    """An account that paid before, or has a mandate here, and exactly what is due."""
    if not transfer.fingerprint:
        return
    paid = Match.objects.filter(transfer__fingerprint=transfer.fingerprint)
    signed = Mandate.objects.filter(fingerprint=transfer.fingerprint)
    known = Q(method="transfer", pk__in=paid.values("item__pledge"))
    pledges = Pledge.objects.filter(
        known | Q(pk__in=signed.values("pledge")), still(LIVING)
    ).order_by("pk")
    items = [item for one in pledges if (item := next_of(one))]
    alike = [one for one in items if (one.cents, one.currency) == whole(transfer)]
    for one in alike:
        found = suggestion("known account", transfer, (Part(one, one.cents),))
        yield found if len(alike) == 1 else replace(found, fits=False)


def payable() -> QuerySet[DueItem]:
    return DueItem.objects.filter(state__in=PAYABLE)


def next_of(pledge: Pledge) -> DueItem | None:
    return payable().filter(pledge=pledge).order_by("period").first()


def whole(transfer: Transfer) -> tuple[int, str]:
    return transfer.cents, transfer.currency


def suggestion(reason: str, transfer: Transfer, parts: tuple[Part, ...]) -> Suggestion:
    """Without parts: a person has to find them."""
    fits = (
        bool(parts)
        and sum(part.cents for part in parts) == transfer.cents
        and all(
            (part.cents, transfer.currency) == (part.item.cents, part.item.currency)
            for part in parts
        )
    )
    return Suggestion(reason, parts, fits)


# --- Decisions ----------------------------------------------------------------------------------


@transaction.atomic
def give(
    transfer: Transfer, parts: Sequence[Part], *, reason: str, by: Person | None, at: dt.datetime
) -> None:
    """Gives a transfer to items, in parts. by: who decided; None where it was certain.

    Raises Decided, Uneven, NotOpen.
    """
    transfer = _decided(transfer, why=reason, by=by, at=at)
    if sum(part.cents for part in parts) != transfer.cents or any(
        part.cents <= 0 for part in parts
    ):
        raise Uneven
    for part in parts:
        _give(transfer, part, reason=reason, by=by, at=at)


def _give(
    transfer: Transfer, part: Part, *, reason: str, by: Person | None, at: dt.datetime
) -> None:
    item = DueItem.objects.get(pk=part.item.pk)
    payable = item.state in sources(DUE_ITEM, DueItem.State.COLLECTED)
    if not payable or item.currency != transfer.currency:
        raise NotOpen(f"item {item.pk} is {item.state}, in {item.currency}")
    money = Money(part.cents, transfer.currency)
    name = f"{transfer.pk}:{item.pk}"
    before = item.attempts.filter(provider="transfer", external_id__startswith=name)
    name = numbered(name, before.count() + 1)  # given, taken back, and given once more
    attempt = settle.try_once(
        item, provider="transfer", key=f"transfer:{name}", external_id=name, amount=money, at=at
    )
    Match.objects.create(
        transfer=transfer, item=item, attempt=attempt, cents=part.cents, reason=reason, by=by, at=at
    )
    settle.collected(attempt, into=lies_on(transfer), on=transfer.booked_on, at=at, amount=money)


@transaction.atomic
def give_many(sure: Sequence[tuple[Transfer, Suggestion]], *, at: dt.datetime) -> None:
    """As `give`, of many that are certain. Raises Decided and NotOpen: then none is given."""
    rows = Transfer.objects.filter(
        still([Transfer.State.OPEN]), pk__in=[transfer.pk for transfer, _one in sure]
    )
    if rows.update(state=Transfer.State.MATCHED, decided_at=at, why="reference") != len(sure):
        raise Decided
    parts = [(transfer, part) for transfer, one in sure for part in one.parts]
    owed = DueItem.objects.filter(still(PAYABLE))
    items = owed.in_bulk([part.item.pk for _transfer, part in parts])
    if len(items) != len(parts):
        raise NotOpen
    attempts = PaymentAttempt.objects.bulk_create(
        PaymentAttempt(
            **settle.fields_of(
                part.item, provider="transfer", external_id=f"{transfer.pk}:{part.item.pk}",
                amount=Money(part.cents, transfer.currency), at=at,
            ),
            key=f"transfer:{transfer.pk}:{part.item.pk}",
        )
        for transfer, part in parts
    )  # fmt: skip
    Match.objects.bulk_create(
        Match(
            transfer=transfer, item=part.item, attempt=attempt, cents=part.cents,
            reason="reference", at=at,
        )
        for (transfer, part), attempt in zip(parts, attempts, strict=True)
    )  # fmt: skip
    told = [
        Came(attempt, transfer.booked_on, attempt.amount)
        for (transfer, _part), attempt in zip(parts, attempts, strict=True)
    ]
    settle_many.collected(told, into=SUSPENSE, at=at)


@transaction.atomic
def set_aside(transfer: Transfer, *, account: str, why: str, by: Person, at: dt.datetime) -> None:
    """It is no giver's money: it goes to another account of the ledger. why: ids and words of the
    office, no names. Raises Decided."""
    transfer = _decided(transfer, why=why, by=by, at=at, state=Transfer.State.SET_ASIDE)
    source = lies_on(transfer)
    if account != source:
        money = Money(transfer.cents, transfer.currency)
        settle.moved(
            aside(transfer), out_of=source, into=account, amount=-money,
            on=transfer.booked_on, at=at, text=f"row {transfer.pk} set aside",
        )  # fmt: skip


def aside(transfer: Transfer) -> str:
    """Names the entry; set aside again after that was taken back, it is another one."""
    times = 1
    while post.find(f"payments:moved:{numbered(f'row:{transfer.pk}', times)}:back"):
        times += 1
    return numbered(f"row:{transfer.pk}", times)


@transaction.atomic
def take_back(transfer: Transfer, *, by: Person, at: dt.datetime) -> None:
    """It is open again, and whom it was given to owe again. What was booked stays, with its mirror
    image. Only a person decides over it from now on.

    Raises NotUndone.
    """
    transfer = Transfer.objects.select_for_update().get(pk=transfer.pk)
    matches = list(transfer.matches.select_related("attempt__item__pledge"))
    is_aside = transfer.state == Transfer.State.SET_ASIDE
    if transfer.state == Transfer.State.OPEN or not (matches or is_aside):
        raise NotUndone
    for match in matches:
        if match.attempt and not settle.unassigned(match.attempt, on=day_of(at), at=at):
            raise NotUndone
    transfer.matches.all().delete()
    key = f"payments:moved:{aside(transfer)}"
    if is_aside and (entry := post.find(key)):
        text = f"row {transfer.pk} not set aside"
        post.reverse(entry, key=f"{key}:back", on=day_of(at), at=at, text=text)
    Transfer.objects.filter(pk=transfer.pk).update(
        state=Transfer.State.OPEN, decided_by=by, decided_at=None, why=""
    )


def may_be_taken_back(transfer: Transfer) -> bool:
    return transfer.state == Transfer.State.SET_ASIDE or transfer.matches.exists()


def _decided(
    transfer: Transfer, *, why: str, by: Person | None, at: dt.datetime,
    state: Transfer.State = Transfer.State.MATCHED,
) -> Transfer:  # fmt: skip
    rows = Transfer.objects.filter(pk=transfer.pk, state=Transfer.State.OPEN)
    if not rows.update(state=state, decided_by=by, decided_at=at, why=why[:64]):
        raise Decided
    transfer.refresh_from_db()
    return transfer


def for_pledge(pledge: Pledge, cents: int, *, at: dt.datetime) -> tuple[Part, ...]:
    """So much for what is due of it next; the next period is written down if need be."""
    return periods(open_items(pledge, at=at), cents)


def open_items(pledge: Pledge, *, at: dt.datetime) -> list[DueItem]:
    """What a person may give a transfer to; the next period is written down if need be."""
    due.next_open(pledge, on=day_of(at), at=at)
    return list(payable().filter(pledge=pledge).order_by("period"))
