"""What all pages of giving share: where a form comes from, how often, and in which language."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from allmende.lib.limits import Limit
from allmende.paper.pages import language_of, page
from allmende.people.public_forms import turned_away


@lru_cache(maxsize=1)
def limit() -> Limit:
    """Many may give from one network; a machine that tries cards or addresses is stopped."""
    return Limit("contribute", times=60, span=600, secret=settings.SECRET_KEY)


def refused(request: HttpRequest) -> HttpResponse | None:
    """The answer to a form that was not sent from our pages, or is one of very many."""
    found = turned_away(request, limit())
    return told(request, found[0], status=found[1]) if found else None


def told(
    request: HttpRequest, told: str, *, status: int = 200, language: str | None = None, **more: Any
) -> HttpResponse:
    """A page that says what was done, or what is wrong: `told` names the case."""
    context = {"told": told, **more}
    chosen = language or language_of(request)
    return page(request, "contributions/told.html", context, status=status, language=chosen)
