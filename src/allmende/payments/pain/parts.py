"""What debits and payouts have in common."""

import datetime as dt
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Address:
    """Structured: banks refuse addresses of lines alone since November 2026."""

    country: str
    town: str
    postcode: str = ""
    street: str = ""
    number: str = ""

    def for_sepaxml(self) -> dict[str, str]:
        return {
            "country": self.country,
            "town": self.town,
            "postcode": self.postcode,
            "street_name": self.street,
            "building_number": self.number,
        }


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
