"""What `cooperative` listens to: its own rows, which pages show."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from allmende.cooperative import showing
from allmende.cooperative.models import CooperativePage, Question


@receiver(post_save, sender=CooperativePage)
@receiver([post_save, post_delete], sender=Question)
def on_words(**_: Any) -> None:
    """The office changed what is told."""
    showing.changed()
