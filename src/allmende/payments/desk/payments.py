"""One payment: what came of it, what it is for, and how it goes back."""

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from allmende.ledger import money
from allmende.ledger.money import Money, NotMoney
from allmende.payments import deciding, matching, settle
from allmende.payments.desk.rights import MATCH, SEE, allowed, by
from allmende.payments.desk.transfers import plain
from allmende.payments.models import PaymentAttempt, Pledge
from allmende.payments.providers import title
from allmende.payments.reactions import BY_BANK


class BackForm(forms.Form):
    """key: made when the form is shown, so that it may be sent twice."""

    amount = forms.CharField(
        label=gettext_lazy("Amount"),
        max_length=20,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )
    why = forms.CharField(label=gettext_lazy("Why (no names)"), max_length=64)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, left: Money) -> None:
        first = {"amount": plain(left.cents, left.currency), "key": uuid.uuid4()}
        super().__init__(data, initial=first, label_suffix="")
        self.left = left

    def clean_amount(self) -> Money:
        language, currency = get_language() or "de", self.left.currency
        try:
            found = money.read(self.cleaned_data["amount"], language=language, currency=currency)
        except NotMoney as wrong:
            words = _("Please write an amount such as 12 or 12.50.")
            raise forms.ValidationError(words) from wrong
        if not 0 < found.cents <= self.left.cents:
            raise forms.ValidationError(_("So much is not here to be given back."))
        return found


def found(pk: int) -> PaymentAttempt:
    rows = PaymentAttempt.objects.select_related("item__pledge__person")
    return get_object_or_404(rows, pk=pk)


@require_safe
@allowed(SEE)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    attempt = found(pk)
    return shown(request, attempt, BackForm(left=deciding.may_go_back(attempt)))


def shown(request: HttpRequest, attempt: PaymentAttempt, form: BackForm) -> HttpResponse:
    takers = [(one, matching.next_of(one)) for one in deciding.takers(attempt)]
    context = {
        "attempt": attempt,
        "item": attempt.item,
        "pledge": attempt.item.pledge,
        "fee": Money(attempt.fee_cents, attempt.currency),
        "left": form.left,
        "refunds": [
            (one, Money(one.cents, attempt.currency)) for one in attempt.refunds.order_by("pk")
        ],
        "takers": takers,
        "form": form,
        "may_decide": request.user.has_perm(MATCH),
        "by_bank": attempt.provider in BY_BANK,
    }
    status = 422 if form.is_bound else 200
    return render(request, "payments/admin/payment.html", context, status=status)


@require_POST
@allowed(MATCH)
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """It is for another payment of the same giver."""
    attempt, key = found(pk), request.POST.get("pledge", "")
    to: Pledge | None = next((one for one in deciding.takers(attempt) if str(one.pk) == key), None)
    try:
        if to is None:
            raise settle.NotOurs
        deciding.assign(attempt, to=to, by=by(request), at=timezone.now())
    except settle.NotOurs:
        messages.error(request, _("It cannot be assigned there (any more). Please look again."))
    else:
        messages.success(request, _("Assigned."))
    return redirect("payments_payment", pk)


@require_POST
@allowed(MATCH)
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    attempt = found(pk)
    form = BackForm(request.POST, left=deciding.may_go_back(attempt))
    if not form.is_valid():
        return shown(request, attempt, form)
    told = form.cleaned_data
    try:
        deciding.give_back(
            attempt, amount=told["amount"], why=told["why"], by=by(request), key=told["key"],
            at=timezone.now(),
        )  # fmt: skip
    except settle.NotOurs:
        messages.error(request, _("So much is not here to be given back."))
    else:
        by_bank = _("It becomes a payout; two persons release it under Payouts.")
        asked = _("%(way)s is asked to give it back.") % {"way": title(attempt.provider)}
        messages.success(request, by_bank if attempt.provider in BY_BANK else asked)
    return redirect("payments_payment", pk)


PATHS = [
    path("geld/zahlungen/<int:pk>/", one, name="payments_payment"),
    path("geld/zahlungen/<int:pk>/zuordnen/", assign, name="payments_payment_assign"),
    path("geld/zahlungen/<int:pk>/zurueck/", give_back, name="payments_payment_back"),
]
