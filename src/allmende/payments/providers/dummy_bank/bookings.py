"""What moves on the account that the dummy bank keeps."""

import datetime as dt
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Detail:
    """One payment in a booking. cents: never negative; the booking has the sign.

    reason: why it came back. fee_cents: kept by the bank on top of it.
    """

    cents: int
    name: str
    iban: str
    end_to_end: str = ""
    mandate: str = ""
    purpose: str = ""
    reference: str = ""
    reason: str = ""
    fee_cents: int = 0


@dataclass(frozen=True, slots=True)
class Booking:
    """One entry. cents: above zero came, below zero went. family: as "PMNT-IDDT-UPDD"."""

    on: dt.date
    cents: int
    reference: str
    family: str
    german: str
    details: tuple[Detail, ...] = field(default=())
    message: str = ""
    payment_information: str = ""
    reversal: bool = False
