"""Where every cent has to be on every evening, by plain rules; knows no database and no house.

- A debit is announced 18 days before it is due, or on the first morning after what made it
  necessary. It is collected on the first bank day on which it is due and 14 days have passed since;
  the file goes to the bank on the bank day before. What is not with the bank yet follows a giver's
  word; what is, is taken.
- A debit that came back for want of money is asked for once more, three weeks later.
- Books show what the bank did on the evening on which its statement came.
- A wallet collects by itself on the day; books show it on the evening on which it answers.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from dateutil.easter import easter

from tests.simulation.givers import DAY, TURN, Giver

AHEAD, NOTICE, AGAIN = dt.timedelta(days=18), dt.timedelta(days=14), dt.timedelta(days=21)
RETURN_FEE, DISPUTE_FEE = 300, 1600
CODES = {
    "no money once": "AM04", "no money twice": "AM04", "takes it back": "MD06",
    "ends, then takes it back": "MD06", "account closed": "AC04", "dies": "MD07",
}  # fmt: skip


def is_bank_day(day: dt.date) -> bool:
    sunday = easter(day.year)
    closed = {(1, 1), (5, 1), (12, 25), (12, 26)}
    return not (
        day.weekday() > 4
        or (day.month, day.day) in closed
        or day in (sunday - 2 * DAY, sunday + DAY)
    )


def bank_day(day: dt.date, *, step: dt.timedelta = DAY) -> dt.date:
    while not is_bank_day(day):
        day += step
    return day


def later(day: dt.date, bank_days: int) -> dt.date:
    for _ in range(bank_days):
        day = bank_day(day + DAY)
    return day


@dataclass(frozen=True)
class Weather:
    """What goes wrong around the house. late: days whose statement comes later, by days. out: days
    on which the wallet does not answer."""

    late: dict[dt.date, int]
    out: frozenset[dt.date]

    def told(self, day: dt.date) -> dt.date:
        return day + self.late.get(day, 0) * DAY

    def answered(self, day: dt.date) -> dt.date:
        while day in self.out:
            day += DAY
        return day


@dataclass(frozen=True)
class Move:
    """What changes in the books on the evening of a day. credited: to the giver; paid: how many
    periods more are."""

    day: dt.date
    giver: int
    accounts: dict[str, int]
    credited: int = 0
    paid: int = 0


@dataclass
class Model:
    """books: cents of each account, credits below zero, as the ledger has them."""

    givers: list[Giver]
    weather: Weather
    end: dt.date
    books: Counter[str] = field(default_factory=Counter)
    credited: Counter[int] = field(default_factory=Counter)
    paid: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.moves: dict[dt.date, list[Move]] = defaultdict(list)
        for giver in self.givers:
            for move in WAYS[giver.method](giver, self.weather, self.end):
                self.moves[move.day].append(move)

    def pass_evening(self, day: dt.date) -> bool:
        """True where money moved."""
        moves = self.moves.pop(day, [])
        for move in moves:
            self.books.update(move.accounts)
            self.books["contributions"] -= move.credited
            self.credited[move.giver] += move.credited
            self.paid[move.giver] += move.paid
        return bool(moves)


# --- Direct debit ---------------------------------------------------------------------------------


def debits(giver: Giver, weather: Weather, end: dt.date) -> Iterator[Move]:
    """stop: the day from whose evening on nothing more goes to the bank."""
    stop = giver.turn if giver.story.startswith("ends") else dt.date.max
    for period in giver.periods(until=end):
        due, cents = giver.due(period), giver.cents
        notice = max(due - AHEAD, giver.begun + DAY)
        if giver.story == "gives more" and handed_in(due, notice) > giver.turn:
            cents = giver.more
            notice = giver.turn + DAY if notice <= giver.turn else notice
        if giver.story == "pauses" and handed_in(due, notice) > giver.turn:
            if due < giver.back:
                continue
            notice = max(notice, giver.back)
        tries = 0
        while handed_in(due, notice) <= stop:
            collected = collected_on(due, notice)
            came = weather.told(collected)
            yield Move(came, giver.number, {"bank": cents}, cents, 1)
            tries += 1
            code = code_of(giver, period, tries)
            if not code:
                break
            returned = later(collected, 40 if code == "MD06" else 2)
            known = weather.told(returned)
            lost = {"bank": -cents - RETURN_FEE, "fees": RETURN_FEE}
            if known < came:  # until its credit is told, what went lies in transit
                waits = {"bank": -cents - RETURN_FEE, "sepa-transit": cents + RETURN_FEE}
                yield Move(known, giver.number, waits)
                lost = {"sepa-transit": -cents - RETURN_FEE, "fees": RETURN_FEE}
            yield Move(max(known, came), giver.number, lost, -cents, -1)
            if code != "AM04" or tries > 1:
                stop = min(stop, known)
                break
            due = returned + AGAIN
            notice = max(due - AHEAD, known + DAY)


def code_of(giver: Giver, period: int, tries: int) -> str:
    """Why the giver's bank gives a debit back; empty where it does not."""
    comes_back = period == TURN and (tries == 1 or giver.story == "no money twice")
    return CODES.get(giver.story, "") if comes_back else ""


