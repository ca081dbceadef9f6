from django.apps import AppConfig
from django.db.models.signals import post_migrate
from wagtail.snippets.apps import WagtailSnippetsAppConfig


class SiteConfig(AppConfig):
    name = "allmende.site"
    label = "site"
    default = True

    def ready(self) -> None:
        from allmende.site import boxes  # models must be loaded first

        boxes.register()


class Snippets(WagtailSnippetsAppConfig):
    """Wagtail's snippets without its web API, which the paper does not offer. To describe itself
    it would load the staff's screens into every process: half a second, and 22 MB."""

    def ready(self) -> None:
        from wagtail.snippets.models import create_extra_permissions, register_deferred_snippets

        register_deferred_snippets()
        post_migrate.connect(create_extra_permissions, sender=self)
