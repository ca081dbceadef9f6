"""What every provider has to do that is paid through a page of its own, whatever goes wrong.

class TestPayPal(OnePayment, Recurring, Refunds):
    @pytest.fixture
    def house(self): ...       # a House: the provider, its dummy, and hands to play the giver
"""

import datetime as dt
import uuid
from typing import Any, Protocol

import pytest

from allmende.ledger.money import Money
from allmende.payments.models import Arrangement, PaymentAttempt, Refund
from allmende.payments.providers.dummies.hours import Clock
from allmende.payments.providers.dummies.moods import Moods
from allmende.payments.providers.port import (
    Arranged,
    Ask,
    Fact,
    Failed,
    GaveBack,
    Paid,
    Pending,
    Provider,
    Step,
    TakenBack,
    Trouble,
)

DAY = dt.timedelta(days=1)
KEY = str(uuid.UUID(int=7))
#: What happens to one request: nothing was done, or it was done and nobody was told so.
MISHAPS = ["trouble", "trouble after", "silent"]


class House(Protocol):
    """A provider and its dummy, behind real HTTP. `count`: rows of a kind at the dummy."""

    provider: Any
    moods: Moods
    clock: Clock

    def press(self, address: str, deed: str) -> None:
        """The giver presses a button on the provider's page: pay, pending, declined, no."""
        ...

    def settle(self, payment: str) -> None: ...
    def take_back(self, payment: str) -> None: ...
    def cancel_there(self, arrangement: str) -> None: ...
    def payments(self) -> int: ...


def ask(rhythm: str = "once", key: str = KEY, cents: int = 1200, **more: Any) -> Ask:
    given: dict[str, Any] = {"first_on": dt.date(2026, 1, 31), "language": "de", **more}
    return Ask(
        key=key,
        pledge=None,  # type: ignore[arg-type]  no provider needs it for this
        amount=Money(cents),
        rhythm=rhythm,
        purpose="Solidarbeitrag",
        paper="Auentaler Bote",
        back="http://bote.example/geben/danke/",
        gone="http://bote.example/geben/",
        **given,
    )


class Cases:
    def begun(self, house: House, asked: Ask) -> Step:
        step: Step = house.provider.begin(asked, at=house.clock.now())
        assert (step.kind, step.url.startswith("http://127.0.0.1:")) == ("redirect", True)
        return step

    def seen(self, house: House, subject: str) -> list[Fact]:
        found: list[Fact] = house.provider.look(subject, at=house.clock.now())
        return found

    def paid(self, house: House, subject: str) -> list[Paid]:
        return [fact for fact in self.seen(house, subject) if isinstance(fact, Paid)]


