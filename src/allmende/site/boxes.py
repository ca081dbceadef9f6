"""Where boxes of apps that do not know the newsroom enter its pages, their pages its sitemap."""

from allmende.contributions import showing as giving
from allmende.cooperative import showing as joining
from allmende.newsroom import sitemaps, slots


def register() -> None:
    slots.register("article.end", key=giving.KEY, render=giving.box)
    slots.register("article.end", key=joining.KEY, render=joining.box)
    slots.register("front.quiet", key=joining.KEY, render=joining.front_box)
    sitemaps.register("campaigns", giving.in_sitemap)
    sitemaps.register("cooperative", joining.in_sitemap)
