"""Taking the bank's statements in: each row once, whatever is handed in how often.

1. The whole file is read and proved before a row is written; a bad one is refused with its line.
2. Rows are written in lots of their own transaction, each with its entry in the ledger: the bank's
   account always stands as the bank says. Money that nobody knows yet lies in suspense.
3. One entry may be told as a sum (camt.053) and again row by row (camt.054), whichever is first:
   it moves the bank's account once. A sum that nobody has decided about gives way to its rows.
4. What is read is looked at afterwards: `crediting` for our debits, `paying` for our payouts,
   `matching` for the rest.

A run that is broken off is begun again with the same file: what stands there is not written twice.
"""

import datetime as dt
import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, NamedTuple

from django.db import connection, transaction

from allmende.ledger import post
from allmende.ledger.money import SIGNS, Money
from allmende.ledger.post import Draft, Line
from allmende.lib.pages import few_pages
from allmende.lib.rows import insert
from allmende.payments import batches, opening, payout_batches, payouts, references
from allmende.payments.models import BankAccount, Statement, Transfer
from allmende.payments.sealing import fingerprint, seal, unseal
from allmende.payments.statements.reading import Span, Summary, examine, kept
from allmende.payments.statements.shape import Kind, Refused, Row

MOST = 50  # parts of a day that a bank tells in a statement each
ONE_BY_ONE = "told row by row"
TRANSIT, SUSPENSE, FEES = "sepa-transit", "suspense", "fees"
SENT = payouts.TRANSIT


class NotOurs(Refused):
    """A statement of an account that the paper does not have, or in a currency it does not know."""


@dataclass(frozen=True)
class Taken:
    """rows: in the file. new: written now."""

    rows: int
    new: int


@dataclass(frozen=True)
class Files:
    """Ids of our own files that rows name: of debits, and of payouts."""

    debited: frozenset[str]
    sent: frozenset[str]

    @classmethod
    def of(cls, told: set[str]) -> "Files":
        return cls(
            frozenset(batches.of_messages(told)), frozenset(payout_batches.of_messages(told))
        )

    def has(self, row: Row) -> bool:
        return message_of(row) in self.debited or message_of(row) in self.sent


class Drafted(NamedTuple):
    """A row of `Transfer` to be."""

    bank_account: int
    statement: int
    key: str
    lump: str
    booked_on: dt.date
    valued_on: dt.date | None
    cents: int
    currency: str
    bank_code: str
    return_code: str
    fee_cents: int
    end_to_end_id: str
    mandate_reference: str
    reference: str
    fingerprint: str
    sealed: bytes


@few_pages(connection)
def take_in(file: IO[bytes], *, at: dt.datetime) -> Taken:
    """file: open for reading, and seekable. Raises statements.shape.Refused."""
    digest = digest_of(file)
    with TemporaryFile() as rows:
        summary = examine(file, keep=rows)
        accounts = accounts_of(summary)
        told = [_statement(span, accounts, digest=digest, at=at) for span in summary.spans]
        if all(row.entries for row in told):
            return Taken(summary.rows, 0)
        by_name = {(row.bank_account.iban, row.number): row for row in told}
        new = sum(_write(lot, by_name, at=at) for lot in kept(rows))
    for row, span in zip(told, summary.spans, strict=True):
        row.entries = span.rows
        row.save(update_fields=["entries"])
    for account in accounts.values():
        opening.ask(account, at=at)
    return Taken(summary.rows, new)


def digest_of(file: IO[bytes]) -> str:
    """Leaves the file at its beginning."""
    found = sha256()
    while part := file.read(1 << 20):
        found.update(part)
    file.seek(0)
    return found.hexdigest()


def fetch(folder: Path, *, at: dt.datetime) -> list[tuple[str, Taken | Refused]]:
    """Takes in what lies in a folder. What is done is moved to `done` below it, what is refused to
    `refused`, with the reason beside it. A file that was written to in the last minute may still be
    on its way and waits."""
    settled = at.timestamp() - 60
    found: list[tuple[str, Taken | Refused]] = []
    for path in sorted(one for one in folder.glob("*.xml") if one.stat().st_mtime < settled):
        outcome: Taken | Refused
        try:
            with path.open("rb") as file:
                outcome = take_in(file, at=at)
        except Refused as refused:
            outcome = refused
        _put_away(path, outcome)
        found.append((path.name, outcome))
    return found


def _put_away(path: Path, outcome: Taken | Refused) -> None:
    place = path.parent / ("refused" if isinstance(outcome, Refused) else "done")
    place.mkdir(exist_ok=True)
    if isinstance(outcome, Refused):
        (place / f"{path.name}.txt").write_text(f"{outcome}\n")
    path.replace(place / path.name)


