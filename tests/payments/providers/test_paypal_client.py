"""Our client of PayPal against the dummy, which misbehaves over real HTTP."""

import datetime as dt
import json
import logging

import pytest

from allmende.ledger.money import Money
from allmende.payments.providers.paypal import orders, payments, subscriptions
from allmende.payments.providers.wire import Later, NotReached, Refused, Uncertain
from tests.payments.providers import paypal_world
from tests.payments.providers.paypal_world import World, offer

pytestmark = pytest.mark.no_database

DAY = dt.timedelta(days=1)


def approved(world: World, reference: str = "a-1", deed: str = "pay") -> orders.Order:
    order = orders.create(world.paypal, offer(reference))
    world.approve(order.approve, deed)
    return order


def subscribed(world: World, rhythm: str = "monthly") -> subscriptions.Subscription:
    made = subscriptions.create(world.paypal, offer("s-1"), rhythm=rhythm)
    world.approve(made.approve, "agree")
    return subscriptions.get(world.paypal, made.id)


def taken(world: World, subscription: subscriptions.Subscription) -> list[payments.Payment]:
    now = world.bank.clock.now()
    return subscriptions.taken(world.paypal, subscription, since=now - 400 * DAY, until=now + DAY)


def test_order_is_paid_once_with_its_fee(paypal_world_open: World) -> None:
    world = paypal_world_open
    order = approved(world)
    assert orders.get(world.paypal, order.id).is_approved
    (paid,) = orders.capture(world.paypal, order.id).payments
    assert (paid.status, paid.amount, paid.fee) == ("COMPLETED", Money(1200), Money(65))
    assert (paid.reference, paid.has_arrived) == ("a-1", True)
    assert orders.capture(world.paypal, order.id).payments == (paid,)
    assert not orders.get(world.paypal, order.id).is_approved


def test_order_that_is_not_approved_is_not_captured(paypal_world_open: World) -> None:
    world = paypal_world_open
    order = orders.create(world.paypal, offer())
    assert orders.capture(world.paypal, order.id).payments == ()
    back = world.approve(order.approve, "no")
    assert back.headers["Location"].startswith(offer().cancelled)
    assert orders.get(world.paypal, order.id).payments == ()


def test_pending_is_no_money_until_it_completes(paypal_world_open: World) -> None:
    world = paypal_world_open
    order = approved(world, deed="pending")
    (paid,) = orders.capture(world.paypal, order.id).payments
    assert (paid.status, paid.has_arrived, paid.has_failed, paid.fee) == (
        "PENDING", False, False, None,
    )  # fmt: skip
    world.deal("payment", paid.id, "settle")
    assert payments.capture(world.paypal, paid.id)[0].has_arrived
    other = approved(world, "a-2", deed="pending")
    (lost,) = orders.capture(world.paypal, other.id).payments
    world.deal("payment", lost.id, "deny")
    assert payments.capture(world.paypal, lost.id)[0].has_failed


def test_declined_payment_may_be_tried_again(paypal_world_open: World) -> None:
    world = paypal_world_open
    order = approved(world, deed="declined")
    with pytest.raises(Refused) as refused:
        orders.capture(world.paypal, order.id)
    assert refused.value.code in orders.DECLINED
    assert orders.capture(world.paypal, order.id).payments[0].has_arrived


@pytest.mark.parametrize("mood", ["trouble", "trouble after", "silent", "busy", "unauthorised"])
def test_order_is_created_once_whatever_happens(paypal_world_open: World, mood: str) -> None:
    world = paypal_world_open
    world.bank.moods.next(mood)
    order = orders.create(world.paypal, offer())
    assert list(world.bank.shelf.of("orders")) == [order.id]


