"""Addresses that Django answers; readers get static files.

/redaktion/   the staff's rooms, Wagtail's admin
/konto/       a reader's own; sign-in, second factor, password: allauth
/dokumente/   files for download
/beitreten/   the cooperative: declarations to join
/beitrag/     contributions: giving, managing, reminders
/abo/         newsletters: asking, confirming, preferences, leaving
/-/           for machines: health and metrics
the rest      public pages: the bakery renders them here, and staff preview them
"""

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.generic import RedirectView
from wagtail.admin import urls as staff_urls
from wagtail.documents import urls as document_urls

from allmende.site import health

# Wagtail's own doors lead to allauth's: one place signs in, out, and resets.
doors: list[URLPattern | URLResolver] = [
    re_path(r"^login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    re_path(r"^password_reset/", RedirectView.as_view(pattern_name="account_reset_password")),
    path("logout/", account.logout),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("redaktion/", include(doors)),
    path("redaktion/", include(staff_urls)),
    path("", include("allmende.people.urls")),  # before allauth: some are in the place of its own
    path("konto/", include("allauth.account.urls")),
    path("konto/2fa/", include("allauth.mfa.urls")),
    path("dokumente/", include(document_urls)),
    path("-/health", health.health, name="health"),
    path("-/metrics", health.metrics, name="metrics"),
    path("", include("allmende.mailroom.urls")),
    path("", include("allmende.payments.urls")),
    path("", include("allmende.editions.urls")),
    path("", include("allmende.newsletters.urls")),
    path("", include("allmende.cooperative.urls")),
    path("", include("allmende.contributions.urls")),
    path("", include("allmende.newsroom.urls")),
]
