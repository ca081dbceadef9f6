"""Posting: the only way into the ledger, for every app.

    from allmende.ledger import post
    from allmende.ledger.post import Line

    post.post("payments:settled:17", on=day, at=now, text="due item 17", lines=[
        Line("bank", amount), Line("contributions", -amount, party="person:4"),
    ])

Debit is positive: what came to the bank is more there, and the contribution that it was is less
than zero. The same key posted again gives the entry that stands; with other content it is refused.
Many entries are posted by one `post_many`: ten times as fast as one by one.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from django.db import IntegrityError, connection, transaction

from allmende.ledger.models import Entry, Posting
from allmende.ledger.money import Money
from allmende.lib.rows import insert

LOT = 500  # entries written at once
LINE = ["entry", "account", "cents", "currency", "party"]  # columns of `lines_of`
PARTY = re.compile(r"[a-z]+(-[a-z]+)*:\d+", re.ASCII)
# Ids have no "@", and no letters before two digits before eleven more signs, as IBANs do.
PERSONAL = re.compile(r"@|\b[A-Za-z]{2}\d{2}(?: ?[0-9A-Za-z]){11}")


class NotPosted(ValueError):
    """A rule of the ledger would be broken; nothing was written.

    NotPosted
      x Uneven           the postings do not add up to zero in each currency, or are fewer than two
      x OtherContent     the key stands with other content
      x Reversed         what should be reversed has been reversed before
      x UnknownAccount   no such account is in the chart
      x NoId             text or party hold something else than ids
    """


class Uneven(NotPosted):
    """The postings do not add up to zero in each currency, or are fewer than two."""


class OtherContent(NotPosted):
    """The key stands with other content."""


class Reversed(NotPosted):
    """What should be reversed has been reversed before."""


class UnknownAccount(NotPosted):
    """No such account is in the chart."""


class NoId(NotPosted):
    """Text or party hold something else than ids: an address, an IBAN, a name."""


@dataclass(frozen=True, slots=True)
class Line:
    """A posting. party: "member:17", or empty. money: debit positive, never zero."""

    account: str
    money: Money
    party: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry to be. key: unique for ever, given by the caller; on: the day for the books."""

    key: str
    on: dt.date
    text: str
    lines: Sequence[Line]
    reverses: int | None = field(default=None, kw_only=True)


def post(key: str, *, on: dt.date, at: dt.datetime, text: str, lines: Sequence[Line]) -> Entry:
    """Posts one entry, once. at: now.

    Raises NotPosted.
    """
    return _post_one(Draft(key, on, text, lines), at=at)


def reverse(entry: Entry, *, key: str, on: dt.date, at: dt.datetime, text: str) -> Entry:
    """Posts the mirror image of an entry.

    Raises NotPosted.
    """
    lines = [Line(line.account, -line.money, line.party) for line in lines_of([entry])[entry.pk]]
    return _post_one(Draft(key, on, text, lines, reverses=entry.pk), at=at)


def _post_one(draft: Draft, *, at: dt.datetime) -> Entry:
    """In `put`'s transaction: one around it would cost two more ways to the database."""
    check(draft)
    return put([draft], at=at)[draft.key]


@transaction.atomic
def post_many(drafts: Iterable[Draft], *, at: dt.datetime) -> list[Entry]:
    """Posts all of them or none. Returns their entries in the order given.

    Raises NotPosted.
    """
    entries: list[Entry] = []
    rest = iter(drafts)
    while lot := list(islice(rest, LOT)):
        for draft in lot:
            check(draft)
        standing = put(once(lot), at=at)
        entries += [standing[draft.key] for draft in lot]
    return entries


def find(key: str) -> Entry | None:
    """The entry that was posted with this key."""
    return Entry.objects.filter(key=key).first()


def find_all(keys: Iterable[str]) -> dict[str, Entry]:
    """The entries that were posted with these keys, by key."""
    return {entry.key: entry for entry in Entry.objects.filter(key__in=list(keys))}


def keys(prefix: str) -> Iterator[str]:
    """All keys that begin so."""
    rows = Entry.objects.filter(key__startswith=prefix).order_by("pk")
    return rows.values_list("key", flat=True).iterator()


def lines_of(entries: Iterable[Entry]) -> dict[int, list[Line]]:
    """The postings of each entry, in their order."""
    found: dict[int, list[Line]] = defaultdict(list)
    rows = Posting.objects.filter(entry_id__in=[entry.pk for entry in entries])
    told = rows.order_by("entry_id", "number")
    for entry, account, cents, currency, party in told.values_list(*LINE):
        found[entry].append(Line(account, Money(cents, currency), party))
    return found


# --- What is checked -------------------------------------------------------------------------


