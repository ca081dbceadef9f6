"""The page of public accounts: what the books say, and nothing of anybody."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from allmende.bakery import bake, orders
from allmende.bakery.models import BakeOrder
from allmende.contributions import accounts, receivers, showing
from allmende.contributions.models import PublicAccounts
from allmende.ledger import post
from allmende.ledger.money import Money
from allmende.ledger.post import Line
from tests.contributions import money
from tests.contributions.cast import AT, DAY, open_ways
from tests.newsroom.test_baking import from_scratch, tree

pytestmark = pytest.mark.django_db
GERMAN, ENGLISH = showing.ACCOUNTS.values()
OCTOBER = dt.date(2026, 10, 14)
WAYS = ("transfer", "debit", "paypal")


@pytest.fixture(autouse=True)
def nobody_looks_at_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receivers, "today", lambda: DAY)


def opened(**more: Any) -> PublicAccounts:
    row = PublicAccounts.load()
    for name, value in ({"is_public": True} | more).items():
        setattr(row, name, value)
    row.save()
    row.refresh_from_db()
    return row


def came(euros: int, *, givers: int = 1, on: dt.date = OCTOBER, method: str = "transfer") -> None:
    """So much from each, in the books too."""
    for number in range(givers):
        party = f"person:{1000 * WAYS.index(method) + number}"
        attempt = money.paid(Money(euros * 100), on=on, party=party, method=method)
        lines = [
            Line("bank", Money(euros * 100)),
            Line("contributions", Money(-euros * 100), party),
        ]
        post.post(attempt.key, on=on, at=AT, text="collected", lines=lines)


def shown(client: Client, path: str = GERMAN) -> str:
    return " ".join(client.get(path).content.decode().replace("\N{NO-BREAK SPACE}", " ").split())


def test_page_is_there_when_the_office_opens_it_and_gone_when_it_closes_it(client: Client):
    assert client.get(GERMAN).status_code == 404
    assert GERMAN not in orders.there_should_be()
    opened()
    bake.finish()
    assert {GERMAN, ENGLISH} <= set(tree())
    assert GERMAN in client.get("/sitemap-seiten.xml").content.decode()
    opened(is_public=False)
    bake.finish()
    assert not {GERMAN, ENGLISH} & {path for path, (state, _) in tree().items() if state == "live"}


def test_baked_page_follows_the_books_and_equals_a_bake_from_scratch(tmp_path: Path):
    opened(goal_euros=500, shows_ways=True)
    bake.finish()
    before = tree()[GERMAN]
    came(20, givers=7)
    assert accounts.renew(on=DAY)
    bake.finish()
    assert tree()[GERMAN] != before
    fresh = from_scratch(tmp_path / "fresh")
    assert all(tree()[path] == fresh[path] for path in (GERMAN, ENGLISH))


def test_page_is_ordered_only_where_the_figures_have_changed():
    opened()
    BakeOrder.objects.all().delete()
    assert not accounts.renew(on=DAY)
    assert not BakeOrder.objects.exists()
    assert accounts.renew(on=DAY + dt.timedelta(days=1))
    ordered = BakeOrder.objects.values_list("ingredient", flat=True)
    assert list(ordered) == [PublicAccounts.INGREDIENT]


def test_page_tells_months_givers_ways_and_the_goal(client: Client):
    came(20, givers=6)
    came(10, givers=5, method="debit")
    came(30, givers=5, on=DAY - dt.timedelta(days=1))
    opened(goal_euros=500, shows_ways=True, intro_de="Davon zahlen wir Gehälter.")
    html = shown(client)
    assert "Davon zahlen wir Gehälter." in html
    assert '<th scope="row">Oktober 2026</th><td class="number">170 €</td>' in html
    assert "<strong>150 €</strong> von 500 € (30 %)" in html
    assert "haben 11 Menschen" in html
    assert '<td class="number">84 %</td>' in html
    english = shown(client, ENGLISH)
    assert '<html lang="en">' in english
    assert "11 people gave" in english
    assert "€170" in english


def test_office_switches_each_part_off(client: Client):
    came(20, givers=6)
    post.post(
        "fee", on=OCTOBER, at=AT, text="fee",
        lines=[Line("fees", Money(3_00)), Line("bank", Money(-3_00))],
    )  # fmt: skip
    parts = {
        "shows_months": "Monat für Monat",
        "shows_givers": "Wie viele geben",
        "shows_ways": "Auf welchen Wegen",
        "shows_fees": "Was das Einziehen kostet",
    }
    opened(**dict.fromkeys(parts, True))
    assert all(words in shown(client) for words in parts.values())
    for name, words in parts.items():
        opened(**{**dict.fromkeys(parts, True), name: False})
        assert words not in shown(client)


def test_month_in_which_few_gave_is_not_told(client: Client):
    came(999, givers=4)
    came(20, givers=5, on=dt.date(2026, 9, 3))
    opened()
    html = shown(client)
    assert "3.996" not in html
    assert '<th scope="row">Oktober 2026</th><td class="number">nicht genannt</td>' in html
    assert "100 €" in html


def test_what_went_back_is_taken_off():
    came(20, givers=6)
    lines = [Line("contributions", Money(20_00), "person:0"), Line("bank", Money(-20_00))]
    post.post("back", on=OCTOBER, at=AT, text="returned", lines=lines)
    assert accounts.counted(on=DAY)["months"] == [["2026-10-01", 100_00]]


def test_today_does_not_count_yet_and_old_months_no_longer():
    came(20, givers=6, on=DAY)
    came(20, givers=6, on=dt.date(2025, 10, 31), method="debit")
    found = accounts.counted(on=DAY)
    assert (found["months"], found["begun"], found["givers"]) == ([], 0, 0)
    assert accounts.counted(on=DAY + dt.timedelta(days=1))["begun"] == 120_00


def test_empty_books_make_a_page_that_says_so(client: Client):
    opened(goal_euros=500, shows_ways=True)
    html = shown(client)
    assert "Noch hat niemand gegeben" in html
    assert "<table" not in html


def test_contribution_page_leads_to_the_accounts_where_they_are_told(
    client: Client, monkeypatch: pytest.MonkeyPatch
):
    open_ways(monkeypatch)
    assert GERMAN not in client.get("/beitrag/").content.decode()
    opened()
    assert GERMAN in client.get("/beitrag/").content.decode()
    assert ENGLISH in client.get("/beitrag/?sprache=en").content.decode()


@given(st.lists(st.integers(0, 9), min_size=3, max_size=3))
def test_no_way_that_few_use_can_be_told_from_the_others(users: list[int]):
    """Neither by itself nor as what is left when all others are taken off."""
    with transaction.atomic():
        for method, number in zip(WAYS, users, strict=True):
            came(10, givers=number, method=method)
        found = dict(accounts.counted(on=DAY)["ways"])
        transaction.set_rollback(True)
    by_name = dict(zip(WAYS, users, strict=True))
    assert sum(found.values()) in ({100} if found else {0})
    assert all(by_name[name] >= accounts.FEWEST for name in found if name)
    apart = sum(number for name, number in by_name.items() if name not in found)
    assert not found or apart == 0 or apart >= accounts.FEWEST


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=9))
def test_shares_add_up_to_a_hundred(cents: list[int]):
    rows = [(str(number), each) for number, each in enumerate(cents)]
    found = accounts.shares(rows)
    assert sum(percent for _name, percent in found) == 100
    whole = sum(cents)
    assert all(
        abs(percent - 100 * each / whole) < 1
        for (_, percent), each in zip(found, cents, strict=True)
    )


def test_goal_of_nothing_is_refused():
    with pytest.raises(IntegrityError), transaction.atomic():
        opened(goal_euros=0)


def test_page_is_drawn_in_its_own_language():
    came(20, givers=6)
    row = opened(goal_euros=500)
    for language, legend in (("de", ["Beiträge", "Ziel"]), ("en", ["Contributions", "Goal"])):
        with translation.override(language):
            drawn = accounts.page_of(row, language=language)["drawn"]
        assert drawn.legend == legend
