"""A camt.053 of 100,000 entries, read and matched against 100,000 open items.

SQLite, one process. Read: the whole file is proved first, then each entry becomes a sealed row
with its entry in the ledger. Matched: for every row what it is for, by reference, with its reason.
What the settling of a match costs (locks, attempt, entry, signals) is printed beside it, from a
sample, and is no part of the goal. Memory: the peak at the end against that after a file of a
tenth. SCALE=small takes 2,000 entries.
"""

import datetime as dt
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import fixtures
import givers
from figures import Report

SMALL = os.environ.get("SCALE") == "small"
COUNT = 2_000 if SMALL else 100_000
SAMPLE = 200
SECONDS, GROWTH = 60, 1.2


def main() -> None:
    if len(sys.argv) > 1:
        {"fill": fill, "run": run}[sys.argv[1]]()
        return
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        child(data, "fill")
        told = json.loads(child(data, "run").splitlines()[-1])
    assert told["rows"] == told["matched"] == COUNT, told
    print(f"read and written | {told['read']:.1f} s")
    print(f"matched | {told['match']:.1f} s")
    print(f"settled, of a sample | {SAMPLE / told['settle']:,.0f} a second")
    report.at_most("statements", told["read"] + told["match"], SECONDS, 1.0, "s")
    report.at_most("statements, memory", told["peak"], told["early"], GROWTH, "MB")
    report.end()


def child(data: Path, what: str) -> str:
    done = subprocess.run(
        [sys.executable, __file__, what],
        env=fixtures.environment(data) | {"SCALE": os.environ.get("SCALE", "")},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def fill() -> None:
    """Open items, a file of all their transfers, and one of a tenth as many from nobody."""
    givers.open_house()
    givers.lay_tables()
    account = givers.account()
    givers.write(COUNT, method="transfer")
    from allmende.payments import due
    from allmende.payments.models import Pledge

    due.plan(until=givers.DUE, at=givers.AT)
    pledges = Pledge.objects.order_by("pk").values_list("transfer_reference", "cents")
    folder = Path(os.environ["ALLMENDE_DATA"])
    write(folder / "many.xml", list(pledges), account.iban)
    write(folder / "few.xml", [("", 100 + n) for n in range(COUNT // 10)], account.iban)


def write(path: Path, rows: list[tuple[str, int]], account: str) -> None:
    from allmende.payments.providers.dummy_bank import camt
    from allmende.payments.providers.dummy_bank.bookings import Booking, Detail

    bookings = (
        Booking(
            givers.DUE, cents, f"{path.stem}{n:09d}", "PMNT-RCDT-ESCT", "NTRF+166",
            (Detail(cents, f"Ada Giver {n}", givers.iban(n), purpose=f"Beitrag {reference}"),),
        )
        for n, (reference, cents) in enumerate(rows, start=1)
    )  # fmt: skip
    total = sum(cents for _reference, cents in rows)
    parts = camt.statement(
        bookings, account=account, name=path.stem, opening=0, closing=total,
        begins_on=givers.DUE, ends_on=givers.DUE,
    )  # fmt: skip
    with path.open("w") as file:
        file.writelines(parts)


def run() -> None:
    givers.open_house()
    from django.db import connection

    from allmende.lib.pages import few_pages
    from allmende.payments import matching, reading_statements
    from allmende.payments.models import Transfer

    folder = Path(os.environ["ALLMENDE_DATA"])
    read(folder / "few.xml")
    Transfer.objects.update(state="set_aside", decided_at=givers.AT)
    early = peak()
    started = time.perf_counter()
    taken = read(folder / "many.xml")
    seconds = time.perf_counter() - started
    started, matched, after = time.perf_counter(), 0, (dt.date.min, 0)
    with few_pages(connection):  # as `matching.work` does it, but for the settling
        while rows := matching.open_after(after):
            lot = matching.around(rows)
            matched += sum(matching.certain(row, lot) is not None for row in rows)
            after = (rows[-1].booked_on, rows[-1].pk)
    match = time.perf_counter() - started
    told = {"read": seconds, "match": match, "rows": taken.new, "matched": matched}
    told |= {"early": early, "peak": peak()}
    sample = list(Transfer.objects.filter(state="open").order_by("pk")[:SAMPLE])
    lot = matching.around(sample)
    started = time.perf_counter()
    assert all(matching.look(row, lot, at=givers.AT) for row in sample)
    print(json.dumps(told | {"settle": time.perf_counter() - started}))
    assert reading_statements.take_in((folder / "many.xml").open("rb"), at=givers.AT).new == 0


def read(path: Path):
    from allmende.payments import reading_statements

    with path.open("rb") as file:
        return reading_statements.take_in(file, at=givers.AT)


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
