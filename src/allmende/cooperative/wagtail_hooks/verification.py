"""Is the register whole? When it was proved last, what its head is, and a button to prove it."""

from functools import partial

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail import hooks
from wagtail.admin import messages

from allmende.cooperative import proofs, proving
from allmende.cooperative.models import RegisterCheck
from allmende.cooperative.tasks import carry_out
from allmende.cooperative.wagtail_hooks import asking
from allmende.cooperative.wagtail_hooks.rights import SEE, check

SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
def shown(request: HttpRequest) -> HttpResponse:
    """A worker proves: a large register takes a minute."""
    check(request, SEE)
    now = timezone.now()
    if request.method == "POST":
        if asked := proving.ask(at=now):
            transaction.on_commit(partial(carry_out.enqueue, asked.pk))
            messages.success(request, _("A worker proves it now; the outcome will stand here."))
        else:
            messages.warning(request, _("It is being proved already."))
        return redirect("register_check")
    context = {
        "head": proofs.head(),
        "last": proving.last_done(),
        "running": proving.under_way(at=now).exists(),
        "checks": RegisterCheck.objects.all()[:SHOWN],
        "promises": [proof.promise for proof in proofs.PROOFS],
    }
    return asking.page(request, "register_check", "check", context)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [path("cooperative/register/verification/", shown, name="register_check")]
