"""Mollie passes the cases of all providers, and tells what only it can tell."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
import pytest

from allmende.payments.models import Arrangement
from allmende.payments.providers import port
from allmende.payments.providers.dummies.hours import Clock
from allmende.payments.providers.dummies.moods import Moods
from allmende.payments.providers.dummies.stage import Answer, Asked, Stage, said, served
from allmende.payments.providers.mollie.api import Account, Mollie, code_of
from allmende.payments.providers.mollie.dummy import opening
from allmende.payments.providers.mollie.dummy.book import Book
from allmende.payments.providers.mollie.provider import Provider
from allmende.payments.providers.port import Step
from allmende.payments.providers.wire import Wire
from tests.adapters.payment_cases import DAY, Cases, House, OnePayment, Recurring, Refunds, ask
from tests.payments.providers.paypal_world import MONTH_END, PLAIN, press
from tests.waiting import until


@dataclass
class MollieHouse:
    book: Book
    provider: Provider
    heard: list[bytes] = field(default_factory=list)

    @property
    def moods(self) -> Moods:
        return self.book.moods

    @property
    def clock(self) -> Clock:
        return self.book.clock

    def press(self, address: str, deed: str) -> None:
        assert httpx.get(address, trust_env=False, verify=PLAIN).status_code == 200
        answer = press(address, deed)
        assert answer.status_code == 303

    def deal(self, kind: str, id: str, deed: str) -> None:
        address = f"{self.book.address}/desk/{kind}/{id}"
        assert press(address, deed).status_code == 303

    def settle(self, payment: str) -> None:
        self.deal("payment", payment, "settle")

    def take_back(self, payment: str) -> None:
        self.deal("payment", payment, "charge back")

    def cancel_there(self, arrangement: str) -> None:
        (row,) = self.book.subscriptions(arrangement)
        self.deal("subscription", row["id"], "cancel")

    def payments(self) -> int:
        return len(self.book.shelf.of("payments"))


@contextmanager
def opened_house() -> Iterator[MollieHouse]:
    heard: list[bytes] = []

    def hear(asked: Asked) -> Answer:
        heard.append(asked.body)
        return said(200)

    book = Book(address="", clock=Clock.at(MONTH_END))
    with served(Stage(hear, Moods(), ("/",), lambda _: {})) as ear, opening.opened(book):
        account = Account(book.key, server=book.address)
        wire = Wire(account.base, code_of, pause=lambda _: None, timeout=httpx.Timeout(30))
        webhook = f"http://127.0.0.1:{ear}/"
        yield MollieHouse(book, Provider(Mollie(account, wire=wire), webhook), heard)
        wire.close()


@pytest.fixture
def house() -> Iterator[MollieHouse]:
    with opened_house() as opened:
        yield opened


@pytest.mark.django_db
class TestMollie(OnePayment, Recurring, Refunds):
    def subjects(self, house: House, step: Step) -> list[str]:
        """Each payment is told of by itself."""
        assert isinstance(house, MollieHouse)
        rows = httpx.get(
            f"{house.book.address}/desk", trust_env=False, verify=PLAIN
        )  # bills what is due
        assert rows.status_code == 200
        return [f"payment:{id}" for id in house.book.shelf.of("payments")]


@pytest.mark.django_db
class TestMollieAlone(Cases):
    def test_call_names_a_payment_and_is_heard_each_time(self, house: MollieHouse) -> None:
        step = self.begun(house, ask())
        house.press(step.url, "pay")
        until(lambda: house.heard)
        delivery = port.Delivery({}, house.heard[0])
        now = house.clock.now()
        (heard,) = house.provider.hear(delivery, at=now)
        (again,) = house.provider.hear(delivery, at=now + dt.timedelta(microseconds=1))
        assert (heard.subject, again.subject) == (step.subject, step.subject)
        assert heard.id != again.id

    @pytest.mark.parametrize("body", [b"", b"id=", b"id=../x", b"id=ord_1234", b"\xff\xfe"])
    def test_call_of_something_else_is_not_theirs(self, house: MollieHouse, body: bytes) -> None:
        with pytest.raises(port.NotTheirs):
            house.provider.hear(port.Delivery({}, body), at=house.clock.now())

    def test_payment_that_was_made_up_is_nothing(self, house: MollieHouse) -> None:
        assert self.seen(house, "payment:tr_madeup1234") == []

    def test_subscription_begins_on_its_day_without_a_payment_before(
        self, house: MollieHouse
    ) -> None:
        step = self.begun(house, ask("quarterly", first_on=dt.date(2026, 3, 1)))
        house.press(step.url, "pay")
        facts = self.seen(house, step.subject)
        assert [type(fact) for fact in facts] == [port.Arranged]
        (row,) = house.book.subscriptions(step.arrangement)
        assert (row["startDate"], row["interval"]) == ("2026-03-01", "3 months")

    def test_first_payment_that_failed_leaves_nothing_alive(self, house: MollieHouse) -> None:
        step = self.begun(house, ask("monthly"))
        house.press(step.url, "declined")
        arranged, failed = self.seen(house, step.subject)
        assert isinstance(arranged, port.Arranged)
        assert isinstance(failed, port.Failed)
        assert (arranged.state, failed.code) == ("ended", "card_declined")
        assert list(house.provider.live()) == []

    def test_customer_bears_no_name(self, house: MollieHouse) -> None:
        step = self.begun(house, ask("monthly"))
        row = house.book.row("customers", step.arrangement)
        assert sorted(row["metadata"]) == ["amount", "anchor", "key", "purpose", "rhythm", "unpaid"]
        assert {"name", "email"} & set(row) == set()

    def test_subscription_is_begun_once_long_after(self, house: MollieHouse) -> None:
        """Mollie has forgotten the key by then."""
        step = self.begun(house, ask("monthly"))
        house.press(step.url, "pay")
        for _ in range(3):
            self.seen(house, step.subject)
            house.clock.forward(DAY)
        assert len(house.book.subscriptions(step.arrangement)) == 1

    def test_ending_deletes_the_customer(self, house: MollieHouse) -> None:
        step = self.begun(house, ask("monthly"))
        house.press(step.url, "pay")
        self.seen(house, step.subject)
        row = Arrangement(provider="mollie", external_id=step.arrangement)
        assert house.provider.turn(row, "ended", at=house.clock.now()) == "ended"
        assert house.book.shelf.of("customers")[step.arrangement]["deleted"]
        assert [fact.amount.cents for fact in self.paid(house, step.subject)] == [1200]

    def test_provider_without_settings_is_not_ready(self) -> None:
        assert not Provider().ready()
