"""{{ amount|money }}, {{ draft|gift_words }}: amounts as the page's language writes them."""

from django import template

from allmende.contributions import words
from allmende.ledger.money import Money, plain

register = template.Library()
register.filter("money", words.shown)
register.filter("gift_words", words.gives)
register.filter("pay_words", words.pays)


@register.filter
def typed(amount: Money) -> str:
    """The amount as a value of a form."""
    return plain(amount)
