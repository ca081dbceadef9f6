"""Public pages of editions. Each is rendered for nobody in particular."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allmende.editions import showing
from allmende.editions.models import Edition
from allmende.newsroom import heads
from allmende.newsroom.heads import Head
from allmende.newsroom.views import page, valid_date


def edition(request: HttpRequest, date: str, slug: str) -> HttpResponse:
    day = valid_date(*date.split("-"))
    found = showing.public().filter(date=day, slug=slug).first()
    if found is None:
        raise Http404
    return shown(request, found)


def shown(request: HttpRequest, edition: Edition, *, staff: bool = False) -> HttpResponse:
    """The table of contents. staff: a preview of what readers will get."""
    parts = showing.contents(edition, staff=staff)
    context: dict[str, Any] = {"edition": edition, "parts": parts}

    def head() -> Head:
        count = sum(len(part.stories) for part in parts)
        told = edition.intro or ngettext("%(n)s article", "%(n)s articles", count) % {"n": count}
        name = f"{edition.name}, {date_format(edition.date, 'DATE_FORMAT')}"
        return heads.collection(edition.url, name, told)

    return page(request, "editions/edition.html", context, head=head)


def editions(request: HttpRequest) -> HttpResponse:
    context = {"newest": showing.newest(), "years": showing.years()}
    return page(request, "editions/editions.html", context, head=head_of_all)


def head_of_all() -> Head:
    return heads.collection("/ausgabe/", _("Editions"), "")


def of_year(request: HttpRequest, year: str) -> HttpResponse:
    valid_date(year, "1", "1")
    found = showing.of_year(int(year))
    if not found:
        raise Http404

    def head() -> Head:
        return heads.collection(f"/ausgabe/{year}/", " ".join([_("Editions"), year]), "")

    context = {"editions": found, "year": year}
    return page(request, "editions/year.html", context, head=head)
