"""What one line of a statement is to us, whichever version a bank writes."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256


class Refused(ValueError):
    """A file that is not taken in, with the line that says so.

    Refused
      x NoStatement   no XML, no camt we know, entities, or nothing in it
      x Unreadable    an entry lacks what every entry has
      x Unbalanced    opening + entries is not closing
    """

    def __init__(self, line: int, words: str) -> None:
        super().__init__(f"line {line}: {words}")
        self.line = line
        self.words = words


class NoStatement(Refused):
    """No XML, no camt we know, entities, or nothing in it."""


class Unreadable(Refused):
    """An entry lacks what every entry has."""


class Unbalanced(Refused):
    """opening + entries is not closing."""


class Kind(StrEnum):
    IN = "in"  # money came
    OUT = "out"  # money went
    RETURNED = "returned"  # a collection of ours came back (or a payout did)
    REVERSED = "reversed"  # the bank takes an entry of its own back
    FEES = "fees"  # what a bank keeps of an entry whose details are more than it


@dataclass(frozen=True, slots=True)
class Balance:
    """code: OPBD, CLBD, PRCD, ITBD. cents: negative when in debit; hundredths of the currency."""

    code: str
    cents: int
    currency: str
    on: dt.date | None
    line: int


@dataclass(frozen=True, slots=True)
class Statement:
    """One account, one span. source: "camt.053" or "camt.054"."""

    source: str
    name: str
    account: str
    line: int


@dataclass(slots=True)
class Row:
    """One movement: an entry, or one detail of it. Rows of an entry add up to it.

    cents: hundredths of the currency, negative when money went. original_cents: what was asked
    for, where a bank keeps its fee of a return at once; 0 where it is not told.
    entry_cents, entry_reference: of the entry it is of, and the bank's name for that.
    bank_reference: the bank's for the row. message, payment_information: ours, of the file that
    it answers. creditor_reference: structured; purpose: what the payer typed.
    count: how many payments are in it, where details are not told. reversal: RvslInd.
    """

    line: int
    statement: Statement
    kind: Kind
    cents: int
    currency: str
    booked_on: dt.date
    valued_on: dt.date | None = None
    entry_cents: int = 0
    entry_reference: str = ""
    bank_reference: str = ""
    message: str = ""
    payment_information: str = ""
    end_to_end: str = ""
    mandate: str = ""
    creditor_reference: str = ""
    purpose: str = ""
    name: str = ""
    iban: str = ""
    family: str = ""
    return_code: str = ""
    original_cents: int = 0
    charged_cents: int = 0
    count: int = 1
    reversal: bool = False
    ordinal: int = 0

    def content(self) -> tuple[object, ...]:
        """What makes two rows the same row in two files; the file's own names are no part."""
        return (
            self.statement.account,
            self.booked_on.isoformat(),
            self.cents,
            self.currency,
            self.bank_reference,
            self.end_to_end,
            self.mandate,
            self.creditor_reference,
            self.purpose,
            self.name,
            self.iban,
            self.return_code,
        )

    def identity(self) -> str:
        """The same for the same movement, in whichever file a bank tells it again.

        `ordinal` tells equal rows of a day apart: a file that holds them all names the first ones
        as a file did that held some.
        """
        told = "\x1f".join(str(part) for part in (*self.content(), self.ordinal))
        return sha256(told.encode()).hexdigest()
