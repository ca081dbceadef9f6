"""Batches of direct debits: frozen by one person, released by a second, handed to the bank."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from allmende.payments import batches, mandates
from allmende.payments.desk import files
from allmende.payments.desk.rights import FREEZE, RELEASE, SEE, SEE_IBAN, allowed, by, paged
from allmende.payments.models import BankAccount, BatchItem, Mandate, SepaBatch


@require_safe
@allowed(SEE)
def every(request: HttpRequest) -> HttpResponse:
    rows = SepaBatch.objects.select_related("bank_account").order_by("-collect_on", "-pk")
    account = BankAccount.objects.filter(is_main=True).first()
    context = {
        "shown": paged(request, rows),
        "account": account,
        "may_gather": account and request.user.has_perm(FREEZE),
    }
    return render(request, "payments/admin/batches.html", context)


@require_safe
@allowed(SEE)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    batch = get_object_or_404(SepaBatch.objects.select_related("frozen_by", "released_by"), pk=pk)
    lines = batch.lines.filter(live=True).select_related("mandate", "item__pledge", "attempt")
    context = {
        "batch": batch,
        "deadline": batches.deadline(batch),
        "shown": paged(request, lines.order_by("pk")),
        **files.first(batches.faults, batch, request),
        "deeds": files.deeds(request, batch, "payments_batch", freeze=FREEZE, release=RELEASE),
        "may_see_iban": request.user.has_perm(SEE_IBAN),
    }
    return render(request, "payments/admin/batch.html", context)


@require_POST
@allowed(FREEZE)
def gather(request: HttpRequest) -> HttpResponse:
    """What is announced for the next days; the worker does it each night, too."""
    account = get_object_or_404(BankAccount, is_main=True)
    now = timezone.now()
    count = batches.gather_due(account, on=timezone.localdate(now), at=now)
    messages.success(request, _("%(count)d debits gathered.") % {"count": count})
    return redirect("payments_batches")


@require_POST
@allowed(SEE_IBAN)
def iban(request: HttpRequest, pk: int) -> HttpResponse:
    """In full, once, on a page of its own; that somebody looked is written down."""
    mandate = get_object_or_404(Mandate, pk=pk)
    back = reverse("payments_batches")
    if line := BatchItem.objects.filter(mandate=mandate).order_by("-pk").first():
        back = reverse("payments_batch", args=[line.batch_id])
    context = {
        "title": mandate.reference,
        "iban": mandates.look(mandate, by=by(request)),
        "holder": mandates.holder_of(mandate),
        "back": back,
    }
    return render(request, "payments/admin/iban.html", context)


PATHS = [
    path("geld/einzuege/", every, name="payments_batches"),
    path("geld/einzuege/sammeln/", gather, name="payments_gather"),
    path("geld/einzuege/<int:pk>/", one, name="payments_batch"),
    *files.steps(
        SepaBatch,
        batches,
        name="payments_batch",
        folder="geld/einzuege/",
        freeze=FREEZE,
        release=RELEASE,
        rejected=gettext_lazy("Rejected. Its debits wait for another batch."),
    ),
    path("geld/mandate/<int:pk>/iban/", iban, name="payments_iban"),
]
