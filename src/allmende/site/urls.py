"""Addresses of the whole house: staff, accounts, documents, and the public pages last."""

from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

urlpatterns = [
    path("redaktion/", include(wagtailadmin_urls)),
    path("konto/", include("allauth.urls")),
    path("dokumente/", include(wagtaildocs_urls)),
    path("", include("allmende.newsroom.urls")),
]
