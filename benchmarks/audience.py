"""Writing down the audience of a mailing: 1,000,000 confirmed of 1,200,000, and the memory for it.

The recipients are read from a table as a stream, as a newsletter reads its subscribers, and written
as letters; SQLite and PostgreSQL with fsync. Memory is that of the process after the first tenth
and at its most. SCALE=small takes few.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import newsletter
from figures import Report

SMALL = os.environ.get("SCALE") == "small"
ALL = 12_000 if SMALL else 1_200_000
GOAL = 60.0  # seconds
FLAT = 1.1  # times the memory after a tenth


def main() -> None:
    if len(sys.argv) > 1:
        inside()
        return
    report = Report()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for engine, environment in newsletter.databases(stack, folder):
            done = subprocess.run(
                [sys.executable, __file__, "inside"],
                env=environment,
                stdout=subprocess.PIPE,
                text=True,
                timeout=1_200,
                check=True,
            )
            found = json.loads(done.stdout)
            name = f"{engine}, {found['letters']:,} letters"
            report.at_most(f"{name}, seconds", found["seconds"], GOAL, 1.0, "s")
            report.at_most(f"{name}, memory", found["most"], found["tenth"], FLAT, "MB")
    report.end()


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def subscribers() -> None:
    """A table of subscribers, five in six of them confirmed."""
    from django.db import connection

    rows = ((key, f"leserin{key}@example{key % 97}.org", key % 6 != 0) for key in range(ALL))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE subscriber (id bigint, address text, confirmed boolean)")
        while lot := [row for _, row in zip(range(20_000), rows, strict=False)]:
            cursor.executemany("INSERT INTO subscriber VALUES (%s, %s, %s)", lot)


def confirmed(tenth: list[float]) -> "Iterator[Recipient]":  # noqa: F821
    from django.db import connection, transaction

    count = 0
    with transaction.atomic():
        named = connection.vendor == "postgresql"
        cursor = connection.chunked_cursor() if named else connection.connection.cursor()
        with cursor if named else ExitStack():
            cursor.execute("SELECT id, address FROM subscriber WHERE confirmed")
            while lot := cursor.fetchmany(5_000):
                for key, address in lot:
                    yield key, address, {"greeting": f"Guten Tag {key}", "token": f"token{key}"}
                count += len(lot)
                if not tenth and count >= ALL // 12:
                    tenth.append(megabytes())


def inside() -> None:
    from allmende.site.opening import open_house

    open_house()
    from django.utils import timezone

    from allmende.mailroom import outbox
    from allmende.mailroom.content import Content

    subscribers()
    now = timezone.now()
    content = Content("a@bote.example", "Die Woche", "[[greeting]]", "<p>[[token]]")
    batch = outbox.open_batch("audience", content=content, at=now)
    tenth: list[float] = []
    started = time.monotonic()
    letters = outbox.freeze(batch, confirmed(tenth), at=now)
    seconds = time.monotonic() - started
    print(
        json.dumps({"letters": letters, "seconds": seconds, "tenth": tenth[0], "most": megabytes()})
    )


if __name__ == "__main__":
    main()
