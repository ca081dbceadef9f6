"""Real servers for the serving cases, each on a free port and stopped by its process id."""

import contextlib
import http.client
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from tests.adapters.serving_cases import Answer, Fetch
from tests.house import free_port
from tests.waiting import PATIENCE, until

APPLICATION = """
import os
from pathlib import Path
from allmende.bakery.serve import FileApplication, Folder, Objects
from tests.adapters.buckets import S3Store, media_of, opened

def dynamic(environ, start_response):
    if environ["PATH_INFO"].endswith("broken"):
        raise RuntimeError("the database is away")
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"dynamic"]

def build(base, store=None):
    files = Objects(media_of(store), "static") if store else Folder(base / "static", max_age=3600)
    static = {"/static/": files}
    root = store or base / "baked"
    return FileApplication(root, dynamic, static=static, dynamic=("/redaktion/",))

if "BUCKET_AT" in os.environ:
    application = build(Path(os.environ["BASE"]), S3Store(opened(*os.environ["BUCKET_AT"].split())))
else:
    application = build(Path(os.environ["BASE"])) if "BASE" in os.environ else None
"""


def over_http(port: int) -> Fetch:
    def fetch(method: str, path: str, headers: Mapping[str, str]) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name, value)
            connection.endheaders()
            answer = connection.getresponse()
            named = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, named, answer.read())
        finally:
            connection.close()

    return fetch


@contextlib.contextmanager
def granian(base: Path, bucket: str = "") -> Iterator[int]:
    """Two processes that serve what `furnish` laid down below `base`, or in a bucket.

    bucket: address and prefix, with a space in between.
    """
    (base / "serving_under_test.py").write_text(APPLICATION)
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "2"]
    command += ["--log-level", "critical", "--port", str(port), "--working-dir", str(base)]
    environment = {**os.environ, "BASE": str(base), "PYTHONPATH": os.pathsep.join(sys.path)}
    if bucket:
        environment["BUCKET_AT"] = bucket
    with running([*command, "serving_under_test:application"], port, environment):
        yield port


@contextlib.contextmanager
def nginx(folder: Path, site: str, port: int) -> Iterator[None]:
    """A private nginx whose http block includes `site`, and nothing of the machine's own."""
    folder.mkdir()
    (folder / "site.conf").write_text(site)
    modules = [f"load_module {file};" for file in brotli_modules()]
    (folder / "nginx.conf").write_text(
        "\n".join(modules)
        + f"""
        daemon off; worker_processes 2; pid {folder}/pid; error_log {folder}/error.log error;
        events {{ worker_connections 512; }}
        http {{
            client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
            fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
            scgi_temp_path {folder}/scgi;
            include {folder}/site.conf;
        }}"""
    )
    user = []
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody", "nogroup")
        user = ["runuser", "-u", "nobody", "--"]
    command = [*user, program(), "-p", str(folder), "-e", "error.log", "-c", "nginx.conf"]
    with running(command, port, dict(os.environ)):
        yield


def program() -> str | None:
    return shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")


def brotli_modules() -> list[Path]:
    return sorted(Path("/usr/lib/nginx/modules").glob("ngx_http_brotli_*_module.so"))


@contextlib.contextmanager
def running(
    command: list[str],
    port: int,
    environment: dict[str, str],
    output: BinaryIO | None = None,
) -> Iterator[None]:
    # A group of its own, so that no worker process is left behind.
    server = subprocess.Popen(
        command, env=environment, start_new_session=True, stdout=output, stderr=output
    )
    try:
        wait_for(port, server)
        yield
    finally:
        server.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    def answers() -> bool:
        assert server.poll() is None, "the server did not start"
        try:
            over_http(port)("HEAD", "/", {})
        except OSError:
            return False
        return True

    until(answers)
