"""A bank with one customer: takes files of debits and payouts, books, and tells what it booked.

    bank = Bank("DE02120300000000202051")
    bank.take(file)                         # pain.008 or pain.001; raises Rejected
    bank.come_in(12_00, on=day, name="Ada", iban="DE89…", purpose="RF…")
    bank.statement(day, day)                # camt.053 as bytes

What becomes of each debit is its *fate*. `magic` reads it from the debtor's name, so that a demo
or a test says "Ada AM04" and sees the debit come back. A return is booked on its day, which may
lie eight weeks later, or after the statement that should have had it was fetched.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from allmende.payments import bankdays
from allmende.payments.pain import schemas
from allmende.payments.pain.reading import Order, read
from allmende.payments.providers.dummy_bank import camt
from allmende.payments.providers.dummy_bank.bookings import Booking, Detail

DAY = dt.timedelta(days=1)
FEE = 300  # cents a bank asks for a return
LATE = {"MD06": 40, "MD01": 200}  # bank days; refunds are asked for within eight weeks or 13 months
CODE = re.compile(r"\b(A[CGM]\d\d|BE\d\d|FF\d\d|M[DS]\d\d|RC\d\d|RR\d\d|SL\d\d|DOUBLE)\b")


class Rejected(ValueError):
    """The whole file is refused. code: the bank's reason."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(f"{code}: {words}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Fate:
    """code: the reason of the return, or nothing. after: bank days until it comes back. fee_cents:
    what the return costs. double: the bank books the debit twice and says so with AM05."""

    code: str = ""
    after: int = 2
    fee_cents: int = FEE
    double: bool = False


PAID = Fate()


def magic(order: Order) -> Fate:
    """ "Ada AM04" comes back with AM04; "Ada DOUBLE" is booked twice, and one of it taken back."""
    found = CODE.search(order.name.upper())
    if not found:
        return PAID
    if found[1] == "DOUBLE":
        return Fate("AM05", after=1, fee_cents=0, double=True)
    return Fate(found[1], after=LATE.get(found[1], 2))


@dataclass
class Bank:
    """account: the customer's IBAN. opening: cents on it before the first booking.

    in_details: whether it tells collections one by one, or only their sum.
    """

    account: str
    opening: int = 0
    in_details: bool = True
    fate: Callable[[Order], Fate] = magic
    bookings: list[Booking] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def take(self, file: bytes) -> str:
        """Takes a file as its customer hands it in. Returns its message id. Raises Rejected."""
        kind = schemas.DEBITS if b"pain.008" in file[:300] else schemas.PAYOUTS
        try:
            schemas.check(file, kind)
        except schemas.Invalid as error:
            raise Rejected("FF01", str(error)) from error
        message, orders = read(file)
        if message in self.taken:
            raise Rejected("AM05", f"{message} was handed in before")
        self.taken.add(message)
        for lump in grouped(orders):
            self._book(lump, kind)
        return message

    def come_in(
        self, cents: int, *, on: dt.date, name: str, iban: str, purpose: str = "",
        reference: str = "", end_to_end: str = "",
    ) -> None:  # fmt: skip
        """Somebody transfers."""
        detail = Detail(
            cents, name, iban, purpose=purpose, reference=reference, end_to_end=end_to_end
        )
        self._add(on, cents, "PMNT-RCDT-ESCT", "NTRF+166", [detail])

    def come_back(self, order: Order, fate: Fate, *, on: dt.date) -> None:
        """A debit comes back, and the bank keeps its fee."""
        detail = replace(detail_of(order), reason=fate.code, fee_cents=fate.fee_cents)
        cents = -order.cents - fate.fee_cents
        self._add(on, cents, "PMNT-IDDT-UPDD", "NDDT+109", [detail])

    def give_back(self, order: Order, code: str, *, on: dt.date) -> None:
        """A payout could not be delivered."""
        detail = replace(detail_of(order), reason=code)
        self._add(on, order.cents, "PMNT-RCDT-RRTN", "NTRF+159", [detail])

    def correct(self, cents: int, *, on: dt.date, purpose: str) -> None:
        """The bank takes back what it booked by mistake."""
        self._add(on, cents, "PMNT-MCOP-OTHR", "NMSC+805", [], reversal=True, purpose=purpose)

    def balance(self, on: dt.date) -> int:
        """In cents, at the end of the day."""
        return self.opening + sum(one.cents for one in self.bookings if one.on <= on)

    def statement(self, begins_on: dt.date, ends_on: dt.date) -> bytes:
        """A camt.053 of the days from and to. The same days give the same bytes, until something
        more is booked on them."""
        parts = camt.statement(
            self._of(begins_on, ends_on),
            account=self.account,
            name=f"AUSZUG-{begins_on:%Y%m%d}-{ends_on:%Y%m%d}",
            opening=self.balance(begins_on - DAY),
            closing=self.balance(ends_on),
            begins_on=begins_on,
            ends_on=ends_on,
        )
        return "".join(parts).encode()

    def notification(self, on: dt.date) -> bytes:
        """A camt.054 of a day."""
        parts = camt.notification(
            self._of(on, on), account=self.account, name=f"AVIS-{on:%Y%m%d}", on=on
        )
        return "".join(parts).encode()

    def _of(self, begins_on: dt.date, ends_on: dt.date) -> list[Booking]:
        found = [one for one in self.bookings if begins_on <= one.on <= ends_on]
        return sorted(found, key=lambda one: (one.on, one.reference))

    def _book(self, lump: list[Order], kind: str) -> None:
        on, first = lump[0].on, lump[0]
        details = [detail_of(order) for order in lump]
        cents = sum(one.cents for one in lump)
        debits = kind == schemas.DEBITS
        self._add(
            on,
            cents if debits else -cents,
            "PMNT-IDDT-ESDD" if debits else "PMNT-ICDT-ESCT",
            "NDDT+192" if debits else "NTRF+191",
            details if self.in_details else [],
            message=first.message,
            payment_information=first.payment_information,
        )
        for order in lump:
            if debits:
                self._meet(order)
            elif fate := self.fate(order).code:
                self.give_back(order, fate, on=bankdays.shifted(order.on, 2))

    def _meet(self, order: Order) -> None:
        fate = self.fate(order)
        if fate.double:
            self._add(order.on, order.cents, "PMNT-IDDT-ESDD", "NDDT+171", [detail_of(order)])
        if fate.code:
            self.come_back(order, fate, on=bankdays.shifted(order.on, fate.after))

    def _add(
        self, on: dt.date, cents: int, family: str, german: str, details: Iterable[Detail], *,
        message: str = "", payment_information: str = "", reversal: bool = False, purpose: str = "",
    ) -> None:  # fmt: skip
        told = tuple(details) or (
            (Detail(abs(cents), "Bank", self.account, purpose=purpose),) if purpose else ()
        )
        self.bookings.append(
            Booking(
                on=on, cents=cents, reference=f"B{len(self.bookings) + 1:08d}", family=family,
                german=german, details=told, message=message,
                payment_information=payment_information, reversal=reversal,
            )
        )  # fmt: skip


def grouped(orders: Iterable[Order]) -> list[list[Order]]:
    """By payment information, in the order of the file: each is booked as one."""
    groups: dict[str, list[Order]] = {}
    for order in orders:
        groups.setdefault(order.payment_information, []).append(order)
    return list(groups.values())


def detail_of(order: Order) -> Detail:
    return Detail(
        order.cents, order.name, order.iban, end_to_end=order.end_to_end, mandate=order.mandate,
        purpose=order.purpose,
    )  # fmt: skip
