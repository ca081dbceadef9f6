"""Who asks, and how often they may."""

import pytest

from allmende.lib.limits import TOLD_AFTER, Limit, client_address

pytestmark = pytest.mark.no_database


class Shared(dict):
    """A cache that all processes share."""

    def set(self, key, value, timeout):
        self[key] = value


class Broken(Shared):
    def get(self, key, default=None):
        raise ConnectionError


def limit(**more) -> Limit:
    return Limit("search", **({"times": 30, "span": 60, "secret": "x"} | more))


def asked(one: Limit, times: int, *, cache, address="192.0.2.1", now=1_000.0) -> list[bool]:
    return [one.allows(address, cache=cache, now=now) for _ in range(times)]


def test_limit_refuses_who_asks_too_often():
    assert asked(limit(), 33, cache=Shared()) == [True] * 30 + [False] * 3


def test_limit_counts_each_caller_and_each_span_anew():
    one, cache = limit(times=2), Shared()
    assert asked(one, 3, cache=cache) == [True, True, False]
    assert asked(one, 1, cache=cache, address="192.0.2.2") == [True]
    assert asked(one, 1, cache=cache, now=1_060.0) == [True]


def test_limit_counts_all_processes_together():
    cache = Shared()
    first, second = limit(), limit()
    assert all(asked(first, 29, cache=cache))
    allowed = asked(second, 30, cache=cache).count(True)
    assert allowed <= TOLD_AFTER + 9


def test_limit_writes_nothing_for_who_asks_now_and_then():
    cache = Shared()
    asked(limit(), TOLD_AFTER - 1, cache=cache)
    assert not cache


def test_limit_counts_a_household_as_one():
    one, cache = limit(times=1), Shared()
    assert asked(one, 1, cache=cache, address="2001:db8::1") == [True]
    assert asked(one, 1, cache=cache, address="2001:db8::2") == [False]
    assert asked(one, 1, cache=cache, address="2001:db8:0:1::1") == [True]


def test_limit_tells_nobody_who_asked():
    cache = Shared()
    asked(limit(), TOLD_AFTER, cache=cache)
    assert cache
    assert "192.0.2.1" not in str(cache)


def test_limit_refuses_nobody_when_the_cache_is_away(caplog):
    assert all(asked(limit(), 30, cache=Broken()))
    assert "192.0.2.1" not in caplog.text


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "counted"),
    [
        ("203.0.113.9", "", [], "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", [], "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", ["10.0.0.0/8"], "198.51.100.1"),
        ("10.0.0.1", "192.0.2.66, 198.51.100.1", ["10.0.0.0/8"], "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1, 10.0.0.2", ["10.0.0.0/8"], "198.51.100.1"),
        ("10.0.0.1", "192.0.2.66, nonsense", ["10.0.0.0/8"], "10.0.0.1"),
        ("10.0.0.1", "", ["10.0.0.1"], "10.0.0.1"),
        ("::1", "2001:db8::5", ["::1"], "2001:db8::5"),
        ("", "198.51.100.1", [], "0.0.0.0"),
        ("10.0.0.1", "[2001:db8::5]:4711", ["10.0.0.1"], "2001:db8::5"),
        ("10.0.0.1", "198.51.100.1:4711", ["10.0.0.1"], "198.51.100.1"),
        ("::ffff:10.0.0.1", "198.51.100.1", ["10.0.0.1"], "198.51.100.1"),
    ],
)
def test_client_is_who_our_proxies_say(peer, forwarded, proxies, counted):
    assert client_address(peer, forwarded, proxies=proxies) == counted
