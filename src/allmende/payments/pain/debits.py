"""Direct debits as pain.008.001.08, SEPA Core.

`sepaxml` writes; its validation needs ten times as long as writing and fails at 100,000, so
`schemas.check` validates. RCUR may be the first collection of a mandate (EPC 132-17), so FRST is
used only for banks that insist on it.
"""

import datetime as dt
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from sepaxml import SepaDD

from allmende.payments.ibans import same_bank
from allmende.payments.pain.characters import latin
from allmende.payments.pain.parts import Account, Address, fix_ids, lots
from allmende.payments.pain.schemas import DEBITS


@dataclass(frozen=True, slots=True)
class Collection:
    """One amount from one account.

    sequence: RCUR, FRST, OOFF or FNAL. collected_on: a bank day.
    former_iban, former_mandate: what the bank knows so far, where it was changed since.
    address: outside the EEA only.
    """

    end_to_end: str
    cents: int
    name: str
    iban: str
    mandate: str
    signed_on: dt.date
    purpose: str
    collected_on: dt.date
    sequence: str = "RCUR"
    former_iban: str = ""
    former_mandate: str = ""
    address: Address | None = None


def files(
    collections: Iterable[Collection], *, most: int, one_payment_information: bool
) -> Iterator[list[Collection]]:
    """Cuts what is sorted by day and sequence into what a bank takes at once.

    most: collections in a file. one_payment_information: some banks take one PmtInf a file.
    """
    if not one_payment_information:
        yield from lots(collections, most)
        return
    for _, alike in groupby(collections, key=lambda one: (one.collected_on, one.sequence)):
        yield from lots(alike, most)


def write(
    collections: Sequence[Collection], *, account: Account, message: str, created_at: dt.datetime
) -> bytes:
    """The same arguments give the same bytes. created_at: written as it stands, without zone."""
    config = {
        "name": latin(account.name, most=70),
        "IBAN": account.iban,
        "creditor_id": account.creditor_id,
        "currency": "EUR",
        "batch": True,
    }
    if account.bic:
        config["BIC"] = account.bic
    document = _Document(config, message=message, created_at=created_at)
    for collection in collections:
        document.add_payment(_payment(collection))
    return bytes(document.export(validate=False))


def _payment(one: Collection) -> dict[str, object]:
    payment: dict[str, object] = {
        "name": latin(one.name, most=70),
        "IBAN": one.iban,
        "amount": one.cents,
        "type": one.sequence,
        "collection_date": one.collected_on,
        "mandate_id": one.mandate,
        "mandate_date": one.signed_on,
        "description": latin(one.purpose, most=140),
        "endtoend_id": one.end_to_end,
        "former_iban": one.former_iban,
        "former_mandate": one.former_mandate,
    }
    if one.address:
        parts = one.address.for_sepaxml()
        payment["address"] = {key: latin(text, most=70) for key, text in parts.items() if text}
    return payment


class _Document(SepaDD):
    def __init__(self, config: dict[str, object], *, message: str, created_at: dt.datetime) -> None:
        super().__init__(config, schema=DEBITS, clean=False)
        self._message = message
        self._created_at = created_at

    def _finalize_batch(self) -> None:
        super()._finalize_batch()
        fix_ids(self._xml, message=self._message, created_at=self._created_at)

    def _add_to_batch_list(self, TX: dict[str, ET.Element], payment: dict[str, str]) -> None:  # noqa: N803 - sepaxml's name
        if payment["former_iban"] or payment["former_mandate"]:
            TX["MndtRltdInfNode"].extend(_amendment(payment))
        super()._add_to_batch_list(TX, payment)


def _amendment(payment: dict[str, str]) -> list[ET.Element]:
    """AmdmntInd and AmdmntInfDtls: the debtor's bank finds the mandate that it knows.

    SMNDA ("same mandate, new debtor account") says that the bank changed, for no bank knows an
    account elsewhere. Source: EPC 130-08, AT-24, as changed in November 2016.
    """
    indicator = ET.Element("AmdmntInd")
    indicator.text = "true"
    details = ET.Element("AmdmntInfDtls")
    if payment["former_mandate"]:
        ET.SubElement(details, "OrgnlMndtId").text = payment["former_mandate"]
    if payment["former_iban"]:
        account = ET.SubElement(ET.SubElement(details, "OrgnlDbtrAcct"), "Id")
        if same_bank(payment["former_iban"], payment["IBAN"]):
            ET.SubElement(account, "IBAN").text = payment["former_iban"]
        else:
            ET.SubElement(ET.SubElement(account, "Othr"), "Id").text = "SMNDA"
    return [indicator, details]
