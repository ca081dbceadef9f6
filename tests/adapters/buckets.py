"""A private S3 server (moto's), and a way to it on which things go wrong."""

import http.client
import http.server
import json
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.config import Config
from storages.backends.s3 import S3Storage

from allmende.bakery.store import S3Store
from allmende.bakery.store.paths import TYPES, ending
from allmende.site.bucket import storage
from tests.adapters.servers import running
from tests.house import free_port

KEYS = {"AWS_ACCESS_KEY_ID": "somebody", "AWS_SECRET_ACCESS_KEY": "something"}
BUCKET = "bote"
# Everybody may read what is named, nobody may list: what docs/operations.md asks for.
PUBLIC = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::{BUCKET}/*",
        }
    ],
}
# Asks once, and waits for a crowded machine but not for ever.
ONCE = Config(connect_timeout=5, read_timeout=5, retries={"total_max_attempts": 1})


@contextmanager
def s3_server(log: Path) -> Iterator[str]:
    """The address of a server that holds one empty bucket, in memory."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "--host", "127.0.0.1", "--port", str(port)]
    with log.open("wb") as said, running(command, port, {}, output=said):
        endpoint = f"http://127.0.0.1:{port}"
        bucket = opened(endpoint).bucket
        bucket.create()
        bucket.Policy().put(Policy=json.dumps(PUBLIC))
        yield endpoint


def environment(endpoint: str, prefix: str = "") -> dict[str, str]:
    """How a house is told of the bucket."""
    return KEYS | {
        "ALLMENDE_S3_BUCKET": BUCKET,
        "ALLMENDE_S3_ENDPOINT": endpoint,
        "ALLMENDE_S3_REGION": "us-east-1",
        "ALLMENDE_S3_PREFIX": prefix,
    }


def opened(endpoint: str, prefix: str = "", **more: Any) -> S3Storage:
    """What django-storages opens in a house that is told so."""
    given = {"bucket": BUCKET, "endpoint": endpoint, "region": "us-east-1", "prefix": prefix}
    options = storage({f"s3_{name}": value for name, value in given.items()})["OPTIONS"]
    keys = {name.removeprefix("AWS_").lower(): value for name, value in KEYS.items()}
    keys = {"access_key": keys["access_key_id"], "secret_key": keys["secret_access_key"]}
    return S3Storage(**{**options, **keys, **more})


@cache
def shared(endpoint: str) -> S3Storage:
    """To open a connection takes longer than all that a test asks through it."""
    return opened(endpoint)


def new_store(endpoint: str) -> S3Store:
    """A store below a prefix of its own."""
    storage = copy(shared(endpoint))
    storage.location, storage._bucket = uuid.uuid4().hex, shared(endpoint).bucket
    return S3Store(storage)


def media_of(store: S3Store) -> S3Storage:
    """A place for other files, beside a store's."""
    storage = copy(store.storage)
    storage.location = f"{store.prefix.strip('/')}-media"
    return storage


def lay(storage: S3Storage, folder: Path) -> None:
    """Lays down the files of a folder below its own name, as uploads are."""
    for file in sorted(folder.iterdir()):
        if file.is_file() and not file.is_symlink():
            storage.bucket.Object(f"{storage.location}/{folder.name}/{file.name}").put(
                Body=file.read_bytes(), ContentType=TYPES[ending(file.name)]
            )


class Rough(http.server.ThreadingHTTPServer):
    """Passes requests on, unless `meets(method, path)` names a mishap.

    "slow"    no answer while it is open   "busy"    503, as a bucket that is asked too much
    "cut"     the connection ends          "full"    507
    "denied"  403
    """

    daemon_threads = True
    meets: Callable[[str, str], str] = staticmethod(lambda method, path: "")

    def __init__(self, endpoint: str) -> None:
        super().__init__(("127.0.0.1", 0), Passing)
        self.beyond = urlsplit(endpoint).netloc
        self.closing = threading.Event()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


ANSWERS = {
    "busy": (503, "SlowDown", "Please reduce your request rate."),
    "full": (507, "InsufficientStorage", "No space."),
    "denied": (403, "AccessDenied", "Access Denied"),
}


class Passing(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # the body would wait 40 ms for the head's arrival
    server: Rough

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        mishap = self.server.meets(self.command, self.path)
        if mishap in ANSWERS:
            status, code, words = ANSWERS[mishap]
            text = f"<Error><Code>{code}</Code><Message>{words}</Message></Error>"
            return self.answer(status, {"Content-Type": "application/xml"}, text.encode())
        if mishap == "slow":
            self.server.closing.wait()
        if mishap:
            self.close_connection = True
            return None
        beyond = http.client.HTTPConnection(self.server.beyond, timeout=60)
        beyond.request(self.command, self.path, body, dict(self.headers))
        answer = beyond.getresponse()
        whole = answer.read()
        beyond.close()
        return self.answer(answer.status, dict(answer.getheaders()), whole)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self.handle_any
        raise AttributeError(name)

    def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in {"transfer-encoding", "connection", "content-length"}:
                self.send_header(name, value)
        length = headers.get("Content-Length", "0") if self.command == "HEAD" else len(body)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


@contextmanager
def rough_way(endpoint: str) -> Iterator[Rough]:
    with Rough(endpoint) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            server.shutdown()
            thread.join()
