"""A statute has changed what a share is: everybody's shares become others of the same value. Seen
in numbers, asked for by one press, agreed to by a second person where the statute wants two; a
worker does it, and this screen says how far it is."""

import datetime as dt
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail import hooks

from allmende.cooperative import converting
from allmende.cooperative.act_forms import day
from allmende.cooperative.models import Conversion, Membership, Statute
from allmende.cooperative.office_forms import in_force_or_none
from allmende.cooperative.tasks import convert
from allmende.cooperative.wagtail_hooks.members import named
from allmende.cooperative.wagtail_hooks.rights import DECIDE, allowed
from allmende.people.views import person_of

NAMED = 20  # of those who cannot be converted


class ConversionForm(forms.Form):
    on = day(gettext_lazy("First day of the new shares"))

    def __init__(self, *args: Any, law: Statute, **kwargs: Any) -> None:
        kwargs["initial"] = {"on": law.in_force_from.isoformat()}
        super().__init__(*args, **kwargs)
        self.law = law

    def clean_on(self) -> dt.date:
        found: dt.date = self.cleaned_data["on"]
        if found > timezone.localdate():
            raise ValidationError(_("This day is still to come."))
        if found < self.law.in_force_from:
            raise ValidationError(_("The statute was not in force then."))
        return found


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(DECIDE)
def shown(request: HttpRequest) -> HttpResponse:
    law = in_force_or_none()
    if law is None:
        messages.warning(request, _("There is no statute in force yet."))
        return redirect("statute_versions")
    if request.method == "POST" and {"agree", "take_back"} & request.POST.keys():
        return answered(request)
    if running := converting.under_way():
        return watched(request, running)
    form = ConversionForm(request.POST or None, law=law)
    sees = request.method == "POST" and "back" not in request.POST and form.is_valid()
    if sees and "sure" in request.POST:
        return asked(request, law, form.cleaned_data["on"])
    found, last = converting.foreseen(into=law), converting.last_done()
    context = {
        "form": form,
        "law": law,
        "found": found,
        "uneven": named(found.uneven[:NAMED]),
        "told": sees,
        "last": last,
        "refused": of_numbers(last.refused) if last else [],
    }
    wrong = form.is_bound and form.errors
    return render(
        request, "cooperative/admin/conversion.html", context, status=422 if wrong else 200
    )  # fmt: skip


def watched(request: HttpRequest, running: Conversion) -> HttpResponse:
    """It waits for a second person, or a worker is at it. Whoever presses once more sees that."""
    context: dict[str, Any] = {
        "law": running.statute,
        "running": running,
        "own": running.by == person_of(request),
    }
    if running.begun_at is None:
        context["found"] = converting.foreseen(into=running.statute)
    return render(request, "cooperative/admin/conversion_running.html", context)


def asked(request: HttpRequest, law: Statute, on: dt.date) -> HttpResponse:
    try:
        found = converting.ask(into=law, on=on, by=person_of(request), at=timezone.now())
    except converting.UnderWay:
        return late(request)
    begin(request, found)
    return redirect("coop_conversion")


def begin(request: HttpRequest, found: Conversion) -> None:
    found.refresh_from_db()
    if found.begun_at is None:
        messages.success(request, _("It waits for a second person of the board now."))
        return
    transaction.on_commit(partial(convert.enqueue, found.pk))
    messages.success(request, _("A worker converts the shares now; how far it is stands here."))


def answered(request: HttpRequest) -> HttpResponse:
    """By the second person, or taken back by either."""
    found = converting.under_way()
    if found is None:
        return late(request)
    try:
        if "agree" in request.POST:
            converting.agree(found, by=person_of(request), at=timezone.now())
            begin(request, found)
        else:
            converting.take_back(found)
            messages.success(request, _("Taken back; nothing was converted."))
    except converting.OnePerson:
        messages.warning(request, _("The statute wants another person of the board to agree."))
    except converting.UnderWay:
        return late(request)
    return redirect("coop_conversion")


def late(request: HttpRequest) -> HttpResponse:
    words = _("This was done meanwhile, perhaps by a second click: look at what stands.")
    messages.warning(request, words)
    return redirect("coop_conversion")


def of_numbers(numbers: list[int]) -> list[Membership]:
    return list(Membership.objects.filter(number__in=numbers[:NAMED]).order_by("number"))


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [path("cooperative/conversion/", shown, name="coop_conversion")]
