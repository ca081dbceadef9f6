"""What all pages of giving share: where a form comes from, how often, and in which language."""

import time
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from allmende.lib.limits import Limit
from allmende.paper.pages import page
from allmende.people.public_forms import client_of, comes_from_us

LANGUAGES = ("de", "en")


@lru_cache(maxsize=1)
def limit() -> Limit:
    """Many may give from one network; a machine that tries cards or addresses is stopped."""
    return Limit("contribute", times=60, span=600, secret=settings.SECRET_KEY)


def refused(request: HttpRequest) -> HttpResponse | None:
    """The answer to a form that was not sent from our pages, or is one of very many."""
    if not comes_from_us(request):
        return told(request, "foreign", status=403)
    if not limit().allows(client_of(request), cache=cache, now=time.time()):
        return told(request, "too often", status=429)
    return None


def told(
    request: HttpRequest, told: str, *, status: int = 200, language: str | None = None, **more: Any
) -> HttpResponse:
    """A page that says what was done, or what is wrong: `told` names the case."""
    context = {"told": told, **more}
    chosen = language or language_of(request)
    return page(request, "contributions/told.html", context, status=status, language=chosen)


def language_of(request: HttpRequest) -> str | None:
    """What the address asks for; None is the paper's own."""
    asked = request.GET.get("sprache", "")
    return asked if asked in LANGUAGES else None
