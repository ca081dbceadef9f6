"""Background jobs of the newsroom."""

from django_tasks import task

from allmende.newsroom import pictures
from allmende.newsroom.models import Picture


@task()
def prepare_picture(pk: int) -> None:
    """Makes a picture's sizes before anybody waits for them."""
    if picture := Picture.objects.filter(pk=pk).first():
        pictures.prepare(picture)
