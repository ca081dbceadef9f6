"""Background jobs and schedules of the newsroom."""

import datetime as dt

from django.apps import apps
from django.db import transaction
from django_tasks import task
from wagtail.models import ReferenceIndex
from wagtail.search.backends import get_search_backends

from allmende.lib.schedule import Daily, Every, Schedule, Weekly
from allmende.newsroom import bin, pictures, publishing, rights, tickers, unready
from allmende.newsroom.models import Article, Picture
from allmende.newsroom.search import index


@task()
def prepare_picture(pk: int) -> None:
    """Makes a picture's sizes before anybody waits for them."""
    if picture := Picture.objects.filter(pk=pk).first():
        pictures.prepare(picture)


@task()
def index_rows(label: str, keys: list[int]) -> None:
    """Brings rows of one model into the search indexes and Wagtail's index of references."""
    model = apps.get_model(label)
    rows = list(model._default_manager.filter(pk__in=keys))
    for backend in get_search_backends(with_auto_update=True):
        backend.add_bulk(model, rows)
    if ReferenceIndex.is_indexed(model):
        with transaction.atomic():
            for row in rows:
                ReferenceIndex.create_or_update_for_object(row)
    if issubclass(model, Article):
        index.put_by_key(keys)
        index.put_drafts(keys)


@task()
def index_renamed(label: str, key: int) -> None:
    """Brings the new name of an author, a topic, a section or a dossier into the search."""
    if row := apps.get_model(label)._default_manager.filter(pk=key).first():
        index.renamed(row)


@task()
def index_behind() -> None:
    """Brings what is missing into the search: after an update, or from an older backup."""
    index.catch_up()


def keep_index(*, at: dt.datetime) -> None:
    """Nothing should be behind; whatever went wrong, tomorrow it is found again."""
    index.catch_up()


SCHEDULES = [
    Schedule("newsroom.day", Daily(dt.time(0, 0)), publishing.day_begins, catch_up=True),
    Schedule("newsroom.search", Daily(dt.time(3, 20)), keep_index, catch_up=False),
    Schedule(
        "newsroom.tickers", Every(dt.timedelta(minutes=10)), tickers.close_forgotten, catch_up=False
    ),
    Schedule("newsroom.bin", Daily(dt.time(3, 50)), bin.empty, catch_up=True),
    Schedule("newsroom.unready", Daily(dt.time(3, 40)), unready.look_again, catch_up=False),
    Schedule("newsroom.rights", Daily(dt.time(0, 0)), rights.day_ends, catch_up=True),
    Schedule(
        "newsroom.news-window",
        Every(dt.timedelta(hours=1)),
        publishing.news_window_moves,
        catch_up=True,
    ),
    Schedule("newsroom.week", Weekly(0, dt.time(0, 0)), publishing.week_begins, catch_up=True),
]
