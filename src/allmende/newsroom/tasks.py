"""Background jobs and schedules of the newsroom."""

import datetime as dt

from django.apps import apps
from django.db import transaction
from django_tasks import task
from wagtail.models import ReferenceIndex
from wagtail.search.backends import get_search_backends

from allmende.lib.schedule import Daily, Schedule
from allmende.newsroom import pictures, publishing
from allmende.newsroom.models import Picture


@task()
def prepare_picture(pk: int) -> None:
    """Makes a picture's sizes before anybody waits for them."""
    if picture := Picture.objects.filter(pk=pk).first():
        pictures.prepare(picture)


@task()
def index_rows(label: str, keys: list[int]) -> None:
    """Brings rows of one model into Wagtail's search index and its index of references."""
    model = apps.get_model(label)
    rows = list(model._default_manager.filter(pk__in=keys))
    for backend in get_search_backends(with_auto_update=True):
        backend.add_bulk(model, rows)
    if ReferenceIndex.is_indexed(model):
        with transaction.atomic():
            for row in rows:
                ReferenceIndex.create_or_update_for_object(row)


SCHEDULES = [
    Schedule("newsroom.day", Daily(dt.time(0, 0)), publishing.day_begins, catch_up=True),
]
