"""The door to the staff's rooms: no second factor, no entry."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse


class SecondFactorMiddleware:
    """Sends staff without a second factor to where they set one up (not in the demo)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self.lacks_second_factor(request):
            return redirect("mfa_index")
        return self.get_response(request)

    def lacks_second_factor(self, request: HttpRequest) -> bool:
        if settings.DEMO or not request.path.startswith(reverse("wagtailadmin_home")):
            return False
        return request.user.is_authenticated and not is_mfa_enabled(request.user)
