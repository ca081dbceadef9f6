"""Installs what is needed from Debian, when root; says what is missing, when not.

Asks no questions and starts no services. `python -m tests.debian chromium postgresql`
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# What a package is asked for: one program of it.
PROGRAMS = {
    "chromium": "chromium",
    "default-jre-headless": "java",
    "dovecot-imapd": "/usr/lib/dovecot/imap",
    "gettext": "msgfmt",
    "libnginx-mod-http-brotli-static": "/usr/lib/nginx/modules/ngx_http_brotli_static_module.so",
    "nginx-light": "nginx",
    "nodejs": "node",
    "npm": "npm",
    "opendkim": "/usr/sbin/opendkim",
    "postfix": "/usr/sbin/smtp-sink",
    "postgresql": "/usr/lib/postgresql/*/bin/initdb",
    "redis-server": "redis-server",
    "spamassassin": "spamassassin",
    "w3m": "w3m",
    "wrk": "wrk",
}
POLICY = Path("/usr/sbin/policy-rc.d")


def is_there(package: str) -> bool:
    program = PROGRAMS[package]
    if program.startswith("/"):
        return any(Path("/").glob(program.removeprefix("/")))
    return shutil.which(program) is not None


@contextmanager
def no_services() -> Iterator[None]:
    """Debian asks this file whether a freshly installed service may start: it may not."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()


def install(packages: list[str]) -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "--quiet=2", "--option=Dpkg::Use-Pty=0"]
    with no_services():
        subprocess.run([*apt, "update"], env=quiet, check=False)
        subprocess.run(
            [*apt, "install", "--yes", "--no-install-recommends", *packages],
            env=quiet,
            check=False,
            stdout=subprocess.DEVNULL,
        )


def main(packages: list[str]) -> None:
    missing = [package for package in packages if not is_there(package)]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing from Debian: {' '.join(missing)}", flush=True)
        install(missing)
        missing = [package for package in missing if not is_there(package)]
    if missing:
        print(f"Missing, and what needs it is left out: {' '.join(missing)}", flush=True)
        print(f"  as root: apt-get install {' '.join(missing)}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
