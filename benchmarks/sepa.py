"""Direct debits: 100,000 due items planned, announced, gathered, frozen, let go by a second person.

SQLite, the settings of a paper, one process. Files hold 10,000 debits each; every file is judged by
the schema while it is frozen. The run is killed once in the middle of the announcing and goes on in
another process; its seconds count too. That the letters were handed over is written by one
statement, for sending is the mailroom's own figure. "export" is rows to bytes, IBANs unsealed and
the schema asked, against sepaxml alone, without its validation, from the same amounts in files of
the same size. SCALE=small takes 2,000 items.
"""

import json
import os
import resource
import signal
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
SECONDS, MEMORY, EXPORT = 120, 250, 1.3


def main() -> None:
    if len(sys.argv) > 1:
        {"fill": fill, "run": run, "peer": peer}[sys.argv[1]]()
        return
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        child(data, "fill")
        broken = kill_while_announcing(data)
        told = json.loads(child(data, "run").splitlines()[-1])
        theirs = json.loads(child(data, "peer").splitlines()[-1])
    assert told["items"] == told["notices"] == told["submitted"] == COUNT, told
    for name, seconds in told["phases"].items():
        print(f"{name} | {seconds:.1f} s")
    whole = broken + sum(told["phases"].values())
    report.at_most("sepa, the whole run", whole, SECONDS, 1.0, "s")
    report.at_most("sepa, export against sepaxml", told["export"], theirs["seconds"], EXPORT, "s")
    report.at_most("sepa, memory", told["peak"], MEMORY, 1.0, "MB")
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


def kill_while_announcing(data: Path) -> float:
    """Returns the seconds that were spent until then."""
    process = subprocess.Popen(
        [sys.executable, __file__, "run"],
        env=fixtures.environment(data) | {"SCALE": os.environ.get("SCALE", "")},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    started = time.perf_counter()
    for line in process.stdout:
        if line.startswith("planned"):
            started = time.perf_counter() - float(line.split()[1])
            break
    time.sleep(0.3 if SMALL else 5)
    process.send_signal(signal.SIGKILL)
    process.wait()
    return time.perf_counter() - started


def fill() -> None:
    givers.open_house()
    givers.lay_tables()
    givers.account()
    givers.write(COUNT, method="debit")


def run() -> None:
    givers.open_house()
    from allmende.mailroom.models import Message
    from allmende.payments import batches, due, notices
    from allmende.payments.models import DueItem, Notice, SepaBatch
    from allmende.people.models import Person

    account, on = givers.account(), givers.AT.date()
    phases: dict[str, float] = {}

    def timed(name: str, deed, *arguments, **more):
        started = time.perf_counter()
        outcome = deed(*arguments, **more)
        phases[name] = phases.get(name, 0) + time.perf_counter() - started
        return outcome

    timed("planned", due.plan, until=givers.DUE, at=givers.AT)
    print(f"planned {phases['planned']:.3f}", flush=True)
    timed("announced", notices.announce_due, account, on=on, at=givers.AT)
    Message.objects.update(state="handed over", finished_at=givers.AT, code="2.0.0")
    timed("gathered", batches.gather, account, collect_on=givers.DUE, at=givers.AT)
    one, two = Person.objects.order_by("pk")[:2]
    for batch in SepaBatch.objects.filter(state="open").order_by("pk"):
        frozen = timed("frozen, with the schema", batches.freeze, batch, by=one, at=givers.AT)
        timed("let go", batches.release, frozen, by=two, at=givers.AT)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {
        "phases": phases,
        "peak": peak,
        "items": DueItem.objects.count(),
        "notices": Notice.objects.values("item").distinct().count(),
        "submitted": DueItem.objects.filter(state="submitted").count(),
        "export": export(),
    }
    print(json.dumps(told))


def export() -> float:
    """Rows to bytes, once more, by what freezing uses."""
    from allmende.payments import bankfiles, batches
    from allmende.payments.models import SepaBatch
    from allmende.payments.pain import schemas

    started = time.perf_counter()
    for batch in SepaBatch.objects.order_by("pk"):
        data = batches.written(batch)
        schemas.check(data, schemas.DEBITS)
        assert data == bankfiles.file_of(batch)
    return time.perf_counter() - started


def peer() -> None:
    from sepaxml import SepaDD

    started, left = time.perf_counter(), COUNT
    while left:
        document = SepaDD(
            {
                "name": "Auentaler Bote eG", "IBAN": "DE89370400440532013000", "batch": True,
                "BIC": "COBADEFFXXX", "creditor_id": "DE98ZZZ09999999999", "currency": "EUR",
            },
            schema="pain.008.001.08",
        )  # fmt: skip
        for n in range(min(left, 10_000)):
            document.add_payment(
                {
                    "name": f"Ada Giver {n}", "IBAN": givers.iban(n), "amount": 1_200,
                    "type": "RCUR", "collection_date": givers.DUE, "mandate_id": f"MANDAT-{n}",
                    "mandate_date": givers.AT.date(), "description": f"Bote MANDAT-{n}",
                    "endtoend_id": f"FAELLIG-{n}-1",
                }
            )  # fmt: skip
        document.export(validate=False)
        left -= min(left, 10_000)
    print(json.dumps({"seconds": time.perf_counter() - started}))


if __name__ == "__main__":
    main()
