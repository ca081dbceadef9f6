"""PayPal passes the cases of all providers, and tells what only it can tell."""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from allmende.payments.models import Arrangement
from allmende.payments.providers import port
from allmende.payments.providers.dummies.hours import Clock
from allmende.payments.providers.dummies.moods import Moods
from allmende.payments.providers.paypal.provider import Provider
from tests.adapters.payment_cases import DAY, KEY, Cases, OnePayment, Recurring, Refunds, ask
from tests.payments.providers import paypal_world
from tests.payments.providers.paypal_world import World
from tests.waiting import until


@dataclass
class PayPalHouse:
    world: World

    def __post_init__(self) -> None:
        self.provider = Provider(self.world.paypal)

    @property
    def moods(self) -> Moods:
        return self.world.bank.moods

    @property
    def clock(self) -> Clock:
        return self.world.bank.clock

    def press(self, address: str, deed: str) -> None:
        answer = paypal_world.press(address, deed)
        assert answer.status_code == 303

    def settle(self, payment: str) -> None:
        self.world.deal("payment", payment, "settle")

    def take_back(self, payment: str) -> None:
        self.world.deal("payment", payment, "reverse")

    def cancel_there(self, arrangement: str) -> None:
        self.world.deal("subscription", arrangement, "cancel")

    def payments(self) -> int:
        return len(self.world.bank.shelf.of("captures"))


@pytest.fixture
def house() -> Iterator[PayPalHouse]:
    with paypal_world.world() as world:
        yield PayPalHouse(world)


@pytest.mark.django_db
class TestPayPal(OnePayment, Recurring, Refunds):
    pass


@pytest.mark.django_db
class TestPayPalAlone(Cases):
    def test_fee_is_what_paypal_says(self, house: PayPalHouse) -> None:
        step = self.begun(house, ask())
        house.press(step.url, "pay")
        (paid,) = self.paid(house, step.subject)
        assert paid.fee is not None
        assert paid.fee.cents == 65

    def test_event_is_heard_and_leads_to_what_it_is_about(self, house: PayPalHouse) -> None:
        step = self.begun(house, ask())
        house.press(step.url, "pay")
        until(lambda: house.world.ear.heard)
        body, headers = house.world.ear.heard[0]
        delivery = port.Delivery(headers, body)
        (heard,) = house.provider.hear(delivery, at=house.clock.now())
        assert (heard.kind, heard.subject) == ("CHECKOUT.ORDER.APPROVED", step.subject)
        assert heard.id == json.loads(body)["id"]

    def test_event_of_somebody_else_is_not_theirs(self, house: PayPalHouse) -> None:
        step = self.begun(house, ask())
        house.press(step.url, "pay")
        until(lambda: house.world.ear.heard)
        body, headers = house.world.ear.heard[0]
        for forged in (
            port.Delivery(headers, body + b" "),
            port.Delivery({}, body),
            port.Delivery(headers, b"no json"),
        ):
            with pytest.raises(port.NotTheirs):
                house.provider.hear(forged, at=house.clock.now())

    def test_subscription_begins_on_its_day(self, house: PayPalHouse) -> None:
        step = self.begun(house, ask("monthly", first_on=dt.date(2026, 3, 1)))
        house.press(step.url, "pay")
        assert self.paid(house, step.subject) == []
        house.clock.forward(30 * DAY)
        (paid,) = self.paid(house, step.subject)
        assert paid.at.date() == dt.date(2026, 3, 1)

    def test_subscription_that_nobody_approved_counts_as_ended(self, house: PayPalHouse) -> None:
        step = self.begun(house, ask("monthly"))
        row = Arrangement(provider="paypal", external_id=step.arrangement)
        assert house.provider.turn(row, "ended", at=house.clock.now()) == "ended"
        house.press(step.url, "pay")  # by the link of before
        facts = self.seen(house, step.subject)
        assert isinstance(facts[0], port.Arranged)
        assert (facts[0].state, facts[0].key) == ("live", KEY)
        assert house.provider.turn(row, "ended", at=house.clock.now()) == "ended"

    def test_dispute_that_was_won_is_told(self, house: PayPalHouse) -> None:
        step = self.begun(house, ask())
        house.press(step.url, "pay")
        (paid,) = self.paid(house, step.subject)
        house.world.deal("payment", paid.id, "dispute")
        assert self.paid(house, step.subject) == [paid]
        won = self.seen(house, f"resolved:{paid.id}")
        assert [fact.id for fact in won if isinstance(fact, port.WonBack)] == [paid.id]

    def test_refund_that_was_made_there_is_told(self, house: PayPalHouse) -> None:
        """By hand in PayPal's own pages, of a subscription's payment."""
        step = self.begun(house, ask("monthly"))
        house.press(step.url, "pay")
        (paid,) = self.paid(house, step.subject)
        until(lambda: house.world.bank.messenger.idle)
        made = house.world.paypal.post(f"/v2/payments/captures/{paid.id}/refund", {}, key="by-hand")
        until(lambda: "PAYMENT.SALE.REFUNDED" in house.world.ear.kinds)
        body, headers = house.world.ear.heard[-1]
        (heard,) = house.provider.hear(port.Delivery(headers, body), at=house.clock.now())
        (gave,) = self.seen(house, heard.subject)
        assert isinstance(gave, port.GaveBack)
        assert (gave.id, gave.refund, gave.key) == (paid.id, made["id"], "")

    def test_provider_without_settings_is_not_ready(self) -> None:
        assert not Provider().ready()
