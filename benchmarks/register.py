"""The register of 100,000 members with ten events each: lists, figures, proofs, admission.

SQLite and PostgreSQL with fsync. The list of § 30 GenG is asked for as of five days at random, as
known on five others, whole, with names, addresses and days; and one page of it as the office's
screen shows it. "Search" is a page of members as the office finds them, 99 in 100 of many. The
figures of § 338 HGB are those of a business year in the middle. "Chain" walks every event; "all
proofs" asks besides every payload, step, member and the ledger. An admission is that of a
declaration that waits, to the commit: number, entry, amount due, mail; the median of many, among
1,000 members and among all. "Moving in" is that of a list of 10,000 into an empty house, by
`allmende import members`; its growth is of the processor's time a member, against a list of 1,000.
Memory is the most that a process of its own needed for each, beyond what the house needs to open.
The houses lie ready in .cache/ and are measured as copies. SCALE=small has a fiftieth.
"""

import datetime as dt
import gc
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import fixtures
import givers
import members
from figures import Report

sys.path.insert(0, str(fixtures.HOME))
from tests import postgres

SMALL = os.environ.get("SCALE") == "small"
FEW, MANY = (200, 2_000) if SMALL else (1_000, 100_000)
ADMITTED = 10 if SMALL else 60
LIST, PAGE, YEAR, CHAIN, ADMISSION, GROWTH = 2.0, 1.0, 5.0, 60.0, 50.0, 1.2
RATE, LISTED = 100_000 / 1_200, 1_000 if SMALL else 10_000  # in twenty minutes; of a list
SEARCH, QUESTIONS = 0.25, 40 if SMALL else 200


