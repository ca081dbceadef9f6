"""PayPal as a way of paying: once by an order, again and again by a subscription."""

import datetime as dt
from collections.abc import Iterator
from functools import cache

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from allmende.ledger.money import Money
from allmende.payments.models import Arrangement, Refund
from allmende.payments.providers import port
from allmende.payments.providers.health import noting
from allmende.payments.providers.paypal import (
    events,
    facts,
    orders,
    payments,
    signature,
    subscriptions,
)
from allmende.payments.providers.paypal.api import Account, PayPal, code_of
from allmende.payments.providers.paypal.events import Kind
from allmende.payments.providers.wire import Refused, Wire

LOCALES = {"de": "de-DE", "en": "en-GB"}
LOOKS_BACK = dt.timedelta(days=400)  # a payment that is told of later than this is found by hand
# What tells of subscriptions that take money, to find those that nobody here knows.
TELLING = ["BILLING.SUBSCRIPTION.ACTIVATED", "PAYMENT.SALE.COMPLETED"]
PAGE = 300  # events; PayPal lists no more at once, and those of thirty days
REASON = "As the giver or the paper wants it"


@cache
def connected(account: Account) -> PayPal:
    """One a process, so that its token and connections are shared."""
    return PayPal(account, wire=Wire(account.base, code_of, heard=noting("paypal")))


class Provider:
    name = "paypal"
    title = _("PayPal")
    account = "paypal"
    rhythms = frozenset({"once", "monthly", "quarterly", "yearly"})
    collects = True

    def __init__(self, paypal: PayPal | None = None) -> None:
        self._given = paypal

    @property
    def paypal(self) -> PayPal:
        return self._given or connected(Account(**settings.PAYPAL))

    def ready(self) -> bool:
        named = settings.PAYPAL
        return bool(self._given or (named["client"] and named["secret"] and named["webhook"]))

    def begin(self, ask: port.Ask, *, at: dt.datetime) -> port.Step:
        offer = orders.Offer(
            reference=ask.key,
            amount=ask.amount,
            purpose=ask.purpose,
            paper=ask.paper,
            locale=LOCALES.get(ask.language[:2], "en-GB"),
            after=ask.back,
            cancelled=ask.gone,
        )
        if ask.rhythm == "once":
            order = orders.create(self.paypal, offer)
            return port.Step("redirect", url=order.approve, subject=f"{Kind.ORDER}:{order.id}")
        made = subscriptions.create(
            self.paypal, offer, rhythm=ask.rhythm, start=start_of(ask.first_on, at=at)
        )
        subject = f"{Kind.SUBSCRIPTION}:{made.id}"
        return port.Step("redirect", url=made.approve, subject=subject, arrangement=made.id)

    def hear(self, delivery: port.Delivery, *, at: dt.datetime) -> list[port.Heard]:
        try:
            event = events.read(delivery.body)
            seal = signature.seal_of(delivery.headers)
            signature.verify(seal, delivery.body, account=self.paypal.account, at=at)
        except (events.NoEvent, signature.NotPayPals) as error:
            raise port.NotTheirs(str(error)) from error
        kind = str(event.get("event_type", ""))
        return [port.Heard(event["id"], kind, str(events.subject(event)))]

    def look(self, subject: str, *, at: dt.datetime) -> list[port.Fact]:
        kind, _colon, id = subject.partition(":")
        return list(LOOKS[Kind(kind)](self.paypal, id, at))

    def turn(self, arrangement: Arrangement, wanted: str, *, at: dt.datetime) -> str:
        """What nobody approved cannot be ended there, and takes no money. Should it be approved
        later, its event brings it to be ended then."""
        id, key = arrangement.external_id, f"{arrangement.external_id}-{at.timestamp():.0f}"
        try:
            if wanted == "ended":
                found = subscriptions.cancel(self.paypal, id, reason=REASON)
            elif wanted == "resting":
                found = subscriptions.suspend(self.paypal, id, reason=REASON, key=key)
            else:
                found = subscriptions.resume(self.paypal, id, reason=REASON, key=key)
        except Refused as refused:
            if refused.status == 404 and wanted == "ended":  # an account or server of before
                return "ended"
            raise
        never = found.status == "APPROVAL_PENDING" and wanted == "ended"
        return "ended" if never else facts.STATES[found.status]

    def live(self) -> Iterator[str]:
        """PayPal lists no subscriptions. So: those that we knew and believe to have ended, and
        those that its events of the last month name, are asked for one by one. Who is live here
        is left out, for who is live on both sides is no zombie.
        """
        rows = Arrangement.objects.filter(provider=self.name)
        live = set(rows.filter(state="live").values_list("external_id", flat=True))
        known = set(rows.exclude(state="live").values_list("external_id", flat=True))
        for id in sorted(known | self._told_of() - live):
            try:
                if subscriptions.get(self.paypal, id).takes_money:
                    yield id
            except Refused as refused:
                if refused.status != 404:
                    raise

    def _told_of(self) -> set[str]:
        found: set[str] = set()
        for kind in TELLING:
            rows = events.listed(self.paypal, kind=kind, page=PAGE)
            subjects = [events.subject(row) for row in rows]
            found |= {one.id for one in subjects if one.kind == Kind.SUBSCRIPTION}
        return found

    def give_back(self, refund: Refund, *, at: dt.datetime) -> list[port.Fact]:
        """Looked for first: the key of a try weeks ago may be forgotten there."""
        payment = str(refund.attempt.external_id)
        made = payments.given_back(self.paypal, payment, reference=refund.key)
        if made is None:
            amount = Money(refund.cents, refund.attempt.currency)
            made = payments.give_back(self.paypal, payment, amount=amount, reference=refund.key)
        if made.has_failed:
            raise port.Refused(made.status)
        return [facts.of_refund(made)] if made.has_gone else []


