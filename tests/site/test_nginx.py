"""nginx as `allmende nginx` sets it up: the same cases as the embedded server, then its own."""

import configparser
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from allmende.bakery.serve import Folder
from allmende.bakery.store import FolderStore
from allmende.site.nginx import Site, configuration
from tests.adapters import servers
from tests.adapters.servers import over_http
from tests.adapters.serving_cases import ARTICLE, CASES, FINE_CASES, Case, furnish
from tests.house import COMMAND, free_port

pytestmark = [
    pytest.mark.no_database,
    pytest.mark.skipif(
        not (servers.program() and servers.brotli_modules()),
        reason="nginx or its brotli module is not installed",
    ),
]


def site(base: Path, *, listen: int, upstream: int) -> Site:
    return Site(
        host="bote.example",
        root=base / "baked",
        folders={"/static/": Folder(base / "static")},
        dynamic=("/redaktion/",),
        upstream=f"127.0.0.1:{upstream}",
        listen=f"127.0.0.1:{listen}",
        brotli=bool(servers.brotli_modules()),
    )


@pytest.fixture(scope="module")
def base() -> Iterator[Path]:
    """Readable for the user that nginx runs as."""
    base = Path(tempfile.mkdtemp(prefix="allmende-nginx-"))
    base.chmod(0o755)
    furnish(FolderStore(base / "baked"), base / "static")
    yield base
    shutil.rmtree(base)


@pytest.fixture(scope="module")
def nginx(base: Path) -> Iterator[int]:
    """In front of the embedded server, as on a paper's own machine."""
    port = free_port()
    with servers.granian(base) as upstream:
        text = configuration(site(base, listen=port, upstream=upstream))
        with servers.nginx(base / "nginx", text, port):
            yield port


@pytest.fixture(scope="module")
def alone(base: Path) -> Iterator[int]:
    """With database, worker and web process all down."""
    port = free_port()
    text = configuration(site(base, listen=port, upstream=free_port()))
    with servers.nginx(base / "alone", text, port):
        yield port


@pytest.mark.parametrize(
    "case", [case for case in CASES if case not in FINE_CASES], ids=lambda case: case.__name__
)
def test_case_over_nginx(case: Case, nginx: int) -> None:
    case(over_http(nginx))


def test_public_pages_are_served_while_everything_else_is_down(alone: int) -> None:
    fetch = over_http(alone)
    assert fetch("GET", ARTICLE, {}).status == 200
    assert fetch("GET", "/artikel/7.weg.html", {}).status == 410
    answer = fetch("GET", "/redaktion/", {})
    assert (answer.status, answer.headers["retry-after"]) == (503, "30")
    assert answer.headers["cache-control"] == "no-store"
    assert "Gerade nicht" in answer.body.decode()


def test_moved_page_leads_on_while_the_web_process_is_down(alone: int) -> None:
    answer = over_http(alone)("GET", "/artikel/12.alt.html", {})
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert f'content="0; url={ARTICLE}"' in answer.body.decode()
    assert f'<a href="{ARTICLE}">' in answer.body.decode()


def test_withdrawal_shows_within_two_seconds_without_reload(nginx: int, base: Path) -> None:
    store, fetch = FolderStore(base / "baked"), over_http(nginx)
    store.put("/artikel/20.kurz.html", b"<p>da</p>", "text/html")
    assert fetch("GET", "/artikel/20.kurz.html", {}).status == 200
    store.tombstone("/artikel/20.kurz.html", b"<p>weg</p>")
    time.sleep(2)
    assert fetch("GET", "/artikel/20.kurz.html", {}).status == 410
    store.put("/artikel/20.kurz.html", b"<p>wieder</p>", "text/html")
    time.sleep(1.1)
    assert fetch("GET", "/artikel/20.kurz.html", {}).body == b"<p>wieder</p>"


# --- The commands ----------------------------------------------------------------------------


def run_allmende(data: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    clean = {n: v for n, v in os.environ.items() if not n.startswith(("ALLMENDE", "DJANGO"))}
    environment = clean | {
        "ALLMENDE_DATA": str(data),
        "ALLMENDE_URL": "https://bote.example",
        **more,
    }
    return subprocess.run([*COMMAND, *arguments], env=environment, capture_output=True, text=True)


def tried_by_nginx(folder: Path, site: str) -> subprocess.CompletedProcess[str]:
    (folder / "site.conf").write_text(site)
    (folder / "nginx.conf").write_text(
        f"pid {folder}/pid; events {{}} http {{ include {folder}/site.conf; }}"
    )
    command = [servers.program(), "-t", "-e", "stderr", "-c", folder / "nginx.conf"]
    return subprocess.run(command, capture_output=True, text=True)


def test_command_prints_what_nginx_accepts_with_tls(tmp_path: Path) -> None:
    key, certificate = tmp_path / "privkey.pem", tmp_path / "fullchain.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]  # noqa: RUF005
        + ["-subj", "/CN=bote.example", "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )
    done = run_allmende(tmp_path / "data", "nginx", "--certificates", str(tmp_path), "--no-brotli")
    assert done.returncode == 0, done.stderr
    assert "server_name bote.example;" in done.stdout
    assert "Strict-Transport-Security" in done.stdout
    tried = tried_by_nginx(tmp_path, done.stdout)
    assert tried.returncode == 0, tried.stderr
    assert "warn" not in tried.stderr


def test_command_refuses_what_is_no_host_name(tmp_path: Path) -> None:
    done = run_allmende(tmp_path / "data", "nginx", "bote.example; include /etc/passwd")
    assert done.returncode == 2
    assert "no host name" in done.stderr


def test_command_writes_units_for_web_and_worker(tmp_path: Path) -> None:
    done = run_allmende(tmp_path / "data", "systemd", "--into", str(tmp_path), "--user", "bote")
    assert done.returncode == 0, done.stderr
    for part in ("web", "worker"):
        unit = configparser.ConfigParser(strict=False)
        unit.optionxform = str  # type: ignore[assignment,method-assign]
        unit.read(tmp_path / f"allmende-{part}.service")
        assert unit["Service"]["User"] == "bote"
        assert unit["Service"]["ExecStart"].endswith(f" {part}")
        assert unit["Service"]["ReadWritePaths"] == str(tmp_path / "data")
