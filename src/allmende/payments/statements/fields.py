"""What stands in an element, as text by its path, without the names of namespaces."""

import datetime as dt
import re
from collections.abc import Iterator

from lxml import etree

from allmende.payments.statements.shape import Balance, Unreadable

AMOUNT = re.compile(r"(\d{1,13})(?:\.(\d{1,2})0*)?|(\d{1,13})\.", re.ASCII)
SIGNS = {"CRDT": 1, "DBIT": -1}


class Fields:
    """All texts below an element: Fields(entry).one("NtryDtls/Btch/MsgId"). without: a child that
    is not looked into."""

    def __init__(self, node: etree._Element, *, without: str = "") -> None:
        self.line = node.sourceline or 0
        self._texts: dict[str, list[str]] = {}
        self._currencies: dict[str, str] = {}
        self._walk(node, "", without)

    def _walk(self, node: etree._Element, path: str, without: str = "") -> None:
        for child in node:
            below = path + child.tag.rpartition("}")[2]
            if below == without:
                continue
            words = (child.text or "").strip()
            if words:
                self._texts.setdefault(below, []).append(words)
                if currency := child.get("Ccy"):
                    self._currencies.setdefault(below, str(currency))
            if len(child):
                self._walk(child, f"{below}/")

    def one(self, *paths: str) -> str:
        """The first text at the first of the paths that has one, or nothing."""
        for path in paths:
            if path in self._texts:
                return self._texts[path][0]
        return ""

    def all(self, path: str) -> list[str]:
        return self._texts.get(path, [])

    def cents(self, path: str) -> int:
        """Raises Unreadable where there is no amount."""
        return cents(self.one(path), self.line)

    def currency(self, path: str) -> str:
        return self._currencies.get(path, "")

    def sign(self, path: str) -> int | None:
        """+1, -1, or None where it is not told."""
        told = self.one(path)
        if told and told not in SIGNS:
            raise Unreadable(self.line, f"neither credit nor debit: {told!r}")
        return SIGNS.get(told)

    def day(self, path: str) -> dt.date | None:
        """From Dt or DtTm; the bank's own date, whatever its zone."""
        told = self.one(f"{path}/Dt", f"{path}/DtTm")
        try:
            return dt.date.fromisoformat(told[:10]) if told else None
        except ValueError as error:
            raise Unreadable(self.line, f"no date: {told!r}") from error

    def sums(self, *paths: str) -> Iterator[tuple[int, str]]:
        """All amounts at the paths, with their currencies."""
        for path in paths:
            for told in self.all(path):
                yield cents(told, self.line), self.currency(path)


def cents(told: str, line: int) -> int:
    found = AMOUNT.fullmatch(told)
    if not found:
        raise Unreadable(line, f"no amount in cents: {told!r}")
    euros, rest, bare = found.groups()
    return int(bare or euros) * 100 + int((rest or "0").ljust(2, "0"))


def balance(node: etree._Element) -> Balance:
    fields = Fields(node)
    sign = fields.sign("CdtDbtInd")
    if sign is None:
        raise Unreadable(fields.line, "a balance neither in credit nor in debit")
    return Balance(
        code=fields.one("Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry"),
        cents=sign * fields.cents("Amt"),
        currency=fields.currency("Amt"),
        on=fields.day("Dt"),
        line=fields.line,
    )


def text(node: etree._Element, path: str) -> str:
    return Fields(node).one(path)
