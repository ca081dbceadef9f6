"""Transfer as a way of paying: a reference with check digits, and a code for banking apps."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from allmende.ledger.money import show
from allmende.payments import epc, ibans, references
from allmende.payments.models import BankAccount, Pledge
from allmende.payments.providers import port


class Provider:
    name = "transfer"
    title = _("Bank transfer")
    account = "suspense"  # where statements put what came in, until it is matched
    rhythms = frozenset({"once", "monthly", "quarterly", "yearly"})
    collects = False

    def ready(self) -> bool:
        return BankAccount.objects.filter(is_main=True).exists()

    def begin(self, ask: port.Ask, *, at: dt.datetime) -> port.Step:
        """The reference is made of the pledge's number, so it is the same whenever it is asked."""
        account = BankAccount.objects.filter(is_main=True).first()
        if account is None:
            raise port.Refused("no_account")
        reference = references.creditor(ask.pledge.pk)
        Pledge.objects.filter(pk=ask.pledge.pk).update(transfer_reference=reference)
        return port.Step("instructions", words=words(account, ask, reference))


def words(account: BankAccount, ask: port.Ask, reference: str) -> dict[str, Any]:
    told = {
        "holder": account.holder,
        "iban": references.shown(account.iban),
        "bank": account.bank or ibans.bank_name(account.iban),
        "amount": show(ask.amount, language=ask.language),
        "reference": references.shown(reference),
    }
    if ask.amount.currency == "EUR":
        told["code"] = epc.payload(
            name=account.holder, iban=account.iban, money=ask.amount, reference=reference
        )
    return told
