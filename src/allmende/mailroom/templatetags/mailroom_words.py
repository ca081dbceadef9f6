"""Words for what came back."""

from django import template

from allmende.mailroom.bounces.wording import KINDS, REASONS
from allmende.mailroom.models import Bounce

register = template.Library()


@register.filter
def told(bounce: Bounce) -> str:
    """ "did not arrive: mailbox is full"."""
    kind, reason = KINDS.get(bounce.kind, ""), REASONS.get(bounce.reason)
    return f"{kind}: {reason}" if reason and bounce.kind == "bounce" else str(kind)
