from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContributionsConfig(AppConfig):
    name = "allmende.contributions"
    label = "contributions"
    verbose_name = _("Contributions")

    def ready(self) -> None:
        # Models must be loaded first.
        from allmende.contributions import persons, receivers, showing  # noqa: F401
        from allmende.contributions.models import Draft
        from allmende.lib import renewing
        from allmende.payments.sealing import column

        showing.register_all()
        renewing.register(column(Draft, "sealed", context=lambda row: row.context))
