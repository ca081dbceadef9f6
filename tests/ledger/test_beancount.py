"""Beancount's text, read back by a reader of its own."""

import datetime as dt
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from allmende.ledger.exports import beancount
from allmende.ledger.exports.booked import Booked, Share
from allmende.ledger.money import Money, from_plain

pytestmark = pytest.mark.no_database
DAY = dt.date(2026, 3, 31)
KINDS = {"bank": "asset", "sepa-transit": "asset", "contributions": "income"}
NAMES = {beancount.account(code, kind): code for code, kind in KINDS.items()}
AMOUNT = r"(-?\d+\.\d\d) ([A-Z]{3})"


def written(entries: list[Booked], before: dict[str, dict[str, Money]] | None = None) -> str:
    sums: dict[tuple[str, str], Money] = {
        (code, currency): money
        for code, each in (before or {}).items()
        for currency, money in each.items()
    }
    for entry in entries:
        for share in entry.shares:
            key = (share.account, share.money.currency)
            sums[key] = sums.get(key, Money(0, share.money.currency)) + share.money
    after: dict[str, dict[str, Money]] = {}
    for (code, currency), money in sums.items():
        after.setdefault(code, {})[currency] = money
    return "".join(
        beancount.lines(
            entries, since=DAY, until=DAY, kinds=KINDS, before=before or {}, after=after, title="x"
        )
    )


def read(text: str) -> list[Booked]:
    """The transactions; raises AssertionError where they are not even, or end in other balances
    than the file says."""
    found: list[Booked] = []
    sums: dict[tuple[str, str], int] = {}
    opened = set()
    for line in text.splitlines():
        if head := re.fullmatch(r'(\S{10}) \* "((?:[^"\\]|\\.)*)"((?: \^entry-\d+)*)', line):
            links = [int(link) for link in re.findall(r"\d+", head[3])]
            number, reverses = ([*links, None, None])[:2]
            words = re.sub(r"\\(.)", r"\1", head[2])
            found.append(Booked(number or 0, dt.date.fromisoformat(head[1]), words, (), reverses))
        elif line.startswith("  ") and (move := re.fullmatch(rf"  (\S+)  {AMOUNT}", line)):
            assert move[1] in opened
            share = Share(NAMES[move[1]], from_plain(move[2], move[3]))
            found[-1] = replaced(found[-1], share)
            key = (move[1], move[3])
            sums[key] = sums.get(key, 0) + share.money.cents
        elif party := re.fullmatch(r'    party: "(.*)"', line):
            *shares, last = found[-1].shares
            found[-1] = replaced(
                found[-1], *shares, Share(last.account, last.money, party[1]), keep=0
            )
        elif end := re.fullmatch(rf"2026-04-01 balance (\S+)  {AMOUNT}", line):
            assert sums.pop((end[1], end[3]), 0) == from_plain(end[2], end[3]).cents
        elif begin := re.fullmatch(r"2026-03-31 open (\S+)", line):
            opened.add(begin[1])
        else:
            assert line in ("", 'option "title" "x"'), line
    assert sums == {}
    for entry in found:
        for currency in ("EUR", "CHF"):
            cents = [s.money.cents for s in entry.shares if s.money.currency == currency]
            assert sum(cents) == 0
    return found


def replaced(entry: Booked, share: Share, keep: int | None = None) -> Booked:
    shares = (*entry.shares[:keep], share)
    return Booked(entry.number, entry.on, entry.text, shares, entry.reverses)


AMOUNTS = some.tuples(some.integers(1, 10**10), some.sampled_from(["EUR", "CHF"]))
TEXTS = some.text(some.characters(codec="latin-1", categories=["L", "P", "N", "Zs"]))
PARTIES = some.sampled_from(["", "person:4"])
ENTRIES = some.builds(
    lambda number, text, move, party, back: Booked(
        number, DAY, text,
        (Share("sepa-transit", Money(*move), party), Share("contributions", -Money(*move))),
        back,
    ),
    some.integers(1, 10**9), TEXTS, AMOUNTS, PARTIES, some.none() | some.integers(1, 10**9),
)  # fmt: skip


@settings(max_examples=25)
@given(some.lists(ENTRIES, max_size=5))
def test_what_is_written_is_read_back(entries: list[Booked]) -> None:
    assert read(written(entries)) == entries


def test_period_begins_with_what_was_brought_forward() -> None:
    before = {"bank": {"EUR": Money(500)}, "contributions": {"EUR": Money(-500)}}
    entry = Booked(1, DAY, "x", (Share("bank", Money(20)), Share("contributions", Money(-20))))
    (brought, back) = read(written([entry], before))
    assert (brought.text, brought.shares) == (
        "brought forward",
        (Share("bank", Money(500)), Share("contributions", Money(-500))),
    )
    assert back == entry
