from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "allmende.people"
    label = "people"
