"""A mail server of our own that keeps what it accepts, and misbehaves when it is told to."""

import asyncio
import base64
import ssl
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

# Asked before each answer: "hello", "mail", "rcpt", "data", "text" (in the middle of it), "end".
# Gives None (well), an answer as "450 4.2.0 later", "close", "hang", or "close after": accepts and
# closes without a word.
Behave = Callable[[str, str], str | None]


@dataclass
class Mail:
    """One accepted mail: its envelope, its bytes, and whether nobody on the way could read it."""

    sender: str
    recipient: str
    content: bytes
    encrypted: bool = False


@dataclass
class Sink:
    """Listens on a free port of this machine from `with` to its end."""

    behave: Behave = lambda event, argument: None
    extensions: tuple[str, ...] = ("PIPELINING", "8BITMIME")
    port: int = 0
    tls: ssl.SSLContext | None = None  # offered by STARTTLS; spoken at once where `encrypted`
    encrypted: bool = False
    account: tuple[str, str] | None = None  # name and password that are asked for
    mails: list[Mail] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    most_at_once: int = 0
    at_once: int = 0

    def __enter__(self) -> Self:
        started = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, args=(started,), daemon=True)
        self._thread.start()
        assert started.wait(60)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(60)

    def _run(self, started: threading.Event) -> None:
        self._loop.run_until_complete(self._serve(started))
        self._loop.close()

    async def _serve(self, started: threading.Event) -> None:
        self._over = asyncio.Event()
        self._talks: set[asyncio.Task[None]] = set()
        server = await asyncio.start_server(
            self._begin,
            "127.0.0.1",
            self.port,
            limit=1 << 25,
            ssl=self.tls if self.encrypted else None,
        )
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        await self._over.wait()
        server.close()
        for talk in list(self._talks):
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.ensure_future(self._talk(reader, writer))
        self._talks.add(talk)
        talk.add_done_callback(self._talks.discard)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await Talk(self, reader, writer).run()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self.at_once -= 1
            writer.close()


class Talk:
    """One connection."""

    def __init__(
        self, sink: Sink, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.sink, self.reader, self.writer = sink, reader, writer
        self.sender = self.recipient = ""
        self.encrypted = sink.encrypted
        self.signed_in = sink.account is None

    def extensions(self) -> tuple[str, ...]:
        offers = self.sink.tls and not self.encrypted
        found = (*self.sink.extensions, "STARTTLS") if offers else self.sink.extensions
        return (*found, "AUTH PLAIN") if self.sink.account and not offers else found

    async def say(self, event: str, argument: str, well: str) -> bool:
        """Answers; whether all went well."""
        told = self.sink.behave(event, argument)
        if told == "close":
            raise ConnectionAbortedError
        if told == "hang":
            await asyncio.sleep(3_600)
        self.writer.write(f"{told or well}\r\n".encode())
        await self.writer.drain()
        return told is None

    async def run(self) -> None:
        if not await self.say("hello", "", "220 sink"):
            return
        while line := (await self.reader.readline()).decode().strip():
            verb = line[:4].upper()
            self.sink.commands.append(verb)
            if verb == "EHLO":
                lines = [f"250-{name}\r\n" for name in self.extensions()]
                self.writer.write("".join(["250-sink\r\n", *lines, "250 HELP\r\n"]).encode())
            elif verb == "AUTH":
                told = base64.b64decode(line.split(" ")[2]).decode().split("\0")[1:]
                self.signed_in = tuple(told) == self.sink.account
                answer = b"235 welcome\r\n" if self.signed_in else b"535 5.7.8 who are you\r\n"
                self.writer.write(answer)
            elif verb == "MAIL" and not self.signed_in:
                self.writer.write(b"530 5.7.0 sign in first\r\n")
            elif verb == "MAIL":
                address = line.partition("<")[2].partition(">")[0]
                ok = not self.sender and await self.say("mail", address, "250 ok")
                self.sender = address if ok else self.sender
            elif verb == "RCPT":
                address = line.partition("<")[2].partition(">")[0]
                if await self.say("rcpt", address, "250 ok"):
                    self.recipient = address
            elif verb == "DATA":
                await self.data()
            elif verb == "RSET":
                self.sender = self.recipient = ""
                self.writer.write(b"250 ok\r\n")
            elif verb == "STAR" and self.sink.tls:
                self.writer.write(b"220 go\r\n")
                await self.writer.start_tls(self.sink.tls)
                self.encrypted = True
            elif verb == "QUIT":
                self.writer.write(b"221 bye\r\n")
                return
            await self.writer.drain()

    async def data(self) -> None:
        if not self.recipient:
            self.writer.write(b"503 no recipient\r\n")
            return
        if not await self.say("data", self.recipient, "354 go"):
            return
        if self.sink.behave("text", self.recipient) == "close":
            await self.reader.readexactly(100)
            raise ConnectionAbortedError
        text = b"\r\n"  # of the line before, so that a mail without any ends, too
        while not text.endswith(b"\r\n.\r\n"):
            text += await self.reader.readuntil(b".\r\n")
        told = self.sink.behave("end", self.recipient)
        content = text[2:-3].replace(b"\r\n..", b"\r\n.")
        mail = Mail(self.sender, self.recipient, content, self.encrypted)
        self.sender = self.recipient = ""
        if told is None or told == "close after":
            self.sink.mails.append(mail)
        if told in ("close", "close after"):
            raise ConnectionAbortedError
        if told == "hang":
            await asyncio.sleep(3_600)
        self.writer.write(f"{told or f'250 ok: queued as Q{len(self.sink.mails)}'}\r\n".encode())


class Kept(list[Mail]):
    """Writes recipients into a file, each before its mail is answered."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file.open("ab", buffering=0)

    def append(self, mail: Mail) -> None:
        self._file.write(f"{mail.recipient}\n".encode())
        super().append(mail)


class Trouble:
    """Misbehaves now and then, as a file beside says: "end hang", "rcpt 451 later". Counts the
    letters whose end it did not answer in another file."""

    def __init__(self, file: Path) -> None:
        self._said, self._count = file.with_suffix(".trouble"), file.with_suffix(".unanswered")
        self._asked = self._unanswered = 0

    def __call__(self, event: str, who: str) -> str | None:
        moment, _, answer = (
            self._said.read_text().partition(" ") if self._said.exists() else ("",) * 3
        )
        if event != moment:
            return None
        self._asked += 1
        if self._asked % 40:
            return None
        if not answer[:1].isdigit():
            self._unanswered += 1
            self._count.write_text(str(self._unanswered))
        return answer


def main(port: int, file: Path) -> None:
    """A sink in a process of its own, until somebody kills it."""
    with Sink(Trouble(file), port=port, mails=Kept(file)) as sink:
        file.with_suffix(".port").write_text(str(sink.port))
        sink._thread.join()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
