"""Which debits may go into a file, and why others may not."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet

from allmende.lib.vault import Unreadable
from allmende.payments import ibans, mandates, notices, references
from allmende.payments.faults import (
    ADDRESS,
    IBAN,
    ITEM,
    MANDATE,
    NOT_ANNOUNCED,
    PLEDGE,
    TOO_LATE,
)
from allmende.payments.models import BatchItem, DueItem, Mandate, Notice, Pledge
from allmende.payments.pain.debits import Collection

LOT = 1_000

#: A new notice helps; for the others a person has to do something.
MENDED_BY_NOTICE = {NOT_ANNOUNCED, TOO_LATE}


def ready(*, collect_on: dt.date) -> QuerySet[DueItem]:
    """Announced for that day, and in no live batch."""
    taken = BatchItem.objects.filter(item=OuterRef("pk"), live=True)
    announced = Notice.objects.filter(
        item=OuterRef("pk"), due_on=collect_on, cents=OuterRef("cents")
    )
    return DueItem.objects.filter(
        ~Exists(taken), Exists(announced), state=DueItem.State.ANNOUNCED, method="debit"
    )


def made(items: Sequence[DueItem]) -> list[BatchItem]:
    """A row for each item with a mandate, of no batch yet; its end-to-end id counts the tries."""
    keys = [item.pk for item in items]
    tries = Counter(
        dict(
            BatchItem.objects.filter(item__in=keys)
            .order_by()
            .values_list("item")
            .annotate(Count("pk"))
        )
    )
    usable = Mandate.objects.filter(
        pledge__in=[item.pledge_id for item in items], state__in=Mandate.USABLE
    )
    by_pledge = {mandate.pledge_id: mandate for mandate in usable}
    return [
        BatchItem(
            item=item,
            mandate=by_pledge[item.pledge_id],
            end_to_end_id=references.end_to_end(item.pk, tries[item.pk] + 1),
            cents=item.cents,
        )
        for item in items
        if item.pledge_id in by_pledge
    ]


def loaded(rows: QuerySet[BatchItem]) -> QuerySet[BatchItem]:
    """With all that `fault` asks, in four queries."""
    told = Prefetch("item__notices", queryset=notices.good())
    return rows.select_related("item__pledge", "mandate").prefetch_related(told).order_by("pk")


def fault(line: BatchItem, *, collect_on: dt.date) -> str:
    """Why it may not go along; empty when all is well. line: as `loaded` gives it."""
    item, mandate = line.item, line.mandate
    if item.state != DueItem.State.ANNOUNCED or item.cents != line.cents:
        return ITEM
    if item.pledge.state != Pledge.State.ACTIVE:
        return PLEDGE
    if mandate.state not in Mandate.USABLE or mandates.lapses_on(mandate) < collect_on:
        return MANDATE
    return notice_fault(line, collect_on=collect_on) or account_fault(mandate)


def notice_fault(line: BatchItem, *, collect_on: dt.date) -> str:
    """A notice holds for its amount, day, mandate and account, and must have left in time."""
    told = [
        notice
        for notice in line.item.notices.all()
        if (notice.cents, notice.due_on, notice.mandate_id, notice.iban_fingerprint)
        == (line.cents, collect_on, line.mandate_id, line.mandate.fingerprint)
    ]
    if not told:
        return NOT_ANNOUNCED
    days = dt.timedelta(days=mandates.notice_days(line.mandate))
    in_time = any(notice.sent_at.date() + days <= collect_on for notice in told)
    return "" if in_time else TOO_LATE


def account_fault(mandate: Mandate) -> str:
    """One dead bank code makes banks refuse the whole file."""
    try:
        iban = ibans.read(mandates.iban_of(mandate))
        return ADDRESS if ibans.needs_address(iban) and mandate.address is None else ""
    except (ibans.BadIban, Unreadable):
        return IBAN


class Row(NamedTuple):
    """What a file needs of a line and its mandate, as COLUMNS names it: models of both would cost
    as much as the whole of the file."""

    end_to_end_id: str
    cents: int
    reference: str
    signed_at: dt.datetime
    last_collected_on: dt.date | None
    iban: bytes
    iban_before: bytes | None
    holder: bytes
    address: bytes | None


COLUMNS = [*Row._fields[:2], *(f"mandate__{name}" for name in Row._fields[2:])]


def collections(
    lines: QuerySet[BatchItem], *, collect_on: dt.date, first_apart: bool, purpose: str
) -> Iterator[Collection]:
    """As the file has them."""
    for row in map(Row._make, lines.order_by("pk").values_list(*COLUMNS).iterator(LOT)):
        yield Collection(
            end_to_end=row.end_to_end_id,
            cents=row.cents,
            name=mandates.holder_of(row),
            iban=mandates.iban_of(row),
            mandate=row.reference,
            signed_on=row.signed_at.date(),
            purpose=f"{purpose} {row.reference}",
            collected_on=collect_on,
            sequence=sequence_of(row, first_apart=first_apart),
            former_iban=mandates.iban_before(row),
            address=mandates.address_of(row),
        )


def sequence_of(mandate: Mandate | Row, *, first_apart: bool) -> str:
    return "FRST" if first_apart and mandate.last_collected_on is None else "RCUR"


def faults(lines: Iterable[BatchItem], *, collect_on: dt.date) -> list[tuple[BatchItem, str]]:
    """What would be left out, to be looked at before anything is frozen."""
    found = ((line, fault(line, collect_on=collect_on)) for line in lines)
    return [(line, why) for line, why in found if why]
