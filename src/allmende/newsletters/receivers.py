"""What `newsletters` listens to: its own rows, which pages show."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from allmende.newsletters import showing
from allmende.newsletters.models import Newsletter


@receiver([post_save, post_delete], sender=Newsletter)
def on_newsletter(instance: Newsletter, **_: Any) -> None:
    showing.changed(instance)
