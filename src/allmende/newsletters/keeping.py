"""What the office does with newsletters: their words, their order."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max

from allmende.newsletters.models import Newsletter, Subscription
from allmende.people import consents
from allmende.people.models import Wording


def put_wording(newsletter: Newsletter, *, at: dt.datetime) -> Wording:
    """The version of the text that new subscribers agree to; a text that is new is a new one."""
    return consents.wording(newsletter.purpose, text=newsletter.consent_text, at=at)


def in_force(newsletter: Newsletter) -> Wording | None:
    """The version that is shown now; None while nobody has saved or asked."""
    rows = Wording.objects.filter(purpose=newsletter.purpose, text=newsletter.consent_text)
    return rows.first()


def agreed_to_others(newsletter: Newsletter, *, than: Wording) -> bool:
    """Whether somebody is subscribed who agreed to another version."""
    rows = Subscription.objects.filter(newsletter=newsletter).exclude(wording=than)
    return rows.exclude(state__in=[Subscription.State.ASKED, Subscription.State.LEFT]).exists()


def last_position() -> int:
    last: int | None = Newsletter.objects.aggregate(last=Max("position"))["last"]
    return -1 if last is None else last


@transaction.atomic
def move(newsletter: Newsletter, *, to: int) -> None:
    """Gives a newsletter another place: 0 is the first; past the last is the last."""
    rows = list(Newsletter.objects.select_for_update())
    rows.remove(newsletter)
    rows.insert(max(0, min(to, len(rows))), newsletter)
    put_in_order(rows)


def put_in_order(rows: Sequence[Newsletter]) -> None:
    """Saved one by one: each tells the pages that show it."""
    for position, row in enumerate(rows):
        if row.position != position:
            row.position = position
            row.save(update_fields=["position"])
