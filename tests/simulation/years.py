"""The house lives through years, day by day, and is held against the model every evening.

    Years(givers, begin=…, end=…).live()

Every day: the morning's tasks, the office, givers' deeds at noon, the bank's statements and the
wallet's events in the evening, and then the proofs of `allmende check` and every cent. deaths: how
likely a task is broken off at a statement of the database chosen at random, to be begun again.
"""

import datetime as dt
import io
import random
import uuid
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from allmende.ledger import balances
from allmende.ledger import proofs as books
from allmende.ledger.money import Money
from allmende.mailroom.models import Message
from allmende.payments import (
    arrangements,
    bankdays,
    bankfiles,
    batches,
    due,
    events,
    facts,
    mandates,
    matching,
    pledges,
    proofs,
    providers,
    reading_statements,
    references,
    refunds,
    tasks,
)
from allmende.payments.models import DueItem, PaymentAttempt, Pledge, SepaBatch, Transfer
from allmende.payments.providers.port import Heard
from allmende.people.models import ContactAddress
from tests.factories import payments as make
from tests.simulation.givers import DAY, TURN, Giver
from tests.simulation.model import Model, Weather, pays_on
from tests.simulation.world import Wallet, bank, iban

ACCOUNTS = ("bank", "paypal", "fees", "sepa-transit", "suspense", "contributions")
ELSEWHERE = 5_000_000  # accounts of others
POINTS = 60  # statements of a task among which one is its last


class Died(BaseException):
    """A worker is gone; nothing may catch this."""


