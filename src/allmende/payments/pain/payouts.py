"""Transfers from the paper's account as pain.001.001.09: payouts to members, refunds."""

import datetime as dt
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass

from sepaxml import SepaTransfer

from allmende.payments.pain.characters import latin
from allmende.payments.pain.parts import Account, Address, fix_ids
from allmende.payments.pain.schemas import PAYOUTS


@dataclass(frozen=True, slots=True)
class Transfer:
    """One amount to one account. execute_on: a bank day. address: outside the EEA only."""

    end_to_end: str
    cents: int
    name: str
    iban: str
    purpose: str
    execute_on: dt.date
    address: Address | None = None


def write(
    transfers: Sequence[Transfer], *, account: Account, message: str, created_at: dt.datetime
) -> bytes:
    """The same arguments give the same bytes. created_at: written as it stands, without zone."""
    config = {
        "name": latin(account.name, most=70),
        "IBAN": account.iban,
        "currency": "EUR",
        "batch": True,
    }
    if account.bic:
        config["BIC"] = account.bic
    document = _Document(config, message=message, created_at=created_at)
    for transfer in transfers:
        document.add_payment(_payment(transfer))
    return bytes(document.export(validate=False))


def _payment(one: Transfer) -> dict[str, object]:
    payment: dict[str, object] = {
        "name": latin(one.name, most=70),
        "IBAN": one.iban,
        "amount": one.cents,
        "execution_date": one.execute_on,
        "description": latin(one.purpose, most=140),
        "endtoend_id": one.end_to_end,
    }
    if one.address:
        payment["address"] = one.address.for_sepaxml()
    return payment


class _Document(SepaTransfer):
    def __init__(self, config: dict[str, object], *, message: str, created_at: dt.datetime) -> None:
        super().__init__(config, schema=PAYOUTS, clean=False)
        self._message = message
        self._created_at = created_at

    def _finalize_batch(self) -> None:
        super()._finalize_batch()
        fix_ids(self._xml, message=self._message, created_at=self._created_at)
        for bank in self._xml.iterfind("./*/PmtInf/DbtrAgt/FinInstnId"):
            if not len(bank):
                ET.SubElement(ET.SubElement(bank, "Othr"), "Id").text = "NOTPROVIDED"
