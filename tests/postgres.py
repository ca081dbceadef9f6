"""A PostgreSQL of our own: temporary, reached by a Unix socket only, gone afterwards."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Speed instead of safety: the data do not outlive the run.
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "max_connections": "60",
}


def programs() -> Path | None:
    """Folder of the newest installed server's programs; None where there is none."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    folders = sorted((path.parent for path in found), key=lambda path: int(path.parent.name))
    if folders:
        return folders[-1]
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


def as_user() -> list[str]:
    """PostgreSQL refuses to run as root, so root lends it nobody's hands."""
    return ["runuser", "-u", "nobody", "--"] if os.geteuid() == 0 else []


def lend(folder: Path) -> None:
    """The folder, and all in it, to whom the server runs as."""
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, "nobody", "nogroup")


def run(*command: str | Path, folder: Path) -> None:
    """Raises CalledProcessError; what the program said stands in the folder's `said`."""
    with (folder / "said").open("ab") as said:
        subprocess.run(
            [*as_user(), *map(str, command)], cwd=folder, stdout=said, stderr=said, check=True
        )


@contextmanager
def private(*, like: Path | None = None, keep: Path | None = None) -> Iterator[str]:
    """Starts a server. Yields the address of a database in it: empty, or a copy of what another
    server left in a folder (`like`). keep: where to leave it in the end, with the server's stop.

    Raises FileNotFoundError where PostgreSQL is not installed.
    """
    home = programs()
    if home is None:
        raise FileNotFoundError("PostgreSQL is not installed.")
    folder = Path(tempfile.mkdtemp(prefix="allmende-postgres-"))
    data = folder / "data"
    if like is not None:
        shutil.copytree(like, data)
    lend(folder)
    options = " ".join(f"-c {name}={value or chr(39) * 2}" for name, value in OPTIONS.items())
    try:
        if like is None:
            run(home / "initdb", "-D", data, "-U", "allmende", "-A", "trust", "-E", "UTF8",
                "--locale=C.UTF-8", "--no-sync", folder=folder)  # fmt: skip
        run(home / "pg_ctl", "-D", data, "-w", "-o", f"{options} -k {folder}", "-l",
            folder / "log", "start", folder=folder)  # fmt: skip
        try:
            if like is None:
                run(home / "createdb", "-h", folder, "-U", "allmende", "allmende", folder=folder)
            yield f"postgresql://allmende@/allmende?host={folder}"
        finally:
            mode = "fast" if keep else "immediate"
            run(home / "pg_ctl", "-D", data, "-m", mode, "stop", folder=folder)
        if keep is not None:
            run(home / "pg_resetwal", "-D", data, folder=folder)  # a log of gigabytes stays behind
            shutil.copytree(data, keep)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
