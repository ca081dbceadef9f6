"""What a provider has to be able to do, and how it tells what it knows.

    Provider    begin                   every way of paying
    Told        hear, look              it sends events; whoever hears one looks for himself
    Standing    turn, live              it collects again and again by itself
    GivesBack   give_back               money can be sent back through it

A provider never writes a row: it answers with *facts*, and `events.apply` makes them true. The same
fact may come any number of times, in any order. Everything that asks over a network is called
outside a transaction, may be called again after a lost reply with the same key, and raises Trouble.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from allmende.ledger.money import Money
from allmende.payments.models import Arrangement, Pledge, Refund

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Trouble(Exception):
    """A provider did not do what it was asked, or did not say so; it is asked again later.

    Trouble
      x Refused     it understood, and said no: asking again does not help
      x NotTheirs   what came in their name is not theirs
    """


class Refused(Trouble):
    """It understood, and said no. code: its word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotTheirs(Trouble):
    """What came in a provider's name is not theirs."""


# --- What is asked of it ---------------------------------------------------------------------


@dataclass(frozen=True)
class Ask:
    """Somebody wants to pay. key: the same for the same checkout, 36 characters; given to the
    provider as idempotency key and as our reference, by which it is found again when a reply was
    lost. purpose, paper: what the giver reads there. back, gone: whole addresses of ours, for who
    has paid and who did not want to. first_on: the day of the first collection."""

    key: str
    pledge: Pledge
    amount: Money
    rhythm: str
    first_on: dt.date
    purpose: str
    paper: str
    language: str
    back: str
    gone: str


@dataclass(frozen=True)
class Step:
    """What the giver does next.

    kind: "redirect" to `url`; "instructions", which `words` hold for a template of ours; "done".
    subject: what `look` is asked about later, as "order:5O19"; arrangement: the provider's id of
    what it will collect again and again. Both may be empty.
    """

    kind: str
    url: str = ""
    words: dict[str, Any] = field(default_factory=dict)
    subject: str = ""
    arrangement: str = ""


@dataclass(frozen=True)
class Delivery:
    """A request that came to /-/payments/<provider>."""

    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Heard:
    """An event, believed. id: unique at the provider. subject: what to look at; empty: nothing."""

    id: str
    kind: str
    subject: str


# --- What it tells ---------------------------------------------------------------------------
# id: of the payment at the provider. key: of our Ask, for what it asked for itself; arrangement: id
# of what collects again and again, for what that collected. at: when it happened.


@dataclass(frozen=True)
class Paid:
    """Money is there. fee: what the provider kept; None where it does not say (yet)."""

    id: str
    amount: Money
    at: dt.datetime
    key: str = ""
    arrangement: str = ""
    fee: Money | None = None


@dataclass(frozen=True)
class Pending:
    """Under way: not money yet."""

    id: str
    amount: Money
    at: dt.datetime
    key: str = ""
    arrangement: str = ""


@dataclass(frozen=True)
class Failed:
    """No money came. id may be empty where not even a payment was made."""

    id: str
    code: str
    at: dt.datetime
    key: str = ""
    arrangement: str = ""


@dataclass(frozen=True)
class GaveBack:
    """Money of a payment was given back, wholly or in part. refund: its id there; key: of our
    Refund where we asked for it."""

    id: str
    refund: str
    amount: Money
    at: dt.datetime
    key: str = ""


@dataclass(frozen=True)
class TakenBack:
    """The giver took a payment back (dispute, chargeback). fee: what that costs us."""

    id: str
    amount: Money
    at: dt.datetime
    fee: Money | None = None


@dataclass(frozen=True)
class WonBack:
    """A dispute ended in our favour: the money is ours again."""

    id: str
    amount: Money
    at: dt.datetime


@dataclass(frozen=True)
class Arranged:
    """State of an arrangement: "awaiting" approval, "live", "resting" (collects no more by itself
    until somebody does something), "ended"."""

    arrangement: str
    state: str
    at: dt.datetime
    key: str = ""
    code: str = ""


Fact = Paid | Pending | Failed | GaveBack | TakenBack | WonBack | Arranged


# --- Who can do it ---------------------------------------------------------------------------


@runtime_checkable
class Provider(Protocol):
    """name: of its folder. account: of the ledger, where its money lies. rhythms: that it offers.
    collects: it takes recurring money by itself; otherwise due items are collected by us."""

    name: str
    title: "StrOrPromise"
    account: str
    rhythms: frozenset[str]
    collects: bool

    def ready(self) -> bool:
        """Whether the settings hold what it needs."""
        ...

    def begin(self, ask: Ask, *, at: dt.datetime) -> Step: ...


@runtime_checkable
class Told(Protocol):
    def hear(self, delivery: Delivery, *, at: dt.datetime) -> list[Heard]:
        """Raises NotTheirs; Trouble makes the sender come again."""
        ...

    def look(self, subject: str, *, at: dt.datetime) -> list[Fact]:
        """What is true of it now, read anew; takes what the giver approved meanwhile."""
        ...


@runtime_checkable
class Standing(Protocol):
    def turn(self, arrangement: Arrangement, wanted: str, *, at: dt.datetime) -> str:
        """Lets it go on ("live"), rest ("resting") or end ("ended"). Returns the state that the
        provider tells afterwards, read anew; asked again until it is what is wanted. One that
        cannot rest raises Refused, and is ended instead."""
        ...

    def live(self) -> Iterator[str]:
        """Ids of all that would still collect, to find what should not."""
        ...


@runtime_checkable
class GivesBack(Protocol):
    def give_back(self, refund: Refund, *, at: dt.datetime) -> list[Fact]: ...
