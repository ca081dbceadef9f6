"""The dummy PayPal behind real HTTP, whom it tells of events, and what was said between us."""

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from allmende.ledger.money import Money
from allmende.payments.providers.dummies.hours import Clock
from allmende.payments.providers.dummies.messenger import PLAIN
from allmende.payments.providers.dummies.moods import Moods
from allmende.payments.providers.dummies.stage import Answer, Asked, Stage, said, served
from allmende.payments.providers.paypal.api import Account, PayPal, code_of
from allmende.payments.providers.paypal.dummy import opening, play
from allmende.payments.providers.paypal.dummy.bank import Bank, Seals
from allmende.payments.providers.paypal.orders import Offer
from allmende.payments.providers.wire import Wire
from tests.payments.providers.openapi import Exchange

WEBHOOK = "WHDUMMY"
MONTH_END = dt.datetime(2026, 1, 31, 10, tzinfo=dt.UTC)
SEALS = Seals()  # dear to make


@dataclass
class Ear:
    """Takes events, and remembers them as they came."""

    heard: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)
    refusals: int = 0

    def take(self, asked: Asked) -> Answer:
        if self.refusals:
            self.refusals -= 1
            return said(500)
        self.heard.append((asked.body, dict(asked.headers.items())))
        return said(200)

    @property
    def kinds(self) -> list[str]:
        return [json.loads(body)["event_type"] for body, _ in self.heard]


@dataclass
class World:
    bank: Bank
    ear: Ear
    paypal: PayPal
    exchanges: list[Exchange]

    def approve(self, address: str, deed: str = "pay") -> httpx.Response:
        """Presses a button on the page behind an address; returns where it leads."""
        assert httpx.get(address, trust_env=False, verify=PLAIN).status_code == 200
        return press(address, deed)

    def deal(self, kind: str, id: str, deed: str) -> None:
        """What a payer or a bank does at the dummy's desk."""
        answer = press(f"{self.bank.address}/desk/{kind}/{id}", deed)
        assert answer.status_code == 303


def press(address: str, deed: str) -> httpx.Response:
    """Presses a button of a page on this machine."""
    return httpx.post(address, data={"deed": deed}, trust_env=False, verify=PLAIN)


def account_of(bank: Bank) -> Account:
    return Account(bank.client, bank.secret, webhook=WEBHOOK, server=bank.address)


def client(account: Account, *, timeout: float = 30.0) -> PayPal:
    wire = Wire(
        account.base, code_of, pause=lambda _: None, timeout=httpx.Timeout(timeout), patience=60
    )
    return PayPal(account, wire=wire)


@contextmanager
def world() -> Iterator[World]:
    ear, exchanges = Ear(), []

    def answer(bank: Bank, asked: Asked) -> Answer:
        given = play.answer(bank, asked)
        exchanges.append(exchange(asked, given))
        return given

    stage = Stage(ear.take, Moods(), ("/",), lambda _: {})
    with served(stage) as port:
        bank = Bank(
            address="",
            listener=f"http://127.0.0.1:{port}/events",
            webhook=WEBHOOK,
            clock=Clock.at(MONTH_END),
            seals=SEALS,
        )
        with opening.opened(bank, answer=answer):
            paypal = client(account_of(bank))
            try:
                yield World(bank, ear, paypal, exchanges)
            finally:
                paypal.wire.close()


def exchange(asked: Asked, given: Answer) -> Exchange:
    sent: Any = json.loads(asked.body) if asked.body[:1] in (b"{", b"[") else None
    return Exchange(
        asked.method,
        asked.path,
        asked.query,
        dict(asked.headers.items()),
        sent,
        given.status,
        json.loads(given.body) if given.body and given.kind == "application/json" else None,
    )


def offer(reference: str = "a-1", cents: int = 1200) -> Offer:
    return Offer(
        reference=reference,
        amount=Money(cents),
        purpose="Solidarbeitrag",
        paper="Auentaler Bote",
        locale="de-DE",
        after="http://bote.example/geben/danke/",
        cancelled="http://bote.example/geben/?zurueck=1",
    )
