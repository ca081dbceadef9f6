"""Entries a second, and milliseconds for a balance among 10,000,000 postings.

PostgreSQL runs with fsync, as in life. Posting: two processes post entries of two postings each,
one a transaction, all on the same two accounts and the same day; then the same by lots. Balances:
of an account, of an account on a day, of one party, and a party's newest 20 postings, each asked
200 times at random, first among a million postings and then among ten (a fifth of them on SQLite).
SCALE=small has a hundredth.
"""

import datetime as dt
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import fixtures
from figures import Report

sys.path.insert(0, str(fixtures.HOME))
from tests import postgres

SMALL = os.environ.get("SCALE") == "small"
# Postings. Ten million belong on PostgreSQL; SQLite would load them for a quarter of an hour.
SIZES = {"postgresql": (1_000_000, 10_000_000), "sqlite": (200_000, 2_000_000)}
PARTIES, YEARS = 50_000, 10
SINGLES, LOTS = (300, 5_000) if SMALL else (6_000, 200_000)  # entries
POSTERS, ASKED = 2, 200
RATE, LATENCY, GROWTH = 1_000, 10.0, 2.0
FIRST = dt.date(2016, 1, 1)


def main() -> None:
    if len(sys.argv) > 1:
        inside(*sys.argv[1:])
        return
    report = Report()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for engine, environment in databases(stack, folder):
            measure(engine, environment, report)
    report.end()


