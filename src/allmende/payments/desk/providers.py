"""How providers answer, and to whom nobody is sent now."""

import datetime as dt
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from allmende.payments.desk.rights import ANSWER, SEE, allowed
from allmende.payments.models import Method, ProviderHealth
from allmende.payments.providers import PROVIDERS, get, health, title


@dataclass(frozen=True)
class Way:
    """health: what it answered; None where it was never asked over a network. rests_until: nobody
    is sent there before; None while it answers."""

    name: str
    title: str
    is_set_up: bool
    is_on: bool
    health: ProviderHealth | None
    rests_until: dt.datetime | None


@require_safe
@allowed(SEE)
def every(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    off = set(Method.objects.filter(is_on=False).values_list("name", flat=True))
    heard = {row.provider: row for row in ProviderHealth.objects.all()}
    sick = health.sick(at=now)
    ways = [
        Way(name, title(name), get(name).ready(), name not in off, heard.get(name),
            rest_of(heard.get(name)) if name in sick else None)
        for name in PROVIDERS
    ]  # fmt: skip
    context = {"ways": ways, "may_try": request.user.has_perm(ANSWER)}
    return render(request, "payments/admin/providers.html", context)


def rest_of(row: ProviderHealth | None) -> dt.datetime | None:
    return row.failed_at + health.SICK_FOR if row and row.failed_at else None


@require_POST
@allowed(ANSWER)
def try_again(request: HttpRequest, name: str) -> HttpResponse:
    """Givers are sent there again at once."""
    if name not in PROVIDERS:
        raise Http404
    health.forgive(name)
    messages.success(request, _("Givers are sent there again."))
    return redirect("payments_providers")


PATHS = [
    path("geld/anbieter/", every, name="payments_providers"),
    path("geld/anbieter/<slug:name>/", try_again, name="payments_try_again"),
]
