from django.apps import AppConfig


class ImportersConfig(AppConfig):
    name = "allmende.importers"
    label = "importers"

    def ready(self) -> None:
        from allmende.importers import persons  # noqa: F401  models first
