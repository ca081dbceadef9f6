from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailroomConfig(AppConfig):
    name = "allmende.mailroom"
    label = "mailroom"
    verbose_name = _("mailroom")

    def ready(self) -> None:
        from allmende.mailroom import persons, receivers  # noqa: F401  models first
