import pytest
from lxml import etree

from allmende.ledger.money import Money
from allmende.payments import epc, references

pytestmark = pytest.mark.no_database
IBAN = "DE02 1203 0000 0000 2020 51"


def test_the_code_says_what_the_transfer_needs():
    told = epc.payload(
        name="Auentaler Böte eG", iban=IBAN, money=Money(1250), reference=references.creditor(17)
    )
    assert told.split("\n") == [
        "BCD", "002", "1", "SCT", "", "Auentaler Boete eG", "DE02120300000000202051", "EUR12.50",
        "", references.creditor(17),
    ]  # fmt: skip


def test_the_drawing_has_a_title_and_no_style():
    drawing = epc.svg("BCD\n002", title="Code & Co")
    root = etree.fromstring(drawing)
    assert root[0].text == "Code & Co"
    assert "style" not in drawing
    assert "script" not in drawing


@pytest.mark.parametrize("money", [Money(0), Money(-1), Money(100, "CHF")])
def test_other_money_has_no_code(money: Money):
    with pytest.raises(ValueError, match="no amount"):
        epc.payload(name="B", iban=IBAN, money=money, reference="")