def collected_on(due: dt.date, notice: dt.date) -> dt.date:
    return bank_day(max(due, notice + NOTICE))


def handed_in(due: dt.date, notice: dt.date) -> dt.date:
    return bank_day(collected_on(due, notice) - DAY, step=-DAY)


# --- Transfer -------------------------------------------------------------------------------------


def pays_on(giver: Giver, period: int) -> dt.date:
    """Nobody transfers to the day; banks book on bank days."""
    return bank_day(giver.due(period) + (giver.number * 7 + period) % 6 * DAY)


def transfers(giver: Giver, weather: Weather, end: dt.date) -> Iterator[Move]:
    for period in giver.periods(until=end):
        if giver.story == "ends" and giver.due(period) > giver.turn:
            return
        came, cents = weather.told(pays_on(giver, period)), giver.cents
        if giver.story == "from another account" and period == TURN:
            yield Move(came, giver.number, {"bank": cents, "suspense": -cents})
            yield Move(came + DAY, giver.number, {"suspense": cents}, cents, 1)
            continue
        times = 2 if giver.story == "pays twice" and period == TURN else 1
        yield Move(came, giver.number, {"bank": cents * times}, cents * times, times)


# --- A wallet that collects by itself -------------------------------------------------------------


def fee_of(cents: int) -> int:
    return 35 + cents * 249 // 10_000


def charges(giver: Giver, period: int) -> bool:
    """Whether the wallet takes the money of this period."""
    due, turn = giver.due(period), giver.turn
    if giver.story in ("ends", "ends there"):
        return due < turn
    if giver.story == "card cancelled":
        return period < TURN
    return giver.story != "pauses" or due < turn or due > giver.back


def heard_on(giver: Giver, period: int) -> dt.date:
    late = 3 if giver.story == "told late" and period == TURN else 0
    return giver.due(period) + late * DAY


def wallet(giver: Giver, weather: Weather, end: dt.date) -> Iterator[Move]:
    cents, fee = giver.cents, fee_of(giver.cents)
    for period in giver.periods(until=end):
        if charges(giver, period):
            known = weather.answered(heard_on(giver, period))
            yield Move(known, giver.number, {"paypal": cents - fee, "fees": fee}, cents, 1)
    if giver.due(TURN) > end:
        return
    known = weather.answered(giver.turn)
    if giver.story.startswith("refunded"):
        part = cents // 2 if giver.story == "refunded in part" else cents
        yield Move(known, giver.number, {"paypal": -part}, -part, -(part == cents))
    if giver.story.startswith("disputes"):
        lost = {"paypal": -cents - DISPUTE_FEE, "fees": DISPUTE_FEE}
        yield Move(known, giver.number, lost, -cents, -1)
    if giver.story == "disputes":
        yield Move(weather.answered(giver.back), giver.number, {"paypal": cents}, cents, 1)


WAYS = {"debit": debits, "transfer": transfers, "wallet": wallet}
