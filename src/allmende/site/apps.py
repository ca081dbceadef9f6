from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "allmende.site"
    label = "site"
