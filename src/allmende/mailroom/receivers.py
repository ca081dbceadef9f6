"""What the mailroom listens to: an e-mail service that tells of letters."""

from typing import Any

from anymail.signals import AnymailTrackingEvent, tracking
from django.dispatch import receiver
from django.utils import timezone

from allmende.mailroom.bounces import events


@receiver(tracking)
def on_told(event: AnymailTrackingEvent, esp_name: str, **_: Any) -> None:
    events.take(event, service=esp_name, at=timezone.now())
