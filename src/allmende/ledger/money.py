"""Money: integer cents and a currency. No float comes near it.

    Money(1250)                          # 12.50 euros
    read("1.234,50", language="de")      # what people type, as Money(123450)
    show(Money(1250), language="de")     # "12,50 €"
    divided(100, {1: 2, 2: 1})           # cents in proportion: {1: 67, 2: 33}

Source of codes: ISO 4217. Only currencies with two decimal places are known.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

SIGNS = {"EUR": "€", "CHF": "CHF", "USD": "$", "GBP": "£"}
MARKS = {"de": (",", "."), "en": (".", ",")}  # decimal mark, grouping mark
MOST = 100_000_000_00  # a hundred million: more is a slip of the hand
NARROW_SPACE = "\N{NO-BREAK SPACE}"


class NotMoney(ValueError):
    """What was typed is no amount; its text says why, in English, for developers."""


class OtherCurrency(ValueError):
    """Amounts of two currencies do not add up."""


@dataclass(frozen=True, slots=True)
class Money:
    """cents: may be negative. currency: ISO 4217."""

    cents: int
    currency: str = "EUR"

    def __post_init__(self) -> None:
        if not isinstance(self.cents, int) or isinstance(self.cents, bool):
            raise TypeError("cents are an int")
        if self.currency not in SIGNS:
            raise NotMoney(f"unknown currency {self.currency!r}")

    def __add__(self, other: "Money") -> "Money":
        return Money(self.cents + self._same(other).cents, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.cents - self._same(other).cents, self.currency)

    def __mul__(self, times: int) -> "Money":
        return Money(self.cents * times, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.cents, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.cents < self._same(other).cents

    def __le__(self, other: "Money") -> bool:
        return self.cents <= self._same(other).cents

    def __bool__(self) -> bool:
        return self.cents != 0

    def __str__(self) -> str:
        return f"{plain(self)} {self.currency}"

    def _same(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise OtherCurrency(f"{self.currency} and {other.currency}")
        return other


def plain(money: Money) -> str:
    """For machines: "-12.50", as ISO 20022, PayPal and Beancount write it."""
    euros, cents = divmod(abs(money.cents), 100)
    return f"{'-' if money.cents < 0 else ''}{euros}.{cents:02d}"


def from_plain(text: str, currency: str = "EUR") -> Money:
    """The inverse of `plain`; up to two decimals. Raises NotMoney."""
    found = re.fullmatch(r"(-?)(\d{1,12})(?:\.(\d{1,2})0*)?", text.strip(), re.ASCII)
    if not found:
        raise NotMoney(f"no amount: {text!r}")
    sign, euros, cents = found.groups()
    amount = int(euros) * 100 + int((cents or "0").ljust(2, "0"))
    return Money(-amount if sign else amount, currency)


def read(text: str, *, language: str, currency: str = "EUR") -> Money:
    """What a person typed, with or without sign of the currency, groups and decimals.

    "12", "12,5", "1.234,50 €", "12.50" (where the language's decimal mark is a comma, a single
    full stop with one or two digits behind it is one, too). Raises NotMoney.
    """
    decimal, group = MARKS.get(language, MARKS["en"])
    bare = re.sub(r"[\s\u00a0\u202f']", "", text.replace(SIGNS[currency], "").replace(currency, ""))
    if decimal not in bare and re.fullmatch(rf"\d+{re.escape(group)}\d{{1,2}}", bare):
        bare = bare.replace(group, decimal)
    euros_form = rf"(\d{{1,9}}|\d{{1,3}}(?:{re.escape(group)}\d{{3}})+)"
    form = rf"{euros_form}(?:{re.escape(decimal)}(\d{{1,2}}|-|–))?"
    found = re.fullmatch(form, bare, re.ASCII)
    if not found:
        raise NotMoney(f"no amount: {text!r}")
    euros = int(found[1].replace(group, ""))
    cents = (found[2] or "0").strip("-–") or "0"
    amount = euros * 100 + int(cents.ljust(2, "0"))
    if amount > MOST:
        raise NotMoney(f"too much: {text!r}")
    return Money(amount, currency)


def show(money: Money, *, language: str) -> str:
    """For readers: "1.234,50 €", "€1,234.50"; whole amounts without decimals: "12 €"."""
    decimal, group = MARKS.get(language, MARKS["en"])
    euros, cents = divmod(abs(money.cents), 100)
    number = f"{euros:,}".replace(",", group) + (f"{decimal}{cents:02d}" if cents else "")
    sign = "−" if money.cents < 0 else ""
    if language.startswith("de"):
        return f"{sign}{number}{NARROW_SPACE}{SIGNS[money.currency]}"
    before = SIGNS[money.currency] + (NARROW_SPACE if money.currency == "CHF" else "")
    return f"{sign}{before}{number}"


def divided(cents: int, weights: Mapping[int, int]) -> dict[int, int]:
    """In proportion, to the last cent: the largest rests are rounded up, the lower key first."""
    total = sum(weights.values())
    if not total:
        return {}
    parts = {key: cents * weight // total for key, weight in weights.items()}
    rest = cents - sum(parts.values())
    for key in sorted(weights, key=lambda key: (-(cents * weights[key] % total), key))[:rest]:
        parts[key] += 1
    return parts
