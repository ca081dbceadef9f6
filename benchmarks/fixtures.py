"""Papers to measure on, kept in .cache/ because they take minutes to make."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
CACHE = HOME / ".cache" / "benchmarks"
COMMAND = [sys.executable, "-m", "allmende.site.command"]
TABLES = ("*/migrations/*.py",)  # what rows that are written straight into the tables depend on


def environment(data: Path, **more: str) -> dict[str, str]:
    """For commands of a house whose folder is `data`; SQLite, and the demo's rules."""
    clean = {name: value for name, value in os.environ.items() if "ALLMENDE" not in name}
    house = {"ALLMENDE_DATA": str(data), "ALLMENDE_DEMO": "1", "ALLMENDE_LOG_LEVEL": "WARNING"}
    return {**clean, **house, **more}


def allmende(data: Path, *arguments: str) -> None:
    done = subprocess.run(
        [*COMMAND, *arguments],
        env=environment(data),
        capture_output=True,
        text=True,
        timeout=1_200,
    )
    if done.returncode:
        sys.exit(f"allmende {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")


def demo(data: Path) -> None:
    """The Auentaler Bote in `data`, baked, with nothing left to bake but what the clock brings."""
    kept = CACHE / f"demo-{fingerprint('**/*')}"
    if not kept.exists():
        draft = kept.with_suffix(".new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        allmende(draft, "demo")
        allmende(draft, "bake")
        draft.rename(kept)
    shutil.copytree(kept, data, dirs_exist_ok=True)
    allmende(data, "bake")


def fingerprint(*patterns: str, more: bytes = b"") -> str:
    """Of the house's files that match one of the patterns, and of `more`."""
    digest = hashlib.sha256(more)
    for pattern in patterns:
        for path in sorted((HOME / "src" / "allmende").glob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