def databases(stack: ExitStack, folder: Path):
    postgres.OPTIONS |= {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
    postgres.OPTIONS |= {"max_wal_size": "4GB", "shared_buffers": "256MB"}
    for engine, opened in (("postgresql", postgres.private), ("sqlite", None)):
        data = folder / engine
        data.mkdir()
        try:
            address = {"ALLMENDE_DATABASE_URL": stack.enter_context(opened())} if opened else {}
        except FileNotFoundError as error:
            print(f"{error} Measured on SQLite only.")
            continue
        environment = fixtures.environment(data, **address)
        command = [*fixtures.COMMAND, "init"]
        subprocess.run(command, env=environment, check=True, capture_output=True)
        yield engine, environment


def measure(engine: str, environment: dict[str, str], report: Report) -> None:
    for how, count in (("singles", SINGLES), ("lots", LOTS)):
        posters = POSTERS if engine == "postgresql" else 1
        said = ask_all([(how, str(number), str(count)) for number in range(posters)], environment)
        moments = [float(moment) for each in said for moment in each.split()]
        rate = posters * count / (max(moments) - min(moments))
        report.at_least(f"{engine}, posting {how}", rate, RATE, 1, "entries/s")
    before: dict[str, float] = {}
    few, many = (size // (100 if SMALL else 1) for size in SIZES[engine])
    for total in (few, many):
        (said,) = ask_all([("balances", str(total))], environment)
        for what, took in json.loads(said).items():
            name = f"{engine}, {total:,} postings, {what}, p99"
            if total == many:
                report.at_most(name, took, LATENCY, 1, "ms")
                # Below half a millisecond it is the clock and the neighbours that are measured.
                ground = max(before[what], 0.5)
                report.at_most(f"{engine}, {what}, growth", took, ground, GROWTH, "ms")
            before[what] = took


def ask_all(works: list[tuple[str, ...]], environment: dict[str, str]) -> list[str]:
    processes = [
        subprocess.Popen(
            [sys.executable, __file__, *work], env=environment, stdout=subprocess.PIPE, text=True
        )
        for work in works
    ]
    said = [process.communicate(timeout=3_600)[0] for process in processes]
    if any(process.returncode for process in processes):
        sys.exit("a measuring process failed")
    return said


# --- In processes with Django ----------------------------------------------------------------


def inside(work: str, *arguments: str) -> None:
    from allmende.site.opening import open_house

    open_house()
    {"singles": singles, "lots": lots, "balances": balances_among}[work](*map(int, arguments))


def drafts(name: str, poster: int, count: int):
    from allmende.ledger.money import Money
    from allmende.ledger.post import Draft, Line

    for n in range(count):
        amount = Money(100 + n)
        lines = [Line("bank", amount), Line("contributions", -amount, f"person:{n % PARTIES + 1}")]
        yield Draft(f"{name}:{poster}:{n}", FIRST, f"item {n}", lines)


def singles(poster: int, count: int) -> None:
    from allmende.ledger import post

    now = dt.datetime.now(dt.UTC)
    print(time.time())
    for draft in drafts("single", poster, count):
        post.post(draft.key, on=draft.on, at=now, text=draft.text, lines=draft.lines)
    print(time.time())


def lots(poster: int, count: int) -> None:
    from itertools import islice

    from allmende.ledger import post

    rest = drafts("lot", poster, count)
    print(time.time())
    while lot := list(islice(rest, post.LOT)):
        post.post_many(lot, at=dt.datetime.now(dt.UTC))
    print(time.time())


def balances_among(total: int) -> None:
    from allmende.ledger import balances, proofs

    load(total)
    assert list(proofs.unlike_totals()) == []
    chance = random.Random(7)

    def party() -> str:
        return f"person:{chance.randint(1, PARTIES)}"

    def day() -> dt.date:
        return FIRST + dt.timedelta(days=chance.randrange(365 * YEARS))

    asked: dict[str, Callable[[], object]] = {
        "balance": lambda: balances.balance("bank"),
        "balance on a day": lambda: balances.balance("bank", on=day()),
        "balance of a party": lambda: balances.balance("contributions", party=party()),
        "newest of a party": lambda: balances.movements(party(), most=20),
    }
    print(json.dumps({what: at_99(question) for what, question in asked.items()}))


def at_99(question: Callable[[], object]) -> float:
    """Milliseconds."""
    took = []
    for _ in range(ASKED):
        started = time.perf_counter()
        question()
        took.append(1_000 * (time.perf_counter() - started))
    return sorted(took)[ASKED * 99 // 100]


def load(total: int) -> None:
    """Fills up to `total` postings by statements of the database, without triggers; then adds up
    as they would have done."""
    from django.db import connection, transaction

    from allmende.ledger.models import Entry, Posting

    have = Posting.objects.count() // 2
    last = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    first, count = last + 1, total // 2 - have
    pg = connection.vendor == "postgresql"
    numbers = (
        "SELECT generate_series AS n FROM generate_series(%s, %s)"
        if pg
        else "WITH RECURSIVE s(n) AS (SELECT %s UNION ALL SELECT n + 1 FROM s WHERE n < %s)"
        " SELECT n FROM s"
    )
    day = (
        "date '2016-01-01' + (n %% 3650)::int"
        if pg
        else "date('2016-01-01', '+' || (n %% 3650) || ' days')"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        triggers = put_aside_triggers(cursor, pg)
        for number, account, sign, party in (
            (1, "bank", 1, "''"),
            (2, "contributions", -1, f"'person:' || (n %% {PARTIES} + 1)"),
        ):
            cursor.execute(
                "INSERT INTO ledger_posting"
                " (entry_id, number, account_id, party, currency, booked_on, cents)"
                f" SELECT n, {number}, '{account}', {party}, 'EUR', {day},"
                f" {sign} * (100 + n %% 5000) FROM ({numbers}) AS s",
                [first, first + count - 1],
            )
        cursor.execute(
            "INSERT INTO ledger_entry (id, key, booked_on, recorded_at, text, lines)"
            f" SELECT n, 'load:' || n, {day}, '2026-01-01', 'item', 2 FROM ({numbers}) AS s",
            [first, first + count - 1],
        )
        cursor.execute("DELETE FROM ledger_addition")
        cursor.execute("DELETE FROM ledger_daytotal")
        cursor.execute(
            "INSERT INTO ledger_daytotal (account_id, currency, day, cents, postings)"
            " SELECT account_id, currency, booked_on, sum(cents), count(*)"
            " FROM ledger_posting GROUP BY 1, 2, 3"
        )
        for sql in triggers:
            cursor.execute(sql)
        if pg:
            cursor.execute("SELECT setval('ledger_entry_id_seq', %s)", [first + count])
            cursor.execute("SET session_replication_role = DEFAULT")
    with connection.cursor() as cursor:
        tables = "ledger_posting, ledger_entry, ledger_daytotal"
        cursor.execute(f"VACUUM ANALYZE {tables}" if pg else "ANALYZE")


def put_aside_triggers(cursor, pg: bool) -> list[str]:
    """Returns the statements that lay them again."""
    if pg:
        cursor.execute("SET session_replication_role = replica")
        return []
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    found = [(name, sql) for name, sql in cursor.fetchall() if name.startswith("ledger_")]
    for name, _sql in found:
        cursor.execute(f'DROP TRIGGER "{name}"')
    return [sql for _name, sql in found]


if __name__ == "__main__":
    main()
