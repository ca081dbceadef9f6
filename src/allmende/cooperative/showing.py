"""What baked pages show of the cooperative: its own pages, each statute, the box in articles."""

from collections.abc import Iterable
from functools import partial

from django.template.loader import render_to_string
from django.utils import translation

from allmende.bakery import orders
from allmende.bakery.ingredients import once, read
from allmende.bakery.page_types import PageType, register
from allmende.cooperative import statute
from allmende.cooperative.models import CooperativePage

KEY = "membership"
# Of the cooperative's page, by its language.
PATHS = {"de": "/genossenschaft/", "en": "/cooperative/"}


def shown() -> CooperativePage | None:
    """None where the office shows nothing, or no statute is in force."""
    read(CooperativePage.INGREDIENT)
    return once(CooperativePage.INGREDIENT, open_page)


def open_page() -> CooperativePage | None:
    rows = CooperativePage.objects.filter(is_public=True, law__isnull=False)
    return rows.select_related("law").first()


def box(article: object, *, template: str = "cooperative/box.html") -> str:
    """The box at the end of an article; no live figure stands in it."""
    row = shown()
    if row is None or row.law is None:
        return ""
    language = (translation.get_language() or "de").split("-")[0]
    context = {
        "key": KEY,
        "heading": row.words("heading", language),
        "law": row.law,
        "path": PATHS.get(language, PATHS["de"]),
        "join": f"/beitreten/?sprache={language}",
    }
    return once((template, language), partial(render_to_string, template, context))


def front_box(article: object) -> str:
    """Quieter: a link to the cooperative's page."""
    return box(article, template="cooperative/front_box.html")


def paths() -> Iterable[str]:
    return PATHS.values() if shown() else ()


def paths_born(ingredient: str) -> Iterable[str]:
    return PATHS.values() if ingredient == CooperativePage.INGREDIENT else ()


def document_paths() -> Iterable[str]:
    return [law.url for law in statute.published()]


def documents_born(ingredient: str) -> Iterable[str]:
    return document_paths() if ingredient == statute.VERSIONS else ()


def in_sitemap() -> Iterable[str]:
    return list(paths())


def changed() -> None:
    """The office changed its words."""
    orders.place(CooperativePage.INGREDIENT)


def register_all() -> None:
    register(
        PageType("statute", document_paths, documents_born),
        PageType("cooperative", paths, paths_born),
    )
