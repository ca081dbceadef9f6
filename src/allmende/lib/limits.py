"""Rate limits: so many times in a span, counted by who asks.

    limit = Limit("search", times=60, span=60, secret="…")
    limit.allows(client_address(peer, forwarded, proxies=["10.0.0.1"]), cache=cache, now=time())

All processes count in one shared cache. Each counts in its own memory first and tells the cache
after every few times only, so that somebody who asks now and then costs no writing; at the limit
the count is therefore exact to `processes × TOLD_AFTER`. When the cache does not answer, nobody is
refused.
"""

import hmac
import ipaddress
import logging
import threading
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Protocol

logger = logging.getLogger(__name__)

TOLD_AFTER = 10  # times that a process keeps to itself
REMEMBERED = 50_000  # callers of one process
UNKNOWN = "0.0.0.0"  # noqa: S104  who comes through a socket file has no address


class Cache(Protocol):
    """What is asked of Django's cache."""

    def get(self, key: str, default: Any = None) -> Any: ...

    def set(self, key: str, value: Any, timeout: float | None) -> None: ...


class Limit:
    """times: allowed in each `span` of seconds. secret: keys tell nobody who asked."""

    def __init__(self, name: str, *, times: int, span: int, secret: str) -> None:
        self.name, self.times, self.span = name, times, span
        self._secret = secret.encode()
        self._window = -1.0
        self._own: dict[str, int] = {}
        self._lock = threading.Lock()

    def allows(self, address: str, *, cache: Cache, now: float) -> bool:
        """Counts one more time; False when it was one too many."""
        key = self.key(address, now)
        with self._lock:
            if self._window != now // self.span or len(self._own) >= REMEMBERED:
                self._window, self._own = now // self.span, {}
            mine = self._own[key] = self._own.get(key, 0) + 1
        if mine > self.times:
            return False
        if mine % TOLD_AFTER:
            return True
        if self._tell(key, cache) <= self.times:
            return True
        with self._lock:
            self._own[key] = self.times  # others have counted the rest
        return False

    def _tell(self, key: str, cache: Cache) -> int:
        """Adds what was kept to the common count and returns it."""
        try:
            count = int(cache.get(key, 0)) + TOLD_AFTER
            cache.set(key, count, self.span)
        except Exception:  # a reader is not refused because of a counter
            logger.warning("the rate limit %s could not be counted", self.name)
            return 0
        return count

    def key(self, address: str, now: float) -> str:
        who = f"{network(address)} {int(now // self.span)}".encode()
        return f"limit:{self.name}:{hmac.digest(self._secret, who, sha256).hex()[:32]}"


def network(address: str) -> str:
    """Whom an address stands for: a household has a whole /64 of IPv6."""
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def client_address(peer: str, forwarded: str, *, proxies: Sequence[str]) -> str:
    """Who asks: the peer itself, or what our proxies say, read from the near end.

    A header that a stranger sends is never believed: reading stops at the first address that is
    not one of our proxies. proxies: addresses or networks.
    """
    address = clean(peer) or UNKNOWN
    for hop in reversed(forwarded.split(",")):
        nearer = clean(hop)
        if nearer is None or not is_one_of(address, proxies):
            break
        address = nearer
    return address


def clean(address: str) -> str | None:
    """An address without port, brackets and zone; None when it is none."""
    text = address.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(found, "ipv4_mapped", None)
    return str(mapped or found)


def is_one_of(address: str, networks: Sequence[str]) -> bool:
    one = ipaddress.ip_address(address)
    return any(one in ipaddress.ip_network(name, strict=False) for name in networks)
