"""An entry and its details, while they come by.

A bank may book thousands of payments as one entry and tell them as details. Each becomes a row; an
entry without details is one row itself; and the rows of an entry always add up to it, or the file
is refused.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lxml import etree

from allmende.payments.statements.fields import Fields
from allmende.payments.statements.shape import Kind, Row, Statement, Unreadable

# Sub-families of bank transaction codes (ISO 20022 external code sets) and German business
# transaction codes (GVC) of payments that come back.
RETURNS = frozenset({"UPDD", "PRDD", "RRTN", "RPCR", "RCDD"})
GERMAN_RETURNS = frozenset({"108", "109", "159"})


@dataclass(slots=True)
class Entry:
    """row: what the entry itself says. first: a detail that is held back, for the only detail of
    an entry has the entry's amount. told: sum of the details so far, in the entry's currency."""

    row: Row
    booked: bool
    charges: int
    first: Row | None = None
    details: int = 0
    told: int = 0
    foreign: bool = False

    @classmethod
    def of(cls, node: etree._Element | None, statement: Statement) -> "Entry":
        assert node is not None
        fields = Fields(node, without="NtryDtls")
        sign, day = fields.sign("CdtDbtInd"), fields.day("BookgDt")
        booked = fields.one("Sts/Cd", "Sts") == "BOOK"
        if sign is None:
            raise Unreadable(fields.line, "an entry neither in credit nor in debit")
        if day is None and booked:
            raise Unreadable(fields.line, "an entry without the day of its booking")
        row = Row(
            line=fields.line,
            statement=statement,
            kind=Kind.IN,
            cents=sign * fields.cents("Amt"),
            currency=fields.currency("Amt"),
            booked_on=day or dt.date.min,  # an entry that is not booked becomes no row
            valued_on=fields.day("ValDt"),
            entry_cents=sign * fields.cents("Amt"),
            entry_reference=fields.one("AcctSvcrRef"),
            bank_reference=fields.one("AcctSvcrRef"),
            family=_family(fields),
            reversal=fields.one("RvslInd") in ("true", "1"),
        )
        row.kind = kind_of(row, fields)
        return cls(row, booked, _charges(fields, row.currency))

    def detail(self, row: Row) -> Iterator[Row]:
        """Takes one more detail; gives what is certain by now."""
        if not self.booked:
            return
        self.details += 1
        self.charges += row.charged_cents
        self.told += row.cents
        self.foreign |= row.currency != self.row.currency
        if self.foreign or self.details == 1:
            self.first = self.first or row
            return
        if self.first:
            yield self.first
            self.first = None
        yield row

    def rest(self, node: etree._Element) -> Iterator[Row]:
        """What is left when the entry ends, which is `node`. Raises Unreadable."""
        if not self.booked:
            return
        if self.details == 1 and self.first:
            yield self._only(self.first)
        elif self.details == 0 or (self.foreign and self.first):
            yield self._whole(node)
        else:
            yield from self._difference()

    def _only(self, row: Row) -> Row:
        row.cents, row.currency = self.row.cents, self.row.currency
        row.charged_cents = self.charges
        if row.kind != Kind.RETURNED:
            row.kind = self.row.kind
        return row

    def _whole(self, node: etree._Element) -> Row:
        fields = Fields(node)
        self.row.message = fields.one("NtryDtls/Btch/MsgId")
        self.row.payment_information = fields.one("NtryDtls/Btch/PmtInfId")
        self.row.purpose = fields.one("AddtlNtryInf")
        self.row.charged_cents = self.charges
        self.row.count = self.details or int(fields.one("NtryDtls/Btch/NbOfTxs") or "1")
        return self.row

    def _difference(self) -> Iterator[Row]:
        missing = self.row.cents - self.told
        if self.foreign or missing not in (0, -self.charges):
            raise Unreadable(self.row.line, f"details lead to {self.told}, not {self.row.cents}")
        if missing:
            yield replace(self.row, kind=Kind.FEES, cents=missing, count=0)


def detail_row(node: etree._Element, entry: Row) -> Row:
    """One TxDtls, with the entry's dates and whatever it does not tell itself."""
    fields = Fields(node)
    at, currency = _amount(fields)
    sign = fields.sign("CdtDbtInd") or (1 if entry.cents >= 0 else -1)
    row = Row(
        line=fields.line,
        statement=entry.statement,
        kind=entry.kind,
        cents=sign * fields.cents(at) if at else entry.cents,
        currency=currency or entry.currency,
        booked_on=entry.booked_on,
        valued_on=entry.valued_on,
        entry_cents=entry.entry_cents,
        entry_reference=entry.entry_reference,
        bank_reference=fields.one("Refs/AcctSvcrRef") or entry.bank_reference,
        message=fields.one("Refs/MsgId"),
        payment_information=fields.one("Refs/PmtInfId"),
        end_to_end=fields.one("Refs/EndToEndId").replace("NOTPROVIDED", ""),
        mandate=fields.one("Refs/MndtId").replace("NOTPROVIDED", ""),
        creditor_reference=fields.one("RmtInf/Strd/CdtrRefInf/Ref"),
        purpose=" ".join([*fields.all("RmtInf/Ustrd"), *fields.all("RmtInf/Strd/AddtlRmtInf")]),
        family=_family(fields) or entry.family,
        return_code=fields.one("RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry"),
        original_cents=_original(fields, entry.currency),
        charged_cents=_charges(fields, entry.currency),
        reversal=entry.reversal,
    )
    row.kind = kind_of(row, fields)
    row.name, row.iban = _other_party(row, fields)
    return row


