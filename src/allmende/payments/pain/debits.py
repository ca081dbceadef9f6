"""Direct debits as pain.008.001.08, SEPA Core.

Written as text, a line a collection: sepaxml makes forty objects of each, which takes longer than
all else that a file of 100,000 needs (docs/decisions/0020). A test holds the two against each
other, and `schemas.check` judges every file. RCUR may be the first collection of a mandate (EPC
132-17), so FRST is used only for banks that insist on it.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from xml.sax.saxutils import escape

from allmende.payments.ibans import same_bank
from allmende.payments.pain.characters import latin
from allmende.payments.pain.parts import Account, Address, lots
from allmende.payments.pain.schemas import DEBITS

NO_BANK = "<FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId>"  # an IBAN names it


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


@dataclass(slots=True)
class _Information:
    """The collections of one day and sequence (PmtInf)."""

    on: dt.date
    sequence: str
    cents: int = 0
    rows: list[str] = field(default_factory=list)


def write(
    collections: Iterable[Collection], *, account: Account, message: str, created_at: dt.datetime
) -> bytes:
    """The same arguments give the same bytes. created_at: written as it stands, without zone."""
    found: dict[tuple[dt.date, str], _Information] = {}
    for one in collections:
        key = one.collected_on, one.sequence
        if (information := found.get(key)) is None:
            information = found[key] = _Information(*key)
        information.cents += one.cents
        information.rows.append(_row(one))
    count = sum(len(each.rows) for each in found.values())
    name, creditor = latin(account.name, most=70), escape(account.creditor_id)
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{DEBITS}"><CstmrDrctDbtInitn>\n'
        f"<GrpHdr><MsgId>{escape(message)}</MsgId>"
        f"<CreDtTm>{created_at:%Y-%m-%dT%H:%M:%S}</CreDtTm><NbOfTxs>{count}</NbOfTxs>"
        f"<CtrlSum>{_plain(sum(each.cents for each in found.values()))}</CtrlSum>"
        f"<InitgPty><Nm>{name}</Nm><Id><OrgId><Othr><Id>{creditor}</Id></Othr></OrgId></Id>"
        "</InitgPty></GrpHdr>\n"
    ]
    for number, each in enumerate(found.values(), start=1):
        parts += [_head(each, account, f"{message}-{number}"), *each.rows, "</PmtInf>\n"]
    parts.append("</CstmrDrctDbtInitn></Document>\n")
    return "".join(parts).encode()


def _head(information: _Information, account: Account, number: str) -> str:
    bank = f"<FinInstnId><BICFI>{escape(account.bic)}</BICFI></FinInstnId>"
    return (
        f"<PmtInf><PmtInfId>{escape(number)}</PmtInfId><PmtMtd>DD</PmtMtd>"
        f"<BtchBookg>true</BtchBookg><NbOfTxs>{len(information.rows)}</NbOfTxs>"
        f"<CtrlSum>{_plain(information.cents)}</CtrlSum>"
        "<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl><LclInstrm><Cd>CORE</Cd></LclInstrm>"
        f"<SeqTp>{escape(information.sequence)}</SeqTp></PmtTpInf>"
        f"<ReqdColltnDt>{information.on.isoformat()}</ReqdColltnDt>"
        f"<Cdtr><Nm>{latin(account.name, most=70)}</Nm></Cdtr>"
        f"<CdtrAcct><Id><IBAN>{escape(account.iban)}</IBAN></Id></CdtrAcct>"
        f"<CdtrAgt>{bank if account.bic else NO_BANK}</CdtrAgt><ChrgBr>SLEV</ChrgBr>"
        f"<CdtrSchmeId><Id><PrvtId><Othr><Id>{escape(account.creditor_id)}</Id>"
        "<SchmeNm><Prtry>SEPA</Prtry></SchmeNm></Othr></PrvtId></Id></CdtrSchmeId>\n"
    )


def _row(one: Collection) -> str:
    """What `latin` gives needs no escaping."""
    return (
        f"<DrctDbtTxInf><PmtId><EndToEndId>{escape(one.end_to_end)}</EndToEndId></PmtId>"
        f'<InstdAmt Ccy="EUR">{_plain(one.cents)}</InstdAmt><DrctDbtTx><MndtRltdInf>'
        f"<MndtId>{escape(one.mandate)}</MndtId>"
        f"<DtOfSgntr>{one.signed_on.isoformat()}</DtOfSgntr>{_amendment(one)}"
        f"</MndtRltdInf></DrctDbtTx><DbtrAgt>{NO_BANK}</DbtrAgt>"
        f"<Dbtr><Nm>{latin(one.name, most=70)}</Nm>{_address(one.address)}</Dbtr>"
        f"<DbtrAcct><Id><IBAN>{escape(one.iban)}</IBAN></Id></DbtrAcct>"
        f"<RmtInf><Ustrd>{latin(one.purpose, most=140)}</Ustrd></RmtInf></DrctDbtTxInf>\n"
    )


def _plain(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _address(address: Address | None) -> str:
    if address is None:
        return ""
    told = address.in_latin()
    parts = {
        "StrtNm": told.street,
        "BldgNb": told.number,
        "PstCd": told.postcode,
        "TwnNm": told.town,
        "Ctry": escape(told.country),
    }
    lines = (f"<{tag}>{text}</{tag}>" for tag, text in parts.items() if text)
    return f"<PstlAdr>{''.join(lines)}</PstlAdr>"


def _amendment(one: Collection) -> str:
    """AmdmntInd and AmdmntInfDtls: the debtor's bank finds the mandate that it knows.

    SMNDA ("same mandate, new debtor account") says that the bank changed, for no bank knows an
    account elsewhere. Source: EPC 130-08, AT-24, as changed in November 2016.
    """
    if not one.former_iban and not one.former_mandate:
        return ""
    mandate = account = ""
    if one.former_mandate:
        mandate = f"<OrgnlMndtId>{escape(one.former_mandate)}</OrgnlMndtId>"
    if one.former_iban:
        known = f"<IBAN>{escape(one.former_iban)}</IBAN>"
        hidden = "<Othr><Id>SMNDA</Id></Othr>"
        told = known if same_bank(one.former_iban, one.iban) else hidden
        account = f"<OrgnlDbtrAcct><Id>{told}</Id></OrgnlDbtrAcct>"
    return f"<AmdmntInd>true</AmdmntInd><AmdmntInfDtls>{mandate}{account}</AmdmntInfDtls>"
