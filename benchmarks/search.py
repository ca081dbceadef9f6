"""Milliseconds until a page of search results is there, newest first and by relevance.

100,000 articles of 4 KB; the house's own web server; one reader after the other, each from an
address of their own, asks for words of every kind: small, common, middling, rare, several at once,
with all filters, and a page far back. Every page is asked for once, so nothing is kept from an
earlier answer. SCALE=small makes few articles.
"""

import contextlib
import http.client
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

import archive
import fixtures
from figures import Report

SMALL = os.environ.get("SCALE") == "small"
ARTICLES = 2_000 if SMALL else 100_000
TIMES = 5 if SMALL else 40  # questions of each kind
KINDS = ("small", "common", "middling", "rare", "several", "filtered", "far back")
GOALS = {"": 80, "relevanz": 250}  # milliseconds, p99
NAMES = {"": "newest first", "relevanz": "by relevance"}


def main() -> None:
    if len(sys.argv) > 1:
        inside(sys.argv[1], Path(sys.argv[2]))
        return
    report = Report()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        kept = made()
        for engine, environment in houses(stack, folder, kept):
            with web(environment) as port:
                ask(port, [{"q": "warm"}] * 8)
                for order, goal in GOALS.items():
                    tell(engine, port, order, goal, report)
    report.end()


def tell(engine: str, port: int, order: str, goal: float, report: Report) -> None:
    every: list[float] = []
    for kind in KINDS:
        asked = [question | {"folge": order} for question in archive.questions(kind, TIMES)]
        took = ask(port, asked)
        every += took
        print(f"  {kind}: p50 {at(took, 50):.1f} ms, most {max(took):.1f} ms", flush=True)
    report.at_most(f"search, {engine}, {NAMES[order]}, p99", at(every, 99), goal, 1.0, "ms")


def at(values: list[float], percent: int) -> float:
    """Nearest rank: the smallest value that `percent` of all do not exceed."""
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]


def ask(port: int, questions: list[dict[str, str]]) -> list[float]:
    """Milliseconds from the request to the answer's last byte."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    chance = random.Random()
    took = []
    for question in questions:
        who = ".".join(str(chance.randint(1, 250)) for _ in range(4))
        started = time.perf_counter()
        connection.request(
            "GET", f"/suche/?{urlencode(question)}", headers={"X-Forwarded-For": who}
        )
        answer = connection.getresponse()
        body = answer.read()
        took.append((time.perf_counter() - started) * 1000)
        assert answer.status == 200, (question, answer.status, body[:2000])
        assert b"search-answer" in body, question
    connection.close()
    return took


# --- Houses ------------------------------------------------------------------------------


def made() -> Path:
    """The SQLite file of the archive, made now or kept from an earlier run."""
    source = Path(archive.__file__).read_bytes()
    kept = (
        fixtures.CACHE / f"archive-{ARTICLES}-{fixtures.fingerprint(*fixtures.TABLES, more=source)}"
    )
    if not kept.exists():
        draft = kept.with_suffix(".new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        fixtures.allmende(draft, "init")
        run("fill", draft, fixtures.environment(draft))
        draft.rename(kept)
    return kept


def houses(stack: ExitStack, folder: Path, kept: Path) -> Iterator[tuple[str, dict[str, str]]]:
    data = folder / "sqlite"
    shutil.copytree(kept, data)
    yield "sqlite", fixtures.environment(data)
    sys.path.insert(0, str(fixtures.HOME))
    from tests import postgres

    try:
        address = stack.enter_context(postgres.private())
    except FileNotFoundError as error:
        print(f"{error} Measured on SQLite only.")
        return
    data = folder / "postgresql"
    data.mkdir()
    environment = fixtures.environment(data, ALLMENDE_DATABASE_URL=address)
    subprocess.run([*fixtures.COMMAND, "init"], env=environment, check=True, capture_output=True)
    run("copy", kept, environment)
    yield "postgresql", environment


def run(what: str, data: Path, environment: dict[str, str]) -> None:
    subprocess.run([sys.executable, __file__, what, str(data)], env=environment, check=True)


def inside(what: str, data: Path) -> None:
    """In a process whose Django is set up with the house's own environment."""
    from allmende.site.opening import open_house

    open_house()
    if what == "fill":
        archive.fill(ARTICLES)
    else:
        archive.copy(data / "allmende.sqlite3")


@contextlib.contextmanager
def web(environment: dict[str, str]) -> Iterator[int]:
    """The house's web server, alone; it believes us who asks."""
    from serving import free_port, wait_for

    port = free_port()
    more = {"ALLMENDE_PORT": str(port), "ALLMENDE_PROXIES": "127.0.0.1"}
    server = subprocess.Popen(
        [*fixtures.COMMAND, "web"], env=environment | more, start_new_session=True
    )
    try:
        wait_for(port, server)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


if __name__ == "__main__":
    main()
