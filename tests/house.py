"""A whole installation for tests: its own folder, database and ports, run by the real command."""

import atexit
import fcntl
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

COMMAND = [sys.executable, "-m", "allmende.site.command"]
READY_HOUSES = "READY_HOUSES"  # the folder that the processes of a run share, in the environment
PATIENCE = 900  # seconds; a crowded machine is slow


@dataclass
class House:
    """One installation. `allmende` and `python` run in it; `running` opens it to readers."""

    folder: Path
    database: str
    port: int
    more: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def environment(self) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if "ALLMENDE" not in name}
        clean.pop("DJANGO_SETTINGS_MODULE", None)
        return {
            **clean,
            "ALLMENDE_DATA": str(self.data),
            "ALLMENDE_DATABASE_URL": self.database,
            "ALLMENDE_PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
            **self.more,
        }

    def allmende(self, *arguments: str, status: int = 0, given: str = "") -> str:
        """Runs the command; returns all that it said. Fails when it ends with another status."""
        done = subprocess.run(
            [*COMMAND, *arguments],
            env=self.environment,
            cwd=self.folder,
            input=given,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        said = done.stdout + done.stderr
        assert done.returncode == status, f"{arguments} ended with {done.returncode}:\n{said}"
        return said

    def python(self, code: str) -> str:
        """Runs Python with Django set up in the house; returns what it printed."""
        start = "from allmende.site.opening import open_house; open_house()\n"
        done = subprocess.run(
            [sys.executable, "-c", start + code],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    @contextmanager
    def running(self, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        """The house with web server and worker, until the block ends."""
        with (self.folder / "run.log").open("ab") as log:
            process = subprocess.Popen(
                [*COMMAND, *(arguments or ["run"])],
                env=self.environment,
                cwd=self.folder,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            self.wait_for("/", server=process)
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=PATIENCE)

    def wait_for(
        self, path: str, status: int = 200, *, server: subprocess.Popen[bytes] | None = None
    ) -> bytes:
        """The body of a path as soon as it answers with `status`, while the server runs."""
        until = time.monotonic() + PATIENCE
        found = 0
        while time.monotonic() < until and not (server and server.poll() is not None):
            found, body = self.get(path)
            if found == status:
                return body
            time.sleep(0.1)
        log = (self.folder / "run.log").read_text(errors="replace")[-4_000:]
        raise AssertionError(f"{path} answers {found} instead of {status}.\n{log}")

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body of a path; status 0 while nobody listens, or answers."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return 0, b""


def free_port() -> int:
    """A port that is free together with the next four, where the demo's mail arrives and its
    providers of payments stand.

    Below the range from which systems number their own ends of connections, so that none of the
    suite's many connections takes it before the server does.
    """
    for _ in range(200):
        port = random.SystemRandom().randrange(20_000, 32_000)
        if all(is_free(port + step) for step in range(5)):
            return port
    raise RuntimeError("No five free ports in a row.")


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@contextmanager
def own_database(template: str = "") -> Iterator[str]:
    """A database of the kind that the run is for, empty or a copy of the template; "" is SQLite in
    the house's folder."""
    address = os.environ.get("ALLMENDE_DATABASE_URL", "")
    if not address:
        yield ""
        return
    name = f"house_{uuid.uuid4().hex[:12]}"
    source = urlsplit(template).path.strip("/") or "template1"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
        try:
            yield urlsplit(address)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def house(folder: Path, **more: str) -> Iterator[House]:
    """An empty house, not yet set up."""
    with own_database() as database:
        yield House(folder, database, free_port(), more)


@contextmanager
def ready_house(folder: Path, **more: str) -> Iterator[House]:
    """A house after `allmende init`, which is run once and copied: it takes a while."""
    template = ready_made()
    shutil.copytree(template.data, folder / "data")
    with own_database(template.database) as database:
        yield House(folder, database, free_port(), more)


@lru_cache(maxsize=1)
def ready_made() -> House:
    """The house to copy, made by whichever process of a run is the first to ask; without a run,
    kept to the end of the process."""
    shared = os.environ.get(READY_HOUSES)
    if not shared:
        kept = ExitStack()
        atexit.register(kept.close)
        folder = kept.enter_context(tempfile.TemporaryDirectory(prefix="allmende-house-"))
        made = kept.enter_context(house(Path(folder)))
        made.allmende("init")
        return made
    address = os.environ.get("ALLMENDE_DATABASE_URL", "")
    folder = folder_of_run(Path(shared))
    database = urlsplit(address)._replace(path="/house_ready").geturl() if address else ""
    made = House(folder, database, free_port())
    with alone(folder):
        if not (folder / "ready").exists():
            shutil.rmtree(made.data, ignore_errors=True)
            begin_with_migrated(made, migrated(folder))
            made.allmende("init")
            (folder / "ready").touch()
    return made


def begin_with_migrated(made: House, template: Path) -> None:
    """Where a process of the run has migrated a database, the house need not do it again."""
    if made.database:
        source = template.read_text() if template.exists() else "template1"
        with psycopg.connect(os.environ["ALLMENDE_DATABASE_URL"], autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS house_ready WITH (FORCE)")
            connection.execute(f'CREATE DATABASE house_ready TEMPLATE "{source}"')
    elif template.exists():
        made.data.mkdir()
        shutil.copy(template, made.data / "allmende.sqlite3")


def folder_of_run(shared: Path) -> Path:
    """Where processes of a run on one kind of database leave things for each other."""
    kind = "postgresql" if os.environ.get("ALLMENDE_DATABASE_URL") else "sqlite"
    folder = shared / kind
    folder.mkdir(exist_ok=True)
    return folder


def migrated(folder: Path) -> Path:
    """What `tests.databases` leaves there: a database of SQLite, or a name on PostgreSQL."""
    return folder / "migrated"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """While one process makes what others copy."""
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
