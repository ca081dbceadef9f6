from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewslettersConfig(AppConfig):
    name = "allmende.newsletters"
    label = "newsletters"
    verbose_name = _("Newsletters")

    def ready(self) -> None:
        # Models must be loaded first.
        from allmende.newsletters import archive, dispatch, persons, receivers, showing  # noqa: F401
        from allmende.newsroom import announcing

        announcing.hold("newsletters", dispatch.held_up)
        archive.register_all()  # before the newsletter's page, which lists them
        showing.register_all()
