"""From a form to the ledger by the dummies, behind real HTTP, while they misbehave."""

import datetime as dt
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from allmende.ledger import balances
from allmende.ledger.money import Money
from allmende.payments import arrangements, checkout, events, pledges, refunds
from allmende.payments.models import (
    Arrangement,
    Checkout,
    DueItem,
    InboundEvent,
    PaymentAttempt,
    Pledge,
    ProviderHealth,
    Question,
)
from allmende.payments.providers import get, health, offered
from allmende.payments.providers.dummies.hours import Clock
from allmende.payments.providers.paypal.api import Account
from allmende.payments.providers.paypal.dummy import opening
from allmende.payments.providers.paypal.provider import connected
from allmende.payments.providers.port import Delivery, Trouble
from tests.factories import payments as make
from tests.payments.providers import paypal_world
from tests.payments.providers.paypal_world import World
from tests.waiting import until

pytestmark = pytest.mark.django_db

DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
WORDS = checkout.Words(
    "Solidarbeitrag", "Bote", "de", "https://bote.example/danke/", "https://bote.example/geben/"
)


@dataclass
class Desk:
    """What we do with the dummy's PayPal: the reader's and the worker's part."""

    world: World
    delivered: int = 0

    @property
    def now(self) -> dt.datetime:
        return self.world.bank.clock.now()

    def begin(self, rhythm: str = "once", cents: int = 1200) -> Checkout:
        terms = pledges.Terms(Money(cents), rhythm, self.now.date(), "paypal")
        cause = pledges.Cause("contribution", "contributions", "giver:1")
        made = checkout.begin(
            uuid.uuid4(), person=make.person(), terms=terms, cause=cause, at=self.now
        )
        checkout.proceed(made, words=WORDS, at=self.now)
        return made

    def approve(self, made: Checkout, deed: str = "pay") -> None:
        answer = paypal_world.press(made.step["url"], deed)
        assert answer.status_code == 303

    def listen(self) -> None:
        """What the dummy has told since, and what a worker makes of it."""
        until(lambda: self.world.bank.messenger.idle)
        for body, headers in self.world.ear.heard[self.delivered :]:
            events.take("paypal", Delivery(headers, body), at=self.now)
        self.delivered = len(self.world.ear.heard)
        events.process(at=self.now)

    def listen_again(self) -> None:
        """As if nothing had been heard before."""
        self.delivered = 0
        self.listen()

    def forward(self, days: int) -> None:
        """Hears first what was told until then."""
        self.listen()
        self.world.bank.clock.forward(days * DAY)
        opening.tick(self.world.bank)

    def state(self, made: Checkout) -> str:
        assert made.pledge
        return Pledge.objects.get(pk=made.pledge.pk).state

    def taken(self) -> int:
        """Cents that the dummy took."""
        rows = self.world.bank.shelf.of("captures").values()
        return sum(round(float(row["amount"]["value"]) * 100) for row in rows)


@pytest.fixture
def desk(settings: Any) -> Iterator[Desk]:
    with paypal_world.world() as world:
        settings.PAYPAL = {
            "client": "dummy",
            "secret": "dummy",
            "webhook": paypal_world.WEBHOOK,
            "server": world.bank.address,
        }
        connected(Account(**settings.PAYPAL)).wire.pause = lambda _: None
        yield Desk(world)


def books() -> dict[str, int]:
    accounts = ("paypal", "fees", "contributions", "suspense")
    return {name: balances.balance(name).cents for name in accounts}


def test_payment_is_booked_once_however_it_is_heard_of(desk: Desk) -> None:
    desk.world.bank.moods.always("twice")
    made = desk.begin()
    desk.approve(made)
    desk.listen()
    assert checkout.came_back(made, at=desk.now) == "done"
    desk.listen_again()
    assert books() == {"paypal": 1135, "fees": 65, "contributions": -1200, "suspense": 0}
    assert desk.taken() == 1200
    assert desk.state(made) == "ended"
    assert Question.objects.count() == 0


