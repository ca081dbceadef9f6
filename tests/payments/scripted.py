"""A provider whose state a test writes: what it would say is in plain sight, as facts."""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from allmende.payments.models import Arrangement, Refund
from allmende.payments.providers.port import (
    Ask,
    Delivery,
    Fact,
    Heard,
    NotTheirs,
    Step,
    Trouble,
)


@dataclass
class Scripted:
    """says: facts by subject. states: of arrangements. trouble: raised by whatever is asked next.
    lost: the next answer does not arrive, though the deed was done."""

    name: str = "scripted"
    title: str = "Scripted"
    account: str = "paypal"
    rhythms: frozenset[str] = frozenset({"once", "monthly", "quarterly", "yearly"})
    collects: bool = True
    says: dict[str, list[Fact]] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    asks: dict[str, Ask] = field(default_factory=dict)
    given_back: list[int] = field(default_factory=list)
    trouble: list[Trouble] = field(default_factory=list)

    def ready(self) -> bool:
        return True

    def begin(self, ask: Ask, *, at: dt.datetime) -> Step:
        self.asks[ask.key] = ask
        self.fail_if_told()
        if ask.rhythm == "once":
            return Step("redirect", url=f"https://pay.example/{ask.key}", subject=f"o:{ask.key}")
        self.states.setdefault(f"A-{ask.key}", "awaiting")
        return Step(
            "redirect",
            url=f"https://pay.example/{ask.key}",
            subject=f"a:{ask.key}",
            arrangement=f"A-{ask.key}",
        )

    def hear(self, delivery: Delivery, *, at: dt.datetime) -> list[Heard]:
        self.fail_if_told()
        if delivery.headers.get("X-Seal") != "good":
            raise NotTheirs("no seal")
        told = json.loads(delivery.body)
        return [Heard(told["id"], told.get("kind", "payment"), told["subject"])]

    def look(self, subject: str, *, at: dt.datetime) -> list[Fact]:
        self.fail_if_told()
        return list(self.says.get(subject, []))

    def turn(self, arrangement: Arrangement, wanted: str, *, at: dt.datetime) -> str:
        self.fail_if_told()
        self.states[arrangement.external_id] = wanted
        return wanted

    def live(self) -> Iterator[str]:
        return (id for id, state in self.states.items() if state == "live")

    def give_back(self, refund: Refund, *, at: dt.datetime) -> list[Fact]:
        self.given_back.append(refund.pk)
        self.fail_if_told()
        return []

    def fail_if_told(self) -> None:
        if self.trouble:
            raise self.trouble.pop(0)


class Deaf(Scripted):
    """Does not answer whoever asks what is live."""

    def live(self) -> Iterator[str]:
        raise Trouble("503")


class Debit:
    """Collected by us: nothing happens at once, and nothing is told."""

    name = "debit"
    title = "Debit"
    account = "bank"
    rhythms = frozenset({"once", "monthly", "quarterly", "yearly"})
    collects = False

    def ready(self) -> bool:
        return True

    def begin(self, ask: Ask, *, at: dt.datetime) -> Step:
        return Step("done")
