"""What the importers answer about a person: that they handed in a list."""

import datetime as dt
from typing import Any

from django.dispatch import receiver

from allmende.importers.models import SubscriberList
from allmende.people.answers import Fate, answer_for
from allmende.people.models import Person
from allmende.people.signals import erasing

answer_for({"importers.SubscriberList.by": Fate.LOOSED})


@receiver(erasing)
def on_erasing(person: Person, at: dt.datetime, **_more: Any) -> list[Any]:
    SubscriberList.objects.filter(by=person).update(by=None)
    return []
