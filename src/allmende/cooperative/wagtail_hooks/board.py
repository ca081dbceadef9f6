"""The board's sitting: all that waits for a decision, chosen line by line, shown in numbers, and
only then done. A second click, or another member of the board, does nothing twice."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from allmende.cooperative import register, sitting
from allmende.cooperative.sitting import ADMIT, REFUSE, Line
from allmende.cooperative.wagtail_hooks.rights import DECIDE, Screen, allowed
from allmende.people.views import person_of

ON_SCREEN = 100  # lines of one sitting's page; its mails leave in seconds
CHOICES = (ADMIT, REFUSE)


class SittingForm(forms.Form):
    decided_on = forms.DateField(
        label=_("Day of the decision"), widget=forms.DateInput(attrs={"type": "date"})
    )
    words = forms.CharField(
        label=_("Words to those who are refused"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("They stand in the mail. May be left empty: nobody is owed a reason."),
    )

    def clean_decided_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["decided_on"]
        if day > timezone.localdate():
            raise ValidationError(gettext("This day is still to come."))
        return day


def chosen(sent: Mapping[str, Any]) -> dict[str, str]:
    """By the key of each line; what is left for later is not in it."""
    named = {name[7:]: value for name, value in sent.items() if name.startswith("choice-")}
    return {key: value for key, value in named.items() if value in CHOICES}


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(DECIDE)
def shown(request: HttpRequest) -> HttpResponse:
    form = SittingForm(initial={"decided_on": timezone.localdate().isoformat()})
    choices: dict[str, str] = {}
    if request.method == "POST":
        choices = chosen(request.POST.dict())
        form = SittingForm(request.POST)
        if "mark" in request.POST:
            return listed(request, form, marked(request, choices))
        if not choices:
            form.add_error(None, gettext("Please choose at least one line first."))
        elif form.is_valid() and "back" not in request.POST:
            return decided(request, form, choices)
    return listed(request, form, choices)


def marked(request: HttpRequest, choices: dict[str, str]) -> dict[str, str]:
    """All lines of the page that are left for later; or none at all."""
    mark = request.POST["mark"]
    if mark not in CHOICES:
        return {}
    return {line.key: mark for line in rows(request)} | choices


def rows(request: HttpRequest) -> list[Line]:
    return sitting.lines(paged(request).object_list, decided_on=timezone.localdate())


def paged(request: HttpRequest) -> Any:
    return Paginator(sitting.waiting(), ON_SCREEN).get_page(request.GET.get("p"))


def listed(request: HttpRequest, form: SittingForm, choices: dict[str, str]) -> HttpResponse:
    page = paged(request)
    lines = sitting.lines(page.object_list, decided_on=timezone.localdate())
    context = {
        "form": form,
        "rows": [(line, choices.get(line.key, "")) for line in lines],
        "shown": page,
        "person": person_of(request),
    }
    wrong = form.is_bound and "mark" not in request.POST and "back" not in request.POST
    return render(
        request, "cooperative/admin/board.html", context, status=422 if wrong else 200
    )  # fmt: skip


def decided(request: HttpRequest, form: SittingForm, choices: dict[str, str]) -> HttpResponse:
    """What it will do, in numbers; and with `sure`, done, and told line by line."""
    day = form.cleaned_data["decided_on"]
    named = sitting.named(choices)
    sure = "sure" in request.POST
    lines = sitting.lines(named, decided_on=day, checks=not sure)
    person = person_of(request)
    if sure:
        context: dict[str, Any] = {
            "outcomes": sitting.decide(
                lines, choices, decided_on=day, by=person,
                words=form.cleaned_data["words"], at=timezone.now(),
            ),
        }  # fmt: skip
        return render(request, "cooperative/admin/board_done.html", context)
    told = [
        (line, choices[line.key], line.waits_for_second(choices[line.key], person))
        for line in lines
    ]
    admitted = [line for line, choice, waits in told if choice == ADMIT and not waits]
    able = [line for line in admitted if not line.obstacle]
    context = {
        "form": form,
        "rows": told,
        "choices": choices,
        "day": day,
        "admitted": able,
        "shares": sum(line.shares for line in able),
        "total": sum((line.total for line in able[1:]), able[0].total) if able else None,
        "refused": sum(choice == REFUSE and not waits for _l, choice, waits in told),
        "proposed": sum(waits for *_more, waits in told),
        "by_letter": sum(not line.by_mail for line in able),
        "next_number": register.next_number(),
        "joining": sum(not line.is_wish for line in able),
    }
    return render(request, "cooperative/admin/board_confirm.html", context)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [path("cooperative/board/", shown, name="coop_board")]


def menu_items() -> list[MenuItem]:
    return [
        Screen(
            _("The board decides"),
            reverse("coop_board"),
            icon_name="check",
            order=5,
            rights=[DECIDE],
        )
    ]
