"""Which debits may go into a file, and why others may not."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, Exists, OuterRef, QuerySet

from allmende.lib.rows import insert
from allmende.lib.vault import Unreadable
from allmende.paper.models import Paper
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
from allmende.payments.models import BatchItem, DueItem, Mandate, Notice, Pledge, SepaBatch
from allmende.payments.moving import still
from allmende.payments.pain.debits import Collection

LOT = 1_000

#: A new notice helps; for the others a person has to do something.
MENDED_BY_NOTICE = {NOT_ANNOUNCED, TOO_LATE}


def ready(*, collect_on: dt.date) -> QuerySet[DueItem]:
    """Announced for that day, and in no live batch."""
    return _ready(collect_on=collect_on).filter(state=DueItem.State.ANNOUNCED)


def _ready(*, collect_on: dt.date) -> QuerySet[DueItem]:
    taken = BatchItem.objects.filter(item=OuterRef("pk"), live=True)
    announced = Notice.objects.filter(
        item=OuterRef("pk"), due_on=collect_on, cents=OuterRef("cents")
    )
    return DueItem.objects.filter(~Exists(taken), Exists(announced), method="debit")


class Fresh(NamedTuple):
    """A line to be, as FRESH names it of an item and its mandate."""

    item: int
    cents: int
    mandate: int
    last_collected_on: dt.date | None


FRESH = ["pk", "cents", "pledge__mandates", "pledge__mandates__last_collected_on"]


def fresh(items: Sequence[int], *, collect_on: dt.date) -> list[Fresh]:
    """Those of the items that are ready still, and have a mandate that may be used."""
    rows = _ready(collect_on=collect_on).filter(still([DueItem.State.ANNOUNCED]), pk__in=items)
    rows = rows.filter(pledge__mandates__state__in=Mandate.USABLE).order_by("pk")
    return list(map(Fresh._make, rows.values_list(*FRESH)))


def add(rows: Sequence[Fresh], *, batch: SepaBatch) -> None:
    """Their end-to-end ids count the tries."""
    before = BatchItem.objects.filter(item__in=[row.item for row in rows]).order_by()
    tries = Counter(dict(before.values_list("item").annotate(Count("pk"))))
    insert(
        connection,
        BatchItem,
        ["item", "cents", "mandate", "end_to_end_id"],
        (
            (row.item, row.cents, row.mandate, references.end_to_end(row.item, tries[row.item] + 1))
            for row in rows
        ),
        batch=batch.pk,
    )


class Asked(NamedTuple):
    """What is asked of a line, its item, pledge and mandate, as ASKED names it: models of all four
    would cost ten times as much."""

    pk: int
    cents: int
    item: int
    mandate: int
    owed: int
    item_state: str
    pledge_state: str
    mandate_state: str
    signed_at: dt.datetime
    last_collected_on: dt.date | None
    evidence: dict[str, Any]
    fingerprint: str
    reference: str
    iban: bytes
    address: bytes | None


ASKED = [
    *Asked._fields[:4],
    *("item__cents", "item__state", "item__pledge__state", "mandate__state"),
    *(f"mandate__{name}" for name in Asked._fields[8:]),
]
Told = tuple[int, dt.date, int, str, dt.datetime]  # cents, day, mandate, fingerprint, sent


def faults(rows: QuerySet[BatchItem], *, collect_on: dt.date) -> list[tuple[BatchItem, str]]:
    """Lines that may not go along, and why."""
    found: dict[int, str] = {}
    zone, after = Paper.load().time_zone_info, 0
    asked = rows.order_by("pk").values_list(*ASKED)
    while lot := [Asked._make(row) for row in asked.filter(pk__gt=after)[:LOT]]:
        told = notices_of(lot)
        whys = (
            (row.pk, fault(row, told[row.item], collect_on=collect_on, zone=zone)) for row in lot
        )
        found |= {pk: why for pk, why in whys if why}
        after = lot[-1].pk
    lines = BatchItem.objects.select_related("item__pledge", "mandate").in_bulk(list(found))
    return [(lines[pk], why) for pk, why in found.items()]


def notices_of(lot: Sequence[Asked]) -> dict[int, list[Told]]:
    """By item."""
    found: dict[int, list[Told]] = defaultdict(list)
    rows = notices.good().filter(item__in=[row.item for row in lot]).order_by()
    names = ("item", "cents", "due_on", "mandate", "iban_fingerprint", "sent_at")
    for item, cents, day, mandate, fingerprint, at in rows.values_list(*names):
        found[item].append((cents, day, mandate, fingerprint, at))
    return found


def fault(line: Asked, told: Iterable[Told], *, collect_on: dt.date, zone: ZoneInfo) -> str:
    """Why it may not go along; empty when all is well."""
    if line.item_state != DueItem.State.ANNOUNCED or line.owed != line.cents:
        return ITEM
    if line.pledge_state != Pledge.State.ACTIVE:
        return PLEDGE
    if line.mandate_state not in Mandate.USABLE or mandates.lapses_on(line) < collect_on:
        return MANDATE
    return notice_fault(line, told, collect_on=collect_on, zone=zone) or account_fault(line)


def notice_fault(line: Asked, told: Iterable[Told], *, collect_on: dt.date, zone: ZoneInfo) -> str:
    """A notice holds for its amount, day, mandate and account, and must have left in time."""
    exact = (line.cents, collect_on, line.mandate, line.fingerprint)
    sent = [at for *notice, at in told if tuple(notice) == exact]
    if not sent:
        return NOT_ANNOUNCED
    days = dt.timedelta(days=mandates.notice_days(line))
    in_time = any(at.astimezone(zone).date() + days <= collect_on for at in sent)
    return "" if in_time else TOO_LATE


def account_fault(line: Asked) -> str:
    """One dead bank code makes banks refuse the whole file."""
    try:
        iban = ibans.read(mandates.iban_of(line))
        return ADDRESS if ibans.needs_address(iban) and line.address is None else ""
    except (ibans.BadIban, Unreadable):
        return IBAN


class Row(NamedTuple):
    """What a file needs of a line and its mandate, as COLUMNS names it."""

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
    lines: QuerySet[BatchItem], *, collect_on: dt.date, first_apart: bool, purpose: str,
    zone: ZoneInfo,
) -> Iterator[Collection]:  # fmt: skip
    """As the file has them. zone: whose days count."""
    for row in map(Row._make, lines.order_by("pk").values_list(*COLUMNS).iterator(LOT)):
        yield Collection(
            end_to_end=row.end_to_end_id,
            cents=row.cents,
            name=mandates.holder_of(row),
            iban=mandates.iban_of(row),
            mandate=row.reference,
            signed_on=row.signed_at.astimezone(zone).date(),
            purpose=f"{purpose} {row.reference}",
            collected_on=collect_on,
            sequence=sequence_of(row, first_apart=first_apart),
            former_iban=mandates.iban_before(row),
            address=mandates.address_of(row),
        )


def sequence_of(mandate: Mandate | Row | Fresh, *, first_apart: bool) -> str:
    return "FRST" if first_apart and mandate.last_collected_on is None else "RCUR"
