from django.apps import AppConfig


class NewsroomConfig(AppConfig):
    name = "allmende.newsroom"
    label = "newsroom"

    def ready(self) -> None:
        from allmende.newsroom import page_types, persons, pictures, receivers  # noqa: F401  models first

        page_types.register_all()
        pictures.register_encoder()
