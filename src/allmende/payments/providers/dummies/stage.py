"""The stage on which a dummy plays: an HTTP server on this machine, with faults where it is told.

A play is a function from what was asked to an answer. What is below `faulty` may go wrong by the
dummy's moods; pages for people never do.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from allmende.payments.providers.dummies.moods import Moods

LARGEST = 1_000_000  # bytes of a request
SLOW = 3.0  # seconds; tests have less patience than that, readers more
POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action *"


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    query: dict[str, str]
    headers: Message
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        """Raises ValueError for what is no JSON object."""
        found = json.loads(self.body or b"{}")
        if not isinstance(found, dict):
            raise ValueError("no object")
        return found

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode()))


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes = b""
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


Play = Callable[[Asked], Answer]


def said(status: int, row: dict[str, Any] | None = None) -> Answer:
    return Answer(status, json.dumps(row).encode() if row is not None else b"")


def page(text: str, status: int = 200) -> Answer:
    return Answer(status, text.encode(), "text/html; charset=utf-8")


def elsewhere(address: str) -> Answer:
    return Answer(303, kind="text/plain", headers={"Location": address})


class Dropped(Exception):
    """The connection ends without an answer."""


@dataclass
class Stage:
    """faulty: what paths begin with on which moods strike. trouble: the body of a 5xx or 429."""

    play: Play
    moods: Moods
    faulty: tuple[str, ...]
    trouble: Callable[[int], dict[str, Any]]

    def answer(self, asked: Asked) -> Answer:
        """Raises Dropped."""
        if not asked.path.startswith(self.faulty):
            return self.play(asked)
        if self.moods.strike("out") or self.moods.strike("trouble"):
            return said(503, self.trouble(503))
        if self.moods.strike("busy"):
            return Answer(429, json.dumps(self.trouble(429)).encode(), headers={"Retry-After": "0"})
        answer = self.play(asked)
        if self.moods.strike("trouble after"):
            return said(500, self.trouble(500))
        if self.moods.strike("silent"):
            raise Dropped
        if self.moods.strike("slow"):
            time.sleep(SLOW)
            raise Dropped
        return answer


def handler(stage: Stage) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30
        # Head and body leave by themselves: the body would wait 40 ms for the head's arrival.
        disable_nagle_algorithm = True

        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            if length > LARGEST:
                self.send_error(413)
                return
            parts = urlsplit(self.path)
            query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
            body = self.rfile.read(length)
            asked = Asked(self.command, parts.path, query, self.headers, body)
            try:
                self._send(stage.answer(asked))
            except Dropped:
                self.close_connection = True

        do_GET = do_POST = do_PATCH = do_DELETE = _serve  # noqa: N815  http.server calls them so

        def _send(self, answer: Answer) -> None:
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(len(answer.body)))
            self.send_header("Content-Security-Policy", POLICY)
            self.send_header("Cache-Control", "no-store")
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: Any) -> None:
            """Who pays what is not told."""

    return Handler


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who hangs up has their reasons."""


@contextmanager
def served(stage: Stage, *, port: int = 0) -> Iterator[int]:
    """The port on which the stage is open until the block ends. Raises OSError when taken."""
    server = Server(("127.0.0.1", port), handler(stage))
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
    )
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
