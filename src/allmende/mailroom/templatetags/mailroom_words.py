"""Words for what came back."""

from django import template

from allmende.mailroom.bounces.shape import Kind, Reason
from allmende.mailroom.bounces.wording import KINDS, REASONS
from allmende.mailroom.models import Bounce

register = template.Library()


@register.filter
def told(bounce: Bounce) -> str:
    """ "did not arrive: mailbox is full"."""
    kind = KINDS[Kind(bounce.kind)]
    return f"{kind}: {REASONS[Reason(bounce.reason)]}" if bounce.kind == Kind.BOUNCE else str(kind)