def test_giver_who_comes_back_first_is_thanked_at_once(desk: Desk) -> None:
    desk.world.bank.moods.always("mute")
    made = desk.begin()
    desk.approve(made)
    assert checkout.came_back(made, at=desk.now) == "done"
    assert books()["contributions"] == -1200


def test_giver_who_closes_the_window_after_approval_has_given(desk: Desk) -> None:
    made = desk.begin()
    desk.approve(made)
    desk.listen()
    assert books()["contributions"] == -1200
    assert checkout.standing(made, at=desk.now) == "done"


def test_payment_on_its_way_is_booked_when_it_is_there(desk: Desk) -> None:
    made = desk.begin()
    desk.approve(made, "pending")
    assert checkout.came_back(made, at=desk.now) == "waiting"
    assert books()["paypal"] == 0
    (id,) = desk.world.bank.shelf.of("captures")
    desk.world.deal("payment", id, "settle")
    desk.listen()
    assert books()["paypal"] == 1135


def test_payment_that_was_declined_is_told_and_may_come_yet(desk: Desk) -> None:
    made = desk.begin()
    desk.approve(made, "declined")
    assert checkout.came_back(made, at=desk.now) == "failed"
    assert books()["paypal"] == 0


def test_money_comes_each_month_and_ends_when_it_is_said(desk: Desk) -> None:
    made = desk.begin("monthly")
    desk.approve(made)
    assert checkout.came_back(made, at=desk.now) == "done"
    for _ in range(3):
        desk.forward(31)
        desk.listen()
    periods = list(DueItem.objects.filter(state="collected").values_list("period", flat=True))
    assert (desk.state(made), sorted(periods)) == ("active", [0, 1, 2, 3])
    assert made.pledge
    made.pledge.refresh_from_db()
    pledges.end(made.pledge, reason=Pledge.Reason.READER, at=desk.now)
    assert desk.state(made) == "ending"
    desk.world.bank.moods.always("out")
    assert arrangements.turn_all(at=desk.now) == 0
    assert desk.state(made) == "ending"
    desk.world.bank.moods.good()
    arrangements.turn_all(at=desk.now + MINUTE)
    assert desk.state(made) == "ended"
    desk.forward(100)
    desk.listen()
    assert books()["contributions"] == -4800 == -desk.taken()
    assert list(arrangements.zombies("paypal")) == []


def test_subscription_that_was_ended_there_ends_here(desk: Desk) -> None:
    made = desk.begin("monthly")
    desk.approve(made)
    desk.listen()
    (id,) = Arrangement.objects.values_list("external_id", flat=True)
    desk.world.deal("subscription", id, "cancel")
    desk.listen()
    assert desk.state(made) == "ended"


def test_subscription_that_fails_rests_here_too(desk: Desk) -> None:
    made = desk.begin("monthly")
    desk.approve(made)
    desk.listen()
    desk.world.bank.moods.next("declined")
    desk.forward(31)
    desk.listen()
    assert desk.state(made) == "paused"
    assert "PAYER_CANNOT_PAY".startswith(Pledge.objects.get().paused_why)


def test_subscription_approved_after_its_end_is_ended_again(desk: Desk) -> None:
    made = desk.begin("monthly")
    checkout.abandon(made, at=desk.now)
    arrangements.turn_all(at=desk.now)
    assert desk.state(made) == "ended"
    desk.approve(made)  # by the page that was still open
    desk.listen()
    arrangements.turn_all(at=desk.now + MINUTE)
    desk.forward(100)
    desk.listen()
    assert desk.taken() == 1200
    assert books()["contributions"] + books()["suspense"] == -1200
    assert list(arrangements.zombies("paypal")) == []


def test_subscription_that_nobody_knows_is_found(desk: Desk) -> None:
    made = desk.begin("monthly")
    desk.approve(made)
    assert list(arrangements.zombies("paypal")) == []
    desk.listen()
    (row,) = Arrangement.objects.all()
    row.delete()  # as a backup of before has it
    assert list(arrangements.zombies("paypal")) == [f"paypal:{row.external_id}"]


