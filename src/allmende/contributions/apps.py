from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContributionsConfig(AppConfig):
    name = "allmende.contributions"
    label = "contributions"
    verbose_name = _("Contributions")

    def ready(self) -> None:
        # Models must be loaded first.
        from allmende.contributions import persons, receivers, showing  # noqa: F401

        showing.register_all()
