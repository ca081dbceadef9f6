from django.apps import AppConfig


class ImportersConfig(AppConfig):
    name = "allmende.importers"
    label = "importers"
