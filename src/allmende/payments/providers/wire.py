"""Speaking to a provider over HTTP: bounded in time, tried again with care, discreet in the log.

Every request may be sent again: reading changes nothing, and what changes something carries a key
by which the provider knows it again. The log holds paths (ids) and statuses, never what was said.

Trouble (of the port)
  x NotReached   the request did not arrive: nothing was done
  x Uncertain    it may have been done: no answer, or one of a server in trouble
  x Later        nothing was done, it wants to be asked later
  x Refused      it understood, and said no
"""

import logging
import random
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx

from allmende.payments.providers import port
from allmende.payments.providers.port import Trouble

log = logging.getLogger(__name__)
CONNECT, READ = 5.0, 20.0  # seconds
TRIES = 4
PATIENCE = 30.0  # seconds for all tries together: a reader may be waiting in front of the screen
COME_AGAIN = {409, 425, 429}  # nothing was done: in progress elsewhere, or too much at once
LONGEST_PAUSE = 8.0
MOST = 5_000_000  # bytes of an answer


class NotReached(Trouble):
    """The request did not arrive: nothing was done."""


class Uncertain(Trouble):
    """It may have been done: no answer came, or one of a server in trouble."""


class Later(Trouble):
    """Nothing was done; the provider wants to be asked later. `seconds`: when it said so."""

    def __init__(self, text: str, seconds: float = 0) -> None:
        super().__init__(text)
        self.seconds = seconds


class Refused(port.Refused):
    """With the status of the answer."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code or str(status))
        self.status = status


@dataclass
class Wire:
    """A provider's address, and how it is spoken to. One a process; threads may share it.

    code_of: finds the provider's name of a fault in the body of a refusal. heard: is told after
    each request what the trouble was, or None.
    """

    base: str
    code_of: Callable[[dict[str, Any]], str]
    heard: Callable[[Trouble | None], None] = lambda _trouble: None
    pause: Callable[[float], None] = time.sleep
    patience: float = PATIENCE
    timeout: httpx.Timeout = field(default_factory=lambda: httpx.Timeout(READ, connect=CONNECT))

    def __post_init__(self) -> None:
        # No redirects: an answer from elsewhere would be believed. No proxy from the environment.
        self._http = httpx.Client(
            base_url=self.base,
            timeout=self.timeout,
            follow_redirects=False,
            trust_env=False,
            verify=authorities(),
        )

    def close(self) -> None:
        self._http.close()

    def ask(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        json: Any = None,
        form: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """The body of the answer; empty where it has none. Raises Trouble."""
        try:
            answer = self._tried(method, path, headers=headers, json=json, form=form, params=params)
        except Trouble as trouble:
            self.heard(trouble)
            raise
        self.heard(None)
        return answer

    def _tried(
        self, method: str, path: str, *, form: Mapping[str, str] | None, **what: Any
    ) -> dict[str, Any]:
        until = time.monotonic() + self.patience
        for tried in range(1, TRIES + 1):
            try:
                return self._once(self._http.build_request(method, path, data=form, **what))
            except Refused:
                raise
            except Trouble as trouble:
                wait = pause_before(tried, asked=getattr(trouble, "seconds", 0.0))
                if tried == TRIES or time.monotonic() + wait > until:
                    raise
                self.pause(wait)
        raise AssertionError("the last try raises")

    def _once(self, request: httpx.Request) -> dict[str, Any]:
        path, started = request.url.path, time.monotonic()
        try:
            response = self._http.send(request)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            log.warning("%s %s was not reached: %s", request.method, path, type(error).__name__)
            raise NotReached(f"{request.method} {path}") from error
        except httpx.HTTPError as error:
            log.warning("%s %s: no answer: %s", request.method, path, type(error).__name__)
            raise Uncertain(f"{request.method} {path}") from error
        took = (time.monotonic() - started) * 1000
        log.debug("%s %s: %d in %.0f ms", request.method, path, response.status_code, took)
        return self._judged(response)

    def _judged(self, response: httpx.Response) -> dict[str, Any]:
        status, what = (
            response.status_code,
            f"{response.request.method} {response.request.url.path}",
        )
        if status in COME_AGAIN:
            raise Later(f"{what}: {status}", seconds_asked(response))
        if status >= 500 or status == 408 or len(response.content) > MOST:
            raise Uncertain(f"{what}: {status}")
        body = body_of(response)
        if status >= 300:
            raise Refused(status, self.code_of(body or {}))
        if body is None:
            raise Uncertain(f"{what}: {status}, but no JSON")
        return body


@cache
def authorities() -> ssl.SSLContext:
    """Who may vouch for a provider; reading their certificates takes longer than a request."""
    return httpx.create_ssl_context(trust_env=False)


def body_of(response: httpx.Response) -> dict[str, Any] | None:
    """None for what is no JSON object; an answer without a body is an empty one."""
    if not response.content:
        return {}
    try:
        found = response.json()
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def seconds_asked(response: httpx.Response) -> float:
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isascii() and text.isdigit() else 0.0


def pause_before(tried: int, *, asked: float) -> float:
    """Seconds: doubled each time, and spread so that many who wait do not come back at once."""
    wait = min(0.5 * 2 ** (tried - 1), LONGEST_PAUSE)
    return max(asked, wait * random.uniform(0.5, 1.0))  # noqa: S311  no secret