def check(draft: Draft) -> None:
    """Raises NotPosted with words of ours, before the database would refuse it with its own."""
    sums: dict[str, int] = defaultdict(int)
    for line in draft.lines:
        sums[line.money.currency] += line.money.cents
        if line.party and not PARTY.fullmatch(line.party):
            raise NoId(f"{draft.key}: {line.party!r} is not like 'member:17'")
    if len(draft.lines) < 2 or any(sums.values()) or not all(line.money for line in draft.lines):
        raise Uneven(f"{draft.key}: {', '.join(str(line.money) for line in draft.lines)}")
    if PERSONAL.search(draft.text) or PERSONAL.search(draft.key):
        raise NoId(f"{draft.key}: texts and keys hold ids only")


def once(drafts: list[Draft]) -> list[Draft]:
    """Without those that are given twice. Raises OtherContent where two differ."""
    by_key: dict[str, Draft] = {}
    for draft in drafts:
        if by_key.setdefault(draft.key, draft) != draft:
            raise OtherContent(draft.key)
    return list(by_key.values())


def standing_of(drafts: list[Draft]) -> dict[str, Entry]:
    """The entries that stand already. Raises OtherContent."""
    found = {row.key: row for row in Entry.objects.filter(key__in=[d.key for d in drafts])}
    if not found:
        return {}
    lines = lines_of(found.values())
    for draft in drafts:
        entry = found.get(draft.key)
        if entry and differ(draft, entry, lines[entry.pk]):
            raise OtherContent(f"{draft.key} stands as entry {entry.pk} with other content")
    return found


def differ(draft: Draft, entry: Entry, lines: list[Line]) -> bool:
    ours = (draft.on, draft.text, draft.reverses, list(draft.lines))
    return ours != (entry.booked_on, entry.text, entry.reverses_id, lines)


# --- What is written -------------------------------------------------------------------------


def put(drafts: list[Draft], *, at: dt.datetime) -> dict[str, Entry]:
    """Writes what does not stand yet. Nearly all are new, so nobody asks beforehand: who comes
    second to a key waits for the first to commit, is refused by the database, and then finds the
    entry standing."""
    standing: dict[str, Entry] = {}
    while missing := [draft for draft in drafts if draft.key not in standing]:
        try:
            with transaction.atomic():
                return standing | write(missing, at=at)
        except IntegrityError as error:
            explain(missing, error)
            standing = standing_of(drafts)
    return standing


def explain(drafts: list[Draft], error: IntegrityError) -> None:
    """Returns where a key stands by now; raises what else it was."""
    if Entry.objects.filter(key__in=[draft.key for draft in drafts]).exists():
        return
    reversals = [draft.reverses for draft in drafts if draft.reverses]
    if taken := Entry.objects.filter(reverses__in=reversals).first():
        raise Reversed(f"entry {taken.reverses_id} is reversed by {taken.pk}") from error
    raise error


def write(drafts: list[Draft], *, at: dt.datetime) -> dict[str, Entry]:
    """Postings first, then the entries, which seal them. Sorted by key, so that two who write the
    same keys never wait for each other crosswise."""
    drafts = sorted(drafts, key=lambda draft: draft.key)
    accounts = {line.account for draft in drafts for line in draft.lines}
    entries = [
        Entry(id=number, key=draft.key, booked_on=draft.on, recorded_at=at, text=draft.text,
              lines=len(draft.lines), reverses_id=draft.reverses)
        for number, draft in zip(numbers(len(drafts), accounts=accounts), drafts, strict=True)
    ]  # fmt: skip
    insert(
        connection,
        Posting,
        ["entry", "number", "account", "party", "currency", "cents", "booked_on"],
        (
            (entry.pk, number, line.account, line.party, line.money.currency, line.money.cents,
             draft.on)
            for entry, draft in zip(entries, drafts, strict=True)
            for number, line in enumerate(draft.lines, 1)
        ),
    )  # fmt: skip
    insert(
        connection,
        Entry,
        ["id", "key", "booked_on", "text", "lines", "reverses"],
        ((one.pk, one.key, one.booked_on, one.text, one.lines, one.reverses_id) for one in entries),
        recorded_at=at,
    )
    return {entry.key: entry for entry in entries}


def numbers(count: int, *, accounts: set[str]) -> list[int]:
    """The ids of the next entries: a posting names its entry before that stands. Raises
    UnknownAccount."""
    places = ", ".join(["%s"] * len(accounts))
    known = f"SELECT code FROM ledger_account WHERE code IN ({places})"  # noqa: S608
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            following = "SELECT nextval('ledger_entry_id_seq') FROM generate_series(1, %s)"
            cursor.execute(f"SELECT ARRAY({known}), ARRAY({following})", [*accounts, count])
            codes, found = cursor.fetchone()
        else:  # whoever writes is alone
            cursor.execute(known, [*accounts])
            codes = [code for (code,) in cursor.fetchall()]
            cursor.execute("SELECT coalesce(max(id), 0) FROM ledger_entry")
            (last,) = cursor.fetchone()
            found = range(last + 1, last + 1 + count)
    if unknown := accounts.difference(codes):
        raise UnknownAccount(", ".join(sorted(unknown)))
    return list(found)
