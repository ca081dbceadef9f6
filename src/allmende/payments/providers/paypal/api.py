"""PayPal's REST interface: who we are, and how requests are made.

Source: PayPal's OpenAPI files (Orders v2, Payments v2, Subscriptions v1, Catalog Products v1,
Webhooks v1), which tests hold every request and every answer of the dummy against.
"""

import base64
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from allmende.payments.providers.wire import Refused, Wire

SERVERS = {
    "live": "https://api-m.paypal.com",
    "sandbox": "https://api-m.sandbox.paypal.com",
}
CERTIFICATES = ".paypal.com"
EARLY = 90.0  # seconds before its end at which a token is renewed
LONGEST_KEY = 108  # characters of a PayPal-Request-Id (Orders v2)


@dataclass(frozen=True)
class Account:
    """client, secret: of the REST application; webhook: the id under which events are sent to us.

    server: "live", "sandbox", or the address of the dummy.
    """

    client: str
    secret: str = field(repr=False)
    webhook: str = ""
    server: str = "live"

    @property
    def base(self) -> str:
        return SERVERS.get(self.server, self.server)

    @property
    def is_dummy(self) -> bool:
        return self.server not in SERVERS


class PayPal:
    """Requests in the name of one account. One a process; threads may share it."""

    def __init__(self, account: Account, *, wire: Wire | None = None) -> None:
        self.account = account
        self.wire = wire or Wire(account.base, code_of)
        self.plans: dict[str, str] = {}
        self._lock = threading.Lock()
        self._token, self._good_until = "", 0.0

    def get(self, path: str, **params: str) -> dict[str, Any]:
        return self._ask("GET", path, params=params)

    def post(self, path: str, body: dict[str, Any], *, key: str) -> dict[str, Any]:
        """key: the same for the same deed, however often it is tried."""
        assert 0 < len(key) <= LONGEST_KEY
        headers = {"PayPal-Request-Id": key, "Prefer": "return=representation"}
        return self._ask("POST", path, headers=headers, json=body)

    def _ask(self, method: str, path: str, **what: Any) -> dict[str, Any]:
        headers = what.pop("headers", {})
        try:
            return self._signed(method, path, headers, **what)
        except Refused as refused:
            if refused.status != 401:
                raise
            self._token = ""  # withdrawn before its time
            return self._signed(method, path, headers, **what)

    def _signed(
        self, method: str, path: str, headers: dict[str, str], **what: Any
    ) -> dict[str, Any]:
        signed = {**headers, "Authorization": f"Bearer {self._bearer()}"}
        return self.wire.ask(method, path, headers=signed, **what)

    def _bearer(self) -> str:
        with self._lock:
            if not self._token or time.monotonic() > self._good_until:
                pair = f"{self.account.client}:{self.account.secret}".encode()
                told = self.wire.ask(
                    "POST",
                    "/v1/oauth2/token",
                    headers={"Authorization": f"Basic {base64.b64encode(pair).decode()}"},
                    form={"grant_type": "client_credentials"},
                )
                self._token = str(told["access_token"])
                self._good_until = time.monotonic() + float(told["expires_in"]) - EARLY
            return self._token


def code_of(body: dict[str, Any]) -> str:
    """The finest name that PayPal gives a fault: the issue of its first detail."""
    details = body.get("details")
    first = details[0] if isinstance(details, list) and details else {}
    issue = first.get("issue") if isinstance(first, dict) else None
    return str(issue or body.get("name") or body.get("error") or "")


def link(body: dict[str, Any], *names: str) -> str:
    """The address behind the first of these relations; empty where there is none."""
    links = {row.get("rel"): row.get("href") for row in body.get("links") or []}
    return next((str(links[name]) for name in names if links.get(name)), "")
