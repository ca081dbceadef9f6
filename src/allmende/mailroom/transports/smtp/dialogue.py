"""One connection's conversation: commands in one breath, answers as they come.

With PIPELINING (RFC 2920) the end of a letter and the envelope of the next go out together, so a
letter takes one round trip. Without it, each command waits for the answer before.
"""

import re
import smtplib
import ssl
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from allmende.mailroom.letters import Fate, Letter, Outcome
from allmende.mailroom.transports.smtp.relay import Relay

QUEUED = re.compile(r"queued as ([\w.-]+)|\bid=([\w.-]+)", re.IGNORECASE)
ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})\b")
WOULD_BLOCK = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
RECEIVED = 65_536
GOING_AWAY = 421
SIGN_IN_FIRST = 530

Ended = Callable[[Letter, Outcome], None]


class Step(NamedTuple):
    """A command whose answer is awaited: MAIL, RCPT, DATA, END, RSET, QUIT."""

    command: str
    letter: Letter | None


class Lost(ConnectionError):
    """The connection is of no more use. `words`: what the server said last."""


class Dialogue:
    """Letters over one connection. `ready` is the letter whose turn to be ended it is."""

    def __init__(self, relay: Relay, server: smtplib.SMTP, ended: Ended, now: float) -> None:
        assert server.sock is not None
        self.relay, self.sock, self._ended = relay, server.sock, ended
        self.sock.setblocking(False)
        self._pipelining = server.has_extn("pipelining")
        self._eight_bit = server.has_extn("8bitmime")
        self._todo: deque[tuple[Step, bytes]] = deque()
        self._awaited: deque[Step] = deque()
        self._out = b""
        self._behind_end = 0  # bytes of _out that follow a letter's closing dot
        self._in = b""
        self._reply: list[str] = []
        self._fault: Outcome | None = None
        self.ready: Letter | None = None
        self.envelope: Letter | None = None  # whose envelope is out, not yet ready
        self.carried = 0
        self.moved = now
        self.refusals = 0  # senders refused in a row

    @property
    def idle(self) -> bool:
        return not (self.ready or self.envelope or self._awaited or self._todo)

    @property
    def awaits(self) -> bool:
        return bool(self._awaited)

    @property
    def wants_to_write(self) -> bool:
        return bool(self._out)

    @property
    def has_more_to_say(self) -> bool:
        return bool(self._todo)

    @property
    def is_used_up(self) -> bool:
        return self.carried >= self.relay.letters

    @property
    def patience(self) -> float:
        ending = any(step.command == "END" for step in self._awaited)
        return self.relay.timeout * (2 if ending else 1)

    # --- What goes out ------------------------------------------------------------------

    def offer(self, letter: Letter) -> None:
        """Begins with a letter's envelope."""
        self.envelope, self._fault = letter, None
        self.carried += 1
        body = "" if not self._eight_bit or letter.content.isascii() else " BODY=8BITMIME"
        for command, line in (
            ("MAIL", f"MAIL FROM:<{letter.return_path}>{body}\r\n"),
            ("RCPT", f"RCPT TO:<{letter.address}>\r\n"),
            ("DATA", "DATA\r\n"),
        ):
            self._todo.append((Step(command, letter), line.encode("ascii", "replace")))

    def end(self, following: Letter | None) -> None:
        """Sends the letter that is ready, with its end, and the envelope of the one to follow.
        It has to be noted before."""
        letter, self.ready = self.ready, None
        assert letter is not None
        content = letter.content
        # No line of a mailing's letter begins with a dot (`quoted`), and looking takes 20 µs.
        if letter.batch is None and b"\r\n." in content:
            content = content.replace(b"\r\n.", b"\r\n..")
        dot = b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n"
        first = b"." if content.startswith(b".") else b""
        self._todo.appendleft((Step("END", letter), first + content + dot))
        if following:
            self.offer(following)

    def quit(self) -> None:
        self._todo.append((Step("QUIT", None), b"QUIT\r\n"))

    def write(self) -> None:
        """Sends what may go now. Raises OSError."""
        parts = [self._out]
        while self._todo and (self._pipelining or not self._awaited):
            step, line = self._todo.popleft()
            self._awaited.append(step)
            parts.append(line)
            self._behind_end = 0 if step.command == "END" else self._behind_end + len(line)
        self._out = b"".join(parts)
        while self._out:
            try:
                sent = self.sock.send(self._out)
            except WOULD_BLOCK:
                return
            self._out = self._out[sent:]

    # --- What comes in -------------------------------------------------------------------

    def read(self, now: float) -> None:
        """Takes in what the server said, and acts on it. Raises OSError when it is gone."""
        self.moved = now
        while True:
            try:
                block = self.sock.recv(RECEIVED)
            except WOULD_BLOCK:
                return
            if not block:
                raise Lost("the server closed the connection")
            self._take_in(block)
            if len(block) < RECEIVED and not isinstance(self.sock, ssl.SSLSocket):
                return

    def _take_in(self, block: bytes) -> None:
        *lines, self._in = (self._in + block).split(b"\r\n")
        if len(self._in) > RECEIVED:
            raise Lost("the server's answer has no end")
        for raw in lines:
            line = raw.decode("utf-8", "replace")
            self._reply.append(line[4:])
            if line[3:4] != "-":
                words, self._reply = " ".join(self._reply), []
                self._answered(int(line[:3]) if line[:3].isdigit() else 0, words)

    def _answered(self, code: int, words: str) -> None:
        if code in (0, GOING_AWAY) and not (self._awaited and self._awaited[0].command == "END"):
            raise Lost(f"{code} {words}")
        if not self._awaited:
            raise Lost(f"{code} {words}, unasked")
        step = self._awaited.popleft()
        if step.command in ("MAIL", "RCPT"):
            self._envelope_answered(step.command, code, words)
        elif step.command == "DATA":
            self._data_answered(step.letter, code, words)
        elif step.command == "END":
            self._end_answered(step.letter, code, words)
        elif step.command == "QUIT":
            raise Lost("")

    def _envelope_answered(self, command: str, code: int, words: str) -> None:
        if code == SIGN_IN_FIRST:
            raise Lost(f"{code} {words}")
        if code // 100 == 2:
            self.refusals = 0 if command == "MAIL" else self.refusals
        elif self._fault is None:
            self._fault = refusal(code, words)
            if command == "MAIL":
                self.refusals += 1
                # The sender is the paper's own; its letters wait until somebody mends that.
                self._fault = self._fault._replace(fate=Fate.DEFERRED)

    def _data_answered(self, letter: Letter | None, code: int, words: str) -> None:
        assert letter is not None
        self.envelope = None
        if code == 354 and self._fault is None:
            self.ready = letter
            return
        fault = self._fault or refusal(code, words)
        if code == 354:  # the server wants a text though nobody is to get it
            self._todo.append((Step("END", None), b".\r\n"))
        self._todo.append((Step("RSET", None), b"RSET\r\n"))
        self._ended(letter, fault)

    def _end_answered(self, letter: Letter | None, code: int, words: str) -> None:
        if letter is not None:
            if code // 100 == 2:
                self._ended(letter, Outcome(Fate.ACCEPTED, queue_id=queue_id(words)))
            else:
                self._ended(letter, refusal(code, words))
        if code == GOING_AWAY:
            raise Lost(f"{code} {words}")

    # --- The end ----------------------------------------------------------------------------

    def lost(self, words: str) -> None:
        """Closes the connection; tells what is known of the letters on it."""
        self.sock.close()
        dot_is_out = len(self._out) <= self._behind_end
        steps = [*self._awaited, *(step for step, _ in self._todo)]
        ending = next((s.letter for s in self._awaited if s.command == "END" and s.letter), None)
        others = {id(step.letter): step.letter for step in steps if step.letter}
        for letter in [self.ready, self.envelope]:
            if letter:
                others[id(letter)] = letter
        if ending and dot_is_out:
            others.pop(id(ending))
            self._ended(ending, Outcome(Fate.SILENT, words=words[:300]))
        for letter in others.values():
            self._ended(letter, Outcome(Fate.UNSENT, words=words[:300]))
        self._awaited.clear()
        self._todo.clear()
        self.ready = self.envelope = None


def refusal(code: int, words: str) -> Outcome:
    """A 5xx is final, everything else is put off. The code carries the enhanced one (RFC 3463)."""
    found = ENHANCED.match(words)
    shown = f"{code} {found[1]}" if found else str(code)
    fate = Fate.REFUSED if code // 100 == 5 else Fate.DEFERRED
    return Outcome(fate, shown, words[:300])


def queue_id(words: str) -> str:
    found = QUEUED.search(words)
    return (found[1] or found[2] if found else words)[:120]
