"""A statement as a stream of rows: memory stays flat whatever the file's size.

    examine(open("camt.xml", "rb"), keep=file)      # raises Refused, or tells what is in it
    for lot in kept(file): …                        # rows, in the order of the statement

Nothing in a file is followed: no entities, no document types, no network. The sign of an amount is
CdtDbtInd's alone; RvslInd only says what kind of entry it is, for banks disagree about its sign.
"""

import pickle
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import IO

from lxml import etree

from allmende.payments.statements.entries import Entry, detail_row
from allmende.payments.statements.fields import balance, text
from allmende.payments.statements.shape import (
    Balance,
    NoStatement,
    Row,
    Statement,
    Unbalanced,
)

NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:(camt\.05[34])\.001\.(\d\d)")
VERSIONS = {("camt.053", "02"), ("camt.053", "08"), ("camt.054", "02"), ("camt.054", "08")}
ROOTS = ("BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn")
STATEMENTS = ("Stmt", "Ntfctn")
WATCHED = ("Document", *ROOTS, *STATEMENTS, "Acct", "Bal", "Ntry", "NtryDtls", "TxDtls")
OPENING = ("OPBD", "PRCD", "ITBD")
CLOSING = ("CLBD", "ITBD")
LOT = 1_000


@dataclass(frozen=True, slots=True)
class Span:
    """A statement of a file. opening, closing: None in a camt.054. currencies: of its rows."""

    statement: Statement
    rows: int
    opening: Balance | None
    closing: Balance | None
    currencies: frozenset[str]


@dataclass(frozen=True, slots=True)
class Summary:
    """What is in a file that may be taken in."""

    spans: tuple[Span, ...]

    @property
    def rows(self) -> int:
        return sum(span.rows for span in self.spans)

    @property
    def accounts(self) -> tuple[str, ...]:
        return tuple(sorted({span.statement.account for span in self.spans}))


def examine(source: IO[bytes], *, keep: IO[bytes] | None = None) -> Summary:
    """Reads all of it before anything is written anywhere. Raises Refused. keep: a file for the
    rows, that nobody else can write to: they are not read out of the XML a second time."""
    reader = Reader(source)
    rows = reader.rows()
    while lot := list(islice(rows, LOT)):
        if keep:
            pickle.dump(lot, keep)
    return Summary(tuple(reader.spans))


def kept(file: IO[bytes]) -> Iterator[list[Row]]:
    """All movements in the order of the statement, in lots."""
    file.seek(0)
    while True:
        try:
            yield pickle.load(file)  # noqa: S301  we wrote it
        except EOFError:
            return


class Reader:
    """Rows, each as soon as it is certain, then the spans: opening + entries = closing is asked of
    each statement of a camt.053."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._seen: Counter[int] = Counter()  # by hash: 100,000 rows are some MB
        self._statement = Statement("", "", "", 0)
        self._balances: list[Balance] = []
        self._moved: Counter[str] = Counter()
        self._entry: Entry | None = None
        self._count = 0
        self.spans: list[Span] = []

    def rows(self) -> Iterator[Row]:
        try:
            yield from self._rows()
        except etree.XMLSyntaxError as error:
            raise NoStatement(error.lineno or 0, error.msg or "no XML") from error
        if not self.spans:
            raise NoStatement(self._statement.line, "no statement in the file")

    def _rows(self) -> Iterator[Row]:
        kind = ""
        for event, node in self._events():
            name = node.tag.rpartition("}")[2]
            if not kind:
                kind = _kind(node)
            if event == "start":
                self._begin(kind, name, node)
            else:
                yield from self._end(name, node)
        if not kind:
            raise NoStatement(1, "neither camt.053 nor camt.054")

    def _events(self) -> Iterator[tuple[str, etree._Element]]:
        return etree.iterparse(
            self._source, events=("start", "end"), tag=[f"{{*}}{name}" for name in WATCHED],
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True,
            remove_pis=True, huge_tree=False,
        )  # fmt: skip

    def _begin(self, kind: str, name: str, node: etree._Element) -> None:
        if name in ROOTS or name in STATEMENTS:
            self._statement = Statement(kind, "", "", node.sourceline or 0)
        if name in STATEMENTS:
            self._balances, self._moved, self._count = [], Counter(), 0
        elif name == "NtryDtls" and self._entry is None:
            self._entry = Entry.of(node.getparent(), self._statement)

    def _end(self, name: str, node: etree._Element) -> Iterator[Row]:
        if name == "TxDtls" and self._entry:
            yield from self._named(self._entry.detail(detail_row(node, self._entry.row)))
            _free(node)
        elif name == "NtryDtls" and self._entry and self._entry.details:
            node.clear()
        elif name == "Ntry":
            yield from self._named(self._finished(node))
            self._entry = None
            _free(node)
        elif name == "Bal":
            self._balances.append(balance(node))
        elif name == "Acct" and _inside(node, STATEMENTS):
            account = text(node, "Id/IBAN") or text(node, "Id/Othr/Id")
            name = node.getparent().findtext("{*}Id") or ""
            self._statement = replace(self._statement, account=account, name=name.strip())
        elif name in STATEMENTS:
            self._close()
            _free(node)

    def _finished(self, node: etree._Element) -> Iterator[Row]:
        entry = self._entry or Entry.of(node, self._statement)
        if entry.booked:
            self._moved[entry.row.currency] += entry.row.cents
        return entry.rest(node)

    def _named(self, rows: Iterator[Row]) -> Iterator[Row]:
        """Gives equal rows of the same day their ordinals."""
        for row in rows:
            key = hash(row.content())
            row.ordinal = self._seen[key]
            self._seen[key] += 1
            self._count += 1
            yield row

    def _close(self) -> None:
        opening, closing = self._balance(OPENING, last=False), self._balance(CLOSING, last=True)
        if self._statement.source == "camt.053":
            self._prove(opening, closing)
        self.spans.append(
            Span(self._statement, self._count, opening, closing, frozenset(self._moved))
        )

    def _balance(self, codes: tuple[str, ...], *, last: bool) -> Balance | None:
        told = self._balances[::-1] if last else self._balances
        return next((one for code in codes for one in told if one.code == code), None)

    def _prove(self, opening: Balance | None, closing: Balance | None) -> None:
        if opening is None or closing is None:
            raise Unbalanced(self._statement.line, "opening or closing balance missing")
        told = (closing.cents, closing.currency)
        reached = (opening.cents + self._moved[opening.currency], opening.currency)
        if told != reached or set(self._moved) - {opening.currency}:
            raise Unbalanced(closing.line, f"the entries lead to {reached}, the balance is {told}")


def _kind(root: etree._Element) -> str:
    """Which camt it is, asked of its first element, before any of its content is looked at."""
    if root.getroottree().docinfo.internalDTD is not None:
        raise NoStatement(root.sourceline or 0, "a document type is not taken")
    found = NAMESPACE.fullmatch(etree.QName(root).namespace or "")
    if not found or found.groups() not in VERSIONS:
        raise NoStatement(root.sourceline or 0, "neither camt.053 nor camt.054 of version 2 or 8")
    return found[1]


def _inside(node: etree._Element, names: tuple[str, ...]) -> bool:
    parent = node.getparent()
    return parent is not None and etree.QName(parent).localname in names


def _free(node: etree._Element) -> None:
    """Forgets what was read, and what stood before it."""
    node.clear()
    parent = node.getparent()
    if parent is not None:
        while node.getprevious() is not None:
            del parent[0]
