"""Plain text accounting in Beancount's form.

    2026-03-31 * "due item 17" ^entry-5
      Assets:Bank  12.00 EUR
      Income:Contributions  -12.00 EUR
        party: "person:4"

A period begins with what was brought forward and ends with the balance of every account, so that
Beancount itself finds out whether something is missing.

Source: Beancount's description of its language (directives open, transaction, balance).
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

from allmende.ledger.exports.booked import Booked, Share
from allmende.ledger.money import Money, plain

ROOTS = {
    "asset": "Assets",
    "liability": "Liabilities",
    "equity": "Equity",
    "income": "Income",
    "expense": "Expenses",
}
Balances = Mapping[str, Mapping[str, Money]]  # by account and currency


def lines(
    entries: Iterable[Booked],
    *,
    since: dt.date,
    until: dt.date,
    kinds: Mapping[str, str],
    before: Balances,
    after: Balances,
    title: str,
) -> Iterator[str]:
    """The file, line by line.

    entries: of the period, ordered by day. kinds: what each account is, as Account.Kind says.
    before, after: balances at the end of the day before the period, and of its last day.
    """
    yield f'option "title" {quoted(title)}\n'
    for code, kind in kinds.items():
        yield f"{since} open {account(code, kind)}\n"
    brought = tuple(
        Share(code, money) for code, each in before.items() for money in each.values() if money
    )
    if brought:
        yield from entry(Booked(0, since, "brought forward", brought), kinds)
    for booked in entries:
        yield from entry(booked, kinds)
    day = until + dt.timedelta(days=1)  # a balance is that of the morning
    for code, each in after.items():
        for money in each.values():
            yield f"{day} balance {account(code, kinds[code])}  {amount(money)}\n"


def entry(booked: Booked, kinds: Mapping[str, str]) -> Iterator[str]:
    links = f" ^entry-{booked.number}" if booked.number else ""
    links += f" ^entry-{booked.reverses}" if booked.reverses else ""
    yield f"\n{booked.on} * {quoted(booked.text)}{links}\n"
    for share in booked.shares:
        yield f"  {account(share.account, kinds[share.account])}  {amount(share.money)}\n"
        if share.party:
            yield f"    party: {quoted(share.party)}\n"


def account(code: str, kind: str) -> str:
    """ "sepa-transit" is Assets:Sepa-Transit: each part begins with a capital."""
    return f"{ROOTS[kind]}:{'-'.join(part.capitalize() for part in code.split('-'))}"


def amount(money: Money) -> str:
    return f"{plain(money)} {money.currency}"


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'
