"""All relays' connections in one loop.

Each turn: read what came, give every free connection a letter, note all letters that are about to
end in one go, and send the ends of those whose note has come to the disk. So one write to the
journal's disk serves as many letters as there are connections with something to say, and while the
disk is at it the other connections go on.
"""

import contextlib
import queue
import selectors
import smtplib
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from allmende.mailroom.letters import Fate, Letter, Outcome
from allmende.mailroom.transports import Desk
from allmende.mailroom.transports.smtp.dialogue import Dialogue
from allmende.mailroom.transports.smtp.relay import Relay

TURN = 0.2  # seconds that a turn waits at the most
IDLE = 20.0  # seconds after which an unused connection is closed
TROUBLE_AFTER = 5  # senders refused in a row, after which it is the relay's trouble
Opened = tuple[Relay, smtplib.SMTP | None, str]


class Smtp:
    """relays: share the letters. Connections stay open between two rounds for a while."""

    def __init__(self, relays: list[Relay], *, clock: Callable[[], float] = time.monotonic) -> None:
        self.relays, self._clock = relays, clock
        self._open: list[Dialogue] = []
        self._opening = dict.fromkeys(range(len(relays)), 0)
        self._opened: queue.SimpleQueue[Opened] = queue.SimpleQueue()
        self._selector = selectors.DefaultSelector()
        self._bell, self._ringer = socket.socketpair()
        self._bell.setblocking(False)
        self._selector.register(self._bell, selectors.EVENT_READ, None)
        self._notary = ThreadPoolExecutor(1, "notary")
        self._noted: list[Dialogue] = []  # whose letters are being noted
        self._on_disk: Future[None] | None = None  # done when they are
        self._spare: list[Letter] = []  # taken, and no connection yet
        self._desk: Desk | None = None
        self._closed = False

    # --- A round ---------------------------------------------------------------------------

    def carry(self, desk: Desk) -> float:
        self._desk = desk
        self._drop_idle()
        while True:
            self._take_opened()
            self._fill()
            self._finish()
            if not self._busy():
                desk.note([])
                if not self._spare and not self._more():
                    return 0.0
                if rest := self._all_rest():
                    self._give_back()
                    return rest
            self._turn()

    def _busy(self) -> bool:
        return self._on_disk is not None or any(not one.idle for one in self._open)

    def _all_rest(self) -> float:
        """Seconds until a relay may be asked again; 0 while one may now."""
        if self._open or any(self._opening.values()):
            return 0.0
        now = self._clock()
        return max(0.0, min(relay.rest_until for relay in self.relays) - now)

    def _more(self) -> bool:
        """Whether the desk has a letter; it is then kept until a connection has time."""
        assert self._desk is not None
        if not self._spare and (letter := self._desk.take()):
            self._spare.append(letter)
        return bool(self._spare)

    def _next(self) -> Letter | None:
        assert self._desk is not None
        return self._spare.pop() if self._spare else self._desk.take()

    def _give_back(self) -> None:
        assert self._desk is not None
        words = next((relay.trouble for relay in self.relays if relay.trouble), "")
        for letter in self._spare:
            self._desk.ended(letter, Outcome(Fate.UNSENT, words=words))
        self._spare.clear()

    def _turn(self) -> None:
        """Waits for something to happen, and reads it."""
        now = self._clock()
        for key, events in self._selector.select(self._wait(now)):
            if key.data is None:
                with contextlib.suppress(BlockingIOError):
                    self._bell.recv(4096)
            else:
                self._serve(key.data, events)
        now = self._clock()
        for one in list(self._open):
            if one.awaits and now - one.moved > one.patience:
                self._lose(one, "the server does not answer")

    def _serve(self, one: Dialogue, events: int) -> None:
        try:
            if events & selectors.EVENT_READ:
                one.read(self._clock())
            if events & selectors.EVENT_WRITE or one.has_more_to_say:
                self._write(one)
        except OSError as error:
            self._lose(one, str(error))

    def _wait(self, now: float) -> float:
        waits = [relay.bucket.wait(now) for relay in self.relays if relay.rate]
        return min([TURN, *[wait for wait in waits if wait > 0]])

    # --- Letters to connections ---------------------------------------------------------------

    def _fill(self) -> None:
        """Envelopes for connections that have none, and more connections while there is more."""
        for one in list(self._open):
            if one.idle and not one.is_used_up and self._more() and self._may(one.relay):
                letter = self._next()
                assert letter is not None
                one.moved = self._clock()
                one.offer(letter)
                self._write_or_lose(one)
            elif one.idle and one.is_used_up:
                self._close(one)
        if self._more():
            self._open_more()

    def _may(self, relay: Relay) -> bool:
        return not relay.rate or relay.bucket.take(self._clock())

    def _finish(self) -> None:
        """Notes all letters that are ready; ends those that are noted, each with the next one's
        envelope."""
        assert self._desk is not None
        if self._on_disk and not self._on_disk.done():
            return
        noted, self._noted = self._noted, []
        if self._on_disk:
            on_disk, self._on_disk = self._on_disk, None
            on_disk.result()
        self._note([one for one in self._open if one.ready and one not in noted])
        now = self._clock()
        for one in noted:
            if one.ready:  # not lost meanwhile
                self._end(one, now)
        for one in self._open:
            if one.refusals >= TROUBLE_AFTER:
                one.relay.fails("refuses our sender's address", now)
                one.refusals = 0

    def _note(self, ready: list[Dialogue]) -> None:
        """In a thread of its own, for a disk takes its time. One go after the other."""
        assert self._desk is not None
        if ready:
            wait = self._desk.noting([one.ready for one in ready if one.ready])
            self._noted, self._on_disk = ready, self._notary.submit(wait)
            self._on_disk.add_done_callback(lambda _: self._ring())

    def _end(self, one: Dialogue, now: float) -> None:
        one.relay.is_well()
        following = None
        if not one.is_used_up and self._may(one.relay):
            following = self._next()
        one.moved = now
        one.end(following)
        self._write_or_lose(one)

    def _write_or_lose(self, one: Dialogue) -> None:
        try:
            self._write(one)
        except OSError as error:
            self._lose(one, str(error))

    def _write(self, one: Dialogue) -> None:
        one.write()
        events = selectors.EVENT_READ
        if one.wants_to_write:
            events |= selectors.EVENT_WRITE
        if self._selector.get_key(one.sock).events != events:
            self._selector.modify(one.sock, events, one)

    # --- Connections ----------------------------------------------------------------------------

    def _open_more(self) -> None:
        """One more connection a turn and relay, opened beside the loop."""
        now = self._clock()
        for number, relay in enumerate(self.relays):
            count = sum(one.relay is relay for one in self._open) + self._opening[number]
            if count < relay.connections and now >= relay.rest_until:
                self._opening[number] += 1
                threading.Thread(target=self._open_one, args=(relay,), daemon=True).start()

    def _open_one(self, relay: Relay) -> None:
        try:
            server, words = relay.open(), ""
        except (OSError, ValueError) as error:
            server, words = None, str(error) or type(error).__name__
        self._opened.put((relay, server, words))
        self._ring()
        if self._closed:
            self._drop_opened()

    def _ring(self) -> None:
        """Wakes the loop up."""
        with contextlib.suppress(OSError):  # closed meanwhile
            self._ringer.send(b"!")

    def _take_opened(self) -> None:
        while not self._opened.empty():
            relay, server, words = self._opened.get()
            self._opening[self.relays.index(relay)] -= 1
            if server is None:
                relay.fails(words, self._clock())
                continue
            assert self._desk is not None
            one = Dialogue(relay, server, self._ended, self._clock())
            self._selector.register(one.sock, selectors.EVENT_READ, one)
            self._open.append(one)

    def _ended(self, letter: Letter, outcome: Outcome) -> None:
        assert self._desk is not None
        self._desk.ended(letter, outcome)

    def _lose(self, one: Dialogue, words: str) -> None:
        self._forget(one)
        at_work = not one.idle
        one.lost(words)
        if at_work:
            one.relay.fails(words or "the connection broke", self._clock())

    def _forget(self, one: Dialogue) -> None:
        self._open.remove(one)
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(one.sock)

    def _close(self, one: Dialogue) -> None:
        """Says goodbye and does not wait for the answer."""
        self._forget(one)
        one.quit()
        with contextlib.suppress(OSError):
            one.write()
        one.sock.close()

    def _drop_idle(self) -> None:
        """Connections that the server has closed, or nobody has used for a while."""
        now = self._clock()
        for one in list(self._open):
            if now - one.moved > IDLE:
                self._close(one)
                continue
            try:
                one.read(one.moved)
            except OSError:
                self._lose(one, "")

    def _drop_opened(self) -> None:
        """Closes connections that came too late to be used."""
        with contextlib.suppress(queue.Empty):
            while True:
                if server := self._opened.get_nowait()[1]:
                    server.close()

    def close(self) -> None:
        self._closed = True
        self._notary.shutdown()
        self._drop_opened()
        for one in list(self._open):
            self._close(one)
        self._selector.close()
        self._bell.close()
        self._ringer.close()
