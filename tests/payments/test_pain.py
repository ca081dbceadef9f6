"""Files for banks: by the schema, always the same bytes, nothing a bank would refuse."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from sepaxml import SepaDD

from allmende.payments.pain import debits, payouts, schemas
from allmende.payments.pain.characters import PLAIN, latin
from allmende.payments.pain.parts import Account, Address

pytestmark = pytest.mark.no_database
NS = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.008.001.08"}
PAPER = Account("Auentaler Bote eG", "DE02120300000000202051", "BYLADEM1001", "DE98ZZZ09999999999")
FROZEN = dt.datetime(2026, 11, 26, 9, 30, tzinfo=dt.UTC)
ONE = debits.Collection(
    end_to_end="FAELLIG-1-1",
    cents=1250,
    name="Jörg Müßig",
    iban="DE89370400440532013000",
    mandate="MANDAT-000000001-04",
    signed_on=dt.date(2024, 2, 29),
    purpose="Solidaritätsbeitrag März",
    collected_on=dt.date(2027, 3, 30),
)


def written(*collections: debits.Collection) -> etree._Element:
    data = debits.write(collections, account=PAPER, message="SAMMLER-1-1", created_at=FROZEN)
    schemas.check(data, schemas.DEBITS)
    return etree.fromstring(data)


def texts(root: etree._Element, path: str) -> list[str]:
    return [node.text for node in root.iterfind(path, NS)]


def test_a_collection_says_all_a_bank_needs():
    root = written(ONE)
    assert texts(root, ".//p:MsgId") == ["SAMMLER-1-1"]
    assert texts(root, ".//p:CreDtTm") == ["2026-11-26T09:30:00"]
    assert texts(root, ".//p:PmtInfId") == ["SAMMLER-1-1-1"]
    assert texts(root, ".//p:CtrlSum") == ["12.50", "12.50"]
    assert texts(root, ".//p:SeqTp") == ["RCUR"]
    assert texts(root, ".//p:ReqdColltnDt") == ["2027-03-30"]
    assert texts(root, ".//p:Dbtr/p:Nm") == ["Joerg Muessig"]
    assert texts(root, ".//p:Ustrd") == ["Solidaritaetsbeitrag Maerz"]
    assert texts(root, ".//p:DtOfSgntr") == ["2024-02-29"]
    assert root.find(".//p:PstlAdr", NS) is None
    assert root.find(".//p:AmdmntInd", NS) is None


def test_an_address_longer_than_banks_take_is_cut():
    home = Address("GB", "Llanfair" * 6, "1" * 20, "Gasse " * 20, "12" * 9)
    root = written(replace(ONE, iban="CH9300762011623852957", address=home))
    parts = {tag: texts(root, f".//p:{tag}")[0] for tag in ("TwnNm", "PstCd", "StrtNm", "BldgNb")}
    assert {tag: len(text) for tag, text in parts.items()} == {
        "TwnNm": 35, "PstCd": 16, "StrtNm": 70, "BldgNb": 16,
    }  # fmt: skip


def test_the_same_batch_gives_the_same_bytes():
    both = [
        debits.write([ONE, ONE], account=PAPER, message="S-1-1", created_at=FROZEN) for _ in "ab"
    ]
    assert both[0] == both[1]


def test_an_address_outside_the_eea_is_structured():
    home = Address("CH", "Zürich", "8001", "Gasse", "1")
    root = written(replace(ONE, iban="CH9300762011623852957", address=home))
    parts = [(etree.QName(node).localname, node.text) for node in root.find(".//p:PstlAdr", NS)]
    assert parts == [
        ("StrtNm", "Gasse"), ("BldgNb", "1"), ("PstCd", "8001"), ("TwnNm", "Zuerich"),
        ("Ctry", "CH"),
    ]  # fmt: skip


def test_a_changed_account_is_told_to_the_same_bank_and_hidden_from_another():
    same = written(replace(ONE, former_iban="DE75370400440532013011"))
    other = written(replace(ONE, former_iban="DE02120300000000202051"))
    assert texts(same, ".//p:AmdmntInd") == texts(other, ".//p:AmdmntInd") == ["true"]
    assert texts(same, ".//p:OrgnlDbtrAcct/p:Id/p:IBAN") == ["DE75370400440532013011"]
    assert texts(other, ".//p:OrgnlDbtrAcct/p:Id/p:Othr/p:Id") == ["SMNDA"]


def test_a_changed_mandate_is_told():
    root = written(replace(ONE, former_mandate="ALT-7"))
    assert texts(root, ".//p:OrgnlMndtId") == ["ALT-7"]


def test_days_and_sequences_get_payment_informations_of_their_own():
    first = replace(ONE, sequence="FRST")
    later = replace(ONE, collected_on=dt.date(2027, 4, 1))
    root = written(ONE, ONE, first, later)
    assert texts(root, ".//p:PmtInf/p:NbOfTxs") == ["2", "1", "1"]
    assert texts(root, ".//p:GrpHdr/p:NbOfTxs") == ["4"]
    assert texts(root, ".//p:PmtInfId") == [f"SAMMLER-1-1-{n}" for n in (1, 2, 3)]


def test_files_have_a_banks_size():
    later = replace(ONE, collected_on=dt.date(2027, 4, 1))
    things = [ONE] * 5 + [later] * 2
    many = list(debits.files(things, most=3, one_payment_information=False))
    apart = list(debits.files(things, most=3, one_payment_information=True))
    assert [len(file) for file in many] == [3, 3, 1]
    assert [[one.collected_on.month for one in file] for file in apart] == [
        [3] * 3,
        [3] * 2,
        [4] * 2,
    ]


def test_what_breaks_the_schema_is_named_with_its_line():
    data = debits.write(
        [replace(ONE, sequence="ALL")], account=PAPER, message="S-1-1", created_at=FROZEN
    )
    with pytest.raises(schemas.Invalid, match="SeqTp") as caught:
        schemas.check(data, schemas.DEBITS)
    assert caught.value.line == 4  # of the payment information that says so
    with pytest.raises(schemas.Invalid):
        schemas.check(b"<Document>", schemas.DEBITS)


@given(st.text(max_size=80), st.integers(1, 99_999_999_999))
@settings(max_examples=25)
def test_whatever_somebody_is_called_the_file_is_valid(name: str, cents: int):
    told = latin(name, most=70)
    assert 1 <= len(told) <= 70
    assert PLAIN.fullmatch(told)
    root = written(replace(ONE, name=name, purpose=name, cents=cents))
    assert texts(root, ".//p:InstdAmt") == [f"{cents // 100}.{cents % 100:02d}"]


def by_sepaxml(*collections: debits.Collection) -> etree._Element:
    """The same by a library, with what it draws and what it cannot say put right."""
    config = {
        "name": PAPER.name, "IBAN": PAPER.iban, "BIC": PAPER.bic, "currency": "EUR",
        "creditor_id": PAPER.creditor_id, "batch": True,
    }  # fmt: skip
    document = SepaDD(config, schema=schemas.DEBITS, clean=False)
    for one in collections:
        payment = {
            "name": latin(one.name, most=70), "IBAN": one.iban, "amount": one.cents,
            "type": one.sequence, "collection_date": one.collected_on, "mandate_id": one.mandate,
            "mandate_date": one.signed_on, "description": latin(one.purpose, most=140),
            "endtoend_id": one.end_to_end,
        }  # fmt: skip
        if one.address:
            payment["address"] = one.address.for_sepaxml()
        document.add_payment(payment)
    root = etree.fromstring(document.export(validate=False))
    texts = {"MsgId": "SAMMLER-1-1", "CreDtTm": "2026-11-26T09:30:00"}
    for tag, text in texts.items():
        root.find(f".//p:{tag}", NS).text = text
    for number, node in enumerate(root.iterfind(".//p:PmtInfId", NS), start=1):
        node.text = f"SAMMLER-1-1-{number}"
    return root


def outline(root: etree._Element) -> list[tuple[str, str, dict[str, str]]]:
    """Every element in order, without the white space between them."""
    return [(node.tag, (node.text or "").strip(), dict(node.attrib)) for node in root.iter()]


COLLECTIONS = st.builds(
    debits.Collection,
    end_to_end=st.text("ABC-123", min_size=1, max_size=35),
    cents=st.integers(1, 99_999_999_999),
    name=st.text(max_size=80),
    iban=st.sampled_from([ONE.iban, "DE75370400440532013011", "CH9300762011623852957"]),
    mandate=st.text("ABC-123+?/", min_size=1, max_size=35),
    signed_on=st.dates(dt.date(2014, 2, 1), dt.date(2027, 1, 1)),
    purpose=st.text(max_size=160),
    collected_on=st.dates(dt.date(2027, 1, 2), dt.date(2027, 1, 4)),
    sequence=st.sampled_from(["RCUR", "FRST", "OOFF", "FNAL"]),
    address=st.none() | st.builds(
        Address, country=st.sampled_from(["CH", "GB"]), town=st.text("aöß '", min_size=1),
        postcode=st.text("123 ", max_size=40), street=st.text("aß ", max_size=90),
        number=st.text("12a", max_size=20),
    ),
)  # fmt: skip


@given(st.lists(COLLECTIONS, min_size=1, max_size=6))
@settings(max_examples=50)
def test_file_says_what_sepaxml_would(collections: list[debits.Collection]):
    assert outline(written(*collections)) == outline(by_sepaxml(*collections))


def test_letters_are_spelt_as_people_here_spell_them():
    assert latin("Ægir Łódź-Ōe & Søn GmbH //", most=70) == "Aegir Lodz-Oe + Son GmbH"
    assert latin("Юлия", most=70) == "????"
    assert latin(" \x00/ ", most=70) == "?"


def test_a_payout_is_valid_with_and_without_the_papers_bic():
    out = payouts.Transfer(
        end_to_end="AUSZAHLUNG-1",
        cents=50_000,
        name="Änne Öl",
        iban="DE89370400440532013000",
        purpose="Guthaben",
        execute_on=dt.date(2027, 6, 30),
    )
    abroad = replace(out, iban="CH9300762011623852957", address=Address("CH", "Bern"))
    for account in (PAPER, replace(PAPER, bic="")):
        data = payouts.write([out, abroad], account=account, message="AUS-1", created_at=FROZEN)
        schemas.check(data, schemas.PAYOUTS)
        again = payouts.write([out, abroad], account=account, message="AUS-1", created_at=FROZEN)
        assert data == again
        assert b"<CtrlSum>1000.00</CtrlSum>" in data
        assert b"<TwnNm>Bern</TwnNm>" in data
