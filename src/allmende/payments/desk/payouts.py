"""Money that we owe and transfer: what waits, batches by two persons, what came back."""

from django import forms
from django.contrib import messages
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from allmende.payments import ibans, payout_batches, payouts
from allmende.payments.desk import files
from allmende.payments.desk.rights import (
    FREEZE_PAYOUTS,
    RELEASE_PAYOUTS,
    SEE,
    SEE_IBAN,
    allowed,
    by,
    paged,
)
from allmende.payments.models import BankAccount, Payout, PayoutBatch
from allmende.payments.pain.parts import Address

State = Payout.State
TABS = {
    "": [State.WAITING, State.SUBMITTED, State.RETURNED],
    "bezahlt": [State.PAID],
    "abgesagt": [State.CANCELLED],
}


@require_safe
@allowed(SEE)
def every(request: HttpRequest) -> HttpResponse:
    tab = request.GET.get("zeige", "")
    tab = tab if tab in TABS else ""
    rows = Payout.objects.filter(state__in=TABS[tab]).select_related("person")
    order = ("-changed_at", "-pk") if tab else ("pay_on", "pk")
    context = {
        "shown": paged(request, rows.order_by(*order)),
        "sum": rows.aggregate(sum=Sum("cents"))["sum"] or 0,
        "tab": tab,
        "tabs": [("", _("Open")), ("bezahlt", _("Paid out")), ("abgesagt", _("Cancelled"))],
        "kept": f"zeige={tab}&" if tab else "",
    }
    return render(request, "payments/admin/payouts.html", context)


@require_safe
@allowed(SEE)
def all_batches(request: HttpRequest) -> HttpResponse:
    account = BankAccount.objects.filter(is_main=True).first()
    waiting = payout_batches.ready(on=timezone.localdate())
    context = {
        "shown": paged(request, PayoutBatch.objects.defer("file").order_by("-pk")),
        "account": account,
        "may_gather": account and request.user.has_perm(FREEZE_PAYOUTS),
        "waiting": waiting.count(),
        "waiting_cents": waiting.aggregate(sum=Sum("cents"))["sum"] or 0,
    }
    return render(request, "payments/admin/payout_batches.html", context)


@require_safe
@allowed(SEE)
def one_batch(request: HttpRequest, pk: int) -> HttpResponse:
    rows = PayoutBatch.objects.select_related("frozen_by", "released_by", "bank_account")
    batch = get_object_or_404(rows, pk=pk)
    lines = batch.lines.filter(left_out="").select_related("payout__person")
    context = {
        "batch": batch,
        "deadline": payout_batches.deadline(batch),
        "shown": paged(request, lines.order_by("pk")),
        **files.first(payout_batches.faults, batch, request),
        "deeds": files.deeds(
            request, batch, "payments_payout_batch", freeze=FREEZE_PAYOUTS, release=RELEASE_PAYOUTS
        ),
        "may_see_iban": request.user.has_perm(SEE_IBAN),
    }
    return render(request, "payments/admin/payout_batch.html", context)


@require_POST
@allowed(FREEZE_PAYOUTS)
def gather(request: HttpRequest) -> HttpResponse:
    """What waits for the next days; the worker does it each morning, too."""
    account = get_object_or_404(BankAccount, is_main=True)
    now = timezone.now()
    count = payout_batches.gather(account, on=timezone.localdate(now), at=now)
    messages.success(request, _("%(count)d payouts gathered.") % {"count": count})
    return redirect("payments_payout_batches")


# --- One payout ---------------------------------------------------------------------------------


