"""Our own files as a bank reads them. For the dummy bank, and to show what stands in a batch."""

import datetime as dt
from dataclasses import dataclass

from lxml import etree

from allmende.ledger.money import from_plain


@dataclass(frozen=True, slots=True)
class Order:
    """One debit or transfer. on: the day it is for. name, iban: the other party's."""

    message: str
    payment_information: str
    on: dt.date
    sequence: str
    cents: int
    end_to_end: str
    name: str
    iban: str
    purpose: str
    mandate: str = ""
    signed_on: str = ""
    former_iban: str = ""


def read(file: bytes) -> tuple[str, list[Order]]:
    """The message id, and what is ordered. file: valid by its schema."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(file, parser)
    space = {"p": etree.QName(root).namespace}
    message = _text(root, "./*/p:GrpHdr/p:MsgId", space)
    orders = [
        _order(node, payment, message, space)
        for payment in root.iterfind("./*/p:PmtInf", space)
        for node in (*payment.iterfind("p:DrctDbtTxInf", space),
                     *payment.iterfind("p:CdtTrfTxInf", space))
    ]  # fmt: skip
    return message, orders


def _order(
    node: etree._Element, payment: etree._Element, message: str, space: dict[str, str]
) -> Order:
    way = "Dbtr" if node.tag.endswith("DrctDbtTxInf") else "Cdtr"
    on = _text(payment, "p:ReqdColltnDt", space) or _text(payment, "p:ReqdExctnDt/p:Dt", space)
    mandate = "p:DrctDbtTx/p:MndtRltdInf"
    amount = _text(node, "p:InstdAmt", space) or _text(node, "p:Amt/p:InstdAmt", space)
    former = f"{mandate}/p:AmdmntInfDtls/p:OrgnlDbtrAcct/p:Id"
    return Order(
        message=message,
        payment_information=_text(payment, "p:PmtInfId", space),
        on=dt.date.fromisoformat(on),
        sequence=_text(payment, "p:PmtTpInf/p:SeqTp", space),
        cents=from_plain(amount).cents,
        end_to_end=_text(node, "p:PmtId/p:EndToEndId", space),
        name=_text(node, f"p:{way}/p:Nm", space),
        iban=_text(node, f"p:{way}Acct/p:Id/p:IBAN", space),
        purpose=_text(node, "p:RmtInf/p:Ustrd", space),
        mandate=_text(node, f"{mandate}/p:MndtId", space),
        signed_on=_text(node, f"{mandate}/p:DtOfSgntr", space),
        former_iban=_text(node, f"{former}/p:IBAN", space)
        or _text(node, f"{former}/p:Othr/p:Id", space),
    )


def _text(node: etree._Element, path: str, space: dict[str, str]) -> str:
    return (node.findtext(path, namespaces=space) or "").strip()
