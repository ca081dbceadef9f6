"""What the shipped bank writes, by the schemas of ISO 20022."""

import datetime as dt
from pathlib import Path

import pytest
from lxml import etree

from allmende.payments.providers.dummy_bank.bank import Bank
from tests.payments.test_dummy_bank import DAY, IBAN, file

pytestmark = [pytest.mark.peer, pytest.mark.no_database]


def test_statements_and_notifications_are_valid(peer_data: Path):
    bank = Bank(IBAN)
    bank.take(file("Ada", "Bo AM04", "Cy DOUBLE", "Di MD06"))
    bank.come_in(1, on=DAY, name="<&>", iban=IBAN, purpose="x", reference="RF18539007547034")
    bank.correct(-1, on=DAY, purpose="Irrtum")
    for name, data in (
        ("camt.053.001.08", bank.statement(DAY, dt.date(2027, 3, 1))),
        ("camt.054.001.08", bank.notification(DAY)),
        ("camt.053.001.08", bank.statement(dt.date(2027, 5, 1), dt.date(2027, 5, 2))),
    ):
        schema = etree.XMLSchema(etree.parse(peer_data / "camt" / "xsd" / f"{name}.xsd"))
        schema.assertValid(etree.fromstring(data))
