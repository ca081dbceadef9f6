"""After a business year: what ended is settled by its balance sheet, and paid out by two persons of
the payments' desk."""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import log

from allmende.cooperative import calendar, payout_accounts, queries, settling, statute
from allmende.cooperative.folding import Kind
from allmende.cooperative.office_forms import in_force_or_none
from allmende.cooperative.wagtail_hooks.asking import Table, as_file, day, euros
from allmende.cooperative.wagtail_hooks.rights import PAY, Screen, allowed, check
from allmende.ledger.money import Money
from allmende.paper import identity
from allmende.payments import ibans, payouts
from allmende.payments.desk.payouts import AccountForm
from allmende.payments.models import Payout
from allmende.people.views import person_of


@dataclass
class Year:
    """What was set free in a business year and is not settled. owed: of it, what was paid too much
    and shares no loss."""

    last_on: dt.date
    claims: int = 0
    cents: int = 0
    owed: int = 0


def years() -> list[Year]:
    """The earliest first."""
    found: dict[dt.date, Year] = {}
    for _membership, event in settling.claims(until=dt.date.max):
        law = statute.in_force(on=event.effective_on)
        last_on = calendar.year_end(event.effective_on, statute=law)
        year = found.setdefault(last_on, Year(last_on))
        year.claims += 1
        year.cents += event.cents
        year.owed += event.cents if event.kind == Kind.OVERPAID else 0
    return [found[day] for day in sorted(found)]


class SettlementForm(forms.Form):
    last_on = forms.ChoiceField(label=_("Business year that ended on"))
    on = forms.DateField(
        label=_("Day for the books"), widget=forms.DateInput(attrs={"type": "date"})
    )
    loss = forms.DecimalField(
        label=_("Loss that the balance sheet takes of each credit, in percent"),
        min_value=0,
        max_value=100,
        max_digits=12,
        decimal_places=9,
        initial=0,
        localize=True,
        help_text=_("0 where there is none. There is no claim on reserves (§ 73 GenG)."),
    )

    def __init__(self, *args: Any, over: list[Year], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_on"].choices = [  # type: ignore[attr-defined]
            (year.last_on.isoformat(), date_format(year.last_on, "DATE_FORMAT")) for year in over
        ]
        self.fields["on"].initial = timezone.localdate().isoformat()

    def clean_last_on(self) -> dt.date:
        return dt.date.fromisoformat(self.cleaned_data["last_on"])

    def clean_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise ValidationError(gettext("This day is still to come."))
        return day

    @property
    def fraction(self) -> Fraction:
        return Fraction(self.cleaned_data["loss"]) / 100


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(PAY)
def shown(request: HttpRequest) -> HttpResponse:
    """What is to be settled, with its form; what is to be paid out, with what is held back."""
    today, every = timezone.localdate(), years()
    over = [year for year in every if year.last_on < today]
    form = SettlementForm(request.POST or None, over=over)
    told: dict[str, Any] | None = None
    if request.method == "POST" and "back" not in request.POST and form.is_valid():
        if "sure" in request.POST:
            return settled(request, form)
        told = foreseen(form, over)
    law = in_force_or_none()
    room = settling.spare(on=today) if law else None
    context = {
        "years": every,
        "over": over,
        "form": form,
        "told": told,
        "rows": due(today) if law else [],
        "minimum": law.minimum_capital if law else None,
        "room": None if room is None else Money(room),
        "today": today,
    }
    wrong = form.is_bound and form.errors
    return render(
        request, "cooperative/admin/settlement.html", context, status=422 if wrong else 200
    )  # fmt: skip


def foreseen(form: SettlementForm, over: list[Year]) -> dict[str, Any]:
    """In numbers: all that ended until then, also in years before."""
    rows = [year for year in over if year.last_on <= form.cleaned_data["last_on"]]
    whole = sum(year.cents for year in rows)
    lost = round((whole - sum(year.owed for year in rows)) * form.fraction)
    return {
        "claims": sum(year.claims for year in rows),
        "whole": Money(whole),
        "lost": Money(lost),
        "left": Money(whole - lost),
    }


