"""The dummy bank's counter: a file in, a statement out, and the office takes it in."""

import io
import urllib.error
import urllib.request
import uuid
from pathlib import Path

import pytest

from allmende.payments import bankfiles, matching, reading_statements
from allmende.payments.models import DueItem, Payout
from allmende.payments.providers.dummies.shelf import Shelf
from allmende.payments.providers.dummy_bank.bank import Rejected
from allmende.payments.providers.dummy_bank.branch import Branch, opened
from tests.factories import payments as made
from tests.factories.payments import NOW
from tests.payments import sending, sepa

pytestmark = pytest.mark.django_db


def posted(address: str, file: bytes, *, returns: bool) -> int:
    edge = uuid.uuid4().hex
    parts = [f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="a.xml"\r\n\r\n']
    body = parts[0].encode() + file + b"\r\n"
    if returns:
        body += f'--{edge}\r\nContent-Disposition: form-data; name="returns"\r\n\r\non\r\n'.encode()
    body += f"--{edge}--\r\n".encode()
    kind = {"Content-Type": f"multipart/form-data; boundary={edge}"}
    try:
        with urllib.request.urlopen(
            urllib.request.Request(f"{address}/desk", data=body, headers=kind)
        ) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code


def fetched(address: str, path: str) -> bytes:
    with urllib.request.urlopen(address + path) as answer:
        return answer.read()


def test_a_batch_is_answered_by_a_statement_with_a_return(tmp_path: Path) -> None:
    account = made.bank_account()
    sepa.debit()
    sepa.debit(cents=3000)
    file = bankfiles.file_of(sepa.exported(account))
    with opened(Branch(Shelf(tmp_path / "bank.json"))) as address:
        assert b"Nothing is booked yet." in fetched(address, "/desk")
        assert posted(address, file, returns=True) == 200
        assert posted(address, file, returns=True) == 422  # the same message once more
        assert posted(address, b"no xml", returns=False) == 422
        assert b"AM04" in fetched(address, "/desk")
        told = fetched(address, f"/statement/{account.iban}")
    with opened(Branch(Shelf(tmp_path / "bank.json"))) as address:  # started again, it remembers
        assert fetched(address, f"/statement/{account.iban}") == told
    reading_statements.take_in(io.BytesIO(told), at=NOW)
    matching.work(at=NOW)
    states = list(DueItem.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["reopened", "collected"]


def test_payouts_are_taken_too() -> None:
    account = made.bank_account()
    sending.owed()
    branch = Branch(Shelf())
    branch.take(bankfiles.file_of(sending.exported(account)), one_returns=False)
    reading_statements.take_in(io.BytesIO(branch.statement(account.iban)), at=NOW)
    matching.work(at=NOW)
    assert Payout.objects.get().state == "paid"


@pytest.mark.parametrize("file", [b"", b"<a/>", b"<!DOCTYPE x><pain.008/>"])
def test_what_is_no_file_of_ours_is_refused(file: bytes) -> None:
    with pytest.raises(Rejected):
        Branch(Shelf()).take(file, one_returns=True)
