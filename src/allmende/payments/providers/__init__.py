"""The ways of paying: one folder and one line each. `port` says what they have to do."""

from collections.abc import Iterator
from functools import cache

from django.utils import timezone
from django.utils.module_loading import import_string

from allmende.payments.models import Method
from allmende.payments.providers import health
from allmende.payments.providers.port import Provider

#: Names of providers, and where the class is. The order is that of a paper that set none.
PROVIDERS: dict[str, str] = {
    "paypal": "allmende.payments.providers.paypal.provider.Provider",
    "debit": "allmende.payments.providers.debit.provider.Provider",
    "transfer": "allmende.payments.providers.transfer.provider.Provider",
    "mollie": "allmende.payments.providers.mollie.provider.Provider",
}


class UnknownProvider(KeyError):
    """No provider has this name."""


def get(name: str) -> Provider:
    """Raises UnknownProvider."""
    if name not in PROVIDERS:
        raise UnknownProvider(name)
    return made(PROVIDERS[name])


def title(name: str) -> str:
    """What people call it; the name itself where the paper has it no more."""
    return str(get(name).title) if name in PROVIDERS else name


@cache
def made(place: str) -> Provider:
    found: Provider = import_string(place)()
    return found


def offered(rhythm: str) -> Iterator[Provider]:
    """What givers may choose for a rhythm, in the office's order: set up, not switched off, and
    answering."""
    sick = health.sick(at=timezone.now())
    rows = {row.name: row for row in Method.objects.all()}
    last = len(PROVIDERS)
    names = sorted(PROVIDERS, key=lambda name: rows[name].position if name in rows else last)
    for name in names:
        provider = get(name)
        on = name not in rows or rows[name].is_on
        if on and name not in sick and rhythm in provider.rhythms and provider.ready():
            yield provider
