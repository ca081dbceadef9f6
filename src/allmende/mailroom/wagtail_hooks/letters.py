"""Letters of one person: what was written to them, and whether it arrived."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET
from wagtail import hooks

from allmende.mailroom import history
from allmende.mailroom.wagtail_hooks.mailings import Item
from allmende.people.models import Person


@require_GET
def letters(request: HttpRequest) -> HttpResponse:
    """Of the person `person` (a key), or of whoever has the address `address`."""
    if not request.user.has_perm("mailroom.view_message"):
        raise PermissionDenied
    address, key = request.GET.get("address", "").strip()[:320], request.GET.get("person", "")
    found = None
    if key.isdecimal() and len(key) < 19:
        found = history.of_person(get_object_or_404(Person, pk=int(key)))
    elif address:
        found = history.of_address(address)
    context = {"found": found, "address": address}
    return render(request, "mailroom/admin/letters.html", context)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [path("letters/", letters, name="mailroom_letters")]


@hooks.register("register_reports_menu_item")
def item() -> Item:
    return Item(
        _("Letters of a person"),
        reverse("mailroom_letters"),
        permission="mailroom.view_message",
        icon_name="mail",
        order=890,
    )
