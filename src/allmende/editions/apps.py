from django.apps import AppConfig


class EditionsConfig(AppConfig):
    name = "allmende.editions"
    label = "editions"

    def ready(self) -> None:
        from allmende.editions import page_types, receivers  # noqa: F401  models first

        page_types.register_all()
