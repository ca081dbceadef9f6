from django.apps import AppConfig


class NewsroomConfig(AppConfig):
    name = "allmende.newsroom"
    label = "newsroom"