def kind_of(row: Row, fields: Fields) -> Kind:
    """By sub-family, German code or reason of return, or else by RvslInd and the sign."""
    german = fields.one("BkTxCd/Prtry/Cd").split("+")
    returned = row.return_code or row.kind == Kind.RETURNED
    if returned or row.family[-4:] in RETURNS or GERMAN_RETURNS & set(german):
        return Kind.RETURNED
    if row.reversal:
        return Kind.REVERSED
    return Kind.IN if row.cents >= 0 else Kind.OUT


def _amount(fields: Fields) -> tuple[str, str]:
    """Where a detail tells its amount: version 8 in Amt, version 2 in AmtDtls."""
    for path in ("Amt", "AmtDtls/TxAmt/Amt"):
        if fields.one(path):
            return path, fields.currency(path)
    return "", ""


def _original(fields: Fields, currency: str) -> int:
    path = "AmtDtls/InstdAmt/Amt"
    return fields.cents(path) if fields.currency(path) == currency else 0


def _charges(fields: Fields, currency: str) -> int:
    told = fields.sums("Chrgs/Rcrd/Amt", "Chrgs/Amt")
    return sum(cents for cents, other in told if other == currency)


def _family(fields: Fields) -> str:
    parts = ("BkTxCd/Domn/Cd", "BkTxCd/Domn/Fmly/Cd", "BkTxCd/Domn/Fmly/SubFmlyCd")
    return "-".join(part for path in parts if (part := fields.one(path)))


def _other_party(row: Row, fields: Fields) -> tuple[str, str]:
    """Who is not us: the debtor of what came in or came back, the creditor of what went out."""
    ways = ("Dbtr", "Cdtr") if row.cents >= 0 or row.kind == Kind.RETURNED else ("Cdtr", "Dbtr")
    for way in ways:
        iban = fields.one(f"RltdPties/{way}Acct/Id/IBAN", f"RltdPties/{way}Acct/Id/Othr/Id")
        name = fields.one(f"RltdPties/{way}/Pty/Nm", f"RltdPties/{way}/Nm")
        if (iban or name) and iban != row.statement.account:
            return name, iban
    return "", ""
