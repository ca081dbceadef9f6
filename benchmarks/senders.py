"""What a sender needs and can: memory, a far-away mail server, a second sender beside it.

Memory is that of the sending process at its most, with 100,000 and with 1,000,000 letters. The
far-away server answers each command after 20 ms; the peer is `smtp-source -s20`. Two workers share
one mailing on PostgreSQL with fsync; together they send each letter once, the middle of three runs
counts. SCALE=small takes few.
"""

import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import newsletter
from figures import Report

SMALL = os.environ.get("SCALE") == "small"
FEW, MANY = (500, 2_000) if SMALL else (100_000, 1_000_000)
MANY = int(os.environ.get("LETTERS", MANY))
SHARED = 1_000 if SMALL else 20_000
FAR = 500 if SMALL else 10_000
AWAY = 0.02  # seconds
MEMORY = 150.0  # MB
FLAT, FAR_GOAL, TWO_GOAL = 1.1, 3.0, 1.0


def main() -> None:
    if len(sys.argv) > 1:
        far_server(int(sys.argv[1]))
        return
    report = Report()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        near, far = stack.enter_context(newsletter.sink()), stack.enter_context(far_away())
        houses = dict(newsletter.databases(stack, folder))
        for engine, environment in houses.items():
            peer = newsletter.source(far, FAR)
            ours = newsletter.mailing(environment, far, FAR)["rate"]
            report.at_least(f"{engine}, a server 20 ms away", ours, peer, FAR_GOAL, "/s")
            few = newsletter.mailing(environment, near, FEW)["memory"]
            many = newsletter.mailing(environment, near, MANY)["memory"]
            report.at_most(f"{engine}, memory for {MANY:,}", many, MEMORY, 1.0, "MB")
            report.at_most(f"{engine}, memory against {FEW:,}", many, few, FLAT, "MB")
        if environment := houses.get("postgresql"):
            both = environment | {"WORKERS": "2"}
            one = newsletter.middle(lambda: newsletter.mailing(environment, near, SHARED)["rate"])
            two = newsletter.middle(lambda: newsletter.mailing(both, near, SHARED)["rate"])
            report.at_least("postgresql, two workers against one", two, one, TWO_GOAL, "/s")
    report.end()


# --- A server far away ---------------------------------------------------------------------


class Far(asyncio.Protocol):
    """Takes everything; each answer leaves 20 ms after its command came in."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.rest, self.in_text = transport, b"", False
        self.say(b"220 far\r\n")

    def say(self, words: bytes) -> None:
        asyncio.get_running_loop().call_later(AWAY, self.transport.write, words)

    def data_received(self, data: bytes) -> None:
        self.rest += data
        while self.step():
            pass

    def step(self) -> bool:
        mark = b"\r\n.\r\n" if self.in_text else b"\r\n"
        line, found, rest = self.rest.partition(mark)
        if not found:
            return False
        self.rest = rest
        if self.in_text:
            self.in_text = False
            self.say(b"250 queued as X\r\n")
            return True
        verb = line[:4].upper()
        self.in_text = verb == b"DATA"
        answers = {b"DATA": b"354 go\r\n", b"EHLO": b"250-far\r\n250 PIPELINING\r\n"}
        self.say(answers.get(verb, b"250 ok\r\n"))
        return True


@contextlib.contextmanager
def far_away() -> Iterator[int]:
    from tests.house import free_port

    port = free_port()
    process = subprocess.Popen([sys.executable, __file__, str(port)])
    try:
        time.sleep(1)
        yield port
    finally:
        process.kill()
        process.wait()


def far_server(port: int) -> None:
    async def serve() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(Far, "127.0.0.1", port, backlog=200)
        await server.serve_forever()

    asyncio.run(serve())


if __name__ == "__main__":
    main()