class Years:
    def __init__(
        self, givers: list[Giver], *, begin: dt.date, end: dt.date, weather: Weather,
        twice: frozenset[dt.date], deaths: float = 0, often: bool = True, in_details: bool = True,
        seed: int = 1,
    ) -> None:  # fmt: skip
        """twice: days whose statement comes again the evening after. often: plan daily, prove and
        look at each giver on every day that moved money; otherwise plan on Mondays, prove and look
        at each giver at a month's end."""
        self.givers, self.begin, self.end, self.weather = givers, begin, end, weather
        self.twice, self.deaths, self.often = twice, deaths, often
        self.chance = random.Random(seed)
        self.model = Model(givers, weather, end)
        self.proved = 0  # days
        self.by_pledge: dict[int, Giver] = {}
        self.pledges: dict[int, Pledge] = {}
        self.calendar: dict[dt.date, list[Callable[[dt.datetime], Any]]] = defaultdict(list)
        self.account = make.bank_account()
        self.one, self.two = make.person(), make.person()
        self.bank = bank(self.account.iban, self.by_pledge, in_details=in_details)
        providers.PROVIDERS["wallet"] = "tests.simulation.world.Wallet"
        self.wallet = providers.get("wallet")
        assert isinstance(self.wallet, Wallet)
        for giver in givers:
            self.enter(giver)

    # --- the days ---

    def live(self) -> None:
        day = self.begin
        while day <= self.end:
            self.wallet.out = day in self.weather.out
            self.morning(day)
            for deed in self.calendar.pop(day, []):
                deed(clock(day, 11))
            self.evening(day)
            moved = self.model.pass_evening(day)
            self.look(day)
            if (self.often and moved) or (day + DAY).day == 1 or day == self.end:
                self.look_closely(day)
            day += DAY

    def morning(self, day: dt.date) -> None:
        if self.often or day.weekday() == 0:
            self.mortal(tasks.plan, at=clock(day, 1))
        else:
            pledges.resume_all(at=clock(day, 1))
            due.retry(on=day, at=clock(day, 1))
        self.mortal(tasks.announce, at=clock(day, 4))
        sent = Message.objects.filter(finished_at__isnull=True)
        sent.update(state=Message.State.HANDED_OVER, finished_at=clock(day, 5), code="2.0.0")
        self.mortal(self.hand_in, at=clock(day, 7))

    def hand_in(self, *, at: dt.datetime) -> None:
        """What is collected on the next bank day goes to the bank, let go by two persons."""
        if not bankdays.is_bank_day(at.date()):
            return
        state = SepaBatch.State
        rows = SepaBatch.objects.filter(collect_on=bankdays.shifted(at.date(), 1))
        for batch in rows.filter(state=state.OPEN):
            try:
                batches.freeze(batch, by=self.one, at=at)
            except bankfiles.Empty:
                continue
        for batch in rows.filter(state=state.FROZEN):
            batches.release(batch, by=self.two, at=at)
        for batch in rows.filter(state=state.EXPORTED).exclude(msg_id__in=self.bank.taken):
            self.bank.take(bankfiles.file_of(batch))

    def evening(self, day: dt.date) -> None:
        late = [day - n * DAY for n in range(4, 0, -1) if self.weather.told(day - n * DAY) == day]
        again = [day - DAY] if day - DAY in self.twice else []
        today = [day] if self.weather.told(day) == day else []
        for told in [*late, *today, *again]:
            if self.weather.told(told) <= day:
                self.mortal(self.take_in, told, at=clock(day, 18))
        for _look in range(2):  # a row may wait for what another one of its lot did
            self.mortal(matching.work, at=clock(day, 19))
        self.mortal(events.process, at=clock(day, 20))
        self.mortal(tasks.tell, at=clock(day, 20))

    def take_in(self, told: dt.date, *, at: dt.datetime) -> None:
        file = io.BytesIO(self.bank.statement(told, told))
        if any(one.on == told for one in self.bank.bookings):
            reading_statements.take_in(file, at=at)

    def mortal(self, task: Callable[..., Any], *given: Any, at: dt.datetime) -> None:
        """A task of a worker that may die of it; another begins it again, some minutes later."""
        while self.chance.random() < self.deaths:
            left = [self.chance.randrange(POINTS)]

            def dying(execute: Any, *rest: Any, left: list[int] = left) -> Any:
                left[0] -= 1
                if left[0] == -1:  # once: what follows is the database rolling back
                    raise Died
                return execute(*rest)

            try:
                with connection.execute_wrapper(dying):
                    task(*given, at=at)
            except Died:
                at += events.LEASE + dt.timedelta(seconds=1)
        task(*given, at=at)

    # --- what givers do ---

    def enter(self, giver: Giver) -> None:
        self.calendar[giver.begun].append(lambda at: self.sign(giver, at))
        for period in giver.periods(until=self.end):
            if giver.method == "transfer":
                self.calendar[pays_on(giver, period)].append(
                    lambda at, period=period: self.pay(giver, period, at)
                )
            if giver.method == "wallet":
                self.calendar[giver.due(period)].append(
                    lambda at, period=period: self.charge(giver, period, at)
                )
        deed = self.deeds().get(giver.story)
        if deed:
            self.calendar[giver.turn].append(lambda at: deed(giver, at))
        if giver.story == "disputes":
            self.calendar[giver.back].append(lambda at: self.dispute(giver, at, won=True))

    def deeds(self) -> dict[str, Callable[[Giver, dt.datetime], Any]]:
        return {
            "ends": self.leave,
            "ends, then takes it back": self.leave,
            "pauses": lambda giver, at: pledges.pause(self.of(giver), until=giver.back, at=at),
            "gives more": lambda giver, at: pledges.change(
                self.of(giver), amount=Money(giver.more), at=at
            ),
            "ends there": lambda giver, at: self.event(self.wallet.becomes(giver, "ended", at), at),
            "refunded": lambda giver, at: self.give_back(giver, giver.cents, at),
            "refunded in part": lambda giver, at: self.give_back(giver, giver.cents // 2, at),
            "disputes": self.dispute,
            "disputes and loses": self.dispute,
        }

    def of(self, giver: Giver) -> Pledge:
        return Pledge.objects.get(pk=self.pledges[giver.number].pk)

    def sign(self, giver: Giver, at: dt.datetime) -> None:
        person = make.person(confirmed_at=at)
        ContactAddress.objects.create(
            person=person, email=f"g{giver.number}@givers.example", confirmed_at=at
        )
        terms = pledges.Terms(Money(giver.cents), giver.rhythm, giver.anchor, giver.method)
        cause = pledges.Cause("simulated", "contributions", f"giver:{giver.number}")
        pledge = pledges.begin(person, terms=terms, cause=cause, at=at)
        self.by_pledge[pledge.pk] = giver
        self.pledges[giver.number] = pledge
        if giver.method == "wallet":
            arrangements.made(pledge, provider="wallet", external_id=f"I-{giver.number}", at=at)
            facts.accept(self.wallet, self.wallet.sign(giver, at), at=at)
            return
        if giver.method == "debit":
            signed = mandates.Signature("…")
            holder = f"Giver {giver.number}"
            mandates.sign(pledge, iban=iban(giver.number), holder=holder, signature=signed, at=at)
        else:
            reference = references.creditor(pledge.pk)
            Pledge.objects.filter(pk=pledge.pk).update(transfer_reference=reference)
        pledges.activate(pledge, at=at)

    def leave(self, giver: Giver, at: dt.datetime) -> None:
        pledges.end(self.of(giver), reason=Pledge.Reason.READER, at=at)

    def pay(self, giver: Giver, period: int, at: dt.datetime) -> None:
        if giver.story == "ends" and giver.due(period) > giver.turn:
            return
        turn = period == TURN
        strange = giver.story == "from another account" and turn
        silent = strange or (giver.story == "no reference" and turn)
        number = giver.number + ELSEWHERE if strange else giver.number
        words = "" if silent else f"Beitrag {references.creditor(self.pledges[giver.number].pk)}"
        for time in range(2 if giver.story == "pays twice" and turn else 1):
            self.bank.come_in(
                giver.cents, on=at.date(), name=f"Giver {giver.number}", iban=iban(number),
                purpose=f"{words} {period} {time}",
            )  # fmt: skip
        if strange:
            asked = self.weather.told(at.date()) + DAY
            self.calendar[asked].append(lambda at: self.decide(giver, at))

    def decide(self, giver: Giver, at: dt.datetime) -> None:
        """The office finds out whose money it is."""
        item = matching.open_items(self.of(giver), at=at)[0]
        row = Transfer.objects.filter(state=Transfer.State.OPEN, cents=giver.cents).first()
        assert row
        part = matching.Part(item, giver.cents)
        matching.give(row, [part], reason="office", by=self.one, at=at)

    def charge(self, giver: Giver, period: int, at: dt.datetime) -> None:
        if giver.story == "card cancelled" and period == TURN:
            self.event(self.wallet.becomes(giver, "resting", at), at)
        subject = self.wallet.charge(giver, period, at)
        if not subject:
            return
        if giver.story == "told late" and period == TURN:
            self.calendar[at.date() + 3 * DAY].append(lambda at: self.event(subject, at))
            return
        self.event(subject, at)
        if giver.story == "told twice":
            self.event(subject, at)
            self.event(subject, at, again=True)

    def event(self, subject: str, at: dt.datetime, *, again: bool = False) -> None:
        id = f"WH-{subject}-{at:%Y%m%d}-{again}"
        events.keep("wallet", [Heard(id, "payment", subject)], b"", at=at)

    def give_back(self, giver: Giver, cents: int, at: dt.datetime) -> None:
        attempt = PaymentAttempt.objects.get(external_id=f"P-{giver.number}-{TURN}")
        key = uuid.uuid5(uuid.NAMESPACE_URL, str(giver.number))
        refunds.ask(attempt, amount=Money(cents), why="asked", by=self.one, key=key, at=at)

    def dispute(self, giver: Giver, at: dt.datetime, *, won: bool = False) -> None:
        self.event(self.wallet.dispute(giver, TURN, at, won=won), at)

    # --- what has to hold ---

    def look(self, day: dt.date) -> None:
        told = {account: balances.balance(account).cents for account in ACCOUNTS}
        expected = {account: self.model.books[account] for account in ACCOUNTS}
        assert told == expected, (day, told, expected)

    def look_closely(self, day: dt.date) -> None:
        self.proved += 1
        credited = {
            int(party.split(":")[1]): -money.cents
            for party, money in balances.all_balances("contributions").items()
        }
        expected = {number: cents for number, cents in self.model.credited.items() if cents}
        assert {number: cents for number, cents in credited.items() if cents} == expected, day
        collected = Count("items", filter=Q(items__state=DueItem.State.COLLECTED))
        rows = Pledge.objects.annotate(paid=collected).exclude(paid=0)
        paid = {self.by_pledge[pk].number: n for pk, n in rows.values_list("pk", "paid")}
        assert paid == {number: n for number, n in self.model.paid.items() if n}, day
        awaited = any(self.weather.told(day - n * DAY) > day for n in range(1, 5))
        asked = [
            proof
            for proof in [*proofs.PROOFS, *books.PROOFS]
            if not (awaited and proof.name == "payments-statements")  # it rightly says so
        ]
        wrong = [row for proof in asked for row in proof.wrong()]
        assert wrong == [], (day, wrong[:5])
        if not self.wallet.out:
            assert list(arrangements.zombies("wallet")) == []


def clock(day: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), tzinfo=dt.UTC)


def weather_of(begin: dt.date, end: dt.date, *, seed: int) -> tuple[Weather, frozenset[dt.date]]:
    """Every 13th day's statement comes late, every 7th comes twice; once in forty days the wallet
    is out."""
    chance = random.Random(seed)
    days = [begin + n * DAY for n in range((end - begin).days + 1)]
    late = {day: chance.randint(1, 3) for day in days if chance.random() < 1 / 13}
    twice = frozenset(day for day in days if chance.random() < 1 / 7)
    out = frozenset(day for day in days if chance.random() < 1 / 40)
    return Weather(late, out), twice
