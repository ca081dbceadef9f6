"""The dummy bank's letters: camt.053.001.08 and camt.054.001.08, written as a stream."""

import datetime as dt
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

from allmende.ledger.money import Money, plain
from allmende.payments.providers.dummy_bank.bookings import Booking, Detail

SPACE = "urn:iso:std:iso:20022:tech:xsd"


def statement(
    bookings: Iterable[Booking], *, account: str, name: str, opening: int, closing: int,
    begins_on: dt.date, ends_on: dt.date,
) -> Iterator[str]:  # fmt: skip
    """A camt.053 of a span. opening, closing: in cents."""
    yield from head("camt.053", "BkToCstmrStmt", name, ends_on)
    yield f"<Stmt><Id>{escape(name)}</Id><CreDtTm>{ends_on}T23:00:00+01:00</CreDtTm>"
    yield owner(account)
    yield balance("OPBD", opening, begins_on) + balance("CLBD", closing, ends_on)
    for booking in bookings:
        yield entry(booking, account)
    yield "</Stmt></BkToCstmrStmt></Document>\n"


def notification(
    bookings: Iterable[Booking], *, account: str, name: str, on: dt.date
) -> Iterator[str]:
    """A camt.054: the same entries, without balances."""
    yield from head("camt.054", "BkToCstmrDbtCdtNtfctn", name, on)
    yield f"<Ntfctn><Id>{escape(name)}</Id><CreDtTm>{on}T12:00:00+01:00</CreDtTm>{owner(account)}"
    for booking in bookings:
        yield entry(booking, account)
    yield "</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>\n"


def head(kind: str, root: str, name: str, on: dt.date) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<Document xmlns="{SPACE}:{kind}.001.08"><{root}>'
    yield f"<GrpHdr><MsgId>{escape(name)}</MsgId><CreDtTm>{on}T23:00:00+01:00</CreDtTm></GrpHdr>\n"


def owner(account: str) -> str:
    return f"<Acct><Id><IBAN>{account}</IBAN></Id><Ccy>EUR</Ccy></Acct>\n"


def balance(code: str, cents: int, on: dt.date) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{signed(cents)}"
        f"<Dt><Dt>{on}</Dt></Dt></Bal>\n"
    )


def signed(cents: int) -> str:
    return f"{amount(abs(cents))}<CdtDbtInd>{'DBIT' if cents < 0 else 'CRDT'}</CdtDbtInd>"


def amount(cents: int) -> str:
    return f'<Amt Ccy="EUR">{plain(Money(cents))}</Amt>'


def entry(booking: Booking, account: str) -> str:
    domain, family, sub = booking.family.split("-")
    code = (
        f"<BkTxCd><Domn><Cd>{domain}</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>{sub}</SubFmlyCd></Fmly>"
        f"</Domn><Prtry><Cd>{booking.german}</Cd><Issr>DK</Issr></Prtry></BkTxCd>"
    )
    reversal = "<RvslInd>true</RvslInd>" if booking.reversal else ""
    details = "".join(detail(one, booking, account) for one in booking.details)
    return (
        f"<Ntry>{signed(booking.cents)}{reversal}<Sts><Cd>BOOK</Cd></Sts>"
        f"<BookgDt><Dt>{booking.on}</Dt></BookgDt><ValDt><Dt>{booking.on}</Dt></ValDt>"
        f"<AcctSvcrRef>{escape(booking.reference)}</AcctSvcrRef>{code}"
        f"<NtryDtls>{bulk(booking)}{details}</NtryDtls></Ntry>\n"
    )


def bulk(booking: Booking) -> str:
    if not booking.payment_information:
        return ""
    count = len(booking.details) or 1
    return (
        f"<Btch><MsgId>{escape(booking.message)}</MsgId>"
        f"<PmtInfId>{escape(booking.payment_information)}</PmtInfId><NbOfTxs>{count}</NbOfTxs></Btch>"
    )


def detail(one: Detail, booking: Booking, account: str) -> str:
    """The other party is debtor of what comes and of our debits that come back."""
    theirs, ours = ("Dbtr", "Cdtr") if booking.cents > 0 or one.reason else ("Cdtr", "Dbtr")
    gross = one.cents + (one.fee_cents if booking.cents < 0 else 0)
    original = (
        f"<AmtDtls><InstdAmt>{amount(one.cents)}</InstdAmt></AmtDtls>" if one.fee_cents else ""
    )
    # The debtor and its account stand before the creditor and his.
    parties = {
        theirs: f"<{theirs}><Pty><Nm>{escape(one.name)}</Nm></Pty></{theirs}>"
        f"<{theirs}Acct><Id><IBAN>{one.iban}</IBAN></Id></{theirs}Acct>",
        ours: f"<{ours}Acct><Id><IBAN>{account}</IBAN></Id></{ours}Acct>",
    }
    return (
        f"<TxDtls><Refs>{told('MsgId', booking.message)}"
        f"{told('PmtInfId', booking.payment_information)}"
        f"{told('EndToEndId', one.end_to_end or 'NOTPROVIDED')}{told('MndtId', one.mandate)}</Refs>"
        f"{amount(gross)}<CdtDbtInd>{'DBIT' if booking.cents < 0 else 'CRDT'}</CdtDbtInd>{original}"
        f"{charges(one)}<RltdPties>{parties['Dbtr']}{parties['Cdtr']}</RltdPties>{remittance(one)}"
        f"{returned(one)}</TxDtls>"
    )


def told(tag: str, text: str) -> str:
    return f"<{tag}>{escape(text)}</{tag}>" if text else ""


def charges(one: Detail) -> str:
    if not one.fee_cents:
        return ""
    return f"<Chrgs><Rcrd>{amount(one.fee_cents)}<CdtDbtInd>DBIT</CdtDbtInd></Rcrd></Chrgs>"


def remittance(one: Detail) -> str:
    structured = (
        "<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp>"
        f"<Ref>{escape(one.reference)}</Ref></CdtrRefInf></Strd>"
        if one.reference
        else ""
    )
    inner = told("Ustrd", one.purpose) + structured
    return f"<RmtInf>{inner}</RmtInf>" if inner else ""


def returned(one: Detail) -> str:
    return f"<RtrInf><Rsn><Cd>{one.reason}</Cd></Rsn></RtrInf>" if one.reason else ""
