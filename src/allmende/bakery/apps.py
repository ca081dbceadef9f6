from django.apps import AppConfig


class BakeryConfig(AppConfig):
    name = "allmende.bakery"
    label = "bakery"
