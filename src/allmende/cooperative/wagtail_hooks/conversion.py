"""A statute has changed what a share is: everybody's shares become others of the same value, some
hundred at a press of the button."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods
from wagtail import hooks

from allmende.cooperative import converting
from allmende.cooperative.act_forms import day
from allmende.cooperative.models import Membership, Statute
from allmende.cooperative.office_forms import in_force_or_none
from allmende.cooperative.wagtail_hooks.members import named
from allmende.cooperative.wagtail_hooks.rights import DECIDE, allowed
from allmende.people.views import person_of

MOST = 500  # members at once; about ten seconds
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
    form = ConversionForm(request.POST or None, law=law)
    sees = request.method == "POST" and "back" not in request.POST and form.is_valid()
    if sees and "sure" in request.POST:
        return converted(request, law, form.cleaned_data["on"])
    found = converting.foreseen(into=law)
    context = {
        "form": form,
        "law": law,
        "found": found,
        "now": min(MOST, len(found.members)),
        "uneven": named(found.uneven[:NAMED]),
        "told": sees,
    }
    wrong = form.is_bound and form.errors
    return render(
        request, "cooperative/admin/conversion.html", context, status=422 if wrong else 200
    )  # fmt: skip


def converted(request: HttpRequest, law: Statute, on: dt.date) -> HttpResponse:
    done, refused = converting.convert_many(
        into=law, on=on, most=MOST, by=person_of(request), at=timezone.now()
    )
    words = ngettext("%(count)d member converted.", "%(count)d members converted.", done)
    messages.success(request, words % {"count": done})
    if refused:
        messages.warning(request, refusal(refused))
    return redirect("coop_conversion")


def refusal(refused: list[Membership]) -> str:
    numbers = ", ".join(str(one.number) for one in refused[:NAMED])
    words = _("By this day the register refuses it for members who joined or changed their shares"
              " later: %(numbers)s. Convert them by a later day.")  # fmt: skip
    return words % {"numbers": numbers}


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [path("cooperative/conversion/", shown, name="coop_conversion")]
