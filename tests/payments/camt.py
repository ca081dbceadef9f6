"""Statements written by hand, for tests that want one thing wrong at a time."""

from collections.abc import Sequence
from contextlib import suppress
from typing import IO

from allmende.payments.statements.reading import Reader
from allmende.payments.statements.shape import Row, Unbalanced

DAY = "2026-12-01"


def rows(source: IO[bytes]) -> list[Row]:
    """What is read, whether or not the balances prove it."""
    found = []
    with suppress(Unbalanced):
        for row in Reader(source).rows():  # not a list of it: some are read before it ends
            found.append(row)
    return found


def detail(
    amount: str, *, sign: str = "", end_to_end: str = "", reason: str = "", name: str = "Ada",
    iban: str = "DE89370400440532013000", purpose: str = "", charges: str = "", original: str = "",
    currency: str = "EUR", way: str = "Dbtr", reference: str = "", mandate: str = "",
) -> str:  # fmt: skip
    return f"""
    <TxDtls>
      <Refs>
        {f"<EndToEndId>{end_to_end}</EndToEndId>" if end_to_end else ""}
        {f"<MndtId>{mandate}</MndtId>" if mandate else ""}
      </Refs>
      <Amt Ccy="{currency}">{amount}</Amt>
      {f"<CdtDbtInd>{sign}</CdtDbtInd>" if sign else ""}
      {f'<AmtDtls><InstdAmt><Amt Ccy="EUR">{original}</Amt></InstdAmt></AmtDtls>' * bool(original)}
      {f'<Chrgs><Rcrd><Amt Ccy="EUR">{charges}</Amt></Rcrd></Chrgs>' if charges else ""}
      <RltdPties>
        <{way}><Pty><Nm>{name}</Nm></Pty></{way}>
        <{way}Acct><Id><IBAN>{iban}</IBAN></Id></{way}Acct>
      </RltdPties>
      <RmtInf>
        {f"<Ustrd>{purpose}</Ustrd>" if purpose else ""}
        {f"<Strd><CdtrRefInf><Ref>{reference}</Ref></CdtrRefInf></Strd>" if reference else ""}
      </RmtInf>
      {f"<RtrInf><Rsn><Cd>{reason}</Cd></Rsn></RtrInf>" if reason else ""}
    </TxDtls>"""


def entry(
    amount: str, sign: str, *details: str, status: str = "BOOK", reversal: str = "", day: str = DAY,
    reference: str = "", code: str = "", batch: str = "",
) -> str:  # fmt: skip
    return f"""
  <Ntry>
    <Amt Ccy="EUR">{amount}</Amt>
    <CdtDbtInd>{sign}</CdtDbtInd>
    {f"<RvslInd>{reversal}</RvslInd>" if reversal else ""}
    <Sts><Cd>{status}</Cd></Sts>
    <BookgDt><Dt>{day}</Dt></BookgDt>
    {f"<AcctSvcrRef>{reference}</AcctSvcrRef>" if reference else ""}
    <BkTxCd>{f"<Prtry><Cd>{code}</Cd></Prtry>" if code else ""}</BkTxCd>
    <NtryDtls>{batch}{"".join(details)}</NtryDtls>
  </Ntry>"""


def balance(code: str, amount: str, sign: str = "CRDT", currency: str = "EUR") -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'
        f"<Dt><Dt>{DAY}</Dt></Dt></Bal>"
    )


def statement(
    entries: Sequence[str], *, opening: str = "0", closing: str = "0", sign: str = "CRDT",
    account: str = "DE02120300000000202051", balances: str | None = None, name: str = "S-1",
) -> str:  # fmt: skip
    told = balance("OPBD", opening) + balance("CLBD", closing, sign)
    return f"""
  <Stmt>
    <Id>{name}</Id>
    <Acct><Id><IBAN>{account}</IBAN></Id></Acct>
    {told if balances is None else balances}
    {"".join(entries)}
  </Stmt>"""


def document(*statements: str, head: str = "") -> bytes:
    space = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
    body = "".join(statements)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}\n'
        f'<Document xmlns="{space}"><BkToCstmrStmt>{body}</BkToCstmrStmt></Document>'
    ).encode()


def file(*entries: str, **balances: str) -> bytes:
    return document(statement(entries, **balances))
