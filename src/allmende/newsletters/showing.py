"""What baked pages show of newsletters: boxes in articles and on the front page, and each one's own
page."""

from collections.abc import Iterable
from functools import partial

from django.template.loader import render_to_string
from django.utils.translation import get_language

from allmende.bakery import orders
from allmende.bakery.ingredients import once, read
from allmende.bakery.page_types import PageType, register
from allmende.newsletters import addressing
from allmende.newsletters.models import Newsletter, path_of
from allmende.newsroom import slots
from allmende.newsroom.models import Article

# Which newsletters there are: pages that ask it are renewed when one comes, goes or changes place.
ALL = "newsletters"


def first_open() -> Newsletter | None:
    read(ALL)
    return once(ALL, lambda: Newsletter.objects.filter(is_open=True).first())


def box(article: Article | None, *, template: str = "newsletters/box.html") -> str:
    newsletter = first_open()
    if newsletter is None:
        return ""
    context = {"key": "newsletter", "newsletter": newsletter}
    return once((template, get_language()), partial(render_to_string, template, context))


def front_box(article: Article | None) -> str:
    """Quieter: a link to the newsletter's own page, where the form is."""
    return box(article, template="newsletters/front_box.html")


def paths() -> Iterable[str]:
    now = [newsletter.url for newsletter in Newsletter.objects.all()]
    return now + [path_of(slug) for _newsletter, slug in addressing.former()]


def paths_born(ingredient: str) -> Iterable[str]:
    return paths() if ingredient == ALL else ()


def changed(newsletter: Newsletter) -> None:
    orders.place(newsletter.ingredient, ALL)


def register_all() -> None:
    register(PageType("newsletter", paths, paths_born))
    slots.register("article.third", key="newsletter", render=box)
    slots.register("front.quiet", key="newsletter", render=front_box)
