"""Statutes at the office: versions, a new one, and the button that publishes it for good."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import log

from allmende.cooperative import presets, statute
from allmende.cooperative.models import Declaration, Statute
from allmende.cooperative.office_forms import StatuteForm, in_force_or_none, initial_of, spoken
from allmende.cooperative.wagtail_hooks.rights import Screen, check
from allmende.ledger.money import Money
from allmende.ledger.money import show as show_money
from allmende.people.views import person_of


def versions(request: HttpRequest) -> HttpResponse:
    check(request, "cooperative.view_statute")
    context = {
        "rows": Statute.objects.prefetch_related("groups"),
        "current": in_force_or_none(),
        "presets": [(name, one.title) for name, one in presets.PRESETS.items()],
    }
    return TemplateResponse(request, "cooperative/admin/statutes.html", context)


def new(request: HttpRequest) -> HttpResponse:
    """A version that nobody follows yet; a preset fills the form."""
    check(request, "cooperative.add_statute")
    form = StatuteForm(initial=initial_of(request.GET.get("wie", "")))
    if request.method == "POST":
        form = StatuteForm(request.POST, request.FILES)
        if form.is_valid() and (found := drafted(form)):
            messages.success(request, _("The draft is kept. Nobody follows it yet."))
            return redirect("statute_version", found.pk)
    context = {"form": form}
    return TemplateResponse(request, "cooperative/admin/statute_form.html", context)


def drafted(form: StatuteForm) -> Statute | None:
    """None where the row as a whole is not good; the form says why."""
    values = dict(form.cleaned_data)
    groups, document = values.pop("groups"), values.pop("document")
    try:
        return statute.draft(values, groups=groups, document=document)
    except ValidationError as error:
        for field, words in error.message_dict.items():
            form.add_error(field if field in form.fields else None, words)
        return None


def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One version. Publishing says what it does, and cannot be undone."""
    check(request, "cooperative.view_statute")
    found = get_object_or_404(Statute, pk=pk)
    if request.method == "POST":
        check(request, "cooperative.change_statute")
        if "delete" in request.POST and found.published_at is None:
            check(request, "cooperative.delete_statute")
            found.delete()
            messages.success(request, _("The draft is thrown away."))
            return redirect("statute_versions")
        try:
            statute.publish(found, by=person_of(request), at=timezone.now())
        except statute.StatuteRule:
            messages.error(request, _("It is published already, or names no group."))
        else:
            log(found, "cooperative.statute_published", user=person_of(request))
            messages.success(request, _("The statute is published; the pages are renewed."))
        return redirect("statute_version", pk)
    context = {
        "statute": found,
        "values": [(one.verbose_name, shown(found, one.name)) for one in shown_fields()],
        "groups": found.groups.all(),
        "followed": Declaration.objects.filter(statute=found).count(),
    }
    return TemplateResponse(request, "cooperative/admin/statute.html", context)


def shown_fields() -> list[Any]:
    hidden = {"id", "number", "document", "published_at", "published_by", "currency"}
    return [one for one in Statute._meta.concrete_fields if one.name not in hidden]


def shown(found: Statute, name: str) -> object:
    if name in StatuteForm.MONEY:
        cents = getattr(found, name)
        return (
            None if cents is None else show_money(Money(cents, found.currency), language=spoken())
        )
    display = getattr(found, f"get_{name}_display", None)
    return display() if display else getattr(found, name)


def document(request: HttpRequest, pk: int) -> HttpResponse:
    """Of a draft too, which readers do not see."""
    check(request, "cooperative.view_statute")
    found = get_object_or_404(Statute.objects.select_related("document"), pk=pk)
    return HttpResponse(bytes(found.document.content), content_type="application/pdf")


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    base = "cooperative/statutes/"
    return [
        path(base, versions, name="statute_versions"),
        path(f"{base}new/", new, name="statute_new"),
        path(f"{base}<int:pk>/", show, name="statute_version"),
        path(f"{base}<int:pk>.pdf", document, name="statute_document"),
    ]


def menu_items() -> list[MenuItem]:
    return [
        Screen(
            _("Statutes"),
            reverse("statute_versions"),
            icon_name="doc-full",
            order=90,
            rights=["cooperative.view_statute"],
        )
    ]
