"""Pages that could not be baked: what went wrong, and trying again."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request

from allmende.bakery import failures
from allmende.newsroom import reading, today
from allmende.newsroom.wagtail_hooks.home import publishes


def check_publishes(request: HttpRequest) -> None:
    """Raises PermissionDenied for who may not bring pages to readers."""
    if not publishes(request.user):
        raise PermissionDenied


@require_GET
def failed_pages(request: HttpRequest) -> HttpResponse:
    """All failed pages, the latest first, up to the number that lists are counted to."""
    check_publishes(request)
    found = today.failed_pages(shown=today.MANY)
    context: dict[str, Any] = {"failures": found, "zone": reading.zone()}
    return TemplateResponse(request, "newsroom/admin/failed_pages.html", context)


@require_GET
def traceback(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole error. For admins: it names files and values of the program."""
    if not request.user.is_superuser:
        raise PermissionDenied
    page = get_object_or_404(failures.failed(), pk=pk)
    context = {"failure": failures.failures([page])[0]}
    return TemplateResponse(request, "newsroom/admin/traceback.html", context)


@require_POST
def try_again(request: HttpRequest) -> HttpResponse:
    """Orders the page `pk`, or every failed page, now."""
    check_publishes(request)
    pages = failures.failed()
    if pk := request.POST.get("pk"):
        pages = pages.filter(pk=int(pk)) if pk.isdecimal() else pages.none()
    if count := failures.hurry(pages):
        said = ngettext(
            "%(count)d page is being tried again.",
            "%(count)d pages are being tried again.",
            count,
        )
        messages.success(request, said % {"count": count})
    else:
        messages.success(request, _("The page is already mended."))
    return redirect(get_valid_next_url_from_request(request) or "wagtailadmin_home")


@hooks.register("register_admin_urls")
def failure_addresses() -> list[URLPattern]:
    return [
        path("failed-pages/", failed_pages, name="failed_pages"),
        path("failed-pages/again/", try_again, name="try_pages_again"),
        path("failed-pages/<int:pk>/", traceback, name="failed_page"),
    ]
