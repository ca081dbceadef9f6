"""Starting the web server, Granian."""

import os
import socket

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import Server

# Requests that one process answers at the same time; Django's wait for the database, mostly.
THREADS = min(8, 2 * (os.cpu_count() or 1))


def check_free(host: str, port: int) -> None:
    """Raises OSError (EADDRINUSE, EACCES) in a moment in which words can still be found for it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            error.filename = f"{host}:{port}"
            raise


def serve(host: str, port: int, *, workers: int) -> None:
    """Serves until SIGTERM or SIGINT. Keeps no access log: who reads what is nobody's business."""
    Server(
        "allmende.site.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=workers,
        blocking_threads=THREADS,
        log_level=LogLevels.warning,
        log_access=False,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    ).serve()