class OnePayment(Cases):
    def test_provider_fits_the_port(self, house: House) -> None:
        assert isinstance(house.provider, Provider)
        assert house.provider.ready()

    def test_payment_is_money_once(self, house: House) -> None:
        step = self.begun(house, ask())
        assert self.paid(house, step.subject) == []
        house.press(step.url, "pay")
        (paid,) = self.paid(house, step.subject)
        assert (paid.amount, paid.key, paid.arrangement) == (Money(1200), KEY, "")
        assert self.paid(house, step.subject) == [paid]
        assert house.payments() == 1

    def test_payment_that_the_giver_did_not_want_is_none(self, house: House) -> None:
        step = self.begun(house, ask())
        house.press(step.url, "no")
        assert self.paid(house, step.subject) == []

    def test_payment_under_way_is_not_money(self, house: House) -> None:
        step = self.begun(house, ask())
        house.press(step.url, "pending")
        (fact,) = self.seen(house, step.subject)
        assert isinstance(fact, Pending)
        assert self.seen(house, step.subject) == [fact]
        house.settle(fact.id)
        (paid,) = self.paid(house, step.subject)
        assert (paid.id, paid.key) == (fact.id, KEY)
        assert house.payments() == 1

    def test_payment_that_was_declined_has_failed(self, house: House) -> None:
        step = self.begun(house, ask())
        house.press(step.url, "declined")
        (fact,) = [one for one in self.seen(house, step.subject) if isinstance(one, Failed)]
        assert (fact.key, bool(fact.code)) == (KEY, True)

    @pytest.mark.parametrize("mishap", MISHAPS)
    def test_payment_is_begun_once_whatever_happens(self, house: House, mishap: str) -> None:
        house.moods.next(mishap, 2)
        first = self.begun(house, ask())
        assert self.begun(house, ask()) == first

    @pytest.mark.parametrize("mishap", MISHAPS)
    def test_payment_is_taken_once_whatever_happens(self, house: House, mishap: str) -> None:
        step = self.begun(house, ask())
        house.press(step.url, "pay")
        house.moods.next(mishap, 2)
        assert len(self.paid(house, step.subject)) == 1
        assert house.payments() == 1

    def test_provider_that_is_out_is_asked_again_later(self, house: House) -> None:
        house.moods.always("out")
        with pytest.raises(Trouble):
            house.provider.begin(ask(), at=house.clock.now())
        house.moods.good()
        step = self.begun(house, ask())
        house.press(step.url, "pay")
        house.moods.always("out")
        with pytest.raises(Trouble):
            house.provider.look(step.subject, at=house.clock.now())
        house.moods.good()
        house.clock.forward(DAY)
        assert len(self.paid(house, step.subject)) == 1

    @pytest.mark.parametrize("cents", [1, 99_999_999])
    def test_amounts_keep_their_cents(self, house: House, cents: int) -> None:
        step = self.begun(house, ask(cents=cents))
        house.press(step.url, "pay")
        assert [paid.amount for paid in self.paid(house, step.subject)] == [Money(cents)]

    def test_other_currency_stays_what_it_is(self, house: House) -> None:
        asked = Ask(**{**ask().__dict__, "amount": Money(500, "CHF")})
        step = self.begun(house, asked)
        house.press(step.url, "pay")
        assert [paid.amount for paid in self.paid(house, step.subject)] == [Money(500, "CHF")]

    def test_payment_that_was_taken_back_is_told(self, house: House) -> None:
        step = self.begun(house, ask())
        house.press(step.url, "pay")
        (paid,) = self.paid(house, step.subject)
        house.take_back(paid.id)
        facts = self.seen(house, step.subject)
        (back,) = [fact for fact in facts if isinstance(fact, TakenBack)]
        assert (back.id, back.amount) == (paid.id, Money(1200))
        assert facts[0] == paid


