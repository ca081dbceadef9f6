"""Givers, campaigns and ways of paying for tests."""

import datetime as dt
import re
from typing import Any

from django.core import mail
from django.test import Client

from allmende.contributions.models import Appeal, Campaign
from allmende.payments import providers
from allmende.payments.models import BankAccount
from allmende.payments.providers.port import Ask, Refused, Step, Trouble

AT = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)
DAY = dt.date(2026, 11, 24)
LENE = "lene@bote.example"
OURS = {"Sec-Fetch-Site": "same-origin"}


class Elsewhere:
    """Is paid on somebody else's page."""

    name, title, account = "elsewhere", "Elsewhere", "paypal"
    rhythms = frozenset({"once", "monthly", "quarterly", "yearly"})
    collects = True

    def ready(self) -> bool:
        return True

    def begin(self, ask: Ask, *, at: dt.datetime) -> Step:
        return Step("redirect", url=f"https://elsewhere.example/{ask.key}")


class Refusing(Elsewhere):
    """Wants no money."""

    name, title = "refusing", "Refusing"

    def begin(self, ask: Ask, *, at: dt.datetime) -> Step:
        raise Refused("insufficient_funds")


class Down(Elsewhere):
    """Does not answer."""

    name, title = "down", "Down"

    def begin(self, ask: Ask, *, at: dt.datetime) -> Step:
        raise Trouble


def open_ways(monkeypatch: Any) -> BankAccount:
    """Transfer and direct debit, and three whose answers are known."""
    for way in (Elsewhere, Refusing, Down):
        place = f"tests.contributions.cast.{way.__name__}"
        monkeypatch.setitem(providers.PROVIDERS, way.name, place)
    return BankAccount.objects.create(
        name="Bank",
        holder="Auentaler Bote eG",
        iban="DE02120300000000202051",
        creditor_id="DE98ZZZ09999999999",
        is_main=True,
    )


def appeal(**more: Any) -> Appeal:
    words = {
        "name": "Usual",
        "heading": "Open to everybody",
        "sentence": "Some give, so that all can read.",
        "button": "Contribute",
        "next_words": "You choose the amount.",
    }
    return Appeal.objects.create(**words | more)


def campaign(**more: Any) -> Campaign:
    words = {
        "title": "A bicycle for Jana",
        "slug": "rad",
        "lead": "She writes from the whole valley.",
        "goal_euros": 1000,
        "starts_on": DAY,
    }
    return Campaign.objects.create(**words | more)


def give(
    client: Client,
    *,
    way: str = "transfer",
    rhythm: str = "monthly",
    amount: str = "12.00",
    first: dict[str, str] | None = None,
    **typed: str,
) -> str:
    """Walks through the three steps; returns the path of the page after them."""
    form = {"rhythm": rhythm, "amount": amount, "method": way, **(first or {})}
    begun = client.post("/beitrag/", form, headers=OURS)
    assert begun.status_code == 303, begun.content
    second = client.post(begun["Location"], {"email": LENE, **typed}, headers=OURS)
    assert second.status_code == 303, second.content
    third = client.post(second["Location"], headers=OURS)
    assert third.status_code == 303, third.content
    return str(third["Location"])


def links() -> list[str]:
    """Paths of all links in the newest mail."""
    found = re.findall(r"https?://[^/\s]+(\S+)", str(mail.outbox[-1].body))
    return [str(path) for path in found]
