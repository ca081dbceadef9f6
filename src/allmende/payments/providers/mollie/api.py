"""Mollie's interface, version 2. Source: docs.mollie.com/reference."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from allmende.ledger.money import Money, from_plain, plain
from allmende.payments.providers.wire import Refused, Wire

LIVE = "https://api.mollie.com"
GONE = {404, 410}  # 410: a customer that was deleted
PAGE = "250"


@dataclass(frozen=True)
class Account:
    """key: live_… or test_…. server: empty, or the address of the dummy."""

    key: str = field(repr=False)
    server: str = ""

    @property
    def base(self) -> str:
        return self.server or LIVE


class Mollie:
    """Requests in the name of one account. One a process; threads may share it."""

    def __init__(self, account: Account, *, wire: Wire | None = None) -> None:
        self.wire = wire or Wire(account.base, code_of)
        self._signed = {"Authorization": f"Bearer {account.key}"}

    def get(self, path: str, **params: str) -> dict[str, Any]:
        return self.wire.ask("GET", path, headers=self._signed, params=params)

    def post(self, path: str, body: dict[str, Any], *, key: str) -> dict[str, Any]:
        """key: the same for the same deed; Mollie knows it for an hour."""
        headers = {**self._signed, "Idempotency-Key": key}
        return self.wire.ask("POST", path, headers=headers, json=body)

    def patch(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return self.wire.ask("PATCH", path, headers=self._signed, json=body)

    def delete(self, path: str) -> None:
        """What is not there any more has been deleted."""
        try:
            self.wire.ask("DELETE", path, headers=self._signed)
        except Refused as refused:
            if refused.status not in GONE:
                raise

    def found(self, path: str, **params: str) -> dict[str, Any] | None:
        """None for what is not there, or no more."""
        try:
            return self.get(path, **params)
        except Refused as refused:
            if refused.status in GONE:
                return None
            raise

    def listed(self, path: str, kind: str) -> Iterator[dict[str, Any]]:
        """All rows of a list, page by page."""
        before = ""
        while True:
            found = self.get(path, limit=PAGE, **({"from": before} if before else {}))
            yield from (found.get("_embedded") or {}).get(kind) or []
            further = ((found.get("_links") or {}).get("next") or {}).get("href") or ""
            before = further.rpartition("from=")[2].partition("&")[0]
            if not before:
                return


def code_of(body: dict[str, Any]) -> str:
    """Mollie names no codes: the field that is wrong, and the title."""
    return " ".join(str(body[name]) for name in ("title", "field") if body.get(name))


def written(money: Money) -> dict[str, str]:
    return {"currency": money.currency, "value": plain(money)}


def read(row: dict[str, Any]) -> Money:
    """Raises NotMoney."""
    return from_plain(str(row["value"]), str(row["currency"]))


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text.replace("Z", "+00:00"))
