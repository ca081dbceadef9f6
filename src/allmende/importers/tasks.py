"""Lists of subscribers are looked through and taken in by a worker; forgotten ones are swept."""

import datetime as dt
import logging

from django.utils import timezone
from django_tasks import task

from allmende.importers.models import SubscriberList
from allmende.importers.subscribers import load
from allmende.lib.schedule import Daily, Schedule

logger = logging.getLogger(__name__)


@task()
def carry_on(pk: int) -> None:
    """Does what a list waits for; another worker's turn is left to it."""
    found = SubscriberList.objects.filter(pk=pk).select_related("newsletter", "by").first()
    deeds = {
        SubscriberList.State.CHECKING: load.look_through,
        SubscriberList.State.LOADING: load.take_in,
    }
    if found and (deed := deeds.get(SubscriberList.State(found.state))):
        try:
            deed(found, at=timezone.now())
        except load.OutOfTurn:
            logger.info("list %s is in other hands", pk)


SCHEDULES = [
    Schedule("importers.forget", Daily(dt.time(3, 50)), load.forget_old, catch_up=True),
]
