"""What must hold of the books and the payments: lists that must be empty."""

from itertools import islice

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from allmende.lib import proofs
from allmende.payments.desk.rights import SEE, allowed


@require_safe
@allowed(SEE)
def shown(request: HttpRequest) -> HttpResponse:
    """Reads whole tables, so it is asked for by a button."""
    asked = "pruefen" in request.GET
    found = [
        (proof, list(islice(iter(proof.wrong()), proofs.MOST)) if asked else [])
        for proof in proofs.registered()
    ]
    context = {
        "asked": asked,
        "found": found,
        "wrong": sum(bool(lines) for _proof, lines in found),
    }
    return render(request, "payments/admin/proofs.html", context)


PATHS = [path("geld/pruefung/", shown, name="payments_proofs")]
