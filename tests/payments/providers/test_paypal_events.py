"""Events of PayPal: whether it wrote them, what they are about, how they come."""

import dataclasses
import datetime as dt
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.payments.providers.paypal import events, orders, signature, subscriptions
from allmende.payments.providers.paypal.api import Account
from allmende.payments.providers.paypal.events import Kind, Subject
from allmende.payments.providers.wire import NotReached
from tests.payments.providers.paypal_world import World, account_of, offer
from tests.waiting import until

pytestmark = pytest.mark.no_database

LIVE = Account("id", "secret", webhook="WH1")


def heard(world: World, count: int = 1) -> list[tuple[bytes, dict[str, str]]]:
    until(lambda: len(world.ear.heard) >= count and world.bank.messenger.idle)
    return world.ear.heard


def test_event_of_the_dummy_is_believed(paypal_world_open: World) -> None:
    world = paypal_world_open
    world.approve(orders.create(world.paypal, offer()).approve)
    ((body, headers),) = heard(world)
    seal = signature.seal_of(headers)
    account, now = account_of(world.bank), world.bank.clock.now()
    signature.verify(seal, body, account=account, at=now)
    assert signature.ask_paypal(world.paypal, seal, body)


@pytest.mark.parametrize("change", ["body", "id", "time", "signature", "algorithm", "webhook"])
def test_event_that_was_changed_is_not_believed(paypal_world_open: World, change: str) -> None:
    world = paypal_world_open
    world.approve(orders.create(world.paypal, offer()).approve)
    ((body, headers),) = heard(world)
    seal, account = signature.seal_of(headers), account_of(world.bank)
    now = world.bank.clock.now()
    if change == "body":
        body = body.replace(b'"12.00"', b'"99.00"')
    elif change == "webhook":
        account = dataclasses.replace(account, webhook="OTHER")
    else:
        later = {"time": (now + dt.timedelta(seconds=1)).isoformat(), "signature": "A" * 344}
        seal = dataclasses.replace(seal, **{change: later.get(change, "other")})
    with pytest.raises(signature.NotPayPals):
        signature.verify(seal, body, account=account, at=now)


def test_event_of_long_ago_is_not_believed(paypal_world_open: World) -> None:
    world = paypal_world_open
    world.approve(orders.create(world.paypal, offer()).approve)
    ((body, headers),) = heard(world)
    seal, account = signature.seal_of(headers), account_of(world.bank)
    now = world.bank.clock.now()
    signature.verify(seal, body, account=account, at=now + dt.timedelta(days=4))
    for age in (dt.timedelta(days=31), -dt.timedelta(minutes=11)):
        with pytest.raises(signature.NotPayPals, match="too long ago"):
            signature.verify(seal, body, account=account, at=now + age)


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("https://api.paypal.com/v1/notifications/certs/CERT-1", True),
        ("https://api-m.sandbox.paypal.com/v1/notifications/certs/CERT-1", True),
        ("http://api.paypal.com/v1/notifications/certs/CERT-1", False),
        ("https://paypal.com.evil.example/certs/CERT-1", False),
        ("https://evilpaypal.com/certs/CERT-1", False),
        ("https://api.paypal.com@evil.example/CERT-1", False),
        ("https://evil.example/#.paypal.com", False),
        ("https://user@api.paypal.com/CERT-1", False),
        ("https://api.paypal.com:8443/CERT-1", False),
        ("file:///etc/passwd", False),
        ("http://127.0.0.1:9000/v1/notifications/certs/CERT-DUMMY", False),
    ],
)
def test_certificate_is_fetched_from_paypal_only(address: str, good: bool) -> None:
    assert signature.certificate_is_theirs(address, LIVE) == good
    seal = signature.Seal("t1", "2026-11-20T12:00:00Z", "AAAA", address, signature.ALGORITHM)
    asked = []

    def fetch(wanted: str) -> bytes:
        asked.append(wanted)
        raise NotReached

    at = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
    with pytest.raises(NotReached if good else signature.NotPayPals):
        signature.verify(seal, b"{}", account=LIVE, at=at, fetch=fetch)
    assert asked == ([address] if good else [])


def test_certificate_of_the_dummy_is_its_own_host_only(paypal_world_open: World) -> None:
    account = account_of(paypal_world_open.bank)
    own = f"{paypal_world_open.bank.address}{paypal_world_open.bank.certificate_path}"
    assert signature.certificate_is_theirs(own, account)
    assert not signature.certificate_is_theirs("https://api.paypal.com/CERT-1", account)


