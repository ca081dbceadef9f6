"""An article page from the embedded server, against nginx static, and against Wagtail.

Ours and a peer serve one page over 64 kept-alive connections, in turns, so that a busy neighbour
disturbs both alike. In a turn the peer is measured before and after ours and its mean counts; of
the turns' ratios the median is reported. SCALE=small makes turns short and few.

nginx serves the same file of 30 KB and is bare: open_file_cache, sendfile, no log, no headers, two
processes. Wagtail answers the longest article of the demo paper by the same view and templates,
started like ours, with Django's per-site cache in Redis, which Wagtail's manual recommends; and, to
compare, with that cache in each process's memory, where a withdrawal reaches one process of two,
and without a cache.
"""

import contextlib
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

import fixtures
from figures import Report

from allmende.bakery.store import FolderStore

HOME = Path(__file__).resolve().parent.parent
SMALL = os.environ.get("SCALE") == "small"
SECONDS, TURNS = (1, 3) if SMALL else (2, 11)
CONNECTIONS = 64
PATH = "/artikel/1.ernte.html"

# As the house itself starts: one process a core, and threads enough that a slow request to the
# dynamic part holds up no reader. HTTP/1 alone spares the sniffing of the protocol. Backpressure
# counts connections, idle ones too, not requests: beyond it, new readers wait for old ones to go.
GRANIAN = ["--interface", "wsgi", "--http", "1", "--no-ws", "--log-level", "error"]
GRANIAN += ["--workers", "2", "--blocking-threads", "8"]
GRANIAN += ["--backlog", "4096", "--backpressure", "2048"]

APPLICATION = """
import os
from allmende.bakery.serve import FileApplication

def none(environ, start_response):
    raise AssertionError("a public page entered the dynamic part")

application = FileApplication(os.environ["ROOT"], none, dynamic=("/-/",))
"""

NGINX = """
daemon off; worker_processes 2; pid {home}/nginx.pid; error_log {home}/error.log crit;
events {{ worker_connections 1024; }}
http {{
  types {{ text/html html; }}
  access_log off; sendfile on; tcp_nopush on; gzip off;
  keepalive_timeout 60; keepalive_requests 100000000;
  open_file_cache max=1000 inactive=60s; open_file_cache_valid 60s;
  server {{ listen 127.0.0.1:{port}; root {root}; }}
}}
"""


# Around the file that `allmende nginx` writes; what Debian's own nginx.conf says beside it.
SHIPPED = """
{modules}
daemon off; worker_processes 2; pid {home}/shipped.pid; error_log {home}/shipped.log crit;
events {{ worker_connections 1024; }}
http {{ include {home}/site.conf; }}
"""

WAGTAIL = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "plain_settings"
from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
"""
# What a new Django project has, around it the cache of whole pages.
WAGTAIL_SETTINGS = """
import os
from allmende.site.settings import *

MIDDLEWARE = [
    name for name in MIDDLEWARE
    if name.startswith("django.") or name == "allauth.account.middleware.AccountMiddleware"
]
DATABASES["default"]["ATOMIC_REQUESTS"] = False
if os.environ["CACHED"]:
    MIDDLEWARE = [
        "django.middleware.cache.UpdateCacheMiddleware",
        *MIDDLEWARE,
        "django.middleware.cache.FetchFromCacheMiddleware",
    ]
CACHE_MIDDLEWARE_SECONDS = 86_400
CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
if os.environ["CACHED"].startswith("redis:"):
    CACHES["default"] = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": os.environ["CACHED"],
    }