@pytest.mark.parametrize("mood", ["trouble", "trouble after", "silent", "busy", "unauthorised"])
def test_order_is_captured_once_whatever_happens(paypal_world_open: World, mood: str) -> None:
    world = paypal_world_open
    order = approved(world)
    world.bank.moods.next(mood, 1 if mood == "unauthorised" else 3)
    assert len(orders.capture(world.paypal, order.id).payments) == 1
    assert len(world.bank.shelf.of("captures")) == 1


def test_slow_answer_is_waited_for_no_longer_than_said(paypal_world_open: World) -> None:
    world = paypal_world_open
    order = approved(world)
    hasty = paypal_world.client(paypal_world.account_of(world.bank), timeout=1.0)
    world.bank.moods.next("slow")
    assert len(orders.capture(hasty, order.id).payments) == 1
    assert len(world.bank.shelf.of("captures")) == 1
    hasty.wire.close()


def test_server_that_is_out_is_told_apart(paypal_world_open: World) -> None:
    world = paypal_world_open
    world.bank.moods.always("out")
    with pytest.raises(Uncertain):
        orders.create(world.paypal, offer())
    world.bank.moods.good()
    world.bank.moods.always("busy")
    with pytest.raises(Later):
        orders.create(world.paypal, offer())
    world.bank.moods.good()
    assert orders.create(world.paypal, offer()).approve


def test_server_that_is_away_was_not_reached() -> None:
    away = paypal_world.client(paypal_world.Account("dummy", "dummy", server="http://127.0.0.1:1"))
    with pytest.raises(NotReached):
        orders.create(away, offer())


def test_capture_after_its_key_expired_is_looked_up(paypal_world_open: World) -> None:
    world = paypal_world_open
    order = approved(world)
    first = orders.capture(world.paypal, order.id)
    world.bank.clock.forward(7 * dt.timedelta(hours=1))
    assert orders.capture(world.paypal, order.id).payments == first.payments
    assert len(world.bank.shelf.of("captures")) == 1


def test_invoice_is_not_paid_by_two_orders(paypal_world_open: World) -> None:
    """The key of the first order has expired, so the same reference has two of them."""
    world = paypal_world_open
    first = approved(world)
    world.bank.clock.forward(7 * dt.timedelta(hours=1))
    second = approved(world)
    assert first.id != second.id
    assert len(orders.capture(world.paypal, second.id).payments) == 1
    assert orders.capture(world.paypal, first.id).payments == ()


def test_refund_is_made_once_and_found_by_its_reference(paypal_world_open: World) -> None:
    world = paypal_world_open
    order = approved(world)
    (paid,) = orders.capture(world.paypal, order.id).payments
    world.bank.moods.next("silent", 2)
    part = payments.give_back(world.paypal, paid.id, amount=Money(500), reference="r-1")
    assert (part.has_gone, part.amount, part.payment) == (True, Money(500), paid.id)
    seen = orders.get(world.paypal, order.id)
    assert [(one.reference, one.amount) for one in seen.refunds] == [("r-1", Money(500))]
    assert seen.payments[0].status == "PARTIALLY_REFUNDED"
    payments.give_back(world.paypal, paid.id, amount=Money(700), reference="r-2")
    assert orders.get(world.paypal, order.id).payments[0].status == "REFUNDED"


def test_payer_takes_money_back(paypal_world_open: World) -> None:
    world = paypal_world_open
    (paid,) = orders.capture(world.paypal, approved(world).id).payments
    world.deal("payment", paid.id, "dispute")
    disputed, _ = payments.capture(world.paypal, paid.id)
    assert (disputed.is_disputed, disputed.has_arrived) == (True, True)
    world.deal("payment", paid.id, "reverse")
    assert payments.capture(world.paypal, paid.id)[0].was_taken_back


def test_subscription_takes_money_in_its_rhythm(paypal_world_open: World) -> None:
    world = paypal_world_open
    live = subscribed(world, "quarterly")
    assert (live.status, live.amount, live.reference) == ("ACTIVE", Money(1200), "s-1")
    assert [one.amount for one in taken(world, live)] == [Money(1200)]
    world.bank.clock.forward(93 * DAY)
    rows = taken(world, live)
    assert [one.fee for one in rows] == [Money(65), Money(65)]
    assert len({one.id for one in rows}) == 2
    assert rows[0].reference == "s-1"


