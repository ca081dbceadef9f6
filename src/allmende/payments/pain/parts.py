"""What debits and payouts have in common."""

import datetime as dt
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeVar

from allmende.payments.pain.characters import latin

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Address:
    """Structured: banks refuse addresses of lines alone since November 2026."""

    country: str
    town: str
    postcode: str = ""
    street: str = ""
    number: str = ""

    def in_latin(self) -> "Address":
        """As banks take it: their letters, and no part longer than PostalAddress24 allows."""
        most = {"street": 70, "number": 16, "postcode": 16, "town": 35}
        told = {part: getattr(self, part) for part in most}
        return replace(
            self, **{part: text and latin(text, most=most[part]) for part, text in told.items()}
        )

    def for_sepaxml(self) -> dict[str, str]:
        """The parts that are there, by the library's names."""
        told = self.in_latin()
        parts = {
            "country": told.country,
            "town": told.town,
            "postcode": told.postcode,
            "street_name": told.street,
            "building_number": told.number,
        }
        return {name: text for name, text in parts.items() if text}


@dataclass(frozen=True, slots=True)
class Account:
    """The paper's own. creditor_id: only debits need it."""

    name: str
    iban: str
    bic: str = ""
    creditor_id: str = ""


def lots(things: Iterable[Thing], size: int) -> Iterator[list[Thing]]:
    rest = iter(things)
    while lot := list(islice(rest, size)):
        yield lot


def fix_ids(document: ET.Element, *, message: str, created_at: dt.datetime) -> None:
    """sepaxml draws ids and looks at the clock; the same batch has to give the same bytes."""
    header = document.find("./*/GrpHdr")
    assert header is not None
    for tag, text in (
        ("MsgId", message),
        ("CreDtTm", created_at.strftime("%Y-%m-%dT%H:%M:%S")),
    ):
        node = header.find(tag)
        assert node is not None
        node.text = text
    for count, node in enumerate(document.iterfind("./*/PmtInf/PmtInfId"), start=1):
        node.text = f"{message}-{count}"