class AccountForm(forms.Form):
    """Another account of the receiver. The address is asked for outside the EEA only."""

    holder = forms.CharField(label=gettext_lazy("Holder of the account"), max_length=70)
    iban = forms.CharField(label="IBAN", max_length=42)
    town = forms.CharField(
        label=gettext_lazy("Town"), max_length=70, required=False,
        help_text=gettext_lazy("With the country, for accounts outside the EEA only."),
    )  # fmt: skip
    country = forms.CharField(
        label=gettext_lazy("Country (two letters)"), max_length=2, required=False
    )

    def clean_iban(self) -> str:
        try:
            return ibans.read(self.cleaned_data["iban"])
        except ibans.BadIban as wrong:
            raise forms.ValidationError(_("This is no IBAN that a bank would take.")) from wrong

    def clean(self) -> None:
        iban, told = self.cleaned_data.get("iban"), self.cleaned_data
        if iban and ibans.needs_address(iban) and not (told.get("town") and told.get("country")):
            self.add_error("town", _("For this country the bank wants town and country."))

    def receiver(self) -> payouts.Receiver:
        told = self.cleaned_data
        address = Address(told["country"].upper(), told["town"]) if told["town"] else None
        return payouts.Receiver(told["holder"], told["iban"], address)


@require_safe
@allowed(SEE)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    return shown(request, pk, AccountForm(label_suffix=""))


def shown(request: HttpRequest, pk: int, form: AccountForm) -> HttpResponse:
    payout = get_object_or_404(Payout.objects.select_related("person"), pk=pk)
    context = {
        "payout": payout,
        "lines": payout.lines.select_related("batch").order_by("pk"),
        "form": form,
        "may_redirect": payout.state in (State.WAITING, State.RETURNED)
        and request.user.has_perm(FREEZE_PAYOUTS),
        "may_see_iban": request.user.has_perm(SEE_IBAN),
    }
    status = 422 if form.is_bound else 200
    return render(request, "payments/admin/payout.html", context, status=status)


@require_POST
@allowed(FREEZE_PAYOUTS)
def redirected(request: HttpRequest, pk: int) -> HttpResponse:
    """It goes to another account."""
    payout = get_object_or_404(Payout, pk=pk)
    form = AccountForm(request.POST, label_suffix="")
    if not form.is_valid():
        return shown(request, pk, form)
    try:
        payouts.redirect(payout, to=form.receiver(), at=timezone.now())
    except payouts.UnderWay:
        messages.error(request, _("It is with the bank already."))
    else:
        messages.success(request, _("It waits for the next batch, with the new account."))
    return redirect("payments_payout", pk)


@require_POST
@allowed(SEE_IBAN)
def iban(request: HttpRequest, pk: int) -> HttpResponse:
    """In full, once, on a page of its own; that somebody looked is written down."""
    payout = get_object_or_404(Payout, pk=pk)
    if not payout.iban:
        messages.error(request, _("The account is not kept any more."))
        return redirect("payments_payout", pk)
    to = payouts.look(payout, by=by(request))
    back = reverse("payments_payout", args=[pk])
    context = {"title": payout.words, "iban": to.iban, "holder": to.holder, "back": back}
    return render(request, "payments/admin/iban.html", context)


PATHS = [
    path("geld/auszahlungen/", every, name="payments_payouts"),
    path("geld/auszahlungen/<int:pk>/", one, name="payments_payout"),
    path("geld/auszahlungen/<int:pk>/konto/", redirected, name="payments_payout_redirect"),
    path("geld/auszahlungen/<int:pk>/iban/", iban, name="payments_payout_iban"),
    path("geld/auszahlungen/dateien/", all_batches, name="payments_payout_batches"),
    path("geld/auszahlungen/dateien/sammeln/", gather, name="payments_payout_gather"),
    path("geld/auszahlungen/dateien/<int:pk>/", one_batch, name="payments_payout_batch"),
    *files.steps(
        PayoutBatch,
        payout_batches,
        name="payments_payout_batch",
        folder="geld/auszahlungen/dateien/",
        freeze=FREEZE_PAYOUTS,
        release=RELEASE_PAYOUTS,
        rejected=gettext_lazy("Rejected. Its payouts wait for another batch."),
    ),
]
