"""Amounts in templates, in the page's language."""

from django.template import Library
from django.utils.translation import get_language

from allmende.ledger.money import Money, show
from allmende.payments.faults import words
from allmende.payments.providers import title

register = Library()


@register.filter
def way(name: str) -> str:
    """A way of paying, as people call it."""
    return title(name)


@register.filter
def money(value: Money) -> str:
    return show(value, language=get_language() or "de")


@register.filter
def cents(value: int) -> str:
    """Of euros."""
    return show(Money(value), language=get_language() or "de")


@register.filter
def fault_words(why: str) -> str:
    """Why a row of a batch went not along."""
    return words(why)
