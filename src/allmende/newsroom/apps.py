from django.apps import AppConfig


class NewsroomConfig(AppConfig):
    name = "allmende.newsroom"
    label = "newsroom"

    def ready(self) -> None:
        from allmende.newsroom import page_types, receivers  # noqa: F401  models must be loaded

        page_types.register_all()
