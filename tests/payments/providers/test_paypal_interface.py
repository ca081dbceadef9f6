"""Every request that we send to PayPal and every answer of the dummy, held to PayPal's files."""

import datetime as dt
import os
import re
from pathlib import Path

import pytest

from allmende.ledger.money import Money
from allmende.payments.providers.paypal import orders, payments, signature, subscriptions
from allmende.payments.providers.wire import Refused
from tests.payments.providers.openapi import Exchange, Specification
from tests.payments.providers.paypal_world import World, offer
from tests.waiting import until

pytestmark = [pytest.mark.no_database, pytest.mark.peer]

APART = ("/v1/oauth2/token", "/v1/notifications/certs/")  # in none of the files
PAGES = ("/checkoutnow", "/webapps/", "/desk")


@pytest.fixture(scope="module")
def specification() -> Specification:
    return Specification.read(Path(os.environ["ALLMENDE_PEER_DATA"]) / "paypal")


def faults(world: World, specification: Specification) -> list[str]:
    return [
        f"{one.method} {one.path} {one.status}: {fault}"
        for one in world.exchanges
        if not one.path.startswith((*APART, *PAGES))
        for fault in specification.faults(one)
    ]


def asked(world: World) -> set[tuple[str, str]]:
    """Which operations were tried, ids left out."""
    return {
        (one.method, re.sub(r"[A-Z0-9-]{14,}", "ID", one.path))
        for one in world.exchanges
        if not one.path.startswith((*APART, *PAGES))
    }


def test_orders_and_payments(paypal_world_open: World, specification: Specification) -> None:
    world, paypal = paypal_world_open, paypal_world_open.paypal
    order = orders.create(paypal, offer())
    assert orders.capture(paypal, order.id).payments == ()  # not approved: 422, then a look
    world.approve(order.approve)
    paid = orders.capture(paypal, order.id)
    assert orders.capture(paypal, order.id) == paid
    payment, of = payments.capture(paypal, paid.payments[0].id)
    assert of == order.id
    part = payments.give_back(paypal, payment.id, amount=Money(500), reference="r-1")
    payments.refund(paypal, part.id)
    with pytest.raises(Refused, match="REFUND_AMOUNT_EXCEEDED"):
        payments.give_back(paypal, payment.id, amount=Money(5000), reference="r-2")
    world.deal("payment", payment.id, "dispute")
    world.deal("payment", payment.id, "reverse")
    orders.get(paypal, order.id)
    payments.capture(paypal, payment.id)
    with pytest.raises(Refused, match="INVALID_RESOURCE_ID"):
        orders.get(paypal, "NOSUCHORDER123456")
    assert faults(world, specification) == []
    assert ("POST", "/v2/checkout/orders/ID/capture") in asked(world)
    assert ("POST", "/v2/payments/captures/ID/refund") in asked(world)


def test_pending_and_declined_payments(
    paypal_world_open: World, specification: Specification
) -> None:
    world, paypal = paypal_world_open, paypal_world_open.paypal
    for number, deed in enumerate(("pending", "declined")):
        order = orders.create(paypal, offer(f"a-{number}"))
        world.approve(order.approve, deed)
        if deed == "declined":
            with pytest.raises(Refused, match="INSTRUMENT_DECLINED"):
                orders.capture(paypal, order.id)
        else:
            assert orders.capture(paypal, order.id).payments[0].status == "PENDING"
    assert faults(world, specification) == []


def test_subscriptions(paypal_world_open: World, specification: Specification) -> None:
    world, paypal = paypal_world_open, paypal_world_open.paypal
    made = subscriptions.create(paypal, offer("s-1"), rhythm="monthly")
    world.approve(made.approve, "agree")
    subscriptions.suspend(paypal, made.id, reason="Pause", key="p-1")
    subscriptions.resume(paypal, made.id, reason="Ende der Pause", key="p-1")
    link = subscriptions.revise(
        paypal, made.id, amount=Money(1500), after=offer().after, cancelled=offer().after, key="v-2"
    )
    world.approve(link, "agree")
    now = world.bank.clock.now()
    live = subscriptions.get(paypal, made.id)
    assert live.amount == Money(1500)
    assert len(subscriptions.taken(paypal, live, since=now - dt.timedelta(1), until=now)) == 1
    subscriptions.cancel(paypal, made.id, reason="Beendet")
    subscriptions.cancel(paypal, made.id, reason="Beendet")  # 422, then a look
    paypal.plans.clear()
    subscriptions.create(paypal, offer("s-2"), rhythm="yearly", start=now + dt.timedelta(days=9))
    assert faults(world, specification) == []
    assert len(asked(world)) == 10


def test_verification_and_list_of_events(
    paypal_world_open: World, specification: Specification
) -> None:
    world, paypal = paypal_world_open, paypal_world_open.paypal
    world.approve(orders.create(paypal, offer()).approve)
    until(lambda: world.ear.heard)
    body, headers = world.ear.heard[0]
    assert signature.ask_paypal(paypal, signature.seal_of(headers), body)
    since = world.bank.clock.now() - dt.timedelta(days=1)
    paypal.get("/v1/notifications/webhooks-events", page_size="5", start_time=since.isoformat())
    assert faults(world, specification) == []


@pytest.mark.parametrize("mood", ["trouble", "trouble after", "busy", "out", "unauthorised"])
def test_faults_of_the_dummy(
    paypal_world_open: World, specification: Specification, mood: str
) -> None:
    world, paypal = paypal_world_open, paypal_world_open.paypal
    world.bank.moods.next(mood)
    assert orders.create(paypal, offer()).status == "PAYER_ACTION_REQUIRED"
    assert faults(world, specification) == []


WRONG = {
    "an amount is missing": {"intent": "CAPTURE", "purchase_units": [{"custom_id": "x"}]},
    "a number is no text": {
        "intent": "CAPTURE",
        "purchase_units": [{"amount": {"currency_code": "EUR", "value": 12}}],
    },
    "no such intent": {
        "intent": "GIVE",
        "purchase_units": [{"amount": {"currency_code": "EUR", "value": "12.00"}}],
    },
    "a slip of the pen": {
        "intent": "CAPTURE",
        "purchase_units": [{"amount": {"currency_code": "EUR", "value": "12.00"}, "custom": "x"}],
    },
    "PayPal's own field": {
        "intent": "CAPTURE",
        "purchase_units": [
            {
                "amount": {"currency_code": "EUR", "value": "12.00"},
                "supplementary_data": {"card": {"level_2": {"invoice_id": 7}}},
            }
        ],
    },
}


@pytest.mark.parametrize("why", WRONG)
def test_wrong_request_is_found(specification: Specification, why: str) -> None:
    wrong = Exchange("POST", "/v2/checkout/orders", sent=WRONG[why], status=201, answered={})
    assert specification.faults(wrong) != []


def test_wrong_address_query_and_answer_are_found(specification: Specification) -> None:
    assert specification.faults(Exchange("PUT", "/v2/checkout/orders")) != []
    wrong = Exchange("GET", "/v2/checkout/orders/5O1", query={"field": "x"}, answered={})
    assert specification.faults(wrong) == ["('query', 'field'): unknown"]
    answer = Exchange("GET", "/v2/checkout/orders/5O1", answered={"status": "PAID"})
    assert len(specification.faults(answer)) == 1
