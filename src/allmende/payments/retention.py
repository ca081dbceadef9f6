"""What is kept how long: sealed words go when nobody may ask about them any more.

Rows and amounts stay, for the books rest on them (§ 257 HGB, § 147 AO); they lead to ids only.
"""

import datetime as dt

from django.db.models import QuerySet

from allmende.payments.models import (
    InboundEvent,
    Mandate,
    Payout,
    PayoutBatch,
    SepaBatch,
    Transfer,
)
from allmende.payments.rhythm import months_later

BOOKS_YEARS = 10  # books; to the end of the calendar year (§ 147 (3) AO)
VOUCHERS_YEARS = 8  # vouchers, statements of the bank among them
MANDATE_MONTHS = 14  # a debit without a mandate can be taken back for 13 months
EVENT_MONTHS = 14
PAYOUT_MONTHS = 3  # until whoever waits for money would have said so


def forget(*, on: dt.date, at: dt.datetime) -> int:
    """Empties what was sealed and has outlived its term. Returns how many rows."""
    return events(at=at) + mandates(on=on) + payouts(on=on) + transfers(on=on) + files(on=on)


def events(*, at: dt.datetime) -> int:
    limit = at - dt.timedelta(days=EVENT_MONTHS * 31)
    return InboundEvent.objects.filter(processed_at__lt=limit, raw__isnull=False).update(raw=None)


def mandates(*, on: dt.date) -> int:
    """Of mandates that have ended. Reference and days stay: the bank's statements name them."""
    limit = months_later(on, -MANDATE_MONTHS)
    gone = Mandate.objects.filter(
        state__in=[Mandate.State.REVOKED, Mandate.State.DORMANT], ended_at__date__lt=limit
    ).exclude(last_collected_on__gte=limit)
    return empty(gone)


def empty(rows: "QuerySet[Mandate]") -> int:
    return rows.exclude(iban=b"").update(
        iban=b"", holder=b"", address=None, iban_before=None, fingerprint="", last4="", evidence={}
    )


def transfers(*, on: dt.date) -> int:
    """Statement rows are vouchers."""
    limit = dt.date(on.year - VOUCHERS_YEARS, 1, 1)
    rows = Transfer.objects.filter(booked_on__lt=limit, sealed__isnull=False)
    return rows.update(sealed=None, fingerprint="")


def payouts(*, on: dt.date) -> int:
    """Of what is paid and did not come back, or was cancelled."""
    done = [Payout.State.PAID, Payout.State.CANCELLED]
    limit = months_later(on, -PAYOUT_MONTHS)
    gone = Payout.objects.filter(state__in=done, changed_at__date__lt=limit).exclude(iban=b"")
    return gone.update(iban=b"", holder=b"", address=None, fingerprint="", last4="")


def files(*, on: dt.date) -> int:
    """What went to the bank is a voucher; hash and sums stay."""
    limit = dt.date(on.year - VOUCHERS_YEARS, 1, 1)
    return sum(
        kind._default_manager.filter(frozen_at__date__lt=limit).exclude(file=b"").update(file=b"")
        for kind in (SepaBatch, PayoutBatch)
    )


def books_until(last: dt.date) -> dt.date:
    """The last day on which a booking of this day has to be kept."""
    return dt.date(last.year + BOOKS_YEARS, 12, 31)