def start_of(day: dt.date, *, at: dt.datetime) -> dt.datetime | None:
    """None where it begins with the approval: PayPal takes no start in the past."""
    noon = dt.datetime.combine(day, dt.time(10), tzinfo=dt.UTC)
    return noon if noon - at > dt.timedelta(hours=24) else None


def look_at_order(paypal: PayPal, id: str, at: dt.datetime) -> Iterator[port.Fact]:
    """Takes the money where the payer has approved."""
    order = orders.get(paypal, id)
    if order.is_approved:
        try:
            order = orders.capture(paypal, id)
        except Refused as refused:
            if refused.code not in orders.DECLINED:
                raise
            yield facts.refused(refused.code, key=order.reference, at=at)
    yield from facts.of_order(order)


def look_at_payment(paypal: PayPal, id: str, at: dt.datetime) -> Iterator[port.Fact]:
    """The order tells more of it; a subscription's payment has none."""
    payment, order = payments.capture(paypal, id)
    if order:
        yield from look_at_order(paypal, order, at)
    else:
        yield from facts.of_reversal(payment, [])


def look_at_resolved(paypal: PayPal, id: str, at: dt.datetime) -> Iterator[port.Fact]:
    yield from look_at_payment(paypal, id, at)
    payment, _order = payments.capture(paypal, id)
    if payment.status == "COMPLETED":
        yield port.WonBack(payment.id, payment.amount, payment.changed_at)


def look_at_refund(paypal: PayPal, id: str, at: dt.datetime) -> Iterator[port.Fact]:
    refund = payments.refund(paypal, id)
    if refund.has_gone:
        yield facts.of_refund(refund)


def look_at_subscription(paypal: PayPal, id: str, at: dt.datetime) -> Iterator[port.Fact]:
    found = subscriptions.get(paypal, id)
    taken: list[payments.Payment] = []
    if found.status != "APPROVAL_PENDING":
        until = at + dt.timedelta(hours=1)  # its clock may be ahead of ours
        taken = subscriptions.taken(paypal, found, since=at - LOOKS_BACK, until=until)
    yield from facts.of_subscription(found, taken)


LOOKS = {
    Kind.ORDER: look_at_order,
    Kind.PAYMENT: look_at_payment,
    Kind.REFUND: look_at_refund,
    Kind.SUBSCRIPTION: look_at_subscription,
    Kind.RESOLVED: look_at_resolved,
}