def accounts_of(summary: Summary) -> dict[str, BankAccount]:
    """By IBAN. Raises NotOurs."""
    found = BankAccount.objects.in_bulk(list(summary.accounts), field_name="iban")
    for span in summary.spans:
        told = span.statement
        if told.account not in found:
            raise NotOurs(told.line, f"an account that is not ours: {told.account}")
        if unknown := span.currencies - SIGNS.keys():
            raise NotOurs(told.line, f"currencies that are not known: {sorted(unknown)}")
    return found


def _statement(
    span: Span, accounts: dict[str, BankAccount], *, digest: str, at: dt.datetime
) -> Statement:
    """entries stays 0 until all rows are written."""
    opening, closing = span.opening, span.closing
    return Statement.objects.get_or_create(
        digest=digest,
        number=span.statement.name[:64],
        defaults={
            "bank_account": accounts[span.statement.account],
            "form": span.statement.source,
            "begins_on": opening.on if opening else None,
            "ends_on": closing.on if closing else None,
            "opening": opening.cents if opening else None,
            "closing": closing.cents if closing else None,
            "read_at": at,
        },
    )[0]


@transaction.atomic
def _write(lot: list[Row], statements: dict[tuple[str, str], Statement], *, at: dt.datetime) -> int:
    accounts = {row.bank_account_id for row in statements.values()}
    list(BankAccount.objects.select_for_update().filter(pk__in=accounts))  # one reads at a time
    _count_on(lot, statements)
    files = Files.of({message_of(row) for row in lot})
    told = {
        one.key: (one, row)
        for row in lot
        if row.cents
        for one in [_drafted(row, statements, is_ours=files.has(row))]
    }
    for key in written(accounts, told):
        del told[key]
    sums = _drop_told_otherwise(told, form=next(iter(statements.values())).form, at=at)
    insert(connection, Transfer, Drafted._fields, (one for one, _row in told.values()))
    keys = written(accounts, told)
    entries = ((keys[one.key], one, row) for one, row in told.values())
    post.post_many(_entries(entries, files, sums), at=at)
    return len(told)


def written(accounts: Collection[int], keys: Iterable[str]) -> dict[str, int]:
    """The rows of these accounts that stand already, by what names them."""
    rows = Transfer.objects.filter(bank_account__in=accounts, key__in=keys).order_by()
    return dict(rows.values_list("key", "pk"))


def _drop_told_otherwise(
    told: dict[str, tuple[Drafted, Row]], *, form: str, at: dt.datetime
) -> dict[str, str]:
    """Leaves out rows of entries that were told in the other form. Returns, by lump, where the
    money of a sum lies that gives way to its rows."""
    lumps = {one.lump for one, _row in told.values() if one.lump}
    before: dict[str, list[Transfer]] = {}
    # That it is not empty is said for SQLite, which takes the index for what says so itself.
    rows = Transfer.objects.filter(lump__in=lumps).exclude(lump="").exclude(statement__form=form)
    for known in rows.defer("sealed"):
        before.setdefault(known.lump, []).append(known)
    sums = {}
    for key, (one, row) in list(told.items()):
        others = before.get(one.lump, [])
        if not others or sum(other.cents for other in others) != row.entry_cents:
            continue
        first = others[0]
        gives_way = first.state == Transfer.State.OPEN or first.why == ONE_BY_ONE
        if form == "camt.054" and len(others) == 1 and gives_way:
            sums[one.lump] = first
        else:
            del told[key]
    Transfer.objects.filter(pk__in=[one.pk for one in sums.values()], state="open").update(
        state=Transfer.State.MATCHED, decided_at=at, why=ONE_BY_ONE
    )
    return {lump: lies_on(one) for lump, one in sums.items()}


def lies_on(transfer: Transfer) -> str:
    """Where the money waits: what is of our debits came to another account than the rest."""
    entry = post.find(f"payments:transfer:{transfer.pk}")
    return post.lines_of([entry])[entry.pk][-1].account if entry else SUSPENSE


def _count_on(lot: list[Row], statements: dict[tuple[str, str], Statement]) -> None:
    """Equal rows that the bank gave no name, told in statements that follow one another within a
    day: they are several, though each file has one."""
    unnamed = [row for row in lot if row.statement.source == "camt.053" and not row.bank_reference]
    beside = {key: neighbours(statements[key]) for key in {_place(row) for row in unnamed}}
    for row in unnamed:
        if others := beside[_place(row)]:
            row.ordinal += _told_in(others, row)


def _told_in(others: set[int], row: Row) -> int:
    """How many equal rows these statements tell."""
    alike = replace(row, ordinal=0)
    while Transfer.objects.filter(statement__in=others, key=alike.identity()).exists():
        alike.ordinal += 1
    return alike.ordinal


def _place(row: Row) -> tuple[str, str]:
    return row.statement.account, row.statement.name[:64]