"""


class Load(NamedTuple):
    rate: float  # requests a second
    p99: float  # milliseconds


def main() -> None:
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        home.chmod(0o755)  # nginx's processes give up their rights
        against_nginx(home, report)
        shipped_against_bare(home, report)
        against_wagtail(home, report)
    report.end()


def against_nginx(home: Path, report: Report) -> None:
    body = page(30_000)
    FolderStore(home / "baked").put(PATH, body, "text/html")
    with granian(home, home / "baked") as ours, nginx(home) as limit:
        expect(ours, PATH, body)
        expect(limit, PATH, body)
        turns = compare(ours, limit, PATH)
    report.at_least("article page, nginx static", *middle(turns, "rate"), 0.45, "requests/s")
    report.at_most("article page, nginx static: p99", *middle(turns, "p99"), 2.0, "ms")


def shipped_against_bare(home: Path, report: Report) -> None:
    """The configuration that the house writes: headers, tombstones and twins looked for."""
    body = page(30_000)
    FolderStore(home / "baked").put(PATH, body, "text/html")
    with shipped(home) as ours, nginx(home) as limit:
        expect(ours, PATH, body)
        expect(limit, PATH, body)
        turns = compare(ours, limit, PATH)
    rates = middle(turns, "rate")
    report.at_least("shipped nginx configuration, bare nginx", *rates, 0.95, "requests/s")


def against_wagtail(home: Path, report: Report) -> None:
    data = home / "data"
    fixtures.demo(data)
    articles = (data / "baked" / "artikel").glob("*.html")
    longest = max(articles, key=lambda file: file.stat().st_size)
    path, body = f"/artikel/{longest.name}", longest.read_bytes()
    with (
        redis(home) as kept,
        granian(home, data / "baked") as ours,
        wagtail(home, data, cached=kept) as peer,
    ):
        expect(ours, path, body)
        expect(peer, path, body)
        turns = compare(ours, peer, path, turns=3)
    rate = middle(turns, "rate")
    report.at_least("article page, Wagtail with per-site cache", *rate, 10, "requests/s")
    for cached, words in (("memory", "its cache in each process"), ("", "without a cache")):
        with wagtail(home, data, cached=cached) as peer:
            expect(peer, path, body)
            load(peer, path, seconds=1)
            slow = patient(peer, path)
        print(f"for comparison: Wagtail, {words}: {slow.rate:,.0f} requests/s", flush=True)


def compare(ours: int, peer: int, path: str, turns: int = TURNS) -> list[tuple[Load, Load]]:
    for port in (peer, ours):
        load(port, path, seconds=1)
    return [turn(ours, peer, path) for _ in range(turns)]


def turn(ours: int, peer: int, path: str) -> tuple[Load, Load]:
    """Our load and the peer's, measured before and after ours."""
    before, own, after = load(peer, path), load(ours, path), load(peer, path)
    return own, Load((before.rate + after.rate) / 2, (before.p99 + after.p99) / 2)


def middle(turns: list[tuple[Load, Load]], name: str) -> tuple[float, float]:
    """Measured and peer of the turn whose ratio is the median."""
    pairs = [(getattr(own, name), getattr(peer, name)) for own, peer in turns]
    ratio = median(own / peer for own, peer in pairs)
    return min(pairs, key=lambda pair: abs(pair[0] / pair[1] - ratio))


def page(size: int) -> bytes:
    """Words of no meaning that compress about as German does."""
    chance = random.Random(1)
    letters = "eeeeennnniiissrrattdhulcgmobwfkzpv"
    words = ["".join(chance.choices(letters, k=chance.randint(2, 12))) for _ in range(2_000)]
    return ("<!doctype html><p>" + " ".join(chance.choices(words, k=size))).encode()[:size]


# --- Servers -----------------------------------------------------------------------------


@contextlib.contextmanager
def nginx(home: Path) -> Iterator[int]:
    port = free_port()
    config = home / "nginx.conf"
    config.write_text(NGINX.format(home=home, port=port, root=home / "baked"))
    with running(["/usr/sbin/nginx", "-p", str(home), "-c", str(config)], port, signal.SIGQUIT):
        yield port


@contextlib.contextmanager
def shipped(home: Path) -> Iterator[int]:
    port = free_port()
    written = subprocess.run(
        [*fixtures.COMMAND, "nginx", "localhost", "--no-tls", "--listen", f"127.0.0.1:{port}"],
        env=fixtures.environment(home),
        capture_output=True,
        text=True,
        check=True,
    )
    (home / "site.conf").write_text(written.stdout)
    config = home / "shipped.conf"
    found = sorted(Path("/usr/lib/nginx/modules").glob("ngx_http_brotli_*_module.so"))
    modules = "\n".join(f"load_module {module};" for module in found)
    config.write_text(SHIPPED.format(home=home, modules=modules))
    with running(["/usr/sbin/nginx", "-p", str(home), "-c", str(config)], port, signal.SIGQUIT):
        yield port


