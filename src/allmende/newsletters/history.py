"""What happened to one subscription, in the order in which it happened: for the office's eyes."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from allmende.mailroom import suppression
from allmende.mailroom.models import Bounce, Suppression
from allmende.newsletters.models import Subscription

# Of mail that came back, the last so many.
BOUNCES = 20


@dataclass(frozen=True)
class Event:
    """words: what it became or what came back. way: by which way; by: who, where staff did it."""

    at: dt.datetime
    words: str
    way: str = ""
    by: str = ""


def of(subscription: Subscription) -> list[Event]:
    """The newest first."""
    changes = [
        Event(
            change.at,
            change.get_became_display(),
            change.get_way_display(),
            str(change.by) if change.by else "",
        )
        for change in subscription.changes.select_related("by")
    ]
    return sorted([*changes, *came_back(subscription)], key=lambda event: event.at, reverse=True)


def came_back(subscription: Subscription) -> list[Event]:
    """Mail to this address that came back, whichever letter it was."""
    rows = Bounce.objects.filter(address=subscription.address.email).order_by("-at")[:BOUNCES]
    return [
        Event(
            row.at,
            _("called spam") if row.kind == "complaint" else _("mail came back"),
            row.words or row.status,
        )
        for row in rows
    ]


def barred(subscription: Subscription) -> Suppression | None:
    """Why the address gets no mailing at all; None where it gets them."""
    return suppression.why(subscription.address.email)
