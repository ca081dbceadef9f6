"""Carries a dummy's events to whoever wants to hear of them: again until they are taken."""

import datetime as dt
import heapq
import itertools
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from allmende.payments.providers.dummies.hours import Clock
from allmende.payments.providers.dummies.moods import Moods

LATE = dt.timedelta(days=3)
SHUFFLED = dt.timedelta(milliseconds=300)
FIRST_PAUSE = dt.timedelta(seconds=1)  # doubled each time
TRIES = 25
LOOK = 0.05  # seconds
# On this machine nothing is encrypted: reading all certificates for each event takes 20 ms.
PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@dataclass(frozen=True)
class Parcel:
    """content: body and headers, made at each sending, for they bear its time."""

    address: str
    content: Callable[[], tuple[bytes, dict[str, str]]]
    tries: int = 0


@dataclass
class Messenger:
    moods: Moods
    clock: Clock
    sent: int = 0
    refused: int = 0
    _waiting: list[tuple[dt.datetime, int, Parcel]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._order = itertools.count()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._busy = 0
        self._thread = threading.Thread(target=self._work, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(timeout=5)

    def tell(self, parcel: Parcel) -> None:
        """Sends it soon, or as the moods have it."""
        if self.moods.strike("mute"):
            return
        wait = LATE if self.moods.strike("late") else dt.timedelta()
        wait += SHUFFLED if self.moods.strike("shuffled") else dt.timedelta()
        for _ in range(2 if self.moods.strike("twice") else 1):
            self._put(parcel, wait)

    def _put(self, parcel: Parcel, wait: dt.timedelta) -> None:
        with self._lock:
            due = self.clock.now() + wait
            heapq.heappush(self._waiting, (due, next(self._order), parcel))

    @property
    def idle(self) -> bool:
        """Nothing is due or on its way; what is late may still wait."""
        with self._lock:
            due = bool(self._waiting) and self._waiting[0][0] <= self.clock.now()
            return not due and not self._busy

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def _due(self) -> list[Parcel]:
        with self._lock:
            found = []
            while self._waiting and self._waiting[0][0] <= self.clock.now():
                found.append(heapq.heappop(self._waiting)[2])
            self._busy += len(found)
            return found

    def _work(self) -> None:
        while not self._stop.wait(LOOK):
            # All at once: doubles arrive at the same moment.
            threads = [
                threading.Thread(target=self._carry, args=(parcel,), daemon=True)
                for parcel in self._due()
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(timeout=30)

    def _carry(self, parcel: Parcel) -> None:
        body, headers = parcel.content()
        try:
            answer = httpx.post(
                parcel.address,
                content=body,
                headers=headers,
                timeout=10,
                trust_env=False,
                verify=PLAIN,
            )
            taken = answer.is_success
        except httpx.HTTPError:
            taken = False
        if not taken and parcel.tries < TRIES:
            again = Parcel(parcel.address, parcel.content, parcel.tries + 1)
            self._put(again, FIRST_PAUSE * 2**parcel.tries)
        with self._lock:
            self.sent, self.refused = self.sent + taken, self.refused + (not taken)
            self._busy -= 1
