"""A paper that came later, added to the entry in a member's timeline that it proves."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail import hooks

from allmende.cooperative import acts, correcting, filing, queries, reports
from allmende.cooperative.act_forms import AddedPaperForm
from allmende.cooperative.models import Membership, RegisterEvent
from allmende.cooperative.models.register import ADMITTED
from allmende.cooperative.wagtail_hooks.acts import stale
from allmende.cooperative.wagtail_hooks.correction import words_of
from allmende.cooperative.wagtail_hooks.rights import WRITE, allowed
from allmende.people.views import person_of


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(WRITE)
def shown(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    membership = get_object_or_404(Membership.objects.filter(stage__in=ADMITTED), pk=pk)
    rows = RegisterEvent.objects.filter(pk__in=[one.pk for one in reports.entries(membership)])
    entry = get_object_or_404(rows.select_related("membership", "other", "statute"), pk=number)
    if not filing.possible(entry, of=membership):
        messages.warning(request, _("No paper can be added to this entry."))
        return redirect("coop_member", pk)
    last = acts.seen(membership)
    if request.method == "POST" and request.POST.get("seen") != str(last):
        return stale(request, pk)
    form = AddedPaperForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        answer = added(request, form, entry, membership)
        if answer is not None:
            return answer
    context: dict[str, Any] = {
        "member": membership,
        "name": queries.name_of(queries.details_of(pk, on=timezone.localdate())),
        "event": entry,
        "was": words_of(entry, correcting.payload(entry), of=membership),
        "form": form,
        "seen": last,
    }
    wrong = form.is_bound and form.errors
    return render(
        request, "cooperative/admin/file_paper.html", context, status=422 if wrong else 200
    )  # fmt: skip


def added(
    request: HttpRequest, form: AddedPaperForm, entry: RegisterEvent, membership: Membership
) -> HttpResponse | None:
    """None where it is refused, as the form says then."""
    try:
        filing.add(
            entry, form.cleaned_data["paper"], of=membership, by=person_of(request),
            at=timezone.now(),
        )  # fmt: skip
    except filing.AddedBefore:
        form.add_error("paper", _("This paper is kept beside the entry already."))
        return None
    except filing.NotAdded:
        return stale(request, membership.pk)
    messages.success(request, _("The paper is added, and sealed."))
    return redirect("coop_member", membership.pk)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    address = "cooperative/members/<int:pk>/file/<int:number>/"
    return [path(address, shown, name="coop_file")]