def test_subscription_that_rested_does_not_take_what_it_missed(paypal_world_open: World) -> None:
    world = paypal_world_open
    live = subscribed(world)
    subscriptions.suspend(world.paypal, live.id, reason="Pause", key="p-1")
    world.bank.clock.forward(140 * DAY)
    assert subscriptions.resume(world.paypal, live.id, reason="weiter", key="p-1").takes_money
    assert len(taken(world, live)) == 1
    world.bank.clock.forward(31 * DAY)
    assert len(taken(world, live)) == 2


def test_subscription_of_a_month_end_is_due_at_month_ends(paypal_world_open: World) -> None:
    world = paypal_world_open
    live = subscribed(world)
    world.bank.clock.forward(89 * DAY)  # 30 April, the hour of the first
    days = [(one.at.month, one.at.day) for one in taken(world, live)]
    assert days == [(1, 31), (2, 28), (3, 31), (4, 30)]


def test_subscription_is_suspended_by_its_first_failure(paypal_world_open: World) -> None:
    world = paypal_world_open
    live = subscribed(world)
    world.bank.moods.next("declined")
    world.bank.clock.forward(31 * DAY)
    found = subscriptions.get(world.paypal, live.id)
    assert (found.status, found.failures) == ("SUSPENDED", 1)
    assert len(taken(world, live)) == 1


@pytest.mark.parametrize("mood", ["trouble", "trouble after", "silent"])
def test_subscription_is_ended_for_certain(paypal_world_open: World, mood: str) -> None:
    world = paypal_world_open
    live = subscribed(world)
    world.bank.moods.next(mood)
    assert subscriptions.cancel(world.paypal, live.id, reason="Ende").has_ended
    assert subscriptions.cancel(world.paypal, live.id, reason="Ende").has_ended
    world.bank.clock.forward(100 * DAY)
    assert len(taken(world, live)) == 1


def test_subscription_that_nobody_approved_cannot_be_ended(paypal_world_open: World) -> None:
    world = paypal_world_open
    made = subscriptions.create(world.paypal, offer("s-1"), rhythm="monthly")
    found = subscriptions.cancel(world.paypal, made.id, reason="Ende")
    assert (found.status, found.has_ended, found.takes_money) == ("APPROVAL_PENDING", False, False)


def test_plan_is_made_once_a_rhythm(paypal_world_open: World) -> None:
    world = paypal_world_open
    for number in range(3):
        world.paypal.plans.clear()  # as another process does, or another day
        world.bank.clock.forward(5 * DAY)
        subscriptions.create(world.paypal, offer(f"s-{number}"), rhythm="monthly")
    assert len(world.bank.shelf.of("plans")) == 1
    (plan,) = world.bank.shelf.of("plans").values()
    assert plan["payment_preferences"] == {
        "auto_bill_outstanding": False, "payment_failure_threshold": 1,
    }  # fmt: skip


def test_log_holds_no_secret_and_no_person(
    paypal_world_open: World, caplog: pytest.LogCaptureFixture
) -> None:
    world = paypal_world_open
    caplog.set_level(logging.DEBUG, logger="allmende")
    world.bank.moods.next("trouble")
    orders.capture(world.paypal, approved(world).id)
    said = "\n".join(row.getMessage() for row in caplog.records if row.name != "httpx")
    assert "/v2/checkout/orders" in said
    (token,) = world.bank.tokens
    secret = json.dumps([token, "Authorization", "Basic ", "Solidarbeitrag", "12.00"])
    assert [word for word in json.loads(secret) if word in said] == []
    assert "dummy" not in repr(paypal_world.account_of(world.bank)).replace("client='dummy'", "")
