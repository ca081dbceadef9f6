"""The editions' page types: each edition, the newest of them, and those of a year."""

import re

from allmende.bakery.page_types import PageType, register
from allmende.editions import showing
from allmende.newsroom import sitemaps
from allmende.newsroom.page_types import Paths, always, nothing, of_model

YEAR = re.compile(r"^editions:(\d{4})$")
FRONT = "/ausgabe/"


def year_path(year: int) -> str:
    return f"/ausgabe/{year}/"


def year_paths() -> Paths:
    return [year_path(year) for year in showing.years()]


def years_born(ingredient: str) -> Paths:
    match = YEAR.match(ingredient)
    return [year_path(int(match[1]))] if match else ()


def in_sitemap() -> Paths:
    """Those of the years name every edition."""
    return [FRONT, *year_paths(), *(edition.url for edition in showing.public().order_by("date"))]


def register_all() -> None:
    register(
        of_model("edition", "edition", showing.public),
        PageType("editions_year", year_paths, years_born),
        PageType("editions", always(FRONT), nothing),
    )
    sitemaps.register("editions", in_sitemap)
