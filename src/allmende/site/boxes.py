"""Where boxes of apps that do not know the newsroom enter its pages, their pages its sitemap."""

from allmende.contributions import showing
from allmende.newsroom import sitemaps, slots


def register() -> None:
    slots.register("article.end", key=showing.KEY, render=showing.box)
    sitemaps.register("campaigns", showing.in_sitemap)
