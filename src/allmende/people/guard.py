"""The door to the staff's rooms: closed unless everything asked for is shown.

Who enters has signed in, has a role, and has shown in this very session a second factor that
still exists. Whoever has set one up but not shown it may not touch their account either, or a
session stolen after the first factor could add a second of its own.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.people.roles import ENTRY

# Account pages that a session may use to show the second factor, or to leave.
OPEN_WITHOUT_FACTOR = {
    "account_logout",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
}


class SecondFactorMiddleware:
    """Refuses, before any view runs, what may not be entered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_staff_room(request):
            refusal = refuse_staff_room(request)
            if refusal is not None:
                return refusal
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        name = (request.resolver_match and request.resolver_match.url_name) or ""
        if not name.startswith(("account_", "mfa_")) or name in OPEN_WITHOUT_FACTOR:
            return None
        if request.user.is_authenticated and owes_second_factor(request):
            return turn_away(request, to=showing_address(request))
        return None


def is_staff_room(request: HttpRequest) -> bool:
    """Everything below the admin's root but the doors, which only lead to the sign-in."""
    root = reverse("wagtailadmin_home")
    doors = (reverse("wagtailadmin_login"), reverse("wagtailadmin_password_reset"))
    return request.path.startswith(root) and not request.path.startswith(doors)


def refuse_staff_room(request: HttpRequest) -> HttpResponse | None:
    """Who may not enter is sent where the missing is made good; data requests get a 403."""
    if not request.user.is_authenticated:
        return turn_away(request, to=reverse("account_login"))
    if not request.user.has_perm(ENTRY):
        return refuse_without_role(request)
    if settings.DEMO or showed_second_factor(request):
        return None
    if is_mfa_enabled(request.user):
        return turn_away(request, to=showing_address(request))
    return turn_away(request, to=reverse("mfa_index"))


def showed_second_factor(request: HttpRequest) -> bool:
    """Whether this session was opened with a second factor that has not been removed since."""
    shown = [
        record["id"]
        for record in get_authentication_records(request, request.user)
        if record.get("method") == "mfa" and "id" in record
    ]
    return bool(shown) and Authenticator.objects.filter(user=request.user, pk__in=shown).exists()


def owes_second_factor(request: HttpRequest) -> bool:
    return not settings.DEMO and is_mfa_enabled(request.user) and not showed_second_factor(request)


def showing_address(request: HttpRequest) -> str:
    """Where a signed-in person shows the second factor: by code, or by key alone."""
    ways = get_adapter(request).get_reauthentication_methods(request.user)
    return next(way["url"] for way in ways if way["id"].startswith("mfa_"))


def turn_away(request: HttpRequest, *, to: str) -> HttpResponse:
    if wants_data(request):
        return JsonResponse({"error": _("Sign in with your second factor.")}, status=403)
    if request.method in ("GET", "HEAD"):
        return HttpResponseRedirect(f"{to}?{urlencode({'next': request.get_full_path()})}")
    return redirect(to)


def refuse_without_role(request: HttpRequest) -> HttpResponse:
    if wants_data(request):
        return JsonResponse({"error": _("You have no role here.")}, status=403)
    return render(request, "account/no_role.html", status=403)


def wants_data(request: HttpRequest) -> bool:
    """Whether a script asks, which could do nothing with a sign-in page."""
    return (
        request.headers.get("X-Requested-With") == "XMLHttpRequest"
        or request.headers.get("Sec-Fetch-Dest") == "empty"
        or "json" in request.headers.get("Accept", "")
        or "json" in (request.content_type or "")
    )