def main() -> None:
    if len(sys.argv) > 1:
        deeds = {"fill": fill, "admit": admit, "ask": ask, "prove": prove, "move": move_in}
        deeds[sys.argv[1]](*sys.argv[2:])
        return
    report, engines = Report(), ["sqlite", "postgresql"]
    if postgres.programs() is None:
        print("PostgreSQL is not installed. Measured on SQLite only.")
        engines.remove("postgresql")
    postgres.OPTIONS |= {"max_wal_size": "4GB", "shared_buffers": "256MB"}
    with ThreadPoolExecutor() as pool:
        list(pool.map(filled, engines))
    postgres.OPTIONS |= {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
    for engine in engines:
        measure(engine, report)
    report.end()


# --- Houses -----------------------------------------------------------------------------------


def filled(engine: str) -> None:
    """Those of an engine, in the cache: an empty one, and the others begun as its copies."""
    for count in (0, FEW, MANY):
        kept(engine, count)


def kept(engine: str, count: int) -> Path:
    """A house with so many members, from the cache."""
    own = b"".join(Path(module.__file__ or "").read_bytes() for module in (members, givers))
    own += str(postgres.programs() if engine == "postgresql" else "").encode()
    told = fixtures.fingerprint(*fixtures.TABLES, more=own)
    found = fixtures.CACHE / f"members-{engine}-{count}-{told}"
    if not found.exists():
        draft = found.with_suffix(".new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        empty = kept(engine, 0) if count else None
        with house(engine, like=empty, keep=draft) as environment:
            child(environment, "fill", str(count))
        draft.rename(found)
    return found


@contextmanager
def house(
    engine: str, *, like: Path | None = None, keep: Path | None = None
) -> Iterator[dict[str, str]]:
    """like: a folder that `keep` was once; without it, it is laid from nothing."""
    with ExitStack() as stack:
        folder = keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        data, rows = folder / "data", folder / "rows"
        shutil.copytree(like / "data", data) if like else data.mkdir()
        more = {}
        if engine == "postgresql":
            there = like / "rows" if like else None
            server = postgres.private(like=there, keep=rows if keep else None)
            more["ALLMENDE_DATABASE_URL"] = stack.enter_context(server)
        yield fixtures.environment(data, **more)


def child(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, __file__, *arguments],
        env=environment | {"SCALE": os.environ.get("SCALE", "")},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def told(environment: dict[str, str], *arguments: str) -> dict[str, float]:
    found: dict[str, float] = json.loads(child(environment, *arguments).splitlines()[-1])
    return found


def measure(engine: str, report: Report) -> None:
    with house(engine, like=kept(engine, FEW)) as environment:
        few = told(environment, "admit")
    with house(engine, like=kept(engine, MANY)) as environment:
        measure_many(engine, environment, few, report)
    moving(engine, report)


def measure_many(engine: str, environment, few: dict[str, float], report: Report) -> None:
    goals = {"list": LIST, "page": PAGE, "search": SEARCH, "year": YEAR}
    for what, goal in goals.items():
        found = told(environment, "ask", what)
        name = f"{engine}, {MANY:,} members, {what}"
        report.at_most(name, found["seconds"], goal, 1.0, "s")
        print(f"{name}, processor and memory | {found['worked']:.2f} s | {found['memory']:.0f} MB")
    proofs = told(environment, "prove")
    name = f"{engine}, {MANY:,} members, chain of {10 * MANY:,} events"
    report.at_most(name, proofs["register-chain"], CHAIN, 1.0, "s")
    memory = proofs.pop("memory")
    print(f"{engine}, all proofs | {sum(proofs.values()):.1f} s | {memory:.0f} MB")
    many = told(environment, "admit")
    report.at_most(f"{engine}, one admission", many["middle"], ADMISSION, 1.0, "ms")
    report.at_most(f"{engine}, admission, growth", many["middle"], few["middle"], GROWTH, "ms")
    print(f"{engine}, one admission, slowest | {many['slowest']:.1f} ms")


def moving(engine: str, report: Report) -> None:
    """Into empty houses."""
    found = {}
    for count in (LISTED // 10, LISTED):
        with house(engine, like=kept(engine, 0)) as environment:
            found[count] = told(environment, "move", str(count))
    few, many = found.values()
    report.at_least(f"{engine}, moving in", LISTED / many["seconds"], RATE, 1.0, "members/s")
    report.at_most(f"{engine}, moving in, growth", many["each"], few["each"], GROWTH, "ms")
    print(f"{engine}, moving in, memory | {many['memory']:.0f} MB, {few['memory']:.0f} of a tenth")


# --- In processes with Django ----------------------------------------------------------------


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def fill(count: str) -> None:
    givers.open_house()
    givers.lay_tables()
    givers.account()
    members.write(int(count))


def move_in(count: str) -> None:
    """`allmende import members`, from the bytes of the list to the last commit."""
    from allmende.site.opening import open_house

    open_house()
    from allmende.importers.members import load

    raw = members.listed(int(count))
    before, started, worked = peak(), time.perf_counter(), time.process_time()
    found = load.load(raw, opened_on=members.OPENED, at=dt.datetime.now(dt.UTC))
    seconds, worked = time.perf_counter() - started, time.process_time() - worked
    assert found.written, found
    each = 1_000 * worked / int(count)
    print(json.dumps({"seconds": seconds, "each": each, "memory": peak() - before}))


def ask(what: str) -> None:
    """Seconds of the slowest answer, of many that of 99 in 100, by the clock and of this process's
    processor; and megabytes."""
    from allmende.site.opening import open_house

    open_house()
    gc.collect()
    gc.freeze()  # as `allmende.site.wsgi` does
    before = peak()
    answers = {"list": lists, "page": pages, "search": searches, "year": years}
    took = []
    for answer in answers[what]():
        started, worked = time.perf_counter(), time.process_time()
        answer()
        took.append((time.perf_counter() - started, time.process_time() - worked))
    seconds, worked = (sorted(times)[-1 - len(took) // 100] for times in zip(*took, strict=True))
    print(json.dumps({"seconds": seconds, "worked": worked, "memory": peak() - before}))


def any_day(chance: random.Random):
    return members.moment(chance.uniform(0.2, 1.0)).date()


def lists():
    from allmende.cooperative import queries

    chance = random.Random(7)
    for _ in range(5):
        on, known = any_day(chance), queries.last_known(any_day(chance))
        yield lambda on=on, known=known: queries.listing(on=on, known=known)
    yield lambda: queries.listing(on=members.moment(1.0).date())


def pages():
    from allmende.cooperative import queries

    chance = random.Random(11)
    for _ in range(5):
        on, known = any_day(chance), queries.last_known(any_day(chance))

        def answer(on=on, known=known) -> None:
            roll = queries.roll(on=on, known=known)
            queries.complete(roll[-50:], on=on, known=known)

        yield answer


def searches():
    """A page of the members' office: numbers, rare and common names, several words, postcodes,
    streets, nothing that is there; and one far back."""
    from django.core.paginator import Paginator

    from allmende.cooperative import finding
    from allmende.cooperative.wagtail_hooks.members import ON_SCREEN, named

    chance = random.Random(13)
    for number in range(QUESTIONS):
        some = chance.randrange(1, MANY)
        name = members.name(some)
        words = [
            str(some), name, name.split("-")[0], f"ada {name}", f"{some % 99_999:05}", "neugasse",
            "ada", "xyzzy", "",
        ][number % 9]  # fmt: skip
        page = chance.choice([1, 1, 1, 2, MANY // ON_SCREEN // 2])
        view = chance.choice(["", "", "leaving", "former", "all"])

        def answer(words=words, view=view, page=page) -> None:
            named(Paginator(finding.search(words, view=view), ON_SCREEN).get_page(page).object_list)

        yield answer


def years():
    from allmende.cooperative import reports

    yield lambda: reports.figures(members.moment(0.6).date())
    yield lambda: reports.figures(members.moment(1.0).date())


def prove() -> None:
    """Seconds of each proof, and megabytes of all."""
    from allmende.site.opening import open_house

    open_house()
    from allmende.cooperative import proofs

    before, took = peak(), {}
    for proof in proofs.PROOFS:
        started = time.perf_counter()
        assert list(proof.wrong()) == []
        took[proof.name] = time.perf_counter() - started
    print(json.dumps({**took, "memory": peak() - before}))


def admit() -> None:
    from allmende.site.opening import open_house

    open_house()
    from django.utils import timezone

    from allmende.cooperative import admission
    from tests.cooperative import cast

    law, now = members.statute(), timezone.now()
    waiting = [
        cast.confirmed(law, at=now, last_name=f"Neu-{n}", email=f"neu{n}@bote.example")
        for n in range(ADMITTED)
    ]
    took = []
    for one in waiting:
        started = time.perf_counter()
        admission.admit(one, decided_on=now.date(), by=None, at=timezone.now())
        took.append(1_000 * (time.perf_counter() - started))
    print(json.dumps({"middle": sorted(took)[ADMITTED // 2], "slowest": max(took)}))


if __name__ == "__main__":
    main()
