"""The office sets up the account that collects."""

import datetime as dt

import pytest
from django.test import Client

from allmende.payments import batches
from allmende.payments.models import BankAccount
from tests.factories import payments as made
from tests.people import cast

pytestmark = pytest.mark.django_db
PATH = "/redaktion/geld/konten/"
TYPED = {
    "name": "Giro", "holder": "Bote eG", "iban": "DE89 3704 0044 0532 0130 00",
    "creditor_id": "DE98 ZZZ 0999 9999 999", "is_main": "on", "account": "bank",
    "notice_days": "7", "lead_days": "1", "cut_off": "14:00", "most": "500",
}  # fmt: skip


def test_the_office_sets_up_an_account_and_the_bookkeeper_only_sees_it(client: Client) -> None:
    cast.come_in(client, cast.staff("Otto", "office"))
    assert client.get(f"{PATH}new/").status_code == 200
    wrong = {"iban": "DE88370400440532013000", "creditor_id": "DE97ZZZ09999999999", "account": "x"}
    for field, value in wrong.items():
        answer = client.post(f"{PATH}new/", TYPED | {field: value})
        assert list(answer.context["form"].errors) == [field]
    assert client.post(f"{PATH}new/", TYPED).status_code == 302
    account = BankAccount.objects.get()
    assert (account.iban, account.creditor_id) == ("DE89370400440532013000", "DE98ZZZ09999999999")
    assert "Giro" in client.get(PATH).content.decode()
    other = Client()
    cast.come_in(other, cast.staff("Berta", "bookkeeper"))
    assert other.get(PATH).status_code == 200
    assert other.get(f"{PATH}new/").status_code == 302


def test_a_batch_ends_when_its_bank_says() -> None:
    account = made.bank_account(cut_off=dt.time(14, 0), lead_days=2)
    batch = made.batch(bank_account=account, collect_on=dt.date(2027, 1, 20))
    assert batches.deadline(batch).isoformat() == "2027-01-18T14:00:00+01:00"
