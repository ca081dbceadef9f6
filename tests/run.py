"""Runs the suite on SQLite, on a PostgreSQL of its own, and the browser stories, all at once.

    python -m tests.run                what `make test` runs
    python -m tests.run --strict       ... and fails on any skip but that of absent peer data
    python -m tests.run --conformance  outside judges, and all kills

Everything after `--` goes to pytest, as `-- tests/newsroom -k withdraw`. Reports lie in build/test.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import postgres
from tests.house import READY_HOUSES

REPORTS = Path("build/test")
MEMORY = Path("/dev/shm")
ROOM = 4 << 30  # bytes that a run may need for its files
PATIENCE = 60 * 60  # seconds for one pytest run; a crowded machine is slow
NOTHING_COLLECTED = 5
ALLOWED_SKIP = "ALLMENDE_PEER_DATA"


@dataclass
class Run:
    """One pytest run: on which database, and which tests of the suite. `yields`: lets others go
    first where cores are few."""

    name: str
    database: str
    marks: str
    processes: int
    yields: bool = False
    seconds: float = 0
    status: int = -1

    @property
    def log(self) -> Path:
        return REPORTS / f"{self.name}.log"

    @property
    def report(self) -> Path:
        return REPORTS / f"{self.name}.xml"


def main(arguments: list[str]) -> int:
    own, extra = split(arguments)
    unknown = set(own) - {"--strict", "--conformance"}
    if unknown:
        print(f"Unknown: {' '.join(unknown)}. {__doc__}")
        return 2
    # Whoever stops the run finds no server left behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    REPORTS.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        stack.enter_context(files_in_memory())
        os.environ[READY_HOUSES] = stack.enter_context(tempfile.TemporaryDirectory())
        database = stack.enter_context(a_postgres())
        phases = conformance(database) if "--conformance" in own else suite(database)
        for phase in phases:
            at_once(phase, extra)
    runs = [run for phase in phases for run in phase]
    for run in runs:
        tell(run)
    skips = [skip for run in runs for skip in skipped(run)]
    wrong = [run for run in runs if run.status not in (0, NOTHING_COLLECTED)]
    if "--strict" in own:
        return int(bool(wrong) or refuse(skips) or not database)
    return int(bool(wrong))


def split(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Our own arguments, and those for pytest."""
    at = arguments.index("--") if "--" in arguments else len(arguments)
    return arguments[:at], arguments[at + 1 :]


def suite(database: str) -> list[list[Run]]:
    """Stories wait half of their time, for pages and for the worker: the tests fill the gaps, and
    step back when a story goes on."""
    plain = "not browser and not conformance"
    runs = [Run("browser", "", "browser and not conformance", 0), Run("sqlite", "", plain, 2, True)]
    if database:
        both = f"{plain} and not no_database and not one_database"
        runs.append(Run("postgresql", database, both, 2, True))
    return [runs]


def conformance(database: str) -> list[list[Run]]:
    kills = [Run("kills-sqlite", "", "kill or long", 0)]
    if database:
        kills.append(Run("kills-postgresql", database, "kill or long", 0))
    return [[Run("conformance", "", "conformance", 0)], kills]


@contextmanager
def files_in_memory() -> Iterator[None]:
    """All temporary files, where there is room: every baked page and letter is synced to its disk.

    What is written is the same; that it outlives a loss of power no test can see anyway.
    """
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ROOM:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="allmende-", dir=MEMORY) as folder:
        os.chmod(folder, 0o755)  # servers work here under other users' names
        os.environ["TMPDIR"] = tempfile.tempdir = folder
        yield


@contextmanager
def a_postgres() -> Iterator[str]:
    """Address of a private server; empty, with a word about it, where there is none."""
    # Small tables that nobody analysed look large to it: it compiles for longer than it asks.
    postgres.OPTIONS["jit"] = "off"
    try:
        with postgres.private() as address:
            yield address
    except FileNotFoundError as error:
        print(f"{error} The suite runs on SQLite only.", flush=True)
        yield ""


def at_once(runs: list[Run], extra: list[str]) -> None:
    started = time.monotonic()
    with ExitStack() as stack:
        processes = [(run, start(run, extra, stack)) for run in runs]
        for run, process in processes:
            try:
                run.status = process.wait(timeout=PATIENCE - (time.monotonic() - started))
            except subprocess.TimeoutExpired:
                process.kill()
                run.status = process.wait()
            run.seconds = time.monotonic() - started


def start(run: Run, extra: list[str], stack: ExitStack) -> subprocess.Popen[bytes]:
    folder = tempfile.mkdtemp(prefix=f"allmende-{run.name}-")
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    environment = {
        **os.environ,
        "ALLMENDE_DATA": folder,
        "ALLMENDE_DATABASE_URL": run.database,
        "PYTHONUNBUFFERED": "1",
    }
    command = ["nice"] if run.yields else []
    command += [sys.executable, "-m", "pytest", "-m", run.marks, f"-n{run.processes}"]
    # What a file sets up is set up once; files begin in the order of tests/conftest.py.
    command += ["--dist=loadscope", "--no-loadscope-reorder"]
    command += [f"--junitxml={run.report}", "-o", f"cache_dir=.pytest_cache/{run.name}", *extra]
    log = stack.enter_context(run.log.open("wb"))
    print(f"{run.name}: {' '.join(command)}", flush=True)
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
    stack.callback(process.kill)
    return process


def tell(run: Run) -> None:
    """The closing line of a good run, all of a bad one."""
    lines = run.log.read_text(errors="replace").splitlines()
    print(f"\n== {run.name} ({run.seconds:.0f} s, {run.log})")
    if run.status not in (0, NOTHING_COLLECTED):
        print("\n".join(lines[-400:]))
        return
    told = [line for line in lines if re.search(r"random seed|^\[|^(SKIPPED|XFAIL)", line)]
    print("\n".join([*told[:40], *lines[-1:]]))


def skipped(run: Run) -> list[str]:
    if not run.report.exists():
        return []
    tree = ElementTree.parse(run.report)
    return [
        f"{run.name}: {case.get('classname')}.{case.get('name')}: {skip.get('message')}"
        for case in tree.iter("testcase")
        for skip in case.iter("skipped")
    ]


def refuse(skips: list[str]) -> bool:
    """Whether something was skipped that should have run."""
    bad = [skip for skip in skips if ALLOWED_SKIP not in skip]
    if bad:
        print("\nSkipped, but should have run:", *bad, sep="\n  ")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
