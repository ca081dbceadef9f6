"""Who may do what on the screens of the cooperative; rights are given by roles (`staff_roles`)."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from wagtail.admin.menu import MenuItem

DECIDE = "cooperative.decide_membership"
SEE = "cooperative.inspect_register"
WRITE = "cooperative.keep_register"
PAY = "cooperative.pay_out_membership"

View = Callable[..., HttpResponse]


def may(request: HttpRequest, *rights: str) -> bool:
    """One of them is enough."""
    return any(request.user.has_perm(right) for right in rights)


def check(request: HttpRequest, *rights: str) -> None:
    """Raises PermissionDenied."""
    if not may(request, *rights):
        raise PermissionDenied


def allowed(right: str) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *keys: Any, **more: Any) -> HttpResponse:
            check(request, right)
            return view(request, *keys, **more)

        return answer

    return decorate


class Screen(MenuItem):
    """A line of the menu, for those who may."""

    def __init__(self, *args: Any, rights: Sequence[str], **more: Any) -> None:
        super().__init__(*args, **more)
        self.rights = rights

    def is_shown(self, request: HttpRequest) -> bool:
        return may(request, *self.rights)
