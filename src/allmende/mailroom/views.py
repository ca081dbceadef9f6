"""Where an e-mail service tells what became of letters (its "webhook")."""

import time
from collections.abc import Callable
from functools import cache

from anymail import urls as services
from django.conf import settings
from django.core.cache import cache as counts
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from allmende.lib.limits import Limit, client_address

View = Callable[[HttpRequest], HttpResponse]


@cache
def limit() -> Limit:
    """A service tells of several letters at once, and comes again when it is refused."""
    return Limit("mail webhook", times=600, span=60, secret=settings.SECRET_KEY)


@csrf_exempt
def told(request: HttpRequest, service: str) -> HttpResponse:
    """Believed with the password of the settings, and the service's own signature where it has one
    (anymail verifies both: 400). `receivers` hear what is told.

    404 for a service that the paper does not send by, or while no password is set. 429 makes the
    service come again later.
    """
    view = view_of(service)
    if view is None or service != settings.MAILROOM["service"] or not password():
        raise Http404
    if not limit().allows(who(request), cache=counts, now=time.time()):
        return HttpResponse(status=429, headers={"Retry-After": "60"})
    return view(request)


def password() -> str:
    return str(settings.ANYMAIL.get("WEBHOOK_SECRET", ""))


def who(request: HttpRequest) -> str:
    peer, forwarded = (
        request.META.get("REMOTE_ADDR", ""),
        request.headers.get("X-Forwarded-For", ""),
    )
    return client_address(peer, forwarded, proxies=settings.PROXIES)


def view_of(service: str) -> View | None:
    """Anymail's own for this service."""
    names = {f"{service}_tracking_webhook", f"{service}_webhook"}
    return next((found.callback for found in services.urlpatterns if found.name in names), None)
