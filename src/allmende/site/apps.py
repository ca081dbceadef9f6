from django.apps import AppConfig
from django.conf import settings


class SiteConfig(AppConfig):
    name = "allmende.site"
    label = "site"

    def ready(self) -> None:
        if settings.DEMO:
            from allmende.site.demo import boxes  # models must be loaded first

            boxes.register()