def settled(request: HttpRequest, form: SettlementForm) -> HttpResponse:
    values = form.cleaned_data
    count = settling.settle_year(
        values["last_on"], on=values["on"], loss=form.fraction, by=person_of(request),
        at=timezone.now(),
    )  # fmt: skip
    messages.success(request, gettext("Settled: %(count)d.") % {"count": count})
    return redirect("coop_settlement")


# --- To be paid out ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """details: of the member, as `queries.details` gives them; empty once they are forgotten."""

    due: settling.Due
    details: dict[str, str]
    late: bool

    @property
    def name(self) -> str:
        return queries.name_of(self.details)

    @property
    def payout(self) -> Payout | None:
        return self.due.payout


def due(today: dt.date) -> list[Row]:
    found = settling.due(on=today)
    details = queries.details(on=today, of=[one.membership.pk for one in found])
    return [Row(one, details.get(one.membership.pk, {}), one.due_on < today) for one in found]


@require_safe
def as_csv(request: HttpRequest) -> StreamingHttpResponse:
    """All that is to be paid out, with addresses; that somebody took it away is written down."""
    check(request, PAY)
    today = timezone.localdate()
    rows = due(today) if in_force_or_none() else []
    headings = [gettext(name) for name in COLUMNS]

    def cells(lot: list[Row]) -> list[list[str]]:
        return [line(row) for row in lot]

    data = {"list": "payouts"}
    log(identity.paper(), "cooperative.list_taken", user=person_of(request), data=data)
    table = Table(gettext("To be paid out"), headings, rows, cells, "")
    return as_file(table, f"payouts-{today}")


COLUMNS = [
    gettext_noop("Due"), gettext_noop("Member number"), gettext_noop("Name"),
    gettext_noop("Street and number"), gettext_noop("Postcode"), gettext_noop("Town"),
    gettext_noop("Country"), gettext_noop("Amount"), gettext_noop("State"),
]  # fmt: skip


def line(row: Row) -> list[str]:
    one = row.due
    where = [row.details.get(name, "") for name in ("street", "postcode", "town", "country")]
    state = row.payout.get_state_display() if row.payout else ""
    held = gettext("held back") if one.held_back and not row.payout else ""
    return [
        day(one.due_on), str(one.membership.number), row.name, *where, euros(one.money.cents),
        state or held or gettext("open"),
    ]  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(PAY)
def ask(request: HttpRequest, number: int) -> HttpResponse:
    """The account of the receiver; then two persons of the payments' desk release it."""
    today = timezone.localdate()
    row = next((one for one in due(today) if one.due.event.number == number), None)
    if row is None:
        raise Http404
    if row.payout:
        return redirect("coop_settlement")
    account = payout_accounts.of(row.due.membership)
    told = payout_accounts.receiver(account)
    takes_told = told is not None and "told" in request.POST
    form = AccountForm(
        None if takes_told else request.POST or None, initial={"holder": row.name}
    )  # fmt: skip
    if request.method == "POST" and (takes_told or form.is_valid()):
        to = told if told and takes_told else form.receiver()
        try:
            settling.ask(row.due.event, to=to, on=today, at=timezone.now())
        except settling.HeldBack:
            form.add_error(None, gettext("The capital would fall below its minimum (§ 8a GenG)."))
        except payouts.NoAddress:
            form.add_error("town", gettext("For this country the bank wants town and country."))
        else:
            words = gettext("It waits for a batch now, and for two persons who release it.")
            messages.success(request, words)
            return redirect("coop_settlement")
    context = {
        "row": row,
        "form": form,
        "told": told,
        "told_iban": ibans.masked(told.iban) if told else "",
        "account": account,
    }
    wrong = form.is_bound and form.errors
    return render(
        request, "cooperative/admin/payout.html", context, status=422 if wrong else 200
    )  # fmt: skip


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [
        path("cooperative/settlement/", shown, name="coop_settlement"),
        path("cooperative/settlement/payouts.csv", as_csv, name="coop_payouts_csv"),
        path("cooperative/settlement/<int:number>/", ask, name="coop_payout"),
    ]


def menu_items() -> list[MenuItem]:
    return [
        Screen(
            _("Settlement"),
            reverse("coop_settlement"),
            icon_name="redirect",
            order=60,
            rights=[PAY],
        )
    ]