def test_events_say_where_to_look(paypal_world_open: World) -> None:
    world = paypal_world_open
    order = orders.create(world.paypal, offer())
    world.approve(order.approve)
    (paid,) = orders.capture(world.paypal, order.id).payments
    world.deal("payment", paid.id, "dispute")
    world.deal("payment", paid.id, "reverse")
    made = subscriptions.create(world.paypal, offer("s-1"), rhythm="monthly")
    world.approve(made.approve, "agree")
    found = {
        event["event_type"]: events.subject(event)
        for event in (events.read(body) for body, _ in heard(world, 6))
    }
    assert found == {
        "CHECKOUT.ORDER.APPROVED": Subject(Kind.ORDER, order.id),
        "PAYMENT.CAPTURE.COMPLETED": Subject(Kind.PAYMENT, paid.id),
        "CUSTOMER.DISPUTE.CREATED": Subject(Kind.PAYMENT, paid.id),
        "PAYMENT.CAPTURE.REVERSED": Subject(Kind.PAYMENT, paid.id),
        "BILLING.SUBSCRIPTION.ACTIVATED": Subject(Kind.SUBSCRIPTION, made.id),
        "PAYMENT.SALE.COMPLETED": Subject(Kind.SUBSCRIPTION, made.id),
    }


def test_event_is_told_again_until_it_is_taken(paypal_world_open: World) -> None:
    world = paypal_world_open
    world.ear.refusals = 2
    world.approve(orders.create(world.paypal, offer()).approve)
    until(lambda: world.bank.messenger.refused)
    world.bank.clock.forward(dt.timedelta(seconds=2))
    until(lambda: world.bank.messenger.refused == 2)
    world.bank.clock.forward(dt.timedelta(seconds=4))
    assert len(heard(world)) == 1


@pytest.mark.parametrize(
    ("mood", "kinds"),
    [
        ("twice", ["A", "A", "C"]),
        ("shuffled", ["C", "A"]),
        ("late", ["C"]),
        ("mute", ["C"]),
    ],
)
def test_events_come_as_the_moods_have_it(
    paypal_world_open: World, mood: str, kinds: list[str]
) -> None:
    world = paypal_world_open
    world.bank.moods.next(mood)
    order = orders.create(world.paypal, offer())
    world.approve(order.approve)
    orders.capture(world.paypal, order.id)
    heard(world, len(kinds))
    short = {"CHECKOUT.ORDER.APPROVED": "A", "PAYMENT.CAPTURE.COMPLETED": "C"}
    found = [short[kind] for kind in world.ear.kinds]
    assert (sorted(found) if mood == "twice" else found) == kinds
    if mood == "late":
        world.bank.clock.forward(dt.timedelta(days=3))
        assert len(heard(world, 2)) == 2


def test_moods_come_again_with_their_seed() -> None:
    from allmende.payments.providers.dummies.moods import Moods

    def course(seed: int) -> list[bool]:
        moods = Moods(seed, {"twice": 0.3})
        return [moods.strike("twice") for _ in range(50)]

    assert course(7) == course(7)
    assert course(7) != course(8)
    with pytest.raises(KeyError):
        Moods().next("sulky")


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(st.text(max_size=8), st.none() | st.text() | st.lists(st.none(), max_size=2)),
    st.sampled_from([*events.FINDERS, "UNKNOWN.KIND", ""]),
)
def test_event_of_any_form_is_about_something_or_nothing(resource: dict, kind: str) -> None:
    body = json.dumps({"id": "WH-1", "event_type": kind, "resource": resource}).encode()
    found = events.subject(events.read(body))
    assert found == events.NONE or events.ID.fullmatch(found.id)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"id": 7}', b"\xff", b"[" * 100_000])
def test_what_is_no_event_is_refused(body: bytes) -> None:
    with pytest.raises(events.NoEvent):
        events.read(body)


def test_id_that_leads_elsewhere_is_no_subject() -> None:
    for id in ("../../v1/oauth2/token", "a/b", "?x", "", "ü", 7):
        event = {"id": "WH-1", "event_type": "CHECKOUT.ORDER.APPROVED", "resource": {"id": id}}
        assert events.subject(event) == events.NONE
