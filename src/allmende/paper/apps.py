from django.apps import AppConfig


class PaperConfig(AppConfig):
    name = "allmende.paper"
    label = "paper"
