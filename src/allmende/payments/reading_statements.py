"""Taking the bank's statements in: each row once, whatever is handed in how often.

1. The whole file is read and proved before a row is written; a bad one is refused with its line.
2. Rows are written in lots of their own transaction, each with its entry in the ledger: the bank's
   account always stands as the bank says. Money that nobody knows yet lies in suspense.
3. What is read is looked at afterwards: `crediting` for our debits, `matching` for the rest.

A run that is broken off is begun again with the same file: what stands there is not written twice.
"""

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import IO

from django.db import transaction

from allmende.ledger import post
from allmende.ledger.money import SIGNS, Money
from allmende.ledger.post import Draft, Line
from allmende.payments import batches, references
from allmende.payments.models import BankAccount, Statement, Transfer
from allmende.payments.sealing import fingerprint, seal, unseal
from allmende.payments.statements.reading import Span, Summary, examine, rows
from allmende.payments.statements.shape import Kind, Refused, Row

LOT = 1_000
TRANSIT, SUSPENSE, FEES = "sepa-transit", "suspense", "fees"


class NotOurs(Refused):
    """A statement of an account that the paper does not have, or in a currency it does not know."""


@dataclass(frozen=True)
class Taken:
    """rows: in the file. new: written now."""

    rows: int
    new: int


def take_in(file: IO[bytes], *, at: dt.datetime) -> Taken:
    """file: open for reading, and seekable. Raises statements.shape.Refused."""
    digest = digest_of(file)
    summary = examine(file)
    accounts = accounts_of(summary)
    told = [_statement(span, accounts, digest=digest, at=at) for span in summary.spans]
    if all(row.entries for row in told):
        return Taken(summary.rows, 0)
    file.seek(0)
    by_name = {(row.bank_account.iban, row.number): row for row in told}
    new = 0
    stream = rows(file)
    while lot := list(islice(stream, LOT)):
        new += _write(lot, by_name, at=at)
    for row, span in zip(told, summary.spans, strict=True):
        row.entries = span.rows
        row.save(update_fields=["entries"])
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
    told = {one.key: (one, row) for one, row in _transfers(lot, statements)}
    known = Transfer.objects.filter(bank_account__in=accounts, key__in=told)
    for key in known.values_list("key", flat=True):
        del told[key]
    Transfer.objects.bulk_create(one for one, _row in told.values())
    post.post_many(_entries(told.values()), at=at)
    return len(told)


def _transfers(
    lot: list[Row], statements: dict[tuple[str, str], Statement]
) -> Iterator[tuple[Transfer, Row]]:
    return ((_transfer(row, statements), row) for row in lot if row.cents)


def _transfer(row: Row, statements: dict[tuple[str, str], Statement]) -> Transfer:
    statement = statements[row.statement.account, row.statement.name[:64]]
    key = row.identity()
    told = f"{row.creditor_reference} {row.purpose}"
    return Transfer(
        bank_account_id=statement.bank_account_id,
        statement=statement,
        key=key,
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


def kind_of(transfer: Transfer) -> Kind:
    return Kind(transfer.bank_code.split(" ")[0])


# --- The ledger ---------------------------------------------------------------------------------


def _entries(told: Iterable[tuple[Transfer, Row]]) -> Iterator[Draft]:
    pairs = list(told)
    accounts = dict(BankAccount.objects.values_list("pk", "account"))
    ours = batches.of_messages({message_of(row) for _one, row in pairs})
    for one, row in pairs:
        money = Money(one.cents, one.currency)
        other = counterpart(row, is_ours=message_of(row) in ours)
        yield Draft(
            f"payments:transfer:{one.pk}",
            one.booked_on,
            f"row {one.pk} of statement {one.statement_id}",
            [Line(accounts[one.bank_account_id], money), Line(other, -money)],
        )


def message_of(row: Row) -> str:
    return row.payment_information or row.message


def counterpart(row: Row, *, is_ours: bool) -> str:
    """Where it lies until more is known: what is of our debits in transit, the rest in suspense."""
    if row.kind == Kind.FEES:
        return FEES
    debit = is_ours or references.end_to_end_parts(row.end_to_end) is not None
    return TRANSIT if debit or references.is_mandate(row.mandate) else SUSPENSE
