"""A sender's desk: letters taken up, those on their way, and outcomes not yet in the database.

The transport's loop takes from it; `refill` and `record` talk to the database and may run in
another thread, so that neither waits for the other. What is shared is guarded by one lock.
"""

import datetime as dt
import threading
import time
from collections import deque
from collections.abc import Callable

from allmende.mailroom import batches, claims, journal
from allmende.mailroom.claims import Ended, Row
from allmende.mailroom.composing import Composer, Unfit
from allmende.mailroom.letters import Fate, Letter, Outcome
from allmende.mailroom.throttle import Domains

LOT = 2000  # rows claimed at once
LOW = 1000  # waiting in memory; fewer are too few
MANY = 1000  # outcomes that are worth a commit
SOON = 0.2  # seconds after which fewer are, too
LEASE = 8 * 60.0  # seconds, less than the rows' own
HELD = 400  # letters for busy domains that wait in memory
LATER = 20.0  # seconds for which others go back into the queue


class Desk:
    """bulk: whether batches are sent, or single mails."""

    def __init__(
        self,
        file: journal.File,
        composer: Composer,
        domains: Domains,
        *,
        bulk: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._file, self._composer, self._domains = file, composer, domains
        self._bulk, self._clock = bulk, clock
        self._lock = threading.Lock()
        self._rows: deque[tuple[Row, float]] = deque()  # with the end of our lease
        self._held: dict[str, deque[Letter]] = {}
        self._lines: list[bytes] = []
        self._ended: list[Ended] = []
        self._noted: dict[int, int] = {}  # letters in the journal and not yet in the database
        self._recorded_at = clock()
        self._pace = 0.0
        self.wanted = threading.Event()  # set when the database has something to do for us
        self.open_batches: set[int] = set()

    # --- For the transport ------------------------------------------------------------------

    def take(self) -> Letter | None:
        now = self._clock()
        if letter := self._from_held(now):
            return letter
        while True:
            with self._lock:
                if not self._rows:  # asked under the lock: a batch may be dropped at this moment
                    break
                row, lease = self._rows.popleft()
                if len(self._rows) == LOW:
                    self.wanted.set()
            letter = self._made(row)
            if letter is None:
                continue
            if now > lease:  # others may hold us for dead by now
                self._give_back(letter, pause=0)
            elif self._domains.may(letter.domain, now):
                return letter
            else:
                self._hold(letter)
        self.wanted.set()
        return None

    def note(self, letters: list[Letter]) -> None:
        self.noting(letters)()

    def noting(self, letters: list[Letter]) -> Callable[[], None]:
        with self._lock:
            lines, self._lines = self._lines, []
            lines += [journal.intent(letter.pk, letter.digest) for letter in letters]
            start = self._file.append(b"".join(lines), sync=False) if lines else 0
            for letter in letters:
                self._noted[letter.pk] = start

        def wait() -> None:
            try:
                if letters:
                    self._file.sync()
            except OSError:
                with self._lock:
                    self._file.cut(start)  # they do not leave now
                    for letter in letters:
                        self._noted.pop(letter.pk, None)
                raise

        return wait

    def ended(self, letter: Letter, outcome: Outcome) -> None:
        letter.content = b""  # a thousand that wait to be recorded would be many megabytes
        self._domains.done(letter.domain)
        with self._lock:
            if letter.pk in self._noted:
                self._lines.append(line_of(letter, outcome))
            self._ended.append(Ended(letter, outcome))
            if len(self._ended) == MANY:
                self.wanted.set()

    def _made(self, row: Row) -> Letter | None:
        try:
            letter = self._composer.letter(row)
        except Unfit as error:
            unfit = Letter(
                row.pk, row.batch_id, row.recipient, row.address, "", "", b"", "", row.attempts,
                row.created_at.timestamp(),
            )  # fmt: skip
            self.ended(unfit, Outcome(Fate.REFUSED, "553 5.1.3", str(error)))
            return None
        return letter

    def _from_held(self, now: float) -> Letter | None:
        for domain, letters in self._held.items():
            if letters and self._domains.may(domain, now):
                return letters.popleft()
        return None

    def _hold(self, letter: Letter) -> None:
        self._held.setdefault(letter.domain, deque()).append(letter)
        if sum(map(len, self._held.values())) > HELD:
            longest = max(self._held.values(), key=len)
            self._give_back(longest.pop())

    def _give_back(self, letter: Letter, pause: float = LATER) -> None:
        with self._lock:
            self._ended.append(Ended(letter, Outcome(Fate.UNSENT, pause=pause)))

    # --- For the database ----------------------------------------------------------------------

    def refill(self, *, at: dt.datetime) -> int:
        """Takes up more rows when there are few. Returns how many."""
        if len(self._rows) > LOW:
            return 0
        if not self._bulk:
            return self._lay(claims.claim(self._file.key, batch=None, limit=LOT, at=at))
        found = 0
        sending = claims.sending(at=at)
        self.open_batches = {batch.pk for batch in sending}
        self._drop_closed()
        for batch in sending:
            rows = claims.claim(
                self._file.key, batch=batch.pk, limit=max(1, LOT // len(sending)), at=at
            )
            found += self._lay(rows)
            if not rows and not self.is_busy:
                batches.end(batch.pk, at=at)
        return found

    def _lay(self, rows: list[Row]) -> int:
        lease = self._clock() + LEASE
        with self._lock:
            self._rows.extend((row, lease) for row in rows)
        return len(rows)

    def _drop_closed(self) -> None:
        """Gives back what is left of batches that were paused or stopped."""
        with self._lock:
            kept, dropped = deque[tuple[Row, float]](), []
            for row, lease in self._rows:
                if row.batch_id in self.open_batches:
                    kept.append((row, lease))
                else:
                    dropped.append(row.pk)
            self._rows = kept
        if dropped:
            claims.give_back(self._file.key, dropped)

    def record(self, *, at: dt.datetime, all_of_them: bool = False) -> int:
        """Commits outcomes when they are many or have waited. Returns how many."""
        now = self._clock()
        waited = now - self._recorded_at
        with self._lock:
            due = all_of_them or len(self._ended) >= MANY or waited >= SOON
            if not due or not self._ended:
                return 0
            ended, self._ended = self._ended, []
            keys = {one.letter.pk for one in ended}
            open_ones = [place for pk, place in self._noted.items() if pk not in keys]
            position = min(open_ones, default=self._file.end)
        sent = sum(one.outcome.fate == Fate.ACCEPTED for one in ended)
        self._pace = 0.7 * self._pace + 0.3 * sent / max(waited, 0.001)
        try:
            claims.record(self._file.key, ended, position=position, pace=self._pace, at=at)
        except BaseException:
            with self._lock:
                self._ended[:0] = ended
            raise
        self._recorded_at = now
        with self._lock:
            for one in ended:
                self._noted.pop(one.letter.pk, None)
        return len(ended)

    @property
    def is_busy(self) -> bool:
        """Whether something is in hand or not yet recorded."""
        return bool(self._rows or self._noted or self._ended or any(self._held.values()))

    def clear(self) -> None:
        """Gives back everything that is not on its way."""
        with self._lock:
            keys = [row.pk for row, _ in self._rows]
            self._rows.clear()
        claims.give_back(self._file.key, keys)
        for letters in self._held.values():
            while letters:
                self._give_back(letters.pop(), pause=0)


def line_of(letter: Letter, outcome: Outcome) -> bytes:
    if outcome.fate == Fate.ACCEPTED:
        return journal.accepted(letter.pk, letter.digest, outcome.queue_id)
    if outcome.fate == Fate.SILENT:
        return journal.silent(letter.pk)
    return journal.denied(letter.pk)
