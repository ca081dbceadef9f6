"""Amounts in templates, in the page's language."""

from django.template import Library
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from allmende.ledger.money import Money, show
from allmende.payments import epc
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


@register.filter
def banking_code(text: str) -> SafeString:
    """What banking apps scan to fill in a transfer."""
    return mark_safe(epc.svg(text, title=gettext("Code for banking apps")))