def neighbours(statement: Statement) -> set[int]:
    """Statements that end on this one's day where it begins, or begin where it ends, by their
    balances; and their neighbours. None of them tells a row that another tells."""
    found: dict[int, Statement] = {statement.pk: statement}
    same = Statement.objects.filter(bank_account=statement.bank_account_id, form=statement.form)
    edge = [statement]
    while edge and len(found) < MOST:
        one = edge.pop()
        if one.opening is None or one.closing is None or one.opening == one.closing:
            continue
        before = same.filter(closing=one.opening, ends_on=one.begins_on)
        after = same.filter(opening=one.closing, begins_on=one.ends_on)
        for other in [*before[:MOST], *after[:MOST]]:
            if other.pk not in found and other.opening != other.closing:
                found[other.pk] = other
                edge.append(other)
    return set(found) - {statement.pk}


def _drafted(row: Row, statements: dict[tuple[str, str], Statement], *, is_ours: bool) -> Drafted:
    statement = statements[row.statement.account, row.statement.name[:64]]
    key = row.identity()
    told = f"{row.creditor_reference} {row.purpose}"
    return Drafted(
        bank_account=statement.bank_account_id,
        statement=statement.pk,
        key=key,
        lump=lump_of(row, is_ours=is_ours),
        booked_on=row.booked_on,
        valued_on=row.valued_on,
        cents=row.cents,
        currency=row.currency,
        bank_code=f"{row.kind} {row.family}".strip()[:35],
        return_code=row.return_code[:8],
        fee_cents=fee_of(row),
        end_to_end_id=row.end_to_end[:35],
        mandate_reference=row.mandate[:35],
        reference=next(iter(references.find(told)), ""),
        fingerprint=fingerprint(row.iban) if row.iban else "",
        sealed=seal(json.dumps(personal(row)), column="transfer.sealed", row=key),
    )


def lump_of(row: Row, *, is_ours: bool) -> str:
    """Names the entry: by our own id where it is of ours, else by the bank's."""
    name = message_of(row) if is_ours else f"{row.booked_on} {row.entry_reference}"
    if not is_ours and not row.entry_reference:
        return ""
    told = (row.statement.account, str(row.entry_cents), row.currency, name)
    return sha256("\x1f".join(told).encode()).hexdigest()


def fee_of(row: Row) -> int:
    """What the bank keeps of a return, whichever way it says so."""
    if row.kind == Kind.RETURNED and row.cents < 0 and row.original_cents:
        return max(0, -row.cents - row.original_cents)
    return row.charged_cents


def personal(row: Row) -> dict[str, str | int]:
    return {
        "name": row.name,
        "iban": row.iban,
        "purpose": row.purpose,
        "creditor_reference": row.creditor_reference,
        "message": row.message,
        "payment_information": row.payment_information,
        "bank_reference": row.bank_reference,
        "count": row.count,
    }


def told_by(transfer: Transfer) -> dict[str, str | int]:
    """Counterpart, words and references; empty values once they were forgotten."""
    if transfer.sealed is None:
        return {}
    found: dict[str, str | int] = json.loads(
        unseal(transfer.sealed, column="transfer.sealed", row=transfer.key)
    )
    return found


def done(transfer: Transfer, *, why: str, at: dt.datetime) -> None:
    """It is known what the row is of."""
    rows = Transfer.objects.filter(pk=transfer.pk, state=Transfer.State.OPEN)
    rows.update(state=Transfer.State.MATCHED, decided_at=at, why=why)


def kind_of(transfer: Transfer) -> Kind:
    return Kind(transfer.bank_code.split(" ")[0])


# --- The ledger ---------------------------------------------------------------------------------


def _entries(
    told: Iterable[tuple[int, Drafted, Row]], files: Files, sums: dict[str, str]
) -> Iterator[Draft]:
    """told: with their keys. sums: where money lies that is told row by row now; it is on the
    bank's account already."""
    accounts = dict(BankAccount.objects.values_list("pk", "account"))
    for key, one, row in told:
        money = Money(one.cents, one.currency)
        other = counterpart(row, files)
        source = sums.get(one.lump) or accounts[one.bank_account]
        yield Draft(
            f"payments:transfer:{key}",
            one.booked_on,
            f"row {key} of statement {one.statement}",
            [Line(source, money), Line(other, -money)],
        )


def message_of(row: Row) -> str:
    return row.payment_information or row.message


def counterpart(row: Row, files: Files) -> str:
    """Where it lies until more is known: what is of our debits or payouts in transit, the rest in
    suspense."""
    if row.kind == Kind.FEES:
        return FEES
    if message_of(row) in files.sent or references.is_payout(row.end_to_end):
        return SENT
    debit = message_of(row) in files.debited or references.end_to_end_parts(row.end_to_end)
    return TRANSIT if debit or references.is_mandate(row.mandate) else SUSPENSE
