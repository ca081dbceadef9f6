"""Pages that anybody may enter by a mailed link, and their forms, which set no cookie."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from allmende.lib.limits import Limit, client_address
from allmende.lib.origin import is_own

View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """Answers that nobody keeps or indexes, and whose address is told to no other host."""

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex"
        return response

    return answer


def comes_from_us(request: HttpRequest) -> bool:
    return is_own(
        request.headers.get("Sec-Fetch-Site", ""),
        request.headers.get("Origin", ""),
        hosts={urlsplit(settings.PAPER_URL).netloc, request.get_host()},
    )


def client_of(request: HttpRequest) -> str:
    """The address that limits count by. Unknown callers share one."""
    return client_address(
        request.META.get("REMOTE_ADDR", ""),
        request.headers.get("X-Forwarded-For", ""),
        proxies=settings.PROXIES,
    )


def turned_away(request: HttpRequest, limit: Limit) -> tuple[str, int] | None:
    """Why a form is not taken, as apps name the case, and the status of the answer: it was not sent
    from our pages, or is one of very many. None where it is taken."""
    if not comes_from_us(request):
        return "foreign", 403
    if not limit.allows(client_of(request), cache=cache, now=time.time()):
        return "too often", 429
    return None
