from django.apps import AppConfig


class EditionsConfig(AppConfig):
    name = "allmende.editions"
    label = "editions"

    def ready(self) -> None:
        from allmende.editions import arranging, page_types, receivers  # noqa: F401  models first
        from allmende.newsroom import announcing

        announcing.hold("editions", arranging.told_articles)
        page_types.register_all()
