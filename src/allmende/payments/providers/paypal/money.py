"""Amounts and times as PayPal writes them."""

import datetime as dt
from typing import Any

from allmende.ledger.money import Money, from_plain, plain


def written(money: Money) -> dict[str, str]:
    return {"currency_code": money.currency, "value": plain(money)}


def read(row: dict[str, Any]) -> Money:
    """Raises NotMoney, also for a currency that is unknown here."""
    return from_plain(str(row["value"]), str(row["currency_code"]))


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text.replace("Z", "+00:00").replace("z", "+00:00"))


def stamp(at: dt.datetime) -> str:
    """As PayPal's pattern wants it: UTC, whole seconds."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
