"""Where providers tell of payments (their "webhooks")."""

import datetime as dt
import logging
import time
from functools import cache

from django.conf import settings
from django.core.cache import cache as counts
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from allmende.lib.limits import Limit, client_address
from allmende.payments import events
from allmende.payments.providers import PROVIDERS, get
from allmende.payments.providers.port import Delivery, NotTheirs, Told, Trouble

logger = logging.getLogger(__name__)
LARGEST = 500_000  # bytes
COME_AGAIN = "60"


@cache
def limit() -> Limit:
    """A provider tells of much at once on a collection day, and comes again when it is refused."""
    return Limit("payment webhook", times=1200, span=60, secret=settings.SECRET_KEY)


@transaction.non_atomic_requests  # a provider's certificate may be fetched
@csrf_exempt
@require_POST
def told(request: HttpRequest, provider: str) -> HttpResponse:
    """200: kept, and understood later. 400: not theirs, do not come again. 404: no such provider,
    or it is not set up. 413: too large. 429, 503: come again."""
    if provider not in PROVIDERS or not hears(provider):
        raise Http404
    if not limit().allows(who(request), cache=counts, now=time.time()):
        return HttpResponse(status=429, headers={"Retry-After": COME_AGAIN})
    if int(request.headers.get("Content-Length") or 0) > LARGEST:
        return HttpResponse(status=413)
    return kept(provider, Delivery(request.headers, request.body), at=timezone.now())


def kept(provider: str, delivery: Delivery, *, at: dt.datetime) -> HttpResponse:
    try:
        events.take(provider, delivery, at=at)
    except NotTheirs as refused:
        logger.warning("an event in the name of %s is not theirs: %s", provider, refused)
        return HttpResponse(status=400)
    except Trouble as trouble:
        logger.warning("an event of %s is to come again: %s", provider, trouble)
        return HttpResponse(status=503, headers={"Retry-After": COME_AGAIN})
    return HttpResponse(status=200)


def hears(name: str) -> bool:
    provider = get(name)
    return isinstance(provider, Told) and provider.ready()


def who(request: HttpRequest) -> str:
    peer = request.META.get("REMOTE_ADDR", "")
    forwarded = request.headers.get("X-Forwarded-For", "")
    return client_address(peer, forwarded, proxies=settings.PROXIES)