def test_money_goes_back_in_part_and_is_then_taken_back(desk: Desk) -> None:
    made = desk.begin()
    desk.approve(made)
    desk.listen()
    attempt = PaymentAttempt.objects.get()
    refunds.ask(attempt, amount=Money(500), why="too much", by=None, key=uuid.uuid4(), at=desk.now)
    desk.world.bank.moods.next("silent", 2)
    refunds.send_all(at=desk.now)
    refunds.send_all(at=desk.now + MINUTE)
    desk.listen()
    assert books()["paypal"] == 635
    desk.world.deal("payment", str(attempt.external_id), "dispute")
    desk.listen()
    desk.world.deal("payment", str(attempt.external_id), "reverse")
    desk.listen()
    desk.listen_again()
    assert books()["paypal"] == -65  # PayPal keeps its fee
    assert PaymentAttempt.objects.get().state == "charged_back"


def test_books_agree_with_the_dummy_in_the_worst_of_moods(desk: Desk) -> None:
    """Half a year, three givers, and whatever can go wrong going wrong now and then."""
    seed = random.SystemRandom().randrange(1000)
    print(f"seed {seed}")
    chance, moods = random.Random(seed), desk.world.bank.moods
    made = [desk.begin("monthly", cents=cents) for cents in (700, 1200)]
    made.append(desk.begin("quarterly", cents=3000))
    for one in made:
        desk.approve(one)
    for mood in ("twice", "shuffled", "late", "mute", "trouble after", "silent", "busy"):
        moods.always(mood, 0.15)
    for _ in range(6):
        desk.forward(chance.choice([29, 30, 31]))
        desk.listen()
    moods.good()
    desk.forward(4)  # what was late arrives
    desk.listen()
    for row in Arrangement.objects.all():  # and what was mute is looked for
        events.look_again("paypal", f"subscription:{row.external_id}", at=desk.now)
    for _ in range(3):
        events.process(at=desk.now + DAY)
    booked = books()
    assert booked["contributions"] == -desk.taken()
    assert booked["paypal"] + booked["fees"] == desk.taken()
    assert booked["suspense"] == 0
    collected = DueItem.objects.filter(state="collected")
    assert collected.count() == len(desk.world.bank.shelf.of("captures"))


def test_event_comes_in_by_its_address(desk: Desk, client: Client) -> None:
    """As PayPal sends it: 200 at once, and again 200 for its double; a forged one is refused."""
    desk.world.bank.clock.ahead = Clock().ahead  # the view asks the real clock
    made = desk.begin()
    desk.approve(made)
    until(lambda: desk.world.ear.heard)
    body, headers = desk.world.ear.heard[0]
    sent = {f"HTTP_{name.upper().replace('-', '_')}": text for name, text in headers.items()}
    ask = {"path": "/-/payments/paypal", "content_type": "application/json"}
    answers = [client.post(data=body, **ask, **sent).status_code for _ in range(2)]
    assert answers == [200, 200]
    assert client.post(data=body + b" ", **ask, **sent).status_code == 400
    assert InboundEvent.objects.count() == 1
    events.process(at=desk.now)
    assert books()["contributions"] == -1200


def test_provider_that_is_out_is_noted_and_not_offered(desk: Desk) -> None:
    provider = get("paypal")
    desk.begin()
    assert provider in list(offered("once"))
    desk.world.bank.moods.always("out")
    for _ in range(health.SICK_AFTER):
        with pytest.raises(Trouble):
            desk.begin()
    row = ProviderHealth.objects.get()
    assert (row.provider, row.failures, row.well_at is not None) == ("paypal", 3, True)
    assert row.failure.startswith("Uncertain: POST /v2/checkout/orders")
    assert row.failed_at
    assert provider not in list(offered("once"))
    assert health.sick(at=row.failed_at + health.SICK_FOR + DAY) == set()
