"""Addresses of public pages. The name of a pattern is the name of its page type."""

from django.urls import path, re_path

from allmende.newsroom import machine_views, search_views, ticker_views, views

SLUG = "[-a-zA-Z0-9_]+"
ENDING = "(?P<ending>atom|rss|json)"

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
    path("ticker/<int:number>/feed.atom", ticker_views.feed, name="ticker_feed"),
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
    path("feeds.html", machine_views.feeds_page, name="feeds"),
    re_path(rf"^feed\.{ENDING}$", machine_views.feed, name="feed"),
    re_path(
        rf"^(?P<kind>thema|von|dossier|sprache)/(?P<slug>{SLUG})/feed\.{ENDING}$",
        machine_views.feed,
        name="feed",
    ),
    re_path(rf"^(?P<slug>{SLUG})/feed\.{ENDING}$", machine_views.feed, name="feed"),
    path("sitemap.xml", machine_views.sitemap, name="sitemap"),
    path("sitemap-news.xml", machine_views.sitemap_news, name="sitemap_news"),
    path("sitemap-seiten.xml", machine_views.sitemap_pages, name="sitemap_pages"),
    re_path(
        r"^sitemap-(?P<kind>artikel|thema|von)-(?P<number>\d+)\.xml$",
        machine_views.sitemap_part,
        name="sitemap_part",
    ),
    path("robots.txt", machine_views.robots, name="robots"),
    path(".well-known/security.txt", machine_views.security, name="security"),
    path("manifest.webmanifest", machine_views.manifest, name="manifest"),
    re_path(r"^icon-(?P<size>192|512)\.png$", machine_views.icon, name="icon_png"),
    path("apple-touch-icon.png", machine_views.icon, name="icon_png"),
    path("favicon.ico", machine_views.favicon, name="favicon"),
    path("look.css", views.look, name="look"),
    path("icon.svg", views.icon, name="icon"),
    re_path(r"^(?P<status>404|410|503)\.html$", views.error_page, name="error"),
    path("<slug:slug>/", views.section, name="section"),
    path("<slug:slug>/seite-<int:number>.html", views.section_page, name="section_page"),
    path("<slug:slug>.html", views.info, name="info"),
    path("<path:path>", views.moved, name="moved"),
]
