"""The register of 100,000 members with ten events each: lists, figures, proofs, admission.

SQLite and PostgreSQL with fsync. The list of § 30 GenG is asked for as of five days at random, as
known on five others, whole, with names, addresses and days; and one page of it as the office's
screen shows it. "Search" is a page of members as the office finds them, 99 in 100 of many. The
figures of § 338 HGB are those of a business year in the middle. "Chain" walks every event; "all
proofs" asks besides every payload, step, member and the ledger. An admission is that of a
declaration that waits, to the commit: number, entry, amount due, mail; the median of many, among
1,000 members and among all. Memory is the most that a process of its own needed for each, beyond
what the house needs to open. SCALE=small has a fiftieth.
"""

import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
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
SEARCH, QUESTIONS = 0.25, 40 if SMALL else 200


def main() -> None:
    if len(sys.argv) > 1:
        {"fill": fill, "admit": admit, "ask": ask}[sys.argv[1]](*sys.argv[2:])
        return
    report = Report()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for engine, house in houses(stack, folder):
            measure(engine, house, report)
    report.end()


def houses(stack: ExitStack, folder: Path):
    """Each engine, and how to get a house with so many members on it."""

    def sqlite(count: int) -> dict[str, str]:
        data = folder / f"sqlite-{count}"
        shutil.copytree(kept(count), data)
        return fixtures.environment(data)

    yield "sqlite", sqlite
    postgres.OPTIONS |= {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
    postgres.OPTIONS |= {"max_wal_size": "4GB", "shared_buffers": "256MB"}

    def postgresql(count: int) -> dict[str, str]:
        address = stack.enter_context(postgres.private())
        data = folder / f"postgresql-{count}"
        data.mkdir()
        environment = fixtures.environment(data, ALLMENDE_DATABASE_URL=address)
        child(environment, "fill", str(count))
        return environment

    if postgres.programs() is None:
        print("PostgreSQL is not installed. Measured on SQLite only.")
        return
    yield "postgresql", postgresql


def kept(count: int) -> Path:
    """A house with so many members, from the cache."""
    own = b"".join(Path(module.__file__ or "").read_bytes() for module in (members, givers))
    found = fixtures.CACHE / f"members-{count}-{fixtures.fingerprint(*fixtures.TABLES, more=own)}"
    if not found.exists():
        draft = found.with_suffix(".new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        child(fixtures.environment(draft), "fill", str(count))
        draft.rename(found)
    return found


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


def measure(engine: str, house, report: Report) -> None:
    few = told(house(FEW), "admit")
    environment = house(MANY)
    goals = {"list": LIST, "page": PAGE, "search": SEARCH, "year": YEAR, "chain": CHAIN}
    for what, goal in goals.items():
        found = told(environment, "ask", what)
        name = f"{engine}, {MANY:,} members, {what}"
        report.at_most(name, found["seconds"], goal, 1.0, "s")
        print(f"{name}, memory | {found['memory']:.0f} MB")
    found = told(environment, "ask", "proofs")
    print(f"{engine}, all proofs | {found['seconds']:.1f} s | {found['memory']:.0f} MB")
    many = told(environment, "admit")
    report.at_most(f"{engine}, one admission", many["middle"], ADMISSION, 1.0, "ms")
    report.at_most(f"{engine}, admission, growth", many["middle"], few["middle"], GROWTH, "ms")
    print(f"{engine}, one admission, slowest | {many['slowest']:.1f} ms")


# --- In processes with Django ----------------------------------------------------------------


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def fill(count: str) -> None:
    givers.open_house()
    givers.lay_tables()
    givers.account()
    members.write(int(count))


def ask(what: str) -> None:
    """Seconds of the slowest answer, of many that of 99 in 100; and megabytes."""
    from allmende.site.opening import open_house

    open_house()
    before = peak()
    answers = {
        "list": lists, "page": pages, "search": searches, "year": years, "chain": chain,
        "proofs": prove,
    }  # fmt: skip
    took = []
    for answer in answers[what]():
        started = time.perf_counter()
        answer()
        took.append(time.perf_counter() - started)
    seconds = sorted(took)[-1 - len(took) // 100]
    print(json.dumps({"seconds": seconds, "memory": peak() - before}))


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


def chain():
    from allmende.cooperative import proofs

    def walk() -> None:
        assert list(proofs.unchained()) == []

    yield walk


def prove():
    from allmende.cooperative import proofs

    def all_of_them() -> None:
        assert [fault for proof in proofs.PROOFS for fault in proof.wrong()] == []

    yield all_of_them


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
