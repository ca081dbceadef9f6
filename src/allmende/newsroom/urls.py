"""Addresses of public pages. The name of a pattern is the name of its page type."""

from django.urls import path, re_path

from allmende.newsroom import search_views, ticker_views, views

SLUG = "[-a-zA-Z0-9_]+"

urlpatterns = [
    path("", views.front, name="front"),
    re_path(
        rf"^artikel/(?P<number>\d+)\.(?P<slug>{SLUG})\.html$",
        views.article,
        name="article",
    ),
    path(
        "ticker/<int:number>/seite-<int:place>.html",
        ticker_views.numbered,
        name="ticker_page",
    ),
    path("ticker/<int:number>/ohne-neuladen.html", ticker_views.quiet, name="ticker_quiet"),
    path("thema/<slug:slug>/", views.topic, name="topic"),
    path("thema/<slug:slug>/seite-<int:number>.html", views.topic, name="topic_page"),
    path("von/<slug:slug>/", views.author, name="author"),
    path("von/<slug:slug>/seite-<int:number>.html", views.author, name="author_page"),
    path("dossier/<slug:slug>/", views.dossier, name="dossier"),
    path(
        "dossier/<slug:slug>/seite-<int:number>.html",
        views.dossier,
        name="dossier_page",
    ),
    path("sprache/<slug:code>/", views.language, name="language"),
    path(
        "sprache/<slug:code>/seite-<int:number>.html",
        views.language,
        name="language_page",
    ),
    path("archiv/", views.archive, name="archive"),
    re_path(
        r"^archiv/(?P<year>\d{4})/(?P<month>\d\d)/$",
        views.archive_month,
        name="archive_month",
    ),
    re_path(
        r"^archiv/(?P<year>\d{4})/(?P<month>\d\d)/(?P<day>\d\d)\.html$",
        views.archive_day,
        name="archive_day",
    ),
    path("suche/", search_views.search, name="search"),
    path("suche/feed.atom", search_views.search_feed, name="search_feed"),
    path("ticker.html", views.ticker, name="ticker"),
    path("feed.atom", views.feed, name="feed"),
    path("look.css", views.look, name="look"),
    path("icon.svg", views.icon, name="icon"),
    re_path(r"^(?P<status>404|410|503)\.html$", views.error_page, name="error"),
    path("<slug:slug>/", views.section, name="section"),
    path("<slug:slug>/seite-<int:number>.html", views.section_page, name="section_page"),
    path("<slug:slug>.html", views.info, name="info"),
    path("<path:path>", views.moved, name="moved"),
]