@contextlib.contextmanager
def granian(home: Path, root: Path) -> Iterator[int]:
    (home / "served.py").write_text(APPLICATION)
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(HOME / "src")}
    with started(home, "served", {**environment, "ROOT": str(root)}) as port:
        yield port


@contextlib.contextmanager
def redis(home: Path) -> Iterator[str]:
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", str(home)]
    with running([*command, "--save", "", "--loglevel", "warning"], port, signal.SIGTERM):
        yield f"redis://127.0.0.1:{port}"


@contextlib.contextmanager
def wagtail(home: Path, data: Path, *, cached: str) -> Iterator[int]:
    """cached: empty, "memory" or the address of a Redis."""
    (home / "plain.py").write_text(WAGTAIL)
    (home / "plain_settings.py").write_text(WAGTAIL_SETTINGS)
    environment = fixtures.environment(data, PYTHONPATH=str(HOME / "src"))
    with started(home, "plain", {**environment, "CACHED": cached}) as port:
        yield port


@contextlib.contextmanager
def started(home: Path, module: str, environment: dict[str, str]) -> Iterator[int]:
    port = free_port()
    command = [sys.executable, "-m", "granian", *GRANIAN, "--port", str(port)]
    command += ["--working-dir", str(home), f"{module}:application"]
    with running(command, port, signal.SIGTERM, environment):
        yield port


@contextlib.contextmanager
def running(
    command: list[str], port: int, end: int, environment: dict[str, str] | None = None
) -> Iterator[None]:
    server = subprocess.Popen(command, env=environment, start_new_session=True)
    try:
        wait_for(port, server)
        yield
    finally:
        server.send_signal(end)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(5)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)  # a worker process that missed the signal
        server.wait()


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(1_200):  # a busy machine starts slowly
        if server.poll() is not None:
            sys.exit(f"{server.args} ended with {server.returncode}")
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.05)
    sys.exit(f"{server.args} does not listen")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


# --- Load --------------------------------------------------------------------------------

LUA = """
done = function(summary, latency, requests)
  local bad = summary.errors.status + summary.errors.connect + summary.errors.read
  io.write(string.format('\\n{"requests": %d, "us": %d, "p99": %d, "bad": %d}\\n',
    summary.requests, summary.duration, latency:percentile(99), bad + summary.errors.timeout))
end
"""


def load(port: int, path: str, seconds: int = SECONDS) -> Load:
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(LUA)
        script.flush()
        command = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", script.name]
        command += ["--timeout", "20s", f"http://127.0.0.1:{port}{path}"]
        run = subprocess.run(
            command, check=True, capture_output=True, text=True, timeout=seconds + 40
        )
    found = json.loads(run.stdout.strip().splitlines()[-1])
    if found["bad"]:
        sys.exit(f"{found['bad']} requests failed")
    return Load(found["requests"] / found["us"] * 1e6, found["p99"] / 1_000)


def patient(port: int, path: str) -> Load:
    """Of a server that may be slow: as long as it takes to answer each connection some times."""
    seconds = 2 * SECONDS
    while (found := load(port, path, seconds)).rate * seconds < 4 * CONNECTIONS and seconds < 60:
        seconds *= 2
    return found


def expect(port: int, path: str, body: bytes) -> None:
    """Both must send the very page, or the comparison is void."""
    lines = [f"GET {path} HTTP/1.1", "Host: localhost", "Connection: close", "", ""]
    with socket.create_connection(("127.0.0.1", port), 30) as connection:
        connection.sendall("\r\n".join(lines).encode())
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    if not re.match(rb"HTTP/1\.1 200 ", answer) or not answer.endswith(body):
        sys.exit(f"the server on port {port} does not send the page")


if __name__ == "__main__":
    main()
