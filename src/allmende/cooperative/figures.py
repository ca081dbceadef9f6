"""How many members and shares there are, for the public pages: renewed at most once a day."""

import datetime as dt

from django.db import transaction
from django.db.models import Count, Sum

from allmende.bakery import orders
from allmende.cooperative import statute
from allmende.cooperative.models import CooperativePage, Membership


@transaction.atomic
def renew(*, on: dt.date) -> bool:
    """Brings what the pages show in step with statute and register. Says whether it changed."""
    turned = statute.turn(on=on)
    row = CooperativePage.load()
    counted = Membership.objects.members().aggregate(members=Count("pk"), shares=Sum("shares"))
    found = (counted["members"], counted["shares"] or 0)
    if (row.members, row.shares) == found and row.counted_on:
        return turned
    CooperativePage.objects.filter(pk=row.pk).update(
        members=found[0], shares=found[1], counted_on=on
    )
    orders.place(CooperativePage.INGREDIENT)
    return True
