"""What is given, in words: "12 € a month"."""

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from allmende.contributions.models import Draft
from allmende.ledger.money import Money, show
from allmende.payments.models import Pledge

Rhythm = Pledge.Rhythm
GIVES = {
    Rhythm.ONCE: _("%(amount)s, once"),
    Rhythm.MONTHLY: _("%(amount)s a month"),
    Rhythm.QUARTERLY: _("%(amount)s a quarter"),
    Rhythm.YEARLY: _("%(amount)s a year"),
}
PAYS = {
    Rhythm.ONCE: _("Pay %(amount)s"),
    Rhythm.MONTHLY: _("Pay %(amount)s a month"),
    Rhythm.QUARTERLY: _("Pay %(amount)s a quarter"),
    Rhythm.YEARLY: _("Pay %(amount)s a year"),
}


def shown(amount: Money) -> str:
    """As the language that is switched on writes it."""
    return show(amount, language=(get_language() or "de").split("-")[0])


def gives(gift: Draft | Pledge) -> str:
    return GIVES[Rhythm(gift.rhythm)] % {"amount": shown(gift.amount)}


def pays(gift: Draft | Pledge) -> str:
    """What the button does (§ 312j (3) BGB)."""
    return PAYS[Rhythm(gift.rhythm)] % {"amount": shown(gift.amount)}