class Recurring(Cases):
    """Of providers that take recurring money by themselves."""

    def live(self, house: House, rhythm: str = "monthly") -> Step:
        step = self.begun(house, ask(rhythm))
        assert step.arrangement
        house.press(step.url, "pay")
        assert self.state(house, step) == "live"
        return step

    def state(self, house: House, step: Step) -> str:
        facts = self.seen(house, step.subject)
        return [fact.state for fact in facts if isinstance(fact, Arranged)][-1]

    def test_money_comes_in_its_rhythm(self, house: House) -> None:
        step = self.live(house)
        house.clock.forward(60 * DAY)
        paid = self.all_paid(house, step)
        assert [one.amount for one in paid] == [Money(1200)] * 3
        assert {one.arrangement for one in paid} == {step.arrangement}
        assert [one.at.date().month for one in paid] == [1, 2, 3]

    def all_paid(self, house: House, step: Step) -> list[Paid]:
        """Of the arrangement, by whatever subject the provider's events name."""
        subjects = self.subjects(house, step)
        found = {paid.id: paid for subject in subjects for paid in self.paid(house, subject)}
        return sorted(found.values(), key=lambda paid: paid.at)

    def subjects(self, house: House, step: Step) -> list[str]:
        return [step.subject]

    @pytest.mark.parametrize("mishap", MISHAPS)
    def test_arrangement_is_made_once_whatever_happens(self, house: House, mishap: str) -> None:
        house.moods.next(mishap, 2)
        step = self.live(house)
        house.moods.next(mishap, 2)
        self.seen(house, step.subject)
        house.clock.forward(31 * DAY)
        assert len(self.all_paid(house, step)) == 2

    @pytest.mark.parametrize("mishap", MISHAPS)
    def test_ended_means_that_nothing_more_is_taken(self, house: House, mishap: str) -> None:
        step = self.live(house)
        row = Arrangement(provider=house.provider.name, external_id=step.arrangement)
        house.moods.next(mishap)
        for _ in range(2):
            assert house.provider.turn(row, "ended", at=house.clock.now()) == "ended"
        house.clock.forward(100 * DAY)
        assert house.payments() == 1
        assert step.arrangement not in set(house.provider.live())

    def test_ending_is_not_believed_before_it_is_said(self, house: House) -> None:
        step = self.live(house)
        row = Arrangement(provider=house.provider.name, external_id=step.arrangement)
        house.moods.always("out")
        with pytest.raises(Trouble):
            house.provider.turn(row, "ended", at=house.clock.now())
        house.moods.good()
        assert step.arrangement in set(house.provider.live())
        assert house.provider.turn(row, "ended", at=house.clock.now()) == "ended"

    @pytest.mark.parametrize("mishap", MISHAPS)
    def test_what_was_missed_while_it_rested_is_not_taken(self, house: House, mishap: str) -> None:
        step = self.live(house)
        row = Arrangement(provider=house.provider.name, external_id=step.arrangement)
        for _ in range(2):
            house.moods.next(mishap)
            assert house.provider.turn(row, "resting", at=house.clock.now()) == "resting"
        assert self.state(house, step) == "resting"
        assert step.arrangement not in set(house.provider.live())
        house.clock.forward(100 * DAY)  # to 11 May
        house.moods.next(mishap)
        assert house.provider.turn(row, "live", at=house.clock.now()) == "live"
        assert house.payments() == 1
        house.clock.forward(21 * DAY)
        paid = self.all_paid(house, step)
        assert [one.at.date().month for one in paid] == [1, 5]

    def test_arrangement_that_was_ended_there_is_told(self, house: House) -> None:
        step = self.live(house)
        house.cancel_there(step.arrangement)
        assert self.state(house, step) == "ended"

    def test_arrangement_that_nobody_here_knows_is_found(self, house: House) -> None:
        step = self.live(house)
        assert list(house.provider.live()) == [step.arrangement]

    def test_payment_that_fails_is_told(self, house: House) -> None:
        step = self.live(house)
        house.moods.next("declined")
        house.clock.forward(31 * DAY)
        assert len(self.all_paid(house, step)) == 1
        facts = [fact for one in self.subjects(house, step) for fact in self.seen(house, one)]
        failed = [fact for fact in facts if isinstance(fact, Failed)]
        assert {(one.arrangement, bool(one.code)) for one in failed} == {(step.arrangement, True)}


class Refunds(Cases):
    def refund(self, house: House, payment: str, cents: int, key: str = "r-1") -> Refund:
        attempt = PaymentAttempt(provider=house.provider.name, external_id=payment, cents=1200)
        return Refund(provider=house.provider.name, key=key, cents=cents, attempt=attempt)

    @pytest.mark.parametrize("mishap", MISHAPS)
    def test_money_is_given_back_once_whatever_happens(self, house: House, mishap: str) -> None:
        step = self.begun(house, ask())
        house.press(step.url, "pay")
        (paid,) = self.paid(house, step.subject)
        refund = self.refund(house, paid.id, 500)
        house.moods.next(mishap, 2)
        (gave,) = house.provider.give_back(refund, at=house.clock.now())
        assert (gave.id, gave.amount, gave.key) == (paid.id, Money(500), "r-1")
        assert house.provider.give_back(refund, at=house.clock.now()) == [gave]
        house.clock.forward(50 * DAY)
        assert house.provider.give_back(refund, at=house.clock.now()) == [gave]
        facts = self.seen(house, step.subject)
        assert [fact for fact in facts if isinstance(fact, GaveBack)] == [gave]
        assert facts[0] == paid

    def test_more_than_came_is_not_given_back(self, house: House) -> None:
        step = self.begun(house, ask())
        house.press(step.url, "pay")
        (paid,) = self.paid(house, step.subject)
        with pytest.raises(Trouble):
            house.provider.give_back(self.refund(house, paid.id, 1300), at=house.clock.now())

    def test_money_that_was_given_back_and_taken_back_is_told_apart(self, house: House) -> None:
        step = self.begun(house, ask())
        house.press(step.url, "pay")
        (paid,) = self.paid(house, step.subject)
        house.provider.give_back(self.refund(house, paid.id, 500), at=house.clock.now())
        house.take_back(paid.id)
        facts = self.seen(house, step.subject)
        amounts = {
            type(fact): fact.amount for fact in facts if not isinstance(fact, Arranged | Failed)
        }
        assert amounts == {Paid: Money(1200), GaveBack: Money(500), TakenBack: Money(700)}
