"""Profit or loss of a business year, as the assembly decided: seen in numbers, then written to the
members' credits. A year is allocated once."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from wagtail import hooks

from allmende.cooperative import allocating, calendar, chronicle, queries
from allmende.cooperative.act_forms import day
from allmende.cooperative.models import Statute
from allmende.cooperative.office_forms import in_force_or_none, spoken
from allmende.cooperative.wagtail_hooks.rights import DECIDE, allowed
from allmende.ledger import money
from allmende.ledger.money import Money
from allmende.people.views import person_of

YEARS = 5  # business years that are offered, the last one first
SHOWN = 10  # members with the largest parts


class AllocationForm(forms.Form):
    year_end = forms.ChoiceField(label=_("Business year that ended on"))
    what = forms.ChoiceField(
        label=_("What there is to allocate"),
        choices=[("profit", _("a profit")), ("loss", _("a loss"))],
        widget=forms.RadioSelect,
    )
    amount = forms.CharField(
        label=_("Amount in euros"),
        help_text=_("What of it goes to the members' credits, by the decision of the assembly."),
    )
    decided_on = day(_("Decided by the assembly on"))
    on = day(_("Day for the books"))

    def __init__(self, *args: Any, law: Statute, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year_end"].choices = [  # type: ignore[attr-defined]
            (end.isoformat(), date_format(end, "DATE_FORMAT")) for end in ends(law)
        ]
        for name in ("decided_on", "on"):
            self.fields[name].initial = timezone.localdate().isoformat()

    def clean_year_end(self) -> dt.date:
        end = dt.date.fromisoformat(self.cleaned_data["year_end"])
        if allocating.is_allocated(end):
            raise ValidationError(gettext("The result of this year is allocated already."))
        return end

    def clean_amount(self) -> int:
        try:
            cents = money.read(self.cleaned_data["amount"].strip(), language=spoken()).cents
        except money.NotMoney:
            cents = 0
        if cents <= 0:
            raise ValidationError(gettext("Please write an amount such as 12 or 12.50."))
        return cents

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        end = found.get("year_end")
        for name in ("decided_on", "on"):
            when = found.get(name)
            if when and when > timezone.localdate():
                self.add_error(name, gettext("This day is still to come."))
            elif when and end and when <= end:
                self.add_error(name, gettext("The business year was not over then."))
        return found

    @property
    def cents(self) -> int:
        """Of a form that is valid; below zero of a loss."""
        found: int = self.cleaned_data["amount"]
        return found if self.cleaned_data["what"] == "profit" else -found


def ends(law: Statute) -> Iterator[dt.date]:
    """Last days of business years that are over, the last one first."""
    start = calendar.year_start(timezone.localdate(), statute=law)
    for _year in range(YEARS):
        yield start - calendar.DAY
        start = calendar.year_start(start - calendar.DAY, statute=law)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(DECIDE)
def shown(request: HttpRequest) -> HttpResponse:
    law = in_force_or_none()
    if law is None:
        messages.warning(request, gettext("There is no statute in force yet."))
        return redirect("coop_settlement")
    form = AllocationForm(request.POST or None, law=law)
    told: dict[str, Any] | None = None
    if request.method == "POST" and "back" not in request.POST and form.is_valid():
        told = foreseen(form)
        if told is None:
            form.add_error(None, gettext("Nobody held a credit then that could take any of it."))
        elif "sure" in request.POST:
            return allocated(request, form)
    wrong = form.is_bound and form.errors
    return render(
        request, "cooperative/admin/allocation.html", {"form": form, "told": told},
        status=422 if wrong else 200,
    )  # fmt: skip


def foreseen(form: AllocationForm) -> dict[str, Any] | None:
    """In numbers, and whom it touches most; None where nobody."""
    parts = allocating.portions(form.cents, on=form.cleaned_data["year_end"])
    if not parts:
        return None
    most = sorted(parts, key=lambda pk: (-abs(parts[pk]), pk))[:SHOWN]
    names = queries.details(on=timezone.localdate(), of=most)
    total = sum(parts.values())
    return {
        "members": len(parts),
        "total": Money(abs(total)),
        "left": Money(abs(form.cents - total)),
        "profit": form.cents > 0,
        "rows": [(pk, queries.name_of(names.get(pk, {})), Money(parts[pk])) for pk in most],
    }


def allocated(request: HttpRequest, form: AllocationForm) -> HttpResponse:
    found = form.cleaned_data
    try:
        left = allocating.allocate(
            form.cents, year_end=found["year_end"], on=found["on"],
            decided_on=found["decided_on"], by=person_of(request), at=timezone.now(),
        )  # fmt: skip
    except allocating.NotAllocated:
        messages.warning(request, gettext("The result of this year is allocated already."))
        return redirect("coop_allocation")
    words = gettext("Allocated. No credit took %(left)s: that is for the assembly to use.")
    done = gettext("Allocated, to the last cent.")
    told = chronicle.money(abs(left), "EUR")
    messages.success(request, words % {"left": told} if left else done)
    return redirect("coop_settlement")


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [path("cooperative/allocation/", shown, name="coop_allocation")]
