"""Addresses of editions. The name of a pattern is the name of its page type."""

from django.urls import path, re_path

from allmende.editions import views

urlpatterns = [
    path("ausgabe/", views.editions, name="editions"),
    re_path(r"^ausgabe/(?P<year>\d{4})/$", views.of_year, name="editions_year"),
    re_path(
        r"^ausgabe/(?P<date>\d{4}-\d\d-\d\d)\.(?P<slug>[-a-z0-9_]+)\.html$",
        views.edition,
        name="edition",
    ),
]
