"""Mollie as a way of paying: cards and whatever else the office has switched on there."""

import datetime as dt
import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from allmende.ledger.money import Money
from allmende.payments.models import Arrangement, Refund
from allmende.payments.providers import port
from allmende.payments.providers.health import noting
from allmende.payments.providers.mollie import payments, standing
from allmende.payments.providers.mollie.api import Account, Mollie, code_of, written
from allmende.payments.providers.wire import Wire

PAYMENT = re.compile(r"tr_[A-Za-z0-9]{4,40}", re.ASCII)
DEAD = {"failed", "canceled"}


@cache
def connected(account: Account) -> Mollie:
    """One a process, so that its connections are shared."""
    return Mollie(account, wire=Wire(account.base, code_of, heard=noting("mollie")))


class Provider:
    name = "mollie"
    title = _("Card")
    account = "cards"
    rhythms = frozenset({"once", "monthly", "quarterly", "yearly"})
    collects = True

    def __init__(self, mollie: Mollie | None = None, webhook: str = "") -> None:
        self._given, self._webhook = mollie, webhook

    @property
    def mollie(self) -> Mollie:
        return self._given or connected(Account(**settings.MOLLIE))

    @property
    def webhook(self) -> str:
        return self._webhook or f"{settings.PAPER_URL}/-/payments/{self.name}"

    def ready(self) -> bool:
        return bool(self._given or settings.MOLLIE["key"])

    def begin(self, ask: port.Ask, *, at: dt.datetime) -> port.Step:
        customer, more = "", dict[str, Any]()
        if ask.rhythm != "once":
            later = ask.first_on > at.date() + dt.timedelta(days=1)
            customer = standing.customer(self.mollie, ask, unpaid=later)
            more = {"customerId": customer, "sequenceType": "first"}
            if later:  # nothing is due today: the card is only asked whether it may be charged
                zero = written(Money(0, ask.amount.currency))
                more |= {"amount": zero, "method": "creditcard"}
        row = payments.create(self.mollie, ask, webhook=self.webhook, more=more)
        subject = f"payment:{row['id']}"
        url = payments.checkout(row)
        return port.Step("redirect", url=url, subject=subject, arrangement=customer)

    def hear(self, delivery: port.Delivery, *, at: dt.datetime) -> list[port.Heard]:
        """Mollie says only which payment has changed. It signs nothing, and nothing needs to be
        signed: whoever sends an id makes us look, no more. The same payment is told of for each
        change, so the time makes the id."""
        try:
            form = parse_qs(delivery.body.decode("ascii"))
        except ValueError as error:
            raise port.NotTheirs("no form") from error
        id = form.get("id", [""])[0]
        if not PAYMENT.fullmatch(id):
            raise port.NotTheirs("no payment")
        return [port.Heard(f"{id}@{at.isoformat()}", "payment", f"payment:{id}")]

    def look(self, subject: str, *, at: dt.datetime) -> list[port.Fact]:
        id = subject.partition(":")[2]
        row = self.mollie.found(f"/v2/payments/{id}", embed="refunds,chargebacks")
        if row is None:  # whoever told us made it up
            return []
        facts = list(payments.facts(row))
        if customer := row.get("customerId"):
            first = row if row.get("sequenceType") == "first" else None
            state = standing.state(self.mollie, customer, webhook=self.webhook, first=first)
            code = next((one.code for one in facts if isinstance(one, port.Failed)), "")
            key = payments.key_of(row)
            facts.insert(0, port.Arranged(customer, state, at, key=key, code=code))
        return facts

    def turn(self, arrangement: Arrangement, wanted: str, *, at: dt.datetime) -> str:
        id = arrangement.external_id
        if wanted == "ended":
            return standing.end(self.mollie, id)
        if wanted == "resting":
            return standing.rest(self.mollie, id)
        return standing.go_on(self.mollie, id, on=at.date(), webhook=self.webhook)

    def live(self) -> Iterator[str]:
        yield from standing.live(self.mollie)

    def give_back(self, refund: Refund, *, at: dt.datetime) -> list[port.Fact]:
        payment = str(refund.attempt.external_id)
        amount = Money(refund.cents, refund.attempt.currency)
        row = payments.give_back(self.mollie, payment, amount=amount, key=refund.key)
        if row["status"] in DEAD:
            raise port.Refused(row["status"])
        return [payments.gave_back(row, payment=payment)] if row["status"] == "refunded" else []
