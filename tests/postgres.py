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


def run(*command: str | Path, folder: Path) -> None:
    """Raises CalledProcessError; what the program said stands in the folder's `said`."""
    with (folder / "said").open("ab") as said:
        subprocess.run(
            [*as_user(), *map(str, command)], cwd=folder, stdout=said, stderr=said, check=True
        )


@contextmanager
def private() -> Iterator[str]:
    """Starts a server. Yields the address of an empty database in it.

    Raises FileNotFoundError where PostgreSQL is not installed.
    """
    home = programs()
    if home is None:
        raise FileNotFoundError("PostgreSQL is not installed.")
    folder = Path(tempfile.mkdtemp(prefix="allmende-postgres-"))
    data = folder / "data"
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody", "nogroup")
    options = " ".join(f"-c {name}={value or chr(39) * 2}" for name, value in OPTIONS.items())
    try:
        run(home / "initdb", "-D", data, "-U", "allmende", "-A", "trust", "-E", "UTF8",
            "--locale=C.UTF-8", "--no-sync", folder=folder)  # fmt: skip
        run(home / "pg_ctl", "-D", data, "-w", "-o", f"{options} -k {folder}", "-l",
            folder / "log", "start", folder=folder)  # fmt: skip
        try:
            run(home / "createdb", "-h", folder, "-U", "allmende", "allmende", folder=folder)
            yield f"postgresql://allmende@/allmende?host={folder}"
        finally:
            run(home / "pg_ctl", "-D", data, "-m", "immediate", "stop", folder=folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
