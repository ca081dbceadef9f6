"""What was on a bank account of ours before its first statement: shown as the entry it will be,
booked once, taken back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.log_actions import log

from allmende.ledger import chart
from allmende.ledger.money import Money
from allmende.payments import opening
from allmende.payments.desk.rights import MATCH, allowed, by, told
from allmende.payments.models import BankAccount


@require_safe
@allowed(MATCH)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(BankAccount, pk=pk)
    found, entry = opening.of(account), opening.standing(account)
    shown = entry or found
    money = shown.money if shown else None
    context = {
        "account": account,
        "found": found,
        "entry": entry,
        "fits": found is not None and opening.fits(account, found),
        "on": shown.on if shown else None,
        "money": money,
        "lines": sides(account, money),
    }
    return render(request, "payments/admin/opening.html", context)


def sides(account: BankAccount, money: Money | None) -> list[tuple[str, str, str]]:
    """Account, what is debited, what is credited."""
    if not money:
        return []
    codes = [account.account, opening.BROUGHT_FORWARD]
    if money.cents < 0:
        money, codes = -money, codes[::-1]
    debit, credit = (f"{chart.numbers()[code]} {chart.name(code)}" for code in codes)
    return [(debit, told(money), ""), (credit, "", told(money))]


@require_POST
@allowed(MATCH)
def book(request: HttpRequest, pk: int) -> HttpResponse:
    """shown: day and amount, as the screen said them."""
    account = get_object_or_404(BankAccount, pk=pk)
    found = opening.of(account)
    try:
        if found is None or request.POST.get("shown") != f"{found.on} {found.money.cents}":
            raise opening.NotNow
        opening.book(account, on=found.on, money=found.money, by=by(request), at=timezone.now())
    except opening.NotNow:
        messages.error(
            request, _("Nothing was booked: it is booked already, or the statements say otherwise.")
        )
    else:
        log(account, "payments.book_opening", user=by(request))
        messages.success(request, _("Booked. From now on the account is proved as a whole."))
    return redirect("payments_opening", pk)


@require_POST
@allowed(MATCH)
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """entry: which one, as the screen said."""
    account = get_object_or_404(BankAccount, pk=pk)
    try:
        opening.take_back(account, number=request.POST.get("entry", ""), at=timezone.now())
    except opening.NotNow:
        messages.error(request, _("Nothing was taken back: somebody else was first."))
    else:
        log(account, "payments.take_back_opening", user=by(request))
        messages.success(
            request, _("Taken back. The entry and its mirror image stay in the books.")
        )
    return redirect("payments_opening", pk)


PATHS = [
    path("geld/auszuege/<int:pk>/anfang/", one, name="payments_opening"),
    path("geld/auszuege/<int:pk>/anfang/buchen/", book, name="payments_opening_book"),
    path("geld/auszuege/<int:pk>/anfang/zurueck/", take_back, name="payments_opening_back"),
]
